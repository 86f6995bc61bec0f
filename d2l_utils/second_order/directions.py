"""Which way to go by a Hessian: the whole matrix, its products, and what to do where it curves down."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.second_order.losses import Counted, Loss, vector

__all__ = ["hessian", "hessian_product", "newton_direction", "steihaug"]


def hessian(loss: Loss, x: np.ndarray) -> np.ndarray:
    """Return the Hessian at x, from 2n gradients; exact to some eight digits where the loss is smooth.

    Parameters
    ----------
    loss : callable
        ``loss(x) -> (value, gradient)``.
    x : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n, n)
        Symmetric.

    Examples
    --------
    >>> import numpy as np
    >>> print(hessian(lambda x: (x[0] ** 2 * x[1], np.array([2 * x[0] * x[1], x[0] ** 2])),
    ...               np.array([1.0, 3.0])).round(6))
    [[6. 2.]
     [2. 0.]]
    """
    rows = np.array(rules.hessian(Counted(loss), vector("x", x)))
    return (rows + rows.T) / 2


def hessian_product(loss: Loss, x: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the Hessian at x times v, from two gradients and without the Hessian.

    Examples
    --------
    >>> import numpy as np
    >>> loss = lambda x: (2 * x[0] ** 2 + x[1] ** 2 / 2, np.array([4 * x[0], x[1]]))
    >>> print(hessian_product(loss, np.ones(2), np.array([1.0, 2.0])).round(6))
    [4. 2.]
    """
    if not vector("v", v).any():
        return np.zeros_like(v)
    return rules.hessian_product(Counted(loss), vector("x", x), v.copy())  # v may be the last gradient


def newton_direction(hessian: np.ndarray, grad: np.ndarray) -> tuple[np.ndarray, float]:
    """Return −(H + τ I)⁻¹ g with a τ that makes it lead down, and τ: 0.0 where H curves up everywhere.

    Parameters
    ----------
    hessian : ndarray, shape (n, n)
        Symmetric, of finite numbers.
    grad : ndarray, shape (n,)

    Returns
    -------
    direction : ndarray, shape (n,)
    damping : float
        τ. It begins at a thousandth of the largest row, and doubles.

    Raises
    ------
    ValueError
        If shapes do not fit, or the matrix is not symmetric, or holds NaN or infinity.

    References
    ----------
    Nocedal & Wright 2006, Algorithm 3.3.

    Examples
    --------
    >>> import numpy as np
    >>> direction, damping = newton_direction(np.diag([2.0, -1.0]), np.array([2.0, 1.0]))
    >>> bool(direction @ np.array([2.0, 1.0]) < 0), damping > 1.0
    (True, True)
    """
    n = len(vector("grad", grad))
    if hessian.shape != (n, n):
        raise ValueError(f"the Hessian must have shape {(n, n)}, as grad has {(n,)}; got {hessian.shape}")
    if not (np.isfinite(hessian).all() and np.isfinite(grad).all()):
        raise ValueError("the Hessian and the gradient must be finite; one holds NaN or infinity")
    size = float(np.linalg.norm(hessian, axis=1).max()) or 1.0
    if abs(hessian - hessian.T).max() > 1e-5 * size:
        raise ValueError("the Hessian must be symmetric; take (H + H.T) / 2 if rounding alone is to blame")
    damping, more = 0.0, 1e-3 * size
    while True:
        matrix = hessian + damping * np.eye(n)
        try:
            np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            damping, more = damping + more, 2 * more
        else:
            return np.linalg.solve(matrix, -grad), damping


