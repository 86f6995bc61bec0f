"""Shampoo: a matrix on each side of the gradient."""

from __future__ import annotations

import math

import numpy as np

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.matrices import inverse_fourth_root
from d2l_utils.optimizers.settings import Hyperparameter, epsilon
from d2l_utils.optimizers.whole import MatrixMethod

__all__ = ["Shampoo", "of_columns", "of_rows"]


def of_rows(p: np.ndarray) -> np.ndarray:
    """Return zeros with a row and a column for each row of p."""
    return np.zeros((len(p), len(p)), p.dtype)


def of_columns(p: np.ndarray) -> np.ndarray:
    """Return zeros with a row and a column for each column of p."""
    return of_rows(p.T)


class Shampoo(MatrixMethod):
    """AdaGrad for matrices: a fourth root on each side, of the sums of ``g gᵀ`` and of ``gᵀ g``.

    ``A ← ρ A + g gᵀ; C ← ρ C + gᵀ g; p ← p − η (A + ε I)^(−1/4) g (C + ε I)^(−1/4)``.

    Without memory, ρ = 0 and ε = 0, its step is the polar factor of g: spectral descent, and `Muon` without
    momentum. It takes matrices and kernels, as `Muon` does; each step costs two eigenvalue decompositions.

    Parameters
    ----------
    lr : float or callable
        Learning rate η, 0 or more.
    rho : float
        Share of the sums that survives a step, 0 ≤ ρ ≤ 1: 1 is the paper's sum.
    eps : float
        ε, 0 or more, added to the eigenvalues. Where they are 0 in spite of it, nothing is done.

    References
    ----------
    Gupta, Koren & Singer 2018, Shampoo, Algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.zeros((2, 2))
    >>> Shampoo(lr=0.5, rho=0.0, eps=0.0).update(w, np.array([[4.0, 0.0], [0.0, -0.25]]))
    >>> print(w.diagonal().round(6))
    [-0.5  0.5]
    """

    rule = staticmethod(rules.shampoo)
    slots = {"left": of_rows, "right": of_columns}
    kernels = True
    helpers = {"root": inverse_fourth_root}
    rho = Hyperparameter("ρ", below=math.nextafter(1, 2), trial=0.8)
    eps = epsilon()

    def __init__(self, lr: Rate = 0.1, rho: Number = 1.0, eps: Number = 1e-6) -> None:
        super().__init__(lr=lr, rho=rho, eps=eps)
