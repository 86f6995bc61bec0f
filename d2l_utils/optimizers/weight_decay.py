"""Weight decay for every optimizer, put around its rule, in the two forms that frameworks have."""

from __future__ import annotations

from typing import Any

from d2l_utils._engine.decayed_rule import DecayedRule
from d2l_utils.aliases import Number
from d2l_utils.optimizers.around import Around, ScaledGradient
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Fixed, Hyperparameter

__all__ = ["WeightDecay"]


class WeightDecay(Around):
    """An optimizer that also pulls the parameters towards 0.

    Coupled: ``g ← g + λ p``, then the optimizer's step. It is the gradient of the loss plus ``λ/2 · ‖p‖²``.
    Decoupled: ``p ← (1 − η λ) p``, then the optimizer's step.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rule, settings and schedule are used; its own state is neither read nor changed.
    weight_decay : float or ndarray
        λ, 0 or more.
    decoupled : bool
        False (PyTorch, and most of MXNet): coupled. True (Keras, and every AdamW): decoupled.

    References
    ----------
    Loshchilov & Hutter 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import SGD, Adam
    >>> for optimizer in (SGD(lr=0.1), Adam(lr=0.1)):
    ...     w = np.array([1.0])
    ...     WeightDecay(optimizer, 0.5).update(w, np.array([0.0]))
    ...     print(w.round(4))  # Adam divides the decay by its own size
    [0.95]
    [0.9]
    """

    weight_decay = Hyperparameter("λ")
    decoupled = Fixed()

    def __init__(self, optimizer: Optimizer, weight_decay: Number, *, decoupled: bool = False) -> None:
        super().__init__(optimizer, weight_decay=weight_decay)
        self.decoupled = decoupled
        if isinstance(optimizer, ScaledGradient) and not decoupled:
            raise TypeError(
                "coupled weight decay goes inside, or it is scaled with the gradient: say ScaledGradient("
                f"WeightDecay(...), {optimizer.scale!r}), or take the preset's own; got {optimizer!r}"
            )

        if hasattr(optimizer, "averaged") and decoupled:
            raise TypeError(
                "decoupled weight decay would pull the average along with the parameters: make the "
                f"schedule-free optimizer with its own weight_decay; got {optimizer!r}"
            )
        if optimizer._corrects_rate and decoupled:
            raise TypeError(
                "decoupled weight decay takes η λ, and MXNet's Adam hands its rule a rate that is corrected "
                f"for the start: put it around Adam(..., eps_hat=True); got {optimizer!r}"
            )

    def _settings_told(self) -> dict[str, Any]:
        return self.hyperparameters | ({"decoupled": True} if self.decoupled else {})

    @property
    def rule(self) -> DecayedRule:  # type: ignore[override]
        """The optimizer's rule with the decay before it."""
        return DecayedRule(self.optimizer.rule, self.decoupled)
