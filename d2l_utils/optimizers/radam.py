"""Rectified Adam."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.adam import Adam
from d2l_utils.optimizers.settings import Fixed, Hyperparameter

__all__ = ["RAdam"]


class RAdam(Adam):
    """Adam that does not divide by √ŝ before s averages enough squares, and then little by little.

    With ``n∞ = 2/(1 − β₂) − 1`` and ``n = n∞ − 2 t β₂ᵗ/(1 − β₂ᵗ)``, the squares that s averages:
    ``p ← p − η m̂`` while n is at most τ, then ``p ← p − η r m̂ / (√ŝ + ε)`` with
    ``r² = (n − 4)(n − 2) n∞ / ((n∞ − 4)(n∞ − 2) n)``; m̂ and ŝ are Adam's.

    Parameters
    ----------
    lr, beta1, beta2, eps, eps_root, eps_hat
        As in `Adam`; with ``eps_hat`` it is PyTorch's.
    threshold : float or ndarray
        τ, 0 or more: n must exceed it, and 4. The paper has 4; PyTorch, Optax and the authors' code have 5,
        with which the first 5 steps go without ŝ if β₂ is 0.85 or more.
    inclusive : bool
        True divides also where n is τ exactly (Optax).

    References
    ----------
    Liu, Jiang, He, Chen, Liu, Gao & Han 2020, Algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> w, optimizer = np.array([1.0]), RAdam(lr=0.001)
    >>> for step in range(1, 7):
    ...     before = w.copy()
    ...     optimizer.update(w, np.array([100.0]))
    ...     print(step, (before - w).round(6))  # 0.1 = η g, until the sixth
    1 [0.1]
    2 [0.1]
    3 [0.1]
    4 [0.1]
    5 [0.1]
    6 [2.6e-05]
    """

    rule = staticmethod(rules.radam)
    shown = {"lr": 0.5, "beta2": 0.9}
    threshold = Hyperparameter("τ", slider=(1.0, 100.0), trial=5.0)
    inclusive = Fixed()

    def __init__(
        self,
        lr: Rate = 0.001,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        eps_root: Number = 0.0,
        threshold: Number = 5.0,
        *,
        eps_hat: bool = False,
        inclusive: bool = False,
    ) -> None:
        super().__init__(lr, beta1, beta2, eps, eps_root, eps_hat=eps_hat, threshold=threshold)
        self.inclusive = inclusive

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return the arguments of the rule; ``inclusive`` hands it the number just below the threshold."""
        settings = super().arguments(t)
        if not self.inclusive:
            return settings
        *rest, threshold = settings
        below = np.nextafter(threshold, 0.0)
        return (*rest, below if isinstance(below, np.ndarray) else float(below))
