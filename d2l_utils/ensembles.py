"""Several predictions made one: their mean, what it gains, and one network that learns from all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.calibration import labelled, log_loss, log_softmax
from d2l_utils.data import Examples, load_digits

__all__ = [
    "Pooled",
    "backpropagated",
    "distillation_loss",
    "load_ensembles",
    "noisy_digits",
    "pool",
    "pool_squared",
    "scores",
]


class Pooled(NamedTuple):
    """What a mean of predictions gains: ``loss == members - ambiguity``.

    Attributes
    ----------
    loss : float
        Loss of the mean prediction.
    members : float
        Mean of the members' losses.
    ambiguity : float
        How far they disagree: for squares the mean squared distance from their mean, without the targets.
    """

    loss: float
    members: float
    ambiguity: float


def pool(probabilities: np.ndarray, t: np.ndarray) -> Pooled:
    """Average the members' probabilities, and say by the logarithmic loss what that gains.

    Parameters
    ----------
    probabilities : ndarray, shape (M, n, K)
        Of M members, for n examples and K classes.
    t : ndarray of int, shape (n,)
        Labels from 0 to K − 1.

    References
    ----------
    Jensen's inequality: the ambiguity is never below 0.

    Examples
    --------
    >>> found = pool(np.array([[[0.2, 0.8]], [[0.8, 0.2]]]), np.array([0]))
    >>> print(f"{found.loss:.3f} = {found.members:.3f} - {found.ambiguity:.3f}")
    0.693 = 0.916 - 0.223
    """
    each = _members(probabilities, 3)
    loss = log_loss(each.mean(axis=0), t)
    members = float(np.mean([log_loss(p, t) for p in each]))
    return Pooled(loss, members, members - loss)


def pool_squared(predictions: np.ndarray, targets: np.ndarray) -> Pooled:
    """Average the members' predictions, and say by the squared error what that gains.

    Parameters
    ----------
    predictions : ndarray, shape (M, n, ...)
        Of M members, for n examples: numbers, or probabilities of classes (Brier's score).
    targets : ndarray, shape (n, ...)
        Numbers, or labels one-hot. Squares are summed over the axes after the first.

    References
    ----------
    Krogh & Vedelsby 1995: the ambiguity, which needs no targets, is the gain.

    Examples
    --------
    >>> pool_squared(np.array([[1.0], [3.0]]), np.array([1.0]))
    Pooled(loss=1.0, members=2.0, ambiguity=1.0)
    """
    each = _members(predictions, 2)
    targets = checks.array("targets", targets)
    if each.shape[1:] != targets.shape:
        raise ValueError(f"targets must have the shape {each.shape[1:]} of a member's; got {targets.shape}")
    mean, n = each.mean(axis=0), len(targets)
    return Pooled(
        float(np.sum((mean - targets) ** 2) / n),
        float(np.sum((each - targets) ** 2) / n / len(each)),
        float(np.sum((each - mean) ** 2) / n / len(each)),
    )


def distillation_loss(
    scores: np.ndarray, t: np.ndarray, teacher: np.ndarray, *, temperature: float, weight: float
) -> tuple[float, np.ndarray]:
    """Return the loss of a student that learns from labels and from a teacher, and its gradient.

    ``(1 − w) log_loss(p₁, t) + w τ² KL(q_τ ‖ p_τ)``, both means over the examples, with the student's p and
    the teacher's q at temperature τ. The factor τ² keeps the second gradient's size as τ changes.

    Parameters
    ----------
    scores, teacher : ndarray, shape (n, K)
        The student's scores, and the teacher's: scores, or logarithms of an ensemble's probabilities.
    t : ndarray of int, shape (n,)
        Labels from 0 to K − 1.
    temperature : float
        τ, above 0.
    weight : float
        w, from 0 (labels only) to 1 (teacher only).

    Returns
    -------
    loss : float
    gradient : ndarray, shape (n, K)
        By the student's scores.

    References
    ----------
    Hinton, Vinyals & Dean 2015, Section 2.

    Examples
    --------
    >>> s, q, t = np.zeros((1, 2)), np.log([[0.9, 0.1]]), np.array([0])
    >>> loss, gradient = distillation_loss(s, t, q, temperature=1.0, weight=1.0)
    >>> round(loss, 4), gradient.round(3).tolist()  # KL of (0.9, 0.1) from (0.5, 0.5), and p − q
    (0.3681, [[-0.4, 0.4]])
    """
    scores, t = labelled(scores, t)
    if np.shape(teacher) != scores.shape:
        raise ValueError(f"teacher must have the shape {scores.shape} of scores; got {np.shape(teacher)}")
    tau = checks.positive("temperature", temperature)
    if not 0 <= checks.number("weight", weight) <= 1:
        raise ValueError(f"weight must be from 0 to 1; got {weight!r}")
    n, rows = len(t), np.arange(len(t))
    log_p, log_soft = log_softmax(scores, 1.0), log_softmax(scores, tau)
    log_q = log_softmax(teacher, tau)
    q = np.exp(log_q)
    hard, soft = -log_p[rows, t].mean(), tau**2 * _divergence(q, log_q, log_soft) / n
    error = np.exp(log_p)
    error[rows, t] -= 1
    gradient = ((1 - weight) * error + weight * tau * (np.exp(log_soft) - q)) / n
    return float((1 - weight) * hard + weight * soft), gradient


def noisy_digits(
    rng: np.random.Generator, *, num_train: int = 800, num_validation: int = 300, wrong: float = 0.2
) -> tuple[Examples, Examples, Examples]:
    """Return the digits, split anew, with some training labels thrown away and drawn by lot.

    The noise in the labels keeps the gradients noisy to the end: on the digits as they are, a small network
    soon fits every label, and its gradients vanish.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the split and the labels.
    num_train, num_validation : int
        At least 1; what is left of the 1797 digits is the test set.
    wrong : float
        Probability, from 0 to 1, that a training label is drawn anew from the ten: nine tenths of these are
        wrong then. Validation and test labels stay.

    Examples
    --------
    >>> train, validation, test = noisy_digits(np.random.default_rng(0))
    >>> len(train.t), len(validation.t), len(test.t)
    (800, 300, 697)
    """
    checks.generator(rng)
    if not 0 <= checks.number("wrong", wrong) <= 1:
        raise ValueError(f"wrong must be from 0 to 1; got {wrong!r}")
    first = checks.whole_number("num_train", num_train, low=1)
    second = first + checks.whole_number("num_validation", num_validation, low=1)
    x, t = (np.concatenate(both) for both in zip(*load_digits(), strict=True))
    if second >= len(x):
        raise ValueError(f"num_train + num_validation must be below {len(x)}; got {second}")
    order = rng.permutation(len(x))
    parts = [Examples(x[rows], t[rows]) for rows in np.split(order, [first, second])]
    lost = rng.random(first) < wrong
    parts[0].t[lost] = rng.integers(10, size=np.count_nonzero(lost))
    return parts[0], parts[1], parts[2]


def scores(params: Mapping[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return the scores, before the softmax, of a two-layer network from its parameters alone.

    Parameters
    ----------
    params : mapping of str to ndarray
        ``W1, b1, W2, b2`` of a `TwoLayerNet`, or an average of some.
    x : ndarray, shape (n, inputs)

    Returns
    -------
    ndarray, shape (n, K)

    Examples
    --------
    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.ones(2)}
    >>> scores(params, np.array([[3.0, -3.0]])).tolist()
    [[4.0, 1.0]]
    """
    hidden = np.maximum(np.asarray(x) @ params["W1"] + params["b1"], 0)
    found: np.ndarray = hidden @ params["W2"] + params["b2"]
    return found


def backpropagated(
    params: Mapping[str, np.ndarray], x: np.ndarray, error: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the gradient by a two-layer network's parameters from the gradient by its scores.

    Parameters
    ----------
    params : mapping of str to ndarray
        ``W1, b1, W2, b2``.
    x : ndarray, shape (n, inputs)
    error : ndarray, shape (n, K)
        The gradient of any loss by the scores, such as that of `distillation_loss`.

    Returns
    -------
    dict of str to ndarray
        With the names and shapes of ``params``.

    Examples
    --------
    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.ones(2)}
    >>> backpropagated(params, np.array([[3.0, -3.0]]), np.array([[1.0, 1.0]]))["W2"].tolist()
    [[3.0, 3.0], [0.0, 0.0]]
    """
    x = np.asarray(x)
    hidden = np.maximum(x @ params["W1"] + params["b1"], 0)
    back = (error @ params["W2"].T) * (hidden > 0)
    return {"W1": x.T @ back, "b1": back.sum(axis=0), "W2": hidden.T @ error, "b2": error.sum(axis=0)}


def load_ensembles() -> dict[str, Any]:
    """Return what `tools/ensembles.py` measured in advance, with its date, versions, seeds and cost.

    Examples
    --------
    >>> sorted(load_ensembles())[:3]
    ['barriers', 'basin', 'budget']
    """
    text = files("d2l_utils").joinpath("datasets", "ensembles.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _divergence(q: np.ndarray, log_q: np.ndarray, log_p: np.ndarray) -> float:
    """Return the sum of q (log q − log p), where 0 log 0 is 0."""
    there = q > 0
    return float(np.sum(q[there] * (log_q[there] - log_p[there])))


def _members(predictions: np.ndarray, axes: int) -> np.ndarray:
    each = checks.array("predictions", predictions, float)
    if each.ndim < axes or not len(each):
        raise ValueError(
            f"predictions must have at least {axes} axes, one row a member; got shape {each.shape}"
        )
    return each
