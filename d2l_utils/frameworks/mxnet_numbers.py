"""What MXNet does with numbers: it rounds settings to 32 bits, and asks schedulers for update 1, 2, ..."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.optimizers import Adam
from d2l_utils.optimizers.around import Around
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Hyperparameter
from d2l_utils.schedules import Schedule
from d2l_utils.schedules.parts import moved_by

__all__ = ["CorrectedRate", "CountedFromOne", "Rounded", "in_single", "single"]


def single(value: Any) -> Any:
    """Return a number, an array or what a schedule returns, as 32 bits hold it, in 64.

    Examples
    --------
    >>> single(0.1)
    0.10000000149011612
    """
    if callable(value):
        return Rounded(value)
    with np.errstate(over="ignore"):
        rounded = np.asarray(value).astype(np.float32).astype(float)
    if np.isinf(rounded).any() and np.isfinite(value).all():
        raise ValueError(f"MXNet's settings have 32 bits, so they end at 3.4e38; got {value!r}")
    return rounded if rounded.ndim else float(rounded)


@dataclass(frozen=True)
class Rounded:
    """A schedule whose rates are rounded to 32 bits."""

    schedule: Callable[[int], Any]

    @property
    def remembers(self) -> bool:
        """Whether what it rounds cannot go back."""
        return getattr(self.schedule, "remembers", False)

    @property
    def momentum(self) -> Any:
        """The schedule of the momentum that belongs to it, or None."""
        return moved_by(self.schedule)

    def __call__(self, t: int) -> Any:
        """Return the learning rate after ``t`` updates."""
        return single(checks.real("lr", self.schedule(t)))


def in_single(optimizer: Optimizer) -> Optimizer:
    """Round all settings of an optimizer to 32 bits, now and whenever they are set; return it.

    Those of `CorrectedRate` are left: it rounds what it makes of them.
    """
    if isinstance(optimizer, CorrectedRate):
        return optimizer
    if isinstance(optimizer, Around):
        in_single(optimizer.optimizer)
    optimizer._rounded = single
    for name, value in vars(optimizer).copy().items():
        if isinstance(getattr(type(optimizer), name, None), Hyperparameter) and name in optimizer._names:
            setattr(optimizer, name, value)
    return optimizer


@dataclass(frozen=True)
class CountedFromOne:
    """A scheduler of MXNet as a schedule of ours: it is asked for the rate of update 1, 2, ..."""

    scheduler: Callable[[int], Any]
    remembers: ClassVar[bool] = True  # MXNet's cannot go back

    @classmethod
    def of(cls, scheduler: Any, base_lr: Any) -> Any:
        """Return an ``lr_scheduler`` as a schedule that starts from a rate, or from its own if None."""
        if isinstance(scheduler, Schedule):
            if base_lr is not None:
                raise TypeError(
                    f"MXNet would write learning_rate={base_lr!r} into the scheduler as its base_lr; make "
                    "the schedule with that base_lr and give it as learning_rate, without lr_scheduler"
                )
            return scheduler
        if not callable(scheduler) or isinstance(scheduler, type):
            raise TypeError(
                f"lr_scheduler must be a scheduler, called with the update's number; got {scheduler!r}"
            )
        checks.function("lr_scheduler", scheduler)
        if base_lr is not None:
            base_lr = checks.number("learning_rate", base_lr, low=0.0)
        if base_lr is not None and getattr(scheduler, "base_lr", base_lr) != base_lr:
            scheduler = copy.copy(scheduler)  # MXNet writes it into the scheduler that it was given
            scheduler.base_lr = base_lr
        return cls(scheduler)

    def __call__(self, t: int) -> Any:
        """Return the learning rate after ``t`` updates."""
        return self.scheduler(t + 1)


class CorrectedRate(Adam):
    """Adam whose rate holds both corrections, made with β's that are exact; then all is rounded to 32 bits.

    Parameters
    ----------
    lr, beta1, beta2, eps
        As in `Adam`; ``eps`` is ε̂. They are kept as they are, and rounded when the rule takes them.

    Examples
    --------
    >>> CorrectedRate(0.001).arguments(1)[1:4]  # on the first step the corrections are √0.001 and 0.1
    (0.0003162277571391314, 0.8999999761581421, 0.9990000128746033)
    """

    _corrects_rate = True

    def __init__(self, lr: Any = 0.001, beta1: Any = 0.9, beta2: Any = 0.999, eps: Any = 1e-8) -> None:
        super().__init__(lr, beta1, beta2, eps, bias_correction=False)

    def __repr__(self) -> str:
        return super().__repr__().replace(", bias_correction=False", "")

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return t = inf for the rule, which corrects nothing more, and the settings in 32 bits."""
        _, lr, beta1, beta2, *rest = super().arguments(t)
        lr = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
        return (math.inf, *map(single, (lr, beta1, beta2, *rest)))
