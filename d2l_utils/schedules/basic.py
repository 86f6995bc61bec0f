"""What every schedule shares, and the rates that fall by a rule of one line."""

from __future__ import annotations

import math
import operator
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass
from typing import Any, TypeVar, dataclass_transform

import numpy as np

from d2l_utils._engine import checks
from d2l_utils._engine.names import named

__all__ = [
    "Constant",
    "Decay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PiecewiseConstant",
    "Schedule",
    "StepDecay",
    "frozen",
]

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True)
def frozen(kind: type[Kind]) -> type[Kind]:
    """Make a frozen dataclass of a schedule: what an optimizer was given does not change behind it.

    A call that does not fit is told which arguments there are.
    """
    made = dataclass(frozen=True)(kind)
    made.__init__ = named(made.__init__)  # type: ignore[method-assign]
    made.__setattr__ = made.__delattr__ = _refuse  # type: ignore[method-assign]
    return made


def _refuse(schedule: Any, name: str, *value: Any) -> None:
    raise FrozenInstanceError(f"this {_told(schedule)}, all fixed: make another instead of setting {name!r}")


def _told(schedule: Any) -> str:
    return f"{type(schedule).__name__} has {', '.join(field.name for field in fields(schedule))}"


class Schedule:
    """What all schedules share: they are called with t, 0 or more, and give a float.

    A subclass is a frozen dataclass that says in `rate_after` what the rate is.

    Attributes
    ----------
    momentum : Schedule or None
        The schedule of the momentum β that belongs to this one, where there is one (`OneCycle`). No optimizer
        takes it by itself: the training loop says ``optimizer.momentum = schedule.momentum(t)`` before each
        update, or `Stepper` does. An update with another momentum is refused.
    """

    def __call__(self, t: float) -> float:
        """Return the learning rate after ``t`` updates, t = 0, 1, ..."""
        try:
            counts = bool(0 <= t < math.inf)
            t = t if isinstance(t, int | float) else _in_python(t)
        except (TypeError, ValueError):
            raise TypeError(
                f"t must be one number, the updates made; got {t!r}; for many, [schedule(t) for t in ...]"
            ) from None
        if not counts:
            raise ValueError(f"t counts the updates made, 0 or more; got {t}")
        rate = self.rate_after(t)
        return rate if rate.__class__ is float else answer(rate)

    def __getattr__(self, name: str) -> Any:
        told = _told(self) if is_dataclass(self) else f"{type(self).__name__} has rate_after"
        raise AttributeError(f"this {told}, and no attribute {name!r}")

    def rate_after(self, t: float) -> float:
        """Return the rate after ``t`` updates; ``t`` was checked."""
        raise NotImplementedError

    @property
    def momentum(self) -> Schedule | None:
        """The schedule of the momentum that belongs to this one, or None."""
        return None


@frozen
class Decay(Schedule):
    """A share of an initial rate ``lr``; the settings are numbers, finite and 0 or more."""

    lr: float

    def __post_init__(self) -> None:
        settle(self, *(field.name for field in fields(self)))

    def rate_after(self, t: float) -> float:
        return self.lr * self.factor_at(t)

    def factor_at(self, t: float) -> float:
        """Return the share of the initial rate that is left after ``t`` updates."""
        raise NotImplementedError


@frozen
class Constant(Decay):
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

    def factor_at(self, t: float) -> float:
        return 1.0


@frozen
class StepDecay(Decay):
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
        settle(self, "every", check=checks.whole_number, low=1)
        super().__post_init__()
        if self.factor > 1:
            raise ValueError(f"factor must be at most 1, for the rate to fall; got {self.factor}")

    def factor_at(self, t: float) -> float:
        return float(self.factor ** (t // self.every))


@frozen
class ExponentialDecay(Decay):
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

    def factor_at(self, t: float) -> float:
        return math.exp(-self.rate * t)


@frozen
class InverseTimeDecay(Decay):
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

    def factor_at(self, t: float) -> float:
        return 1 / (1 + self.rate * t)


@frozen
class PiecewiseConstant(Schedule):
    """Hold one rate after the other: ``values[i]`` as soon as ``boundaries[i - 1]`` updates are made.

    Parameters
    ----------
    values : sequence of float
        The rates, 0 or more, one more than boundaries.
    boundaries : sequence of int
        After how many updates the next value holds: whole numbers, 0 or more, that never fall. With a first
        boundary of 0 the first value is never used.

    Examples
    --------
    >>> drops = PiecewiseConstant((0.1, 0.01, 0.001), boundaries=(30, 80))
    >>> drops(29), drops(30), drops(80)
    (0.1, 0.01, 0.001)
    """

    values: tuple[float, ...]
    boundaries: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("values", "boundaries"):
            checks.sequence(name, "numbers", getattr(self, name))
        values = tuple(checks.number("values", value, low=0.0) for value in self.values)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "boundaries", checks.rising("boundaries", self.boundaries))
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                "values must be one more than boundaries; "
                f"got {len(self.values)} values and {len(self.boundaries)} boundaries"
            )

    def rate_after(self, t: float) -> float:
        return self.values[bisect_right(self.boundaries, t)]


def _in_python(t: Any) -> float:
    """Return a number of another library as a float or an int, or raise a TypeError or ValueError."""
    if np.ndim(t):
        raise TypeError
    try:
        return operator.index(t)
    except TypeError:
        return float(t)


def answer(rate: Any) -> float:
    """Return what a schedule has answered as a float, or say what is wrong with it."""
    if isinstance(rate, float):
        return float(rate)
    return checks.returned("a schedule", rate)


def power(base: float, exponent: float) -> float:
    """Return a power, infinite where no float holds it."""
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


def settle(schedule: Any, *names: str, check: Callable[..., Any] | None = None, **bounds: Any) -> None:
    """Check settings, and make numbers of arrays, which may change.

    They are numbers of 0 or more, unless a ``check(name, value, **bounds)`` returns what they are.
    """
    for name in names:
        given = getattr(schedule, name)
        found = checks.number(name, given, low=0.0) if check is None else check(name, given, **bounds)
        if not isinstance(given, int | float):
            object.__setattr__(schedule, name, found)


def told(value: Any) -> str:
    """Return a schedule with its settings as text, the same for the same settings.

    A function is told without its address, and an object that is called with what it holds.

    Examples
    --------
    >>> told(StepDecay(0.5, every=3))
    'StepDecay(lr=0.5, factor=0.5, every=3)'
    """
    names = getattr(value, "__dataclass_fields__", ())
    if names and isinstance(value, Schedule):
        settings = (f"{name}={told(getattr(value, name))}" for name in names)
        return f"{type(value).__name__}({', '.join(settings)})"
    if isinstance(value, tuple):
        return f"({', '.join(map(told, value))})"
    held = getattr(value, "__dict__", None) if callable(value) else None
    return re.sub(" at 0x[0-9a-f]+", "", repr(value) + (repr(held) if held else ""))
