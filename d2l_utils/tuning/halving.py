"""Stop the hopeless early: successive halving, and Hyperband's table of its brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from d2l_utils._engine import checks

__all__ = ["Outcome", "OverSeeds", "brackets", "hyperband", "successive_halving"]

Rungs = list[tuple[int, float]]


class Stoppable(Protocol):
    """What a search can stop and let go on."""

    def run_to(self, epochs: Any, /) -> float:
        """Go on until so much is spent in all, and return the score; low is good."""


class OverSeeds:
    """A setting for a search that rations seeds and not epochs: so many seeds in all, and their mean score.

    Parameters
    ----------
    setting : object
        Of no concern here.
    score : callable
        ``score(setting, seed)``: trains once, to the end, and says how it went; low is good.

    Attributes
    ----------
    scores : list of float
        Of seeds 0, 1, ...

    Examples
    --------
    >>> tried = OverSeeds(3.0, lambda setting, seed: setting + seed)
    >>> tried.run_to(1), tried.run_to(3), tried.scores
    (3.0, 4.0, [3.0, 4.0, 5.0])
    """

    def __init__(self, setting: Any, score: Callable[[Any, int], float]) -> None:
        self.setting, self.score = setting, score
        self.scores: list[float] = []

    def run_to(self, seeds: int) -> float:
        """Score the seeds that are not yet scored, and return the mean of the first ``seeds``."""
        seeds = checks.whole_number("seeds", seeds, low=1)
        for seed in range(len(self.scores), seeds):
            self.scores.append(self.score(self.setting, seed))
        return float(np.mean(self.scores[:seeds]))


@dataclass(frozen=True)
class Outcome:
    """What a search with rungs found.

    Attributes
    ----------
    best : object
        The training with the lowest score among those that were given everything.
    score : float
        Its score.
    spent : float
        Epochs, or whatever is rationed, that all trainings took together.
    started : int
        How many trainings there were.
    """

    best: Any
    score: float
    spent: float
    started: int


def brackets(most: int, eta: int = 3, *, as_printed: bool = True) -> dict[int, Rungs]:
    """Return Hyperband's brackets: for each s how many settings are tried, and how far each is trained.

    Parameters
    ----------
    most : int
        R, what a training may take at most.
    eta : int
        One in so many survives a rung, and goes on to so many times the epochs.
    as_printed : bool
        The paper's Table 1 starts ⌊(s_max + 1)/(s + 1)⌋ η^s settings in bracket s; its Algorithm 1 says
        ⌈(s_max + 1) η^s/(s + 1)⌉, which is more. True is the table.

    Returns
    -------
    dict of int to list of (int, float)
        The most daring bracket first; in each one the pairs (n_i, r_i). Where R is no power of η some r_i are
        no whole numbers, and a training that counts whole epochs refuses them.

    References
    ----------
    Li, Jamieson, DeSalvo, Rostamizadeh & Talwalkar 2018, Table 1 and Algorithm 1.

    Examples
    --------
    >>> brackets(9)
    {2: [(9, 1.0), (3, 3.0), (1, 9.0)], 1: [(3, 3.0), (1, 9.0)], 0: [(3, 9.0)]}
    >>> brackets(9, as_printed=False)[1]
    [(5, 3.0), (1, 9.0)]
    """
    as_printed = checks.switch("as_printed", as_printed)
    most = checks.whole_number("most", most, low=1)
    eta = checks.whole_number("eta", eta, low=2)
    top = 0
    while eta ** (top + 1) <= most:  # a logarithm of floats may come out just below a whole number
        top += 1
    found = {}
    for s in range(top, -1, -1):
        count = (top + 1) // (s + 1) * eta**s if as_printed else -(-(top + 1) * eta**s // (s + 1))
        found[s] = [(count // eta**i, most * eta**i / eta**s) for i in range(s + 1)]
    return found


def successive_halving(trainings: Iterable[Stoppable], rungs: Sequence[tuple[int, float]]) -> Outcome:
    """Train all a little, keep the best, train these more, and so on.

    Parameters
    ----------
    trainings : iterable
        Each has ``run_to(epochs) -> score``, as `DigitsTraining`; as many as the first rung says. A score is
        finite: a training that is lost says so with a high one.
    rungs : sequence of (int, float)
        How many are trained, and until when; a bracket of `brackets`.

    References
    ----------
    Jamieson & Talwalkar 2016.

    Examples
    --------
    >>> class Known:
    ...     def __init__(self, score):
    ...         self.score = score
    ...     def run_to(self, epochs):
    ...         return self.score
    >>> found = successive_halving([Known(3.0), Known(1.0), Known(2.0)], [(3, 1), (1, 3)])
    >>> found.score, found.spent
    (1.0, 5.0)
    """
    alive, rungs = list(trainings), _checked(rungs)
    if not alive:
        raise ValueError("trainings must hold at least one; got none")
    if len(alive) != rungs[0][0]:
        raise ValueError(f"the first rung has room for {rungs[0][0]} trainings; got {len(alive)}")
    started, spent, before, scores = len(alive), 0.0, 0.0, [0.0] * len(alive)
    for count, until in rungs:
        order = sorted(range(len(alive)), key=scores.__getitem__)[:count]
        alive = [alive[i] for i in order]
        to = int(until) if until == int(until) else until
        scores = [checks.number("score", each.run_to(to)) for each in alive]
        spent, before = spent + len(alive) * (until - before), until
    first = min(range(len(alive)), key=scores.__getitem__)
    return Outcome(alive[first], scores[first], spent, started)


def _checked(rungs: Any) -> Rungs:
    """Return rungs that lead up, or raise a TypeError or ValueError."""
    found = [
        (checks.whole_number("a rung's trainings", count), checks.number("a rung's epochs", until, low=0.0))
        for count, until in rungs
    ]
    lead_up = all(b[0] <= a[0] and b[1] >= a[1] for a, b in pairwise(found))
    if not found or not lead_up or (found[0][0] and not found[-1][0]):
        raise ValueError(f"rungs must be pairs, of ever fewer trainings and ever more epochs; got {found}")
    return found


def hyperband(start: Callable[[], Stoppable], most: int, eta: int = 3, *, as_printed: bool = True) -> Outcome:
    """Run every bracket once, since nobody knows how early a score can be trusted.

    Parameters
    ----------
    start : callable
        ``start()`` begins a training with settings drawn anew.
    most, eta, as_printed
        As for `brackets`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> class Drawn:
    ...     def __init__(self):
    ...         self.level = rng.random()
    ...     def run_to(self, epochs):
    ...         return self.level + 1 / epochs
    >>> found = hyperband(Drawn, 9)
    >>> found.started, found.spent
    (15, 63.0)
    """
    found = [
        successive_halving([start() for _ in range(rungs[0][0])], rungs)
        for rungs in brackets(most, eta, as_printed=as_printed).values()
    ]
    best = min(found, key=lambda each: each.score)
    total, started = sum(each.spent for each in found), sum(each.started for each in found)
    return Outcome(best.best, best.score, total, started)
