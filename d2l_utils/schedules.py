"""Learning-rate schedules: callables that take the number of updates made so far and return the rate.

An optimizer asks ``lr(0)`` for its first update. Schedules never change, so one may serve many optimizers.
To count in epochs, give ``every`` or the rate per update: five epochs are
``5 * iterations_per_epoch(len(x), batch_size)`` updates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from d2l_utils import checks

__all__ = ["Constant", "ExponentialDecay", "InverseTimeDecay", "Schedule", "StepDecay"]


@dataclass(frozen=True)
class Schedule:
    """What all schedules share: the initial rate ``lr``, and settings that are finite and 0 or more."""

    lr: float

    def __post_init__(self) -> None:
        for field in fields(self):
            checks.number(field.name, getattr(self, field.name), low=0.0)

    def __call__(self, t: int) -> float:
        """Return the learning rate after ``t`` updates, t = 0, 1, ..."""
        if not t >= 0:
            raise ValueError(f"t counts the updates made, 0 or more; got {t}")
        return self.lr * self.factor_at(t)

    def factor_at(self, t: int) -> float:
        """Return the share of the initial rate that is left after ``t`` updates."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate for ever.

    Parameters
    ----------
    lr : float
        The rate.

    Examples
    --------
    >>> Constant(0.1)(1000)
    0.1
    """

    def factor_at(self, t: int) -> float:
        return 1.0


@dataclass(frozen=True)
class StepDecay(Schedule):
    """Multiply the rate by ``factor`` after every ``every`` updates.

    Parameters
    ----------
    lr : float
        The initial rate.
    factor : float
        What each drop multiplies by, from 0 to 1.
    every : int
        Updates between drops, at least 1.

    Examples
    --------
    >>> halve = StepDecay(0.8, factor=0.5, every=100)
    >>> halve(99), halve(100), halve(200)
    (0.8, 0.4, 0.2)
    """

    factor: float = 0.5
    every: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.whole_number("every", self.every, low=1)
        if self.factor > 1:
            raise ValueError(f"factor must be at most 1, for the rate to fall; got {self.factor}")

    def factor_at(self, t: int) -> float:
        return float(self.factor ** (t // self.every))


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """Let the rate fall as ``lr · exp(−rate · t)``.

    Parameters
    ----------
    lr : float
        The initial rate.
    rate : float
        Decay k per update, 0 or more; the rate halves every ``ln 2 / k`` updates.

    Examples
    --------
    >>> schedule = ExponentialDecay(1.0, rate=0.01)
    >>> round(schedule(100), 6)
    0.367879
    """

    rate: float = 0.0

    def factor_at(self, t: int) -> float:
        return math.exp(-self.rate * t)


@dataclass(frozen=True)
class InverseTimeDecay(Schedule):
    """Let the rate fall as ``lr / (1 + rate · t)``, the 1/t decay of Robbins & Monro 1951.

    Parameters
    ----------
    lr : float
        The initial rate.
    rate : float
        Decay k per update, 0 or more; after 1/k updates the rate is half. The ``decay`` of old Keras.

    Examples
    --------
    >>> schedule = InverseTimeDecay(1.0, rate=0.01)
    >>> schedule(0), schedule(100), schedule(900)
    (1.0, 0.5, 0.1)
    """

    rate: float = 0.0

    def factor_at(self, t: int) -> float:
        return 1 / (1 + self.rate * t)
