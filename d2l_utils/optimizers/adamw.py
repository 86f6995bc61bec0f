"""Adam with decoupled weight decay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.adam import Adam
from d2l_utils.optimizers.settings import Hyperparameter

__all__ = ["AdamW", "Multiplied"]


@dataclass(frozen=True)
class Multiplied:
    """The schedule ``alpha · multiplier(t)``."""

    alpha: float
    multiplier: Callable[[int], Any]

    @property
    def momentum(self) -> Any:
        """The schedule of β₁ that belongs to the multiplier, or None."""
        return getattr(self.multiplier, "momentum", None)

    def __call__(self, t: int) -> Any:
        """Return the learning rate after ``t`` updates."""
        return self.alpha * checks.real("what multiplier returns", self.multiplier(t), low=0.0)


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
        lr: Rate = 0.001,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        eps_root: Number = 0.0,
        weight_decay: Number = 0.01,
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
        if multiplier is not None:
            checks.function("multiplier", multiplier)
        lr = alpha if multiplier is None else Multiplied(alpha, multiplier)
        return cls(lr=lr, weight_decay=cls.weight_decay.check(weight_decay) / alpha, **others)
