"""The full race, computed in advance, as tables."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["load_race", "table"]


def load_race() -> dict[str, Any]:
    """Return the full race, which ``tools/race.py`` ran.

    Returns
    -------
    dict
        ``date`` and ``versions``; ``plan``, ``runs``, and ``seconds`` of a processor; ``workloads``: for each
        its ``targets`` (see `target_of`) and what `race` found of each method in each search space:
        ``usual``; ``rate``, with half the trials; ``eps``, of Adam; and ``hard``, which is ``usual`` with the
        hard target. None is infinity.

    Examples
    --------
    >>> sorted(load_race()["workloads"]["digits"]["targets"])
    ['AdamW', 'Momentum', 'NAdam', 'Nesterov', 'hard', 'target']
    """
    file = files("d2l_utils").joinpath("datasets", "race.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def table(stored: dict[str, Any], space: str = "usual", what: str = "steps") -> dict[str, np.ndarray]:
    """Return times of the race, a row for each workload, by method.

    Parameters
    ----------
    stored : dict
        As `load_race` returns it.
    space : str
        ``usual``, ``rate``, ``eps`` or ``hard``.
    what : str
        ``tuned``, the times of all trials; ``ends``, their last losses; ``steps``, the fastest one's times on
        the new seeds, where it ran again.

    Returns
    -------
    dict of str to ndarray, shape (workloads, trials or seeds)
        Infinite where the target was not reached.

    Examples
    --------
    >>> table(load_race())["Adam"].shape
    (8, 6)
    """
    races = [each[space] for each in stored["workloads"].values()]

    return {
        method: np.array(
            [[np.inf if time is None else time for time in race[method][what]] for race in races]
        )
        for method in races[0]
    }
