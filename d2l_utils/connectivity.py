"""The line between two networks: the loss on it, and what of that is only the order of their units."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from d2l_utils._engine import checks

__all__ = ["aligned", "along_line", "assign", "barrier", "interpolated"]

Weights = Mapping[str, np.ndarray]


def interpolated(start: Weights, end: Weights, share: float) -> dict[str, np.ndarray]:
    """Return ``(1 − share) start + share end``, place by place, in new arrays.

    Parameters
    ----------
    start, end : mapping of str to ndarray
        Parameters of the same names and shapes.
    share : float
        0 gives the start, 1 the end, 1/2 the mean of the two.

    Examples
    --------
    >>> interpolated({"w": np.array([0.0, 2.0])}, {"w": np.array([4.0, 2.0])}, 0.25)
    {'w': array([1., 2.])}
    """
    _same(start, end)
    share = checks.number("share", share)
    return {name: (1 - share) * start[name] + share * end[name] for name in start}


def along_line(
    loss: Callable[[dict[str, np.ndarray]], float], start: Weights, end: Weights, num_points: int = 21
) -> np.ndarray:
    """Return the loss at evenly spaced points of the line from one set of parameters to another.

    Parameters
    ----------
    loss : callable
        ``loss(params)`` -> float.
    start, end : mapping of str to ndarray
        The ends, which are among the points.
    num_points : int
        At least 3.

    Returns
    -------
    ndarray, shape (num_points,)

    Examples
    --------
    >>> end = {"w": np.array([1.0])}
    >>> along_line(lambda p: float(p["w"][0] ** 2), {"w": np.array([-1.0])}, end, 5).tolist()
    [1.0, 0.25, 0.0, 0.25, 1.0]
    """
    shares = np.linspace(0, 1, checks.whole_number("num_points", num_points, low=3))
    return np.array([float(loss(interpolated(start, end, share))) for share in shares])


def barrier(losses: np.ndarray) -> float:
    """Return how far a curve of losses rises above the chord of its ends, 0 if it never does.

    References
    ----------
    Entezari et al. 2022; Frankle et al. 2020 measure from the mean of the ends.

    Examples
    --------
    >>> barrier(np.array([1.0, 4.0, 3.0]))  # the chord is at 2
    2.0
    """
    losses = checks.array("losses", losses, float)
    if losses.ndim != 1 or len(losses) < 3 or np.isnan(losses).any():
        raise ValueError(f"losses must be a row of at least 3 numbers, none nan; got shape {losses.shape}")
    return float(np.max(losses - np.linspace(losses[0], losses[-1], len(losses))))


def assign(gain: np.ndarray) -> np.ndarray:
    """Return for each row a column of its own, so that the sum of the entries chosen is the largest.

    Row after row along the shortest augmenting path, O(n³).

    Parameters
    ----------
    gain : ndarray, shape (n, n)
        Finite numbers.

    Returns
    -------
    ndarray of int, shape (n,)
        ``columns[i]`` belongs to row i.

    References
    ----------
    Kuhn 1955 solved it first; Jonker & Volgenant 1987, without their first phases, is this method.

    Examples
    --------
    >>> assign(np.array([[9.0, 8.0], [8.0, 1.0]])).tolist()  # not the greedy 9 + 1
    [1, 0]
    """
    cost = -checks.array("gain", gain, float)
    if cost.ndim != 2 or cost.shape[0] != cost.shape[1] or not np.isfinite(cost).all():
        raise ValueError(f"gain must be a square matrix of finite numbers; got shape {cost.shape}")
    n = len(cost)
    row_price, column_price = np.zeros(n + 1), np.zeros(n + 1)
    owner, before = np.full(n + 1, -1), np.zeros(n + 1, int)  # column n stands for the row that is placed
    for row in range(n):
        owner[n], column = row, n
        slack, done = np.full(n, np.inf), np.zeros(n + 1, bool)
        while owner[column] >= 0:
            done[column] = True
            here = owner[column]
            reduced = cost[here] - row_price[here] - column_price[:n]
            better = ~done[:n] & (reduced < slack)
            slack[better], before[:n][better] = reduced[better], column
            after = int(np.argmin(np.where(done[:n], np.inf, slack)))
            step = slack[after]
            row_price[owner[done]] += step
            column_price[done] -= step
            slack[~done[:n]] -= step
            column = after
        while column != n:  # along the path, each column goes to the row before
            owner[column], column = owner[before[column]], before[column]
    columns = np.empty(n, int)
    columns[owner[:n]] = np.arange(n)
    return columns


def aligned(params: Weights, to: Weights) -> dict[str, np.ndarray]:
    """Return a two-layer network with its hidden units in the order that brings it nearest to another.

    The function it computes stays the same. The order minimises the distance of all weights, which for one
    hidden layer is one assignment problem.

    Parameters
    ----------
    params, to : mapping of str to ndarray
        ``W1, b1, W2, b2`` of a `TwoLayerNet`, of the same shapes; a unit is a column of ``W1``, an element of
        ``b1`` and a row of ``W2``.

    References
    ----------
    Ainsworth et al. 2023, Section 3.2 (weight matching).

    Examples
    --------
    >>> to = {"W1": np.array([[1.0, 5.0]]), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}
    >>> turned = to | {"W1": to["W1"][:, ::-1], "W2": to["W2"][::-1]}
    >>> aligned(turned, to)["W1"].tolist()
    [[1.0, 5.0]]
    """
    _same(params, to)
    if set(params) != {"W1", "b1", "W2", "b2"}:
        raise ValueError(f"params must be W1, b1, W2, b2 of a two-layer network; got {sorted(params)}")
    likeness = to["W1"].T @ params["W1"] + np.outer(to["b1"], params["b1"]) + to["W2"] @ params["W2"].T
    order = assign(likeness)
    return {
        "W1": params["W1"][:, order],
        "b1": params["b1"][order],
        "W2": params["W2"][order],
        "b2": params["b2"].copy(),
    }


def _same(one: Weights, other: Weights) -> None:
    """Raise ValueError unless two sets of parameters have the same names and shapes."""
    shapes = [{name: np.shape(value) for name, value in each.items()} for each in (one, other)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the two must have the same names and shapes; got {shapes[0]} and {shapes[1]}")
