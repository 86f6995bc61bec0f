"""How honest a classifier's probabilities are: loss, reliability, and the temperature that mends them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from d2l_utils._engine import checks

__all__ = ["Reliability", "best_temperature", "log_loss", "log_softmax", "reliability", "softmax"]


def softmax(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return the probabilities of classes from their scores.

    Parameters
    ----------
    scores : ndarray, shape (..., K)
        What a network gives out before its softmax.
    temperature : float
        τ, above 0, by which the scores are divided: above 1 the probabilities come closer to each other.

    Returns
    -------
    ndarray, shape (..., K)
        Not negative, with the sum 1 along the last axis.

    Examples
    --------
    >>> print(softmax(np.log([[1.0, 3.0]])), softmax(np.log([[1.0, 9.0]]), temperature=2.0))
    [[0.25 0.75]] [[0.25 0.75]]
    """
    return np.exp(log_softmax(scores, temperature))


def log_softmax(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return the logarithm of `softmax`, exact where a probability is too small for a float.

    Examples
    --------
    >>> print(log_softmax(np.array([0.0, 1000.0])))
    [-1000.     0.]
    """
    z = checks.array("scores", scores, float) / checks.positive("temperature", temperature)
    z = z - z.max(axis=-1, keepdims=True)
    log_p: np.ndarray = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return log_p


def log_loss(probabilities: np.ndarray, t: np.ndarray) -> float:
    """Return the mean of −log of the probability that each example's label has, in nats.

    Parameters
    ----------
    probabilities : ndarray, shape (n, K)
        From 0 to 1.
    t : ndarray of int, shape (n,)
        Labels from 0 to K − 1.

    Raises
    ------
    ValueError
        If a number is no probability (nan, of a lost network, passes), or the shapes or labels do not fit.

    Examples
    --------
    >>> round(log_loss(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0, 0])), 4)  # (log 2 + 0) / 2
    0.3466
    """
    p, t = labelled(checks.array("probabilities", probabilities, float), t)
    if np.any(p < 0) or np.any(p > 1 + 1e-9):
        raise ValueError("probabilities must be from 0 to 1; were these scores?")
    with np.errstate(divide="ignore"):
        return -float(np.log(p[np.arange(len(t)), t]).mean())


class Reliability(NamedTuple):
    """A classifier's confidence beside its success, bin by bin.

    Attributes
    ----------
    confidence, accuracy : ndarray, shape (bins,)
        Means over the examples of a bin; nan where it is empty.
    examples : ndarray of int, shape (bins,)
        How many a bin holds.
    error : float
        The expected calibration error, ECE: the mean of their distance, a bin weighed by its examples.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    examples: np.ndarray
    error: float


def reliability(probabilities: np.ndarray, t: np.ndarray, bins: int = 10) -> Reliability:
    """Sort examples by their largest probability into bins of equal width, and see how many are right.

    The error is biased upwards: where few examples share a bin, luck alone parts accuracy from confidence.

    Parameters
    ----------
    probabilities : ndarray, shape (n, K)
    t : ndarray of int, shape (n,)
        Labels from 0 to K − 1.
    bins : int
        Number of bins over (0, 1], at least 1; each holds its right end.

    References
    ----------
    Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017, equation 3.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.7, 0.3], [0.7, 0.3], [0.3, 0.7]])
    >>> round(reliability(p, np.array([0, 0, 0, 0]), bins=5).error, 3)  # |1 − 0.9| / 4 + 3 |2/3 − 0.7| / 4
    0.05
    """
    p, t = labelled(probabilities, t)
    bins = checks.whole_number("bins", bins, low=1)
    top, right = p.max(axis=1), p.argmax(axis=1) == t
    place = np.clip(np.ceil(top * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(place, top, bins) / count
        accuracy = np.bincount(place, right, bins) / count
    error = np.nansum(count * np.abs(accuracy - confidence)) / len(t)
    return Reliability(confidence, accuracy, count, float(error))


def best_temperature(scores: np.ndarray, t: np.ndarray, low: float = 0.05, high: float = 20.0) -> float:
    """Return the temperature at which the softmax of the scores has the lowest logarithmic loss.

    The loss is convex in 1/τ; its slope there is halved in until nothing is left to halve.

    Parameters
    ----------
    scores : ndarray, shape (n, K)
        Finite scores, or logarithms of probabilities, of examples that were not trained on.
    t : ndarray of int, shape (n,)
        Labels from 0 to K − 1.
    low, high : float
        Between which it is looked for; if the loss falls beyond an end, that end is returned.

    References
    ----------
    Guo et al. 2017, Section 4.2.

    Examples
    --------
    >>> scores = 3 * np.log([[0.8, 0.2]] * 5)  # three times too sure: four of five are right
    >>> round(best_temperature(scores, np.array([0, 0, 0, 0, 1])), 6)
    3.0
    """
    scores, t = labelled(checks.array("scores", scores, float), t)
    if not 0 < checks.number("low", low) < checks.number("high", high):
        raise ValueError(f"low must be above 0 and below high; got low={low:g} and high={high:g}")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite; the logarithm of a probability of 0 is not")
    rows = np.arange(len(t))
    least, most = 1 / high, 1 / low
    for _ in range(60):
        middle = (least + most) / 2
        slope = np.mean(np.sum(softmax(scores * middle) * scores, axis=1) - scores[rows, t])
        least, most = (least, middle) if slope > 0 else (middle, most)
    return float(2 / (least + most))


def labelled(values: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values, one row an example and one column a class, and the labels, or raise ValueError."""
    values, t = checks.same_length(values, t)
    if values.ndim != 2 or t.ndim != 1:
        raise ValueError(f"expected shapes (n, K) and (n,); got {values.shape} and {t.shape}")
    if t.dtype.kind not in "iu" or t.min() < 0 or t.max() >= values.shape[1]:
        raise ValueError(f"t must hold class labels from 0 to {values.shape[1] - 1}; got {np.unique(t)}")
    return values, t
