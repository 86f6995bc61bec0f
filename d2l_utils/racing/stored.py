"""Races that were run in advance, as tables."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["load_lotteries", "load_race", "table"]


def load_race(name: str = "race") -> dict[str, Any]:
    """Return the full race, which ``tools/race.py`` ran, or what ``tools/race_again.py`` asked afterwards.

    Parameters
    ----------
    name : str
        ``race``, or ``race_again``: Adam and NAdam alone, in ``long``, ``halved`` and ``ahead``, on trials
        and seeds that the race has not, to the race's targets, without final runs.

    Returns
    -------
    dict
        ``date`` and ``versions``; ``plan``, ``runs``, and ``seconds`` of a processor; ``workloads``: for each
        its ``targets`` (see `target_of`) and, in each search space, what `race` found of each method, a list
        over the draws of the trials: ``usual``; ``long``, of Adam and NAdam; ``halved``, of Adam; ``ahead``,
        of NAdam; and ``hard``, which is ``usual`` with the hard target. None is infinity. In ``race_again``
        ``draws``, the numbers of its draws, stands for ``plan``.

    Raises
    ------
    ValueError
        If it is neither of the two.

    Examples
    --------
    >>> load_race()["plan"]
    {'trials': 20, 'finals': 5, 'draws': 5}
    """
    if name not in ("race", "race_again"):
        raise ValueError(f"name must be 'race' or 'race_again'; got {name!r}")
    file = files("d2l_utils").joinpath("datasets", f"{name}.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def load_lotteries() -> dict[str, Any]:
    """Return the race of the chapter beyond Adam, run by ``tools/lotteries.py`` with many draws of settings.

    Returns
    -------
    dict
        ``date``, ``versions``, the number of ``lotteries``, and ``seconds`` of a processor. ``race``: for
        each entrant ``settings``, shape (lotteries, 2), its best rate and 1 − β₁ in each draw, and ``test``,
        shape (lotteries, 8), the test losses of that setting on new seeds. ``longer``: the same for two
        entrants with ten times the epochs, and fewer draws.

    Examples
    --------
    >>> stored = load_lotteries()
    >>> stored["race"]["Adam"]["test"].shape == (stored["lotteries"], 8)
    True
    """
    file = files("d2l_utils").joinpath("datasets", "lotteries.json")
    stored = dict(json.loads(file.read_text(encoding="utf-8")))
    for part in ("race", "longer"):
        for each in stored[part].values():
            each["settings"], each["test"] = np.array(each["settings"]), np.array(each["test"], float)
    return stored


def table(stored: dict[str, Any], space: str = "usual", what: str = "steps") -> dict[str, np.ndarray]:
    """Return times of the race by method.

    Parameters
    ----------
    stored : dict
        As `load_race` returns it.
    space : str
        ``usual``, ``long``, ``halved``, ``ahead`` or ``hard``.
    what : str
        ``tuned``, the times of all trials; ``ends``, their last losses; ``steps``, the fastest one's times on
        the new seeds, where it ran again; ``trial``, the fastest one's number.

    Returns
    -------
    dict of str to ndarray, shape (draws, workloads, trials or seeds)
        Infinite where the target was not reached. Of ``trial``, shape (draws, workloads).

    Examples
    --------
    >>> table(load_race())["Adam"].shape
    (5, 8, 5)
    """
    races = [each[space] for each in stored["workloads"].values()]
    found = {}
    for method in races[0]:
        rows = [[draw[what] for draw in race[method]] for race in races]
        # numpy reads None as nan.
        whole = np.array(rows, dtype=float).swapaxes(0, 1)
        found[method] = np.where(np.isnan(whole), np.inf, whole)
    return found
