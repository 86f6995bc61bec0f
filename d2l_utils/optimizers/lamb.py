"""LAMB: Adam with a trust ratio for each layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, epsilon, fraction
from d2l_utils.optimizers.whole import ArrayMethod

__all__ = ["Lamb"]


class Lamb(ArrayMethod):
    """Adam whose step in each layer is as long as the layer's weights, times the rate.

    ``u ← m̂ / (√ŝ + ε) + λ p; p ← p − η (‖p‖ / ‖u‖) u``, with Adam's averages and the lengths of the whole
    array. The ratio of the lengths is 1 where one of them is 0. Each parameter is a layer of its own.

    Parameters
    ----------
    lr : float or callable
        Learning rate η, 0 or more: the share of its length by which a layer moves.
    beta1, beta2, eps, eps_root : float
        As in `Adam`.
    weight_decay : float
        λ, 0 or more: a part of the step whose length is then set.
    decoupled : bool
        True: ``p ← (1 − η λ) p`` first, and no decay in the step (Keras).

    References
    ----------
    You et al. 2020, Large Batch Optimization for Deep Learning, Algorithm 2, with φ(z) = z.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([3.0, 4.0])
    >>> Lamb(lr=0.1, eps=0.0).update(w, np.array([1e-3, 1e3]))
    >>> print((np.array([3.0, 4.0]) - w).round(4))  # of length 0.1 · 5, along Adam's first step
    [0.3536 0.3536]
    """

    rule: Callable[..., Any] = staticmethod(rules.lamb)
    slots = {"m": 0.0, "s": 0.0}
    clock = "t"
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    eps = epsilon()
    eps_root = epsilon(rare=True)
    weight_decay = Hyperparameter("λ")
    decoupled = Fixed()

    def __init__(
        self,
        lr: Rate = 0.001,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-6,
        eps_root: Number = 0.0,
        weight_decay: Number = 0.0,
        *,
        decoupled: bool = False,
    ) -> None:
        super().__init__(
            lr=lr, beta1=beta1, beta2=beta2, eps=eps, eps_root=eps_root, weight_decay=weight_decay
        )
        self.decoupled = decoupled
        if decoupled:
            choose(self, rules.lamb_decoupled)
