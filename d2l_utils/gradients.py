"""Gradients by finite differences, and the check of an analytic gradient against them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from d2l_utils import checks

__all__ = ["gradient_check", "numerical_gradient"]


def numerical_gradient(f: Callable[[], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Estimate the gradient of ``f`` with respect to the array ``x`` by central differences.

    Each element is moved by ±h and put back: 2n evaluations for n elements, with an error of order h².

    Parameters
    ----------
    f : callable
        ``f()`` -> float; it must look at ``x`` itself, as a model's loss looks at its parameters.
    x : ndarray
        Floating-point array of any shape. It is the same after the call, even if ``f`` raises.
    h : float
        Distance of the two points from ``x``, above 0.

    Returns
    -------
    ndarray
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not a floating-point array.
    ValueError
        If ``h`` is not above 0, or ``x`` is read-only.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([3.0, -1.0])
    >>> print(numerical_gradient(lambda: float(np.sum(x**2)), x).round(6))
    [ 6. -2.]
    """
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        raise TypeError(f"x must be an ndarray of floating point; got {x!r}")
    if not x.flags.writeable:
        raise ValueError("x is read-only; each of its elements is moved and put back")
    if not checks.number("h", h) > 0:
        raise ValueError(f"h must be above 0; got {h!r}")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        try:
            x[index] = here + h
            above, upper = x[index], f()
            x[index] = here - h
            gradient[index] = (upper - f()) / (above - x[index])
        finally:
            x[index] = here
    return gradient


def gradient_check(model: Any, x: np.ndarray, t: np.ndarray, h: float = 1e-5) -> dict[str, float]:
    """Compare a model's analytic gradient with central differences, one relative error a parameter.

    Parameters
    ----------
    model : Model
        With ``params``, ``loss(x, t)`` and ``gradient(x, t)``, as in :mod:`d2l_utils.models`.
    x, t : ndarray
        A few examples and their targets.
    h : float
        As in `numerical_gradient`.

    Returns
    -------
    dict of str to float
        ``‖a − n‖ / (‖a‖ + ‖n‖)`` for each parameter: below 1e-7 in float64 is right; 1e-2 is a bug. 0 where
        both gradients vanish.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils.models import LinearRegression
    >>> rng = np.random.default_rng(0)
    >>> model = LinearRegression(3, rng=rng)
    >>> errors = gradient_check(model, rng.normal(size=(5, 3)), rng.normal(size=5))
    >>> max(errors.values()) < 1e-7
    True
    """
    analytic = model.gradient(x, t)
    errors = {}
    for name, values in model.params.items():
        numeric = numerical_gradient(lambda: model.loss(x, t), values, h)
        scale = np.linalg.norm(analytic[name]) + np.linalg.norm(numeric)
        errors[name] = float(np.linalg.norm(analytic[name] - numeric) / scale) if scale else 0.0
    return errors
