"""Schedules that are made of schedules, and what the frameworks' own are made of.

A part may be any callable of the updates made, so that your own function joins in.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.schedules.basic import Schedule, answer, frozen, power, settle

__all__ = ["Clipped", "Geometric", "Joined", "Mirrored", "Scaled", "Shifted", "Stairs", "moved_by"]


@frozen
class Joined(Schedule):
    """One schedule after the other, each counting from 0 when its turn comes.

    Parameters
    ----------
    schedules : sequence of callable
        At least one.
    boundaries : sequence of int
        After how many updates the next one takes over: whole numbers that never fall, one fewer than
        schedules.
        With a first boundary of 0 the first schedule is never asked.

    Examples
    --------
    >>> from d2l_utils.schedules.transitions import CosineDecay, PolynomialDecay
    >>> rise, fall = PolynomialDecay(0.0, 10, end=1.0), CosineDecay(1.0, 90)
    >>> joined = Joined((rise, fall), boundaries=(10,))
    >>> joined(5), joined(10), round(joined(55), 6)
    (0.5, 1.0, 0.5)
    """

    schedules: Sequence[Any]
    boundaries: Sequence[int]

    def __post_init__(self) -> None:
        schedules = checks.sequence("schedules", "schedules", self.schedules)
        object.__setattr__(self, "schedules", tuple(_schedule(each) for each in schedules))
        checks.sequence("boundaries", "numbers", self.boundaries)
        object.__setattr__(self, "boundaries", checks.rising("boundaries", self.boundaries))
        if len(self.schedules) != len(self.boundaries) + 1:
            raise ValueError(
                "schedules must be one more than boundaries; "
                f"got {len(self.schedules)} schedules and {len(self.boundaries)} boundaries"
            )

    def rate_after(self, t: float) -> float:
        i = bisect_right(self.boundaries, t)
        return self.schedules[i](t - (self.boundaries[i - 1] if i else 0))

    @property
    def momentum(self) -> Schedule | None:
        """None, or a ValueError if one of the schedules has a momentum, which the others have not."""
        if any(moved_by(each) is not None for each in self.schedules):
            raise ValueError(
                "one of the joined schedules moves the momentum, and the others do not say where it goes: "
                "make it with cycle_momentum=False"
            )
        return None


@frozen
class Geometric(Schedule):
    """Multiply the rate by ``factor``, which may be above 1, in every ``every`` updates.

    Parameters
    ----------
    lr : float
        The initial rate.
    factor : float
        0 or more.
    every : float
        Updates, above 0.
    staircase : bool
        At once after every ``every`` updates, instead of a little in each.

    Examples
    --------
    >>> round(Geometric(1.0, 0.25, every=2)(1), 6), Geometric(1.0, 0.25, every=2, staircase=True)(1)
    (0.5, 1.0)
    """

    lr: float
    factor: float
    every: float = 1
    staircase: bool = False

    def __post_init__(self) -> None:
        settle(self, "lr", "factor")
        settle(self, "every", check=checks.positive)
        settle(self, "staircase", check=checks.switch)

    def rate_after(self, t: float) -> float:
        times = t / self.every
        return self.lr and self.lr * power(self.factor, math.floor(times) if self.staircase else times)


@frozen
class Shifted(Schedule):
    """Another schedule, asked for what holds ``by`` updates later; with a negative number, earlier.

    Before the other schedule begins, its first value holds.

    Parameters
    ----------
    schedule : callable
        The other schedule.
    by : float
        Updates to add.

    Examples
    --------
    >>> from d2l_utils.schedules import StepDecay
    >>> resumed = Shifted(StepDecay(1.0, 0.5, every=100), by=150)
    >>> resumed(0), resumed(50)
    (0.5, 0.25)
    """

    schedule: Any
    by: float

    def __post_init__(self) -> None:
        _schedule(self.schedule)
        settle(self, "by", check=checks.number)

    def rate_after(self, t: float) -> float:
        return self.schedule(max(t + self.by, 0))

    @property
    def momentum(self) -> Schedule | None:
        """The other schedule's momentum, as late."""
        beside = moved_by(self.schedule)
        return None if beside is None else Shifted(beside, self.by)


