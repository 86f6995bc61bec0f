"""Gradients by finite differences, the check of an analytic gradient against them, and a loss's curvature."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from d2l_utils._engine import checks

if TYPE_CHECKING:  # a box that grades gradients holds no models
    from d2l_utils.models import Model

__all__ = ["gradient_check", "hessian", "hessian_vector_product", "numerical_gradient", "sharpness"]


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
            above, upper = x[index], +f()  # a copy
            x[index] = here - h
            gradient[index] = (upper - f()) / (above - x[index])
        finally:
            x[index] = here
    return gradient


def gradient_check(model: Model, x: np.ndarray, t: np.ndarray, h: float = 1e-5) -> dict[str, float]:
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
    analytic = _kept(model.gradient(x, t))
    errors = {}
    for name, values in model.params.items():
        numeric = numerical_gradient(lambda: model.loss(x, t), values, h)
        scale = np.linalg.norm(analytic[name]) + np.linalg.norm(numeric)
        errors[name] = float(np.linalg.norm(analytic[name] - numeric) / scale) if scale else 0.0
    return errors


def _kept(gradient: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return a gradient's copy, for a model may fill the same arrays each time it is asked."""
    return {name: np.array(values) for name, values in gradient.items()}


def hessian_vector_product(
    model: Model, x: np.ndarray, t: np.ndarray, direction: dict[str, np.ndarray], h: float = 1e-5
) -> dict[str, np.ndarray]:
    """Return the Hessian of a model's loss times a direction, from two gradients and without the Hessian.

    ``(g(w + h d) − g(w − h d)) / 2h``, with the direction d scaled to length 1 and its length put back.

    Parameters
    ----------
    model : Model
        With ``params`` and ``gradient(x, t)``, as in :mod:`d2l_utils.models`. Its parameters are the same
        after the call, even if the gradient raises.
    x, t : ndarray
        The examples whose mean loss is meant.
    direction : dict of str to ndarray
        With the keys and shapes of ``params``, not zero.
    h : float
        Distance of the two points from the parameters, above 0. Where a gradient jumps, as at the kinks of
        rectified units, take 1e-8: if a kink lies between the two points, its jump is divided by 2h.

    Returns
    -------
    dict of str to ndarray
        With the keys and shapes of ``params``.

    Raises
    ------
    ValueError
        If the direction has other keys or shapes than the parameters, or is zero, or ``h`` is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils.models import LinearRegression
    >>> model = LinearRegression(2, rng=np.random.default_rng(0))
    >>> x = np.array([[1.0, 0.0], [0.0, 3.0]])  # the Hessian of the weights is xᵀx / 2
    >>> along = {"W": np.array([[0.0], [1.0]]), "b": np.zeros(1)}
    >>> print(hessian_vector_product(model, x, np.zeros(2), along)["W"].round(6).ravel())
    [0.  4.5]
    """
    if set(direction) != set(model.params):
        raise ValueError(f"direction must have the keys {list(model.params)}; got {list(direction)}")
    for name, values in model.params.items():
        if np.shape(direction[name]) != values.shape:
            raise ValueError(
                f"direction[{name!r}] has shape {np.shape(direction[name])}; the parameter has {values.shape}"
            )
    if not checks.number("h", h) > 0:
        raise ValueError(f"h must be above 0; got {h!r}")
    direction = _kept(direction)  # it may be the parameters, which move, or the model's last gradient
    length = float(np.sqrt(sum(np.sum(np.square(values)) for values in direction.values())))
    if not length > 0:
        raise ValueError("direction is zero; the Hessian times nothing is nothing")
    here = {name: values.copy() for name, values in model.params.items()}
    sides = []
    try:
        for sign in (1, -1):
            for name, values in model.params.items():
                values[...] = here[name] + sign * h / length * direction[name]
            sides.append(_kept(model.gradient(x, t)))
    finally:
        for name, values in model.params.items():
            values[...] = here[name]
    return {name: (sides[0][name] - sides[1][name]) * (length / (2 * h)) for name in here}