def steihaug(
    product: Callable[[np.ndarray], np.ndarray],
    grad: np.ndarray,
    radius: float,
    tolerance: float | None = None,
) -> tuple[np.ndarray, str]:
    """Go down the parabola gᵀs + ½ sᵀHs within a ball, by conjugate gradients and without the matrix H.

    Parameters
    ----------
    product : callable
        ``product(v)`` -> H v.
    grad : ndarray, shape (n,)
        g, not zero.
    radius : float
        Of the ball, above 0.
    tolerance : float, optional
        Share of g that may be left as the parabola's slope: min(½, √‖g‖) by default.

    Returns
    -------
    step : ndarray, shape (n,)
        s, never longer than the radius.
    how : str
        Where it ended: ``"inside"``, at the bottom of the parabola up to the tolerance; ``"border"``; or
        ``"curves down"``, at the border, along a line that has no bottom.

    References
    ----------
    Steihaug 1983; Nocedal & Wright 2006, Algorithm 7.2.

    Examples
    --------
    >>> import numpy as np
    >>> H, g = np.diag([1.0, 4.0]), np.array([1.0, 4.0])
    >>> for radius in (9.0, 1.0):
    ...     step, how = steihaug(lambda v: H @ v, g, radius, tolerance=1e-9)
    ...     print(step.round(4), how)
    [-1. -1.] inside
    [-0.2425 -0.9701] border
    """
    return in_ball(product, vector("grad", grad), checks.positive("radius", radius), tolerance)[:2]


def in_ball(
    product: Callable[[np.ndarray], np.ndarray], grad: np.ndarray, radius: float, tolerance: float | None
) -> tuple[np.ndarray, str, float]:
    """Return what `steihaug` returns, and by how much the parabola falls on the way."""
    step, image, direction = np.zeros_like(grad), np.zeros_like(grad), -grad
    squares, how = float(grad @ grad), "inside"
    goal = (min(0.5, squares**0.25) if tolerance is None else tolerance) * math.sqrt(squares)
    for _ in range(2 * len(grad)):
        curved = product(direction)
        curvature = float(direction @ curved)
        t = squares / curvature if curvature > 0 else 0.0
        if not curvature > 0 or np.linalg.norm(step + t * direction) >= radius:
            how = "border" if curvature > 0 else "curves down"
            t = _to_border(step, direction, radius)
        step, image = step + t * direction, image + t * curved
        residual = grad + image
        before, squares = squares, float(residual @ residual)
        if how != "inside" or math.sqrt(squares) <= goal:
            break
        direction = squares / before * direction - residual
    return step, how, -float(grad @ step + step @ image / 2)


def lowest(
    product: Callable[[np.ndarray], np.ndarray], x: np.ndarray, radius: float
) -> tuple[np.ndarray, float]:
    """Return a step to the border along which the parabola of a resting point falls, and by how much.

    Lanczos' method from a fixed direction, ten products at most. The fall is 0.0 if no curvature found is
    below 0 by more than the rounding of the products, or if one is NaN or infinite.
    """
    rows: list[np.ndarray] = []
    images: list[np.ndarray] = []
    v = np.cos(np.arange(1, x.size + 1)).astype(x.dtype)
    while len(rows) < min(10, x.size) and (size := float(np.linalg.norm(v))) > 0:
        rows.append(v / size)
        images.append(product(rows[-1]))
        v = images[-1]
        for _ in range(2):  # twice is enough against rounding
            v = v - np.array(rows).T @ (np.array(rows) @ v)
    Q, seen = np.array(rows), np.array(rows) @ np.array(images).T
    if not np.isfinite(seen).all():
        return np.zeros_like(x), 0.0
    curvatures, axes = np.linalg.eigh((seen + seen.T) / 2)
    is_down = curvatures[0] < -1e-4 * abs(curvatures).max()
    return radius * (Q.T @ axes[:, 0]), -float(curvatures[0]) * radius**2 / 2 if is_down else 0.0


def _to_border(step: np.ndarray, direction: np.ndarray, radius: float) -> float:
    """Return the t above 0 at which step + t · direction is as long as the radius."""
    a, b, c = direction @ direction, step @ direction, step @ step - radius**2
    root = math.sqrt(max(0.0, b * b - a * c))
    return float(-c / (b + root) if b > 0 else (root - b) / a)
