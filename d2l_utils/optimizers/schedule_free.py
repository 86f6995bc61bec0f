"""Schedule-free gradient descent and AdamW."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import arrays
from d2l_utils.aliases import Number, Params, Rate
from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, epsilon, fraction

__all__ = ["ScheduleFreeAdamW", "ScheduleFreeSGD"]

ABOVE = 2.0**40  # no rate is as large: if the largest starts here, all weigh alike, in 32 bits too


def _between(optimizer: Any, share: Any) -> None:
    """Refuse another β: z and x are found from y and the lag by the one with which they were made."""
    name = optimizer._interpolated
    if np.any(share != optimizer.hyperparameters[name]):
        raise AttributeError(
            f"{name} is fixed when {type(optimizer).__name__} is made, for it says where the parameters are "
            f"between z and the average; make another, with {name}={share!r}"
        )


class _ScheduleFree(Optimizer):
    """What both share: the parameters are y, and `averaged` gives x."""

    weight_decay = Hyperparameter("λ", rare=True)
    equal_weights = Fixed()
    _interpolated: str

    def __init__(self, *, equal_weights: bool, **hyperparameters: Any) -> None:
        super().__init__(**hyperparameters)
        self.equal_weights = equal_weights
        if self.equal_weights:
            self.slots = {**self.slots, "lr_max": ABOVE}
        self._watch = {self._interpolated: _between}

    def _form(self) -> tuple[str, ...]:
        return (self._interpolated, "equal_weights") if self.equal_weights else (self._interpolated,)

    @in_turn
    def averaged(self, params: Params, *, kept_by: Optimizer | None = None) -> Any:
        """Return the average x of the walker's places, to be evaluated and to be saved.

        Parameters
        ----------
        params : dict of str to ndarray, or ndarray
            What `update` changes: y, the point where the gradient is taken. It is not changed.
        kept_by : Optimizer, optional
            Who keeps the state, if this optimizer is inside another.

        Returns
        -------
        dict of str to ndarray, or ndarray
            Like ``params``, in new arrays; before the first update their values.

        Raises
        ------
        ValueError
            If these are not the parameters of the updates.
        """
        named, _ = arrays.as_dicts(params, params)
        arrays.check(named, named)
        state = (kept_by or self)._state
        if state:
            self._check_state(named, state)
        share = 1 - self.hyperparameters[self._interpolated]
        found = {
            key: (p + share * state[key]["lag"]).astype(p.dtype) if state else p.copy()
            for key, p in named.items()
        }
        return found["params"] if isinstance(params, np.ndarray) else found


class ScheduleFreeSGD(_ScheduleFree):
    """Gradient descent at a constant rate that averages where it has been, and descends between both.

    ``y = (1 − β) z + β x; z ← z − η (g(y) + λ y); x ← (1 − c) x + c z``. The parameters are y.
    Evaluate x, which `averaged` returns. At a constant rate c is 1/t; with a warm-up a place weighs as much
    as the square of the largest rate up to it.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more. It need not fall.
    momentum : float or ndarray
        β, in [0, 1), fixed: with 0 the gradient is taken at z, and x is Polyak's and Ruppert's average.
    weight_decay : float or ndarray
        λ, 0 or more, of y and multiplied by the rate.
    equal_weights : bool
        True averages with c = 1/t whatever the rates were (Keras).

    References
    ----------
    Defazio, Yang, Mehta, Mishchenko, Khaled & Cutkosky 2024.

    Examples
    --------
    >>> import numpy as np
    >>> w, optimizer = np.array([1.0]), ScheduleFreeSGD(lr=0.5, momentum=0.5)
    >>> for step in range(2):
    ...     optimizer.update(w, np.array([1.0]))
    >>> print(w, optimizer.averaged(w))  # z is 0.5 and 0: x is their mean, and w between x and z
    [0.125] [0.25]
    """

    rule = staticmethod(rules.schedule_free_sgd)
    slots = {"lag": 0.0, "lr_max": 0.0, "lr_squares": 0.0}
    shown = {"lr": 0.5}
    momentum = fraction("β")
    _interpolated = "momentum"

    def __init__(
        self,
        lr: Rate = 1.0,
        momentum: Number = 0.9,
        weight_decay: Number = 0.0,
        *,
        equal_weights: bool = False,
    ) -> None:
        super().__init__(lr=lr, momentum=momentum, weight_decay=weight_decay, equal_weights=equal_weights)


class ScheduleFreeAdamW(_ScheduleFree):
    """AdamW without m, whose place the average of `ScheduleFreeSGD` takes.

    ``y = (1 − β₁) z + β₁ x; z ← z − η (g(y) / (√ŝ + ε) + λ y); x ← (1 − c) x + c z``. The parameters are y.
    Evaluate x, which `averaged` returns.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more. It need not fall.
    beta1 : float or ndarray
        How far from the walker z towards the average x the gradient is taken, in [0, 1); fixed.
    beta2, eps : float or ndarray
        As in `Adam`.
    weight_decay : float or ndarray
        λ, 0 or more: decoupled, multiplied by the rate, and of y.
    equal_weights : bool
        As in `ScheduleFreeSGD`.

    References
    ----------
    Defazio, Yang, Mehta, Mishchenko, Khaled & Cutkosky 2024, Algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> w, optimizer = np.array([1.0, 1.0]), ScheduleFreeAdamW(lr=0.1)
    >>> optimizer.update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4), optimizer.averaged(w).round(4))
    [0.9 0.9] [0.9 0.9]
    """

    rule = staticmethod(rules.schedule_free_adamw)
    slots = {"s": 0.0, "lag": 0.0, "lr_max": 0.0, "lr_squares": 0.0}
    clock = "t"
    shown = {"lr": 0.5}
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    eps = epsilon()
    _interpolated = "beta1"

    def __init__(
        self,
        lr: Rate = 0.0025,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        weight_decay: Number = 0.0,
        *,
        equal_weights: bool = False,
    ) -> None:
        super().__init__(
            lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay, equal_weights=equal_weights
        )
