"""A search that learns: a Gaussian process says what is known, expected improvement where to go on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.tuning.spaces import Space, checked

__all__ = ["bayesian_search", "expected_improvement", "kernel", "posterior", "propose"]

Pair = tuple[np.ndarray, np.ndarray]


def kernel(a: np.ndarray, b: np.ndarray, length: float) -> np.ndarray:
    """Return how alike the scores at two sets of points are, from 0 to 1: exp(−½ ‖a − b‖²/length²).

    Parameters
    ----------
    a, b : ndarray, shapes (n, d) and (m, d)
        Points, one a row.
    length : float
        How far two points may lie apart before they tell little about each other.

    Returns
    -------
    ndarray, shape (n, m)

    Examples
    --------
    >>> import numpy as np
    >>> kernel(np.zeros((1, 2)), np.zeros((1, 2)), 0.3).item()
    1.0
    """
    squares = np.sum((a[:, None] - b[None]) ** 2, axis=2)
    return np.asarray(np.exp(-0.5 * squares / length**2))


def posterior(
    x: np.ndarray, y: np.ndarray, at: np.ndarray, length: float, noise: float
) -> tuple[Pair, float]:
    """Return what a Gaussian process of mean 0 and variance 1 expects elsewhere, and how well it fits.

    Parameters
    ----------
    x, y : ndarray, shapes (n, d) and (n,)
        Where it was measured, and what.
    at : ndarray, shape (m, d)
        Where one wants to know.
    length : float
        Of the `kernel`.
    noise : float
        Standard deviation of a measurement.

    Returns
    -------
    (expected, std), evidence : (ndarray, ndarray), float
        Both of shape (m,), and the log of the measurements' probability density.

    References
    ----------
    Rasmussen & Williams 2006, Algorithm 2.1.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0.0], [1.0]])
    >>> (expected, std), _ = posterior(x, np.array([1.0, -1.0]), x, length=0.2, noise=1e-4)
    >>> expected.round(3).tolist(), std.round(3).tolist()
    ([1.0, -1.0], [0.0, 0.0])
    """
    covariance = kernel(x, x, length) + noise**2 * np.eye(len(x))
    L = np.linalg.cholesky(covariance)
    white = np.linalg.solve(L, y)
    across = np.linalg.solve(L, kernel(x, at, length))
    expected, variance = across.T @ white, 1 - np.sum(across**2, axis=0)
    std = np.sqrt(np.maximum(variance, 1e-12))
    volume = np.log(np.diag(L) * math.sqrt(2 * math.pi)).sum()
    return (expected, std), float(-0.5 * white @ white - volume)


def expected_improvement(expected: np.ndarray, std: np.ndarray, best: float) -> np.ndarray:
    """Return by how much a normal score is below the best one on average, where being above counts as 0.

    Parameters
    ----------
    expected, std : ndarray, shape (m,)
        What is expected of the score, and the doubt about it, above 0.
    best : float
        The lowest score so far.

    Returns
    -------
    ndarray, shape (m,)
        E max(best − score, 0) = (best − expected) Φ(z) + std φ(z), with z = (best − expected)/std.

    References
    ----------
    Jones, Schonlau & Welch 1998, equation 15.

    Examples
    --------
    >>> import numpy as np
    >>> expected_improvement(np.array([0.0]), np.array([1.0]), 0.0).round(4).item()
    0.3989
    """
    z = (best - expected) / checks.positives("std", std)
    below = np.array([NormalDist().cdf(each) for each in z])
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return np.asarray((best - expected) * below + std * density)


def propose(x: np.ndarray, y: np.ndarray, rng: np.random.Generator, count: int = 1000) -> np.ndarray:
    """Return the point of the unit cube that promises most, of some that are drawn.

    Scores become ranks (equal ones their mean rank), and ranks become normal numbers, so that one lost
    training does not bend everything. Length and noise are those, of a few, under which what was measured is
    the likeliest.

    Parameters
    ----------
    x, y : ndarray, shapes (n, d) and (n,)
        Points of the unit cube and their scores; low is good.
    rng : numpy.random.Generator
        Draws the candidates: half anywhere, half near the best point.
    count : int
        How many, an even number.

    Returns
    -------
    ndarray, shape (d,)

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(0, 1, 9)[:, None]
    >>> bool(abs(propose(x, (x[:, 0] - 0.3) ** 2, np.random.default_rng(0)).item() - 0.3) < 0.1)
    True
    """
    below = (y[:, None] > y).sum(axis=1)
    equal = (y[:, None] == y).sum(axis=1)
    ranks, normal = below + equal / 2, NormalDist()
    scores = np.array([normal.inv_cdf(r) for r in ranks / len(y)])
    half, d = count // 2, x.shape[1]
    near = x[np.argmin(y)] + 0.1 * rng.normal(size=(half, d))
    at = np.vstack([rng.random((half, d)), np.clip(near, 0, 1)])
    pairs = itertools.product((0.15, 0.3, 0.6, 1.2), (0.1, 0.4))
    tried = [posterior(x, scores, at, *pair) for pair in pairs]
    expected, std = max(tried, key=lambda each: each[1])[0]
    gain = expected_improvement(expected, std, scores.min())
    return np.asarray(at[np.argmax(gain)])


def bayesian_search(
    score: Callable[[dict[str, Any]], float],
    space: Space,
    k: int,
    rng: np.random.Generator,
    *,
    first: int = 10,
) -> list[tuple[dict[str, Any], float]]:
    """Search a space with a Gaussian process and expected improvement, and return all trials in order.

    Parameters
    ----------
    score : callable
        ``score(setting) -> float``; low is good, and it is finite.
    space : mapping of str to Uniform, LogUniform or Choice
        The process sees each value's share of the way from 0 to 1, so a rate on a log scale.
    k : int
        The budget in trials.
    rng : numpy.random.Generator
        Draws the first trials and the candidates.
    first : int
        How many trials are drawn at random before the process is asked.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils.tuning import LogUniform
    >>> found = bayesian_search(lambda s: np.log(s["lr"] / 0.1) ** 2, {"lr": LogUniform(1e-4, 10.0)}, 20,
    ...                         np.random.default_rng(0))
    >>> len(found), bool(min(loss for _, loss in found) < 0.01)
    (20, True)
    """
    k = checks.whole_number("k", k, low=1)
    first = checks.whole_number("first", first, low=2)
    checks.generator(rng)
    space = checked(space)
    found: list[tuple[dict[str, Any], float]] = []
    points: list[np.ndarray] = []
    for done in range(k):
        losses = np.array([loss for _, loss in found])
        point = rng.random(len(space)) if done < first else propose(np.array(points), losses, rng)
        setting = {
            name: each.at(float(share)) for (name, each), share in zip(space.items(), point, strict=True)
        }
        points.append(point)
        found.append((setting, checks.number("score", score(setting))))
    return found
