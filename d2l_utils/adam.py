"""Adam and its kin: the rules that keep a moving average of the gradient and one of its square."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from d2l_utils import checks, rules
from d2l_utils.base import Fixed, Hyperparameter, Optimizer, fraction

__all__ = ["Adam", "AdamW", "Multiplied", "NAdam"]


@dataclass(frozen=True)
class Multiplied:
    """The schedule ``alpha · multiplier(t)``."""

    alpha: float
    multiplier: Callable[[int], Any]

    def __call__(self, t: int) -> Any:
        """Return the learning rate after ``t`` updates."""
        return self.alpha * self.multiplier(t)


class Adam(Optimizer):
    """Momentum and RMSProp together, both averages corrected for their start at zero.

    ``m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; p ← p − η m̂ / (√ŝ + ε)``
    with ``m̂ = m / (1 − β₁ᵗ)`` and ``ŝ = s / (1 − β₂ᵗ)``.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more: the paper's α.
    beta1, beta2 : float or ndarray
        Shares of the two averages that survive a step, in [0, 1).
    eps : float or ndarray
        Added outside the root, after the correction.
    eps_root : float or ndarray
        Added inside the root, after the correction (Optax).
    bias_correction : bool
        False leaves both averages as they are.
    eps_hat : bool
        True takes ``eps`` for the paper's ε̂ (end of Section 2), which is added to √s before the correction:
        Keras and MXNet do.
    amsgrad : bool
        Divide by the largest s so far; with ``bias_correction=False`` this is the paper's AMSGrad, else
        PyTorch's.
    correct_first : bool
        With ``amsgrad``, take the largest *corrected* s (Optax).

    References
    ----------
    Kingma & Ba 2015, Algorithm 1; Reddi, Kale & Kumar 2018 (AMSGrad).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> Adam(lr=0.1).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # the first step is η in every coordinate
    [0.9 0.9]
    """

    rule: Callable[..., Any] = staticmethod(rules.adam)
    slots = {"m": 0.0, "s": 0.0}
    beta1 = fraction("β₁")
    beta2 = fraction("β₂")
    eps = Hyperparameter("ε")
    eps_root = Hyperparameter("ε")
    bias_correction = Fixed()
    eps_hat = Fixed()
    amsgrad = Fixed()
    correct_first = Fixed()

    def __init__(
        self,
        lr: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        eps: Any = 1e-8,
        eps_root: Any = 0.0,
        *,
        bias_correction: bool = True,
        eps_hat: bool = False,
        amsgrad: bool = False,
        correct_first: bool = False,
        **further: Any,
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps, eps_root=eps_root, **further)
        self.bias_correction, self.eps_hat = bias_correction, eps_hat
        self.amsgrad, self.correct_first = amsgrad, correct_first
        if amsgrad:
            self.rule = rules.amsgrad_corrected if correct_first else rules.amsgrad
            self.slots = {**self.slots, "s_max": 0.0}

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return the step for the bias correction, then the hyper-parameters, as the rule takes them."""
        settings = self._settings or super().arguments(t)
        if self.eps_hat and self.bias_correction:
            lr, beta1, beta2, eps, *rest = settings
            settings = (lr, beta1, beta2, eps / (1 - beta2**t) ** 0.5, *rest)
        return (t if self.bias_correction else math.inf, *settings)


class AdamW(Adam):
    """Adam with decoupled weight decay: ``p ← (1 − η λ) p``, then Adam's step.

    Parameters
    ----------
    lr, beta1, beta2, eps, eps_root, bias_correction, eps_hat
        As in `Adam`.
    weight_decay : float or ndarray
        λ, 0 or more. It is multiplied by the rate η; for the paper's decay apart from α, see `from_paper`.

    References
    ----------
    Loshchilov & Hutter 2019, Algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> AdamW(lr=0.1, weight_decay=0.5).update(w, np.array([0.0]))
    >>> print(w)
    [0.95]
    """

    rule = staticmethod(rules.adamw)
    weight_decay = Hyperparameter("λ")

    def __init__(
        self,
        lr: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        eps: Any = 1e-8,
        eps_root: Any = 0.0,
        weight_decay: Any = 0.01,
        *,
        bias_correction: bool = True,
        eps_hat: bool = False,
    ) -> None:
        super().__init__(
            lr, beta1, beta2, eps, eps_root,
            bias_correction=bias_correction, eps_hat=eps_hat, weight_decay=weight_decay,
        )  # fmt: skip

    @classmethod
    def from_paper(cls, alpha: float, weight_decay: float, multiplier: Any = None, **others: Any) -> AdamW:
        """Make the paper's AdamW, ``p ← p − ηₜ (α m̂ / (√ŝ + ε) + λ p)``, whose decay λ stands apart from α.

        Parameters
        ----------
        alpha : float
            The paper's α, above 0.
        weight_decay : float
            The paper's λ, 0 or more.
        multiplier : callable, optional
            The schedule ηₜ by the number of updates made; without it ηₜ = 1.
        **others
            The further arguments of `AdamW`.

        Examples
        --------
        >>> import numpy as np
        >>> w = np.array([1.0])
        >>> AdamW.from_paper(alpha=0.001, weight_decay=0.05).update(w, np.array([0.0]))
        >>> print(w)
        [0.95]
        """
        alpha = checks.number("alpha", alpha, low=0.0)
        if alpha == 0:
            raise ValueError("alpha must be above 0; got 0")
        if not (multiplier is None or callable(multiplier)):
            raise TypeError(
                f"multiplier must be a schedule, called with the updates made; got {multiplier!r}"
            )
        lr = alpha if multiplier is None else Multiplied(alpha, multiplier)
        return cls(lr=lr, weight_decay=cls.weight_decay.check(weight_decay) / alpha, **others)


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
        lr: Any = 0.002,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        eps: Any = 1e-8,
        eps_root: Any = 0.0,
        momentum_decay: Any = 0.004,
    ) -> None:
        super().__init__(lr, beta1, beta2, eps, eps_root, momentum_decay=momentum_decay)
