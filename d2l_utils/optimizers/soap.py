"""SOAP: Adam in the axes that Shampoo finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, epsilon, fraction
from d2l_utils.optimizers.shampoo import of_columns, of_rows
from d2l_utils.optimizers.whole import MatrixMethod

__all__ = ["Axes", "Soap"]


@dataclass(frozen=True)
class Axes:
    """Eigenvectors that are found in step 1, and followed every so many steps by one step of QR.

    Parameters
    ----------
    every : int
        Between two turns.

    Examples
    --------
    >>> a = np.diag([1.0, 9.0])
    >>> print(abs(Axes(every=10)(a, np.eye(2), t=1)))
    [[0. 1.]
     [1. 0.]]
    """

    every: int

    def __call__(self, a: np.ndarray, axes: np.ndarray, t: float) -> np.ndarray:
        """Return axes of the symmetric matrix ``a``, the longest first."""
        if t == 1:
            return np.linalg.eigh(a)[1][:, ::-1]
        return axes if t % self.every else np.linalg.qr(a @ axes)[0]


class Soap(MatrixMethod):
    """Adam in the eigenvectors of averages of ``g gᵀ`` and ``gᵀ g``, which turn slowly.

    ``g̃ ← Q₁ᵀ g Q₂; m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g̃²;
    p ← (1 − η λ) p − η Q₁ (Q₁ᵀ m̂ Q₂ / (√ŝ + ε)) Q₂ᵀ``, then the averages, and at times their axes Q₁, Q₂.

    Its first update finds the axes and leaves the parameters, as in the authors' code: no gradient is divided
    by axes of its own. In a part of space that no gradient has reached yet, axes are any. It takes matrices
    and kernels, as `Muon` does.

    Parameters
    ----------
    lr : float or callable
        Learning rate η, 0 or more.
    beta1, beta2, eps : float
        As in `Adam`; β₂ is also the share of the two averages that survives a step.
    weight_decay : float
        λ, 0 or more, decoupled and times the rate.
    every : int
        The axes are followed in updates ``every``, ``2 · every``, ...

    References
    ----------
    Vyas et al. 2025, SOAP: Improving and Stabilizing Shampoo using Adam, Algorithm 3; its ε stands inside the
    root, here as in `Adam`.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.zeros((2, 2))
    >>> optimizer = Soap(lr=0.1, weight_decay=0.0)
    >>> for _ in range(2):
    ...     optimizer.update(w, np.array([[100.0, 0.0], [0.0, -0.01]]))
    >>> print(w.diagonal().round(4))  # the step of Adam's first update
    [-0.1  0.1]
    """

    rule: Callable[..., Any] = staticmethod(rules.soap)
    slots = {
        "m": 0.0, "s": 0.0, "left": of_rows, "right": of_columns,
        "left_axes": lambda p: np.eye(len(p), dtype=p.dtype),
        "right_axes": lambda p: np.eye(len(p.T), dtype=p.dtype),
    }  # fmt: skip
    clock = "t"
    kernels = True
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    eps = epsilon()
    weight_decay = Hyperparameter("λ")
    every = Fixed(partial(checks.whole_number, low=1))

    def __init__(
        self,
        lr: Rate = 0.003,
        beta1: Number = 0.95,
        beta2: Number = 0.95,
        eps: Number = 1e-8,
        weight_decay: Number = 0.01,
        *,
        every: int = 10,
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)
        self.every = every
        self.helpers = {"axes": Axes(self.every)}
