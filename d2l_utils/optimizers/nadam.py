"""Adam with Nesterov's step."""

from __future__ import annotations

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.adam import Adam
from d2l_utils.optimizers.settings import Hyperparameter

__all__ = ["NAdam"]


class NAdam(Adam):
    """Adam with Nesterov's step: the gradient of today counts at once, and the momentum warms up.

    ``μₜ = β₁ (1 − ½ · 0.96^(ψ t)); p ← p − η (μₜ₊₁ m / (1 − ∏μ μₜ₊₁) + (1 − μₜ) g / (1 − ∏μ)) / (√ŝ + ε)``
    where ∏μ is the product μ₁ … μₜ, and m, s and ŝ are Adam's.

    Parameters
    ----------
    lr, beta1, beta2, eps, eps_root
        As in `Adam`.
    momentum_decay : float or ndarray
        ψ, 0 or more: how fast μ rises from β₁/2 to β₁. With 0.004 half the way takes 4200 steps, with 1
        (Keras) 17; with 1e6 μ is β₁ from the start (Optax).

    References
    ----------
    Dozat 2016, Algorithm 2, without the factor β₂ on ŝ that the frameworks leave out.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> NAdam(lr=0.1, momentum_decay=1e6).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # 1 + β₁/(1 + β₁) times η
    [0.8526 0.8526]
    """

    rule = staticmethod(rules.nadam)
    slots = {"m": 0.0, "s": 0.0, "mu_product": 1.0}
    momentum_decay = Hyperparameter("ψ")

    def __init__(
        self,
        lr: Rate = 0.002,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        eps_root: Number = 0.0,
        momentum_decay: Number = 0.004,
    ) -> None:
        super().__init__(lr, beta1, beta2, eps, eps_root, momentum_decay=momentum_decay)