def hessian(model: Model, x: np.ndarray, t: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Return the whole Hessian of a model's loss, a row for each parameter: for small models only.

    It takes two gradients a parameter and holds n × n numbers for n of them.

    Parameters
    ----------
    model : Model
        With ``params`` and ``gradient(x, t)``, as in :mod:`d2l_utils.models`.
    x, t : ndarray
        The examples whose mean loss is meant.
    h : float
        As in `hessian_vector_product`.

    Returns
    -------
    ndarray, shape (n, n)
        Symmetric, in loss / parameter². Rows and columns are in the order of ``params``, arrays flattened.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils.models import LinearRegression
    >>> model = LinearRegression(2, rng=np.random.default_rng(0))
    >>> x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0], [0.0, -3.0]])
    >>> print(hessian(model, x, np.zeros(4)).round(6) + 0.0)  # two weights and a bias
    [[0.5 0.  0. ]
     [0.  4.5 0. ]
     [0.  0.  1. ]]
    """
    ends = np.cumsum([values.size for values in model.params.values()])
    rows = []
    for unit in np.eye(ends[-1]):
        parts = zip(model.params.items(), np.split(unit, ends[:-1]), strict=True)
        direction = {name: part.reshape(values.shape) for (name, values), part in parts}
        image = hessian_vector_product(model, x, t, direction, h)
        rows.append(np.concatenate([image[name].ravel() for name in model.params]))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def sharpness(
    model: Model, x: np.ndarray, t: np.ndarray, *, num_products: int = 20, seed: int = 0, h: float = 1e-5
) -> float:
    """Return λmax, the largest eigenvalue of the Hessian of a model's loss at its parameters.

    Found by the method of Lanczos from Hessian-vector products, so that the Hessian itself, n × n numbers for
    n parameters, is never there. It approaches λmax from below; twenty products usually give many digits.

    Parameters
    ----------
    model : Model
        With ``params`` and ``gradient(x, t)``, as in :mod:`d2l_utils.models`.
    x, t : ndarray
        The examples whose mean loss is meant.
    num_products : int
        Hessian-vector products, two gradients each, at least 1.
    seed : int
        Of the random direction that it starts with.
    h : float
        As in `hessian_vector_product`. For a network with rectified units take 1e-8; the default may see a
        kink and report several times the truth (7.6 for 3.4 in a small trained network, 32.9 in another).

    References
    ----------
    Golub & Van Loan 2013, Section 10.1; called sharpness by Cohen et al. 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils.models import LinearRegression
    >>> model = LinearRegression(2, rng=np.random.default_rng(0))
    >>> x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0], [0.0, -3.0]])
    >>> round(sharpness(model, x, np.zeros(4)), 6)  # of a mean of squares: 0.5, 4.5, and 1 for the bias
    4.5
    """
    shapes = {name: values.shape for name, values in model.params.items()}
    ends = np.cumsum([values.size for values in model.params.values()])
    vector = np.random.default_rng(seed).normal(size=ends[-1])
    basis: list[np.ndarray] = []
    images: list[np.ndarray] = []
    for _ in range(min(checks.whole_number("num_products", num_products, low=1), len(vector))):
        before = np.linalg.norm(vector)
        for known in basis + basis:  # twice, against rounding
            vector = vector - (known @ vector) * known
        if not np.linalg.norm(vector) > 1e-9 * before:
            break  # the basis holds all that the Hessian can reach
        basis.append(vector / np.linalg.norm(vector))
        parts = zip(shapes, np.split(basis[-1], ends[:-1]), strict=True)
        image = hessian_vector_product(
            model, x, t, {name: part.reshape(shapes[name]) for name, part in parts}, h
        )
        vector = np.concatenate([image[name].ravel() for name in shapes])
        images.append(vector)
    small = np.array(basis) @ np.array(images).T
    return float(np.linalg.eigvalsh((small + small.T) / 2)[-1])
