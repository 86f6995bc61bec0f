"""What a race says: performance profiles, their score, what k trials are worth, and bands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from d2l_utils._engine import checks

__all__ = ["band", "expected_best", "median", "profile", "ratios", "score", "study_time"]


def ratios(times: np.ndarray) -> np.ndarray:
    """Return how many times the fastest method's time each method needs on each workload.

    Parameters
    ----------
    times : ndarray, shape (methods, workloads)
        Times to the target, infinite where it was not reached.

    Returns
    -------
    ndarray, shape (methods, workloads)
        At least 1; infinite where the target was not reached, for all methods where nobody reached it.

    References
    ----------
    Dolan & Moré 2002, Section 2.

    Examples
    --------
    >>> print(ratios(np.array([[10.0, 30.0], [20.0, 15.0]])))
    [[1. 2.]
     [2. 1.]]
    """
    times = checks.array("times", times, float)
    if times.ndim != 2 or np.isnan(times).any() or not (times > 0).all():
        raise ValueError(f"times must be a table of numbers above 0, a row a method; got {times}")
    fastest = times.min(axis=0)
    known = np.where(np.isfinite(fastest), fastest, 1.0)
    return np.where(np.isfinite(times), times / known, np.inf)


def profile(times: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """Return for each method the share of workloads on which it needs at most tau times the fastest time.

    Parameters
    ----------
    times : ndarray, shape (methods, workloads)
    tau : ndarray, shape (n,)
        Of 1 or more.

    Returns
    -------
    ndarray, shape (methods, n)

    References
    ----------
    Dolan & Moré 2002, equation 2.1.

    Examples
    --------
    >>> print(profile(np.array([[10.0, 30.0], [20.0, 15.0]]), np.array([1.0, 2.0])))
    [[0.5 1. ]
     [0.5 1. ]]
    """
    return (ratios(times)[:, :, None] <= np.asarray(tau, float) * (1 + 1e-12)).mean(axis=1)


def score(times: np.ndarray, tau_max: float = 4.0) -> np.ndarray:
    """Return the mean height of each method's profile from 1 to tau_max: AlgoPerf's score, from 0 to 1.

    Parameters
    ----------
    times : ndarray, shape (methods, workloads)
    tau_max : float
        Above 1; slower than this counts as not reached.

    References
    ----------
    Dahl et al. 2023, Section 4.

    Examples
    --------
    >>> print(score(np.array([[10.0, 30.0], [20.0, 15.0]]), tau_max=3.0))
    [0.75 0.75]
    """
    if not checks.number("tau_max", tau_max) > 1:
        raise ValueError(f"tau_max must be above 1; got {tau_max!r}")
    # A workload at the ratio r is counted from r on: it adds (tau_max − r) / (tau_max − 1).
    return np.clip((tau_max - ratios(times)) / (tau_max - 1), 0.0, 1.0).mean(axis=1)


def expected_best(times: np.ndarray, k: int) -> float:
    """Return the expected fastest of k trials, drawn from those that were made, each at most once.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Of all trials; to have a mean, a lost one must count with a number.
    k : int
        From 1 to n.

    References
    ----------
    Dodge et al. 2019 draw with replacement. Without it there is no bias: Tang et al. 2020.

    Examples
    --------
    >>> expected_best(np.array([3.0, 1.0, 2.0]), 2)  # of 3 1, 3 2, 1 2
    1.3333333333333333
    """
    ordered = np.sort(_row(times))
    n = len(ordered)
    if checks.whole_number("k", k, low=1) > n:
        raise ValueError(f"k must be at most the number of trials, {n}; got {k}")
    # The i-th fastest (from 0) is the fastest of k with the chance C(n − 1 − i, k − 1) / C(n, k).
    total, chance, left = 0.0, k / n, 1.0
    for i, each in enumerate(ordered):
        total += chance * each if chance else 0.0  # a lost one that is never the fastest does not count
        left = n - 1 - i
        chance *= (left - k + 1) / left if left > 0 else 0.0
    return float(total)


def study_time(tuned: np.ndarray, size: int = 5) -> float:
    """Return a method's time as AlgoPerf counts it: the median over studies of the fastest trial in each.

    Parameters
    ----------
    tuned : ndarray, shape (n,)
        Times of the trials, in the order in which they were drawn.
    size : int
        Trials a study, which divides n.

    References
    ----------
    Dahl et al. 2023, Section 4: five studies of five trials.

    Examples
    --------
    >>> study_time(np.array([9.0, 4.0, 7.0, 8.0, 5.0, 6.0]), size=2)
    5.0
    """
    tuned, size = _row(tuned), checks.whole_number("size", size, low=1)
    if len(tuned) % size:
        raise ValueError(f"size must divide the number of trials, {len(tuned)}; got {size}")
    fastest = np.sort(tuned.reshape(-1, size).min(axis=1))
    return float(fastest[len(fastest) // 2])  # the slower of the middle two: inf − inf has no mean


def _row(times: np.ndarray) -> np.ndarray:
    """Return times of trials as a row of floats, or raise a ValueError."""
    row = checks.array("times", times, float)
    if row.ndim != 1 or not row.size or np.isnan(row).any():
        raise ValueError(f"times must be a row of at least one number, none nan; got {times!r}")
    return row


def band(
    runs: np.ndarray, of: Callable[[np.ndarray], Any], rng: np.random.Generator, *, times: int = 400
) -> np.ndarray:
    """Return the 5th, 50th and 95th percentile of a result when trials and seeds are drawn again.

    The draws of the trials are drawn with replacement, and in each its final seeds; the result is the mean
    over the draws. With three or five draws such a band is rough, and rather too narrow than too wide.

    Parameters
    ----------
    runs : ndarray, shape (draws, methods, workloads, seeds)
        Times of all final runs.
    of : callable
        ``of(times)`` -> the result from a table of medians (methods, workloads).
    rng : numpy.random.Generator
        Draws; the same for all methods, which share trials and seeds.
    times : int
        How often.

    Returns
    -------
    ndarray, shape (3, ...)

    Examples
    --------
    >>> runs = np.array([[[[10.0, 10.0]], [[20.0, 20.0]]]])
    >>> print(band(runs, score, np.random.default_rng(0))[:, 0])
    [1. 1. 1.]
    """
    runs, rng = checks.array("runs", runs, float), checks.generator(rng)
    draws, _, workloads, seeds = runs.shape
    found = []
    for _ in range(times):
        each = []
        for draw in rng.integers(draws, size=draws):
            picked = rng.integers(seeds, size=(1, workloads, seeds))
            each.append(np.array(of(median(np.take_along_axis(runs[draw], picked, axis=2)))))
        found.append(np.mean(each, axis=0))
    return np.percentile(found, (5, 50, 95), axis=0)


def median(runs: np.ndarray) -> np.ndarray:
    """Return the medians along the last axis; of two middle ones the slower, since one may be infinite.

    Examples
    --------
    >>> print(median(np.array([[1.0, 2.0, np.inf], [1.0, np.inf, 2.0]])))
    [2. 2.]
    """
    return np.sort(runs, axis=-1)[..., runs.shape[-1] // 2]
