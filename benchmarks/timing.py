"""Interleaved timing: in each round every contestant runs in a new order, and ratios are taken within it.

So a slow moment of a shared machine hits all alike, and no absolute time is needed. What is measured is the
processor's time on one core, which other processes on the machine do not lengthen by taking turns.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.elsewhere import processor_time

Job = Callable[[], object]


@dataclass(frozen=True)
class Goal:
    """What a regime aims at: the time of ``slow`` over that of ``fast``, at least or at most ``bound``.

    ``if_missed`` says what stands in the way.
    """

    slow: str
    fast: str
    bound: float
    at_least: bool = True
    if_missed: str = ""


@dataclass(frozen=True)
class Regime:
    """Contestants who do the same work.

    Attributes
    ----------
    key, title : str
        Short and long name.
    ours : str
        The contestant that the others are compared with.
    jobs : dict of str to callable
        Contestant -> its work. All have agreed on the result before a regime is returned.
    goals : list of Goal
        Those whose contestants are not there are left out.
    """

    key: str
    title: str
    ours: str
    jobs: Mapping[str, Job]
    goals: list[Goal] = field(default_factory=list)


def interleaved(jobs: Mapping[str, Job], rounds: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return each contestant's time a round, shape (rounds,), the best of two runs in a row.

    The first run warms the caches that the contestant before has emptied; a round before the first is not
    counted.
    """
    names, times = list(jobs), {name: np.empty(rounds) for name in jobs}
    gc.collect()
    gc.disable()
    try:
        for i in range(-1, rounds):
            for name in rng.permutation(names):
                best = min(_timed(jobs[name]) for _ in range(2))
                if i >= 0:
                    times[name][i] = best
    finally:
        gc.enable()
    return times


def _timed(job: Job) -> float:
    begin = processor_time()
    job()
    return processor_time() - begin


def spread(ratios: np.ndarray) -> dict[str, float]:
    """Return the quartiles of per-round ratios."""
    low, median, high = (float(f"{q:.4g}") for q in np.percentile(ratios, [25, 50, 75]))
    return {"low": low, "median": median, "high": high}


def outcome(regime: Regime, rounds: int, rng: np.random.Generator) -> dict[str, object]:
    """Run a regime and return what the report holds of it: ratios to ours, and the goals."""
    times = interleaved(regime.jobs, rounds, rng)
    goals = [
        {
            "slow": goal.slow,
            "fast": goal.fast,
            "bound": goal.bound,
            "at_least": goal.at_least,
            "if_missed": goal.if_missed,
            **(ratio := spread(times[goal.slow] / times[goal.fast])),
            "met": (ratio["median"] >= goal.bound) == goal.at_least,
        }
        for goal in regime.goals
        if goal.slow in times and goal.fast in times
    ]
    ratios = {name: spread(each / times[regime.ours]) for name, each in times.items()}
    return {"key": regime.key, "title": regime.title, "ours": regime.ours, "ratios": ratios, "goals": goals}


def agree(results: Mapping[str, object], rtol: float) -> None:
    """Stop unless all contestants computed the same, relative to the largest number of the first."""
    first, *others = ((name, np.asarray(result, float)) for name, result in results.items())
    scale = np.abs(first[1]).max()
    for name, result in others:
        apart = np.abs(result - first[1]).max() / scale
        if not apart <= rtol:
            raise AssertionError(f"{name} is {apart:.1e} apart from {first[0]}; expected at most {rtol:.0e}")
