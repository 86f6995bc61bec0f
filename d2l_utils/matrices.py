"""Linear algebra for the rules that see whole matrices: exact, by singular values and eigenvalues."""

from __future__ import annotations

import numpy as np

__all__ = ["polar"]


def polar(x: np.ndarray) -> np.ndarray:
    """Return the orthogonal polar factor U Vᵀ of x = U Σ Vᵀ: every singular value becomes 1, or stays 0.

    It is the matrix of spectral norm 1 that has the largest inner product with x, and so the direction of
    steepest ascent in that norm.

    Parameters
    ----------
    x : ndarray, shape (m, n)
        Finite. A singular value below the largest times the resolution of the dtype times max(m, n) is 0.

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
    kept = values > values.max(initial=0.0) * max(x.shape) * np.finfo(x.dtype).eps
    polar_factor: np.ndarray = (u * kept) @ vt
    return polar_factor
