"""Linear algebra for the rules that see whole matrices: exact, by singular values and eigenvalues."""

from __future__ import annotations

import numpy as np

__all__ = ["inverse_fourth_root", "polar"]


def polar(x: np.ndarray) -> np.ndarray:
    """Return the orthogonal polar factor U Vᵀ of x = U Σ Vᵀ: every singular value becomes 1, or stays 0.

    It is the matrix of spectral norm 1 that has the largest inner product with x, and so the direction of
    steepest ascent in that norm.

    Parameters
    ----------
    x : ndarray, shape (m, n)
        Finite. A singular value that is 0 beside the largest, up to rounding, is left at 0.

    Returns
    -------
    ndarray, shape (m, n)
        In the dtype of x.

    References
    ----------
    Higham 2008, Functions of Matrices, Chapter 8.

    Examples
    --------
    >>> print(polar(np.array([[3.0, 0.0], [0.0, -0.1]])).diagonal())
    [ 1. -1.]
    """
    u, values, vt = np.linalg.svd(x, full_matrices=False)
    polar_factor: np.ndarray = (u * _above_0(values)) @ vt
    return polar_factor


def inverse_fourth_root(a: np.ndarray, eps: float = 0.0) -> np.ndarray:
    """Return (a + ε I)^(−1/4) of a symmetric matrix without negative eigenvalues.

    Parameters
    ----------
    a : ndarray, shape (n, n)
        Symmetric and finite; only its lower half is read.
    eps : float
        Added to every eigenvalue. An eigenvalue that is 0 even so, up to rounding, is left at 0.

    Returns
    -------
    ndarray, shape (n, n)
        In the dtype of a.

    Examples
    --------
    >>> print(inverse_fourth_root(np.array([[16.0, 0.0], [0.0, 0.0]])).diagonal())
    [0.5 0. ]
    >>> print(inverse_fourth_root(np.array([[15.0, 0.0], [0.0, 0.0]]), eps=1.0).diagonal())
    [0.5 1. ]
    """
    values, vectors = np.linalg.eigh(a)
    values = values + eps
    kept = _above_0(values)
    root: np.ndarray = (vectors * kept / (values * kept + (1 - kept)) ** 0.25) @ vectors.T
    return root


def _above_0(values: np.ndarray) -> np.ndarray:
    """Return 1 for what is above 0 beside the largest of these values, 0 for what rounding leaves of 0.

    What is not finite gives NaN, so that no parameter rests because LAPACK found no singular values.
    """
    noise = values.max(initial=0.0) * len(values) * np.finfo(values.dtype).eps
    above: np.ndarray = (values > noise) + 0 * values
    return above