@frozen
class Stairs(Schedule):
    """Another schedule, asked only after every ``every`` updates; in between its last answer holds.

    Examples
    --------
    >>> from d2l_utils.schedules import InverseTimeDecay
    >>> stairs = Stairs(InverseTimeDecay(1.0, rate=0.5), every=2)
    >>> stairs(0), stairs(1), stairs(2)
    (1.0, 1.0, 0.5)
    """

    schedule: Any
    every: float

    def __post_init__(self) -> None:
        _schedule(self.schedule)
        settle(self, "every", check=checks.positive)

    def rate_after(self, t: float) -> float:
        return self.schedule(math.floor(t / self.every) * self.every)

    @property
    def momentum(self) -> Schedule | None:
        """The other schedule's momentum, in the same stairs."""
        beside = moved_by(self.schedule)
        return None if beside is None else Stairs(beside, self.every)


@frozen
class Clipped(Schedule):
    """Another schedule, kept from falling below ``low`` and from rising above ``high``.

    Examples
    --------
    >>> from d2l_utils.schedules import StepDecay
    >>> Clipped(StepDecay(1.0, 0.1), low=0.05)(7)
    0.05
    """

    schedule: Any
    low: float = 0.0
    high: float = math.inf

    def __post_init__(self) -> None:
        _schedule(self.schedule)
        settle(self, "low")
        if not (isinstance(self.high, float) and self.high == math.inf):
            settle(self, "high")
        if self.low > self.high:
            raise ValueError(f"low must be at least 0 and high no less; got {self.low} and {self.high}")

    def rate_after(self, t: float) -> float:
        return min(max(answer(self.schedule(t)), self.low), self.high)

    @property
    def momentum(self) -> Schedule | None:
        """The other schedule's momentum, as it is."""
        return moved_by(self.schedule)


@frozen
class Mirrored(Schedule):
    """Another schedule, walked forwards for ``steps`` updates, then backwards, and so on.

    Examples
    --------
    >>> from d2l_utils.schedules.transitions import PolynomialDecay
    >>> there_and_back = Mirrored(PolynomialDecay(1.0, steps=2), steps=2)
    >>> [there_and_back(t) for t in range(5)]
    [1.0, 0.5, 0.0, 0.5, 1.0]
    """

    schedule: Any
    steps: float

    def __post_init__(self) -> None:
        _schedule(self.schedule)
        settle(self, "steps", check=checks.positive)

    def rate_after(self, t: float) -> float:
        within = t % (2 * self.steps)
        return self.schedule(min(within, 2 * self.steps - within))

    @property
    def momentum(self) -> Schedule | None:
        """The other schedule's momentum, walked the same way."""
        beside = moved_by(self.schedule)
        return None if beside is None else Mirrored(beside, self.steps)


@frozen
class Scaled(Schedule):
    """A rate times what functions of the updates made return.

    Parameters
    ----------
    lr : float
        The rate, 0 or more.
    functions : sequence of callable
        Each is called with the updates made.

    Examples
    --------
    >>> Scaled(0.5, (lambda t: 0.5**t,))(2)
    0.125
    """

    lr: float
    functions: Sequence[Callable[[Any], float]]

    def __post_init__(self) -> None:
        settle(self, "lr")
        functions = checks.sequence("functions", "functions", self.functions)
        object.__setattr__(self, "functions", tuple(_schedule(each) for each in functions))

    def rate_after(self, t: float) -> float:
        shares = (checks.returned("a function", function(t)) for function in self.functions)
        return self.lr * math.prod(shares)

    @property
    def momentum(self) -> Schedule | None:
        """None, or a ValueError if one of the functions has a momentum, which is no factor."""
        if any(moved_by(each) is not None for each in self.functions):
            raise ValueError(
                "one of the functions that multiply the rate moves the momentum, which is no factor: make it "
                "with cycle_momentum=False"
            )
        return None


def moved_by(schedule: Any) -> Any:
    """Return the schedule of the momentum that belongs to a schedule, or None."""
    return getattr(schedule, "momentum", None)


def _schedule(value: Any) -> Any:
    """Return what can be called with the updates made, or raise a TypeError."""
    if not callable(value):
        raise TypeError(f"a schedule is called with the updates made; got {value!r}")
    return checks.function("a schedule", value)
