"""Lion."""

from __future__ import annotations

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Hyperparameter, fraction

__all__ = ["Lion"]


class Lion(Optimizer):
    """A step of η in every coordinate, by the sign of an average that today's gradient leans on.

    ``p ← (1 − η λ) p; p ← p − η sign(β₁ m + (1 − β₁) g); m ← β₂ m + (1 − β₂) g``

    Its state is half of Adam's. As each step is η long, η is three to ten times smaller than Adam's, and λ as
    much larger.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more: how far each coordinate goes, in the parameter's unit.
    beta1 : float or ndarray
        Share of the average in what the sign is taken of, in [0, 1).
    beta2 : float or ndarray
        Share of the average that survives a step, in [0, 1).
    weight_decay : float or ndarray
        λ, 0 or more: decoupled, and multiplied by the rate.

    References
    ----------
    Chen, Liang, Huang, Real, Wang, Pham, Dong, Luong, Hsieh, Lu & Le 2023, Program 1.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0, 1.0])
    >>> Lion(lr=0.1).update(w, np.array([100.0, 0.01, 0.0]))
    >>> print(w)
    [0.9 0.9 1. ]
    """

    rule = staticmethod(rules.lion)
    slots = {"m": 0.0}
    shown = {"lr": 0.25}
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    weight_decay = Hyperparameter("λ", rare=True)

    def __init__(
        self, lr: Rate = 1e-4, beta1: Number = 0.9, beta2: Number = 0.99, weight_decay: Number = 0.0
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay)
