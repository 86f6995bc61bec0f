"""Learning rates that rise and fall: through points, in one cycle, with restarts, as a triangle.

As all schedules, these are called with the number of updates made, and remember nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.schedules.basic import Schedule, frozen, power, settle

__all__ = ["CosineRestarts", "Interpolated", "OneCycle", "Triangle"]

SHAPES = ("cosine", "linear")


@frozen
class Interpolated(Schedule):
    """Go through points, straight or along half a cosine from each to the next.

    Parameters
    ----------
    points : sequence of (float, float)
        Pairs (updates made, rate); the first numbers rise. Before the first point and after the last the
        rate is that of the point.
    shape : {"linear", "cosine"}
        How to go from one to the next.

    Examples
    --------
    >>> roof = Interpolated(((0, 0.0), (10, 1.0), (30, 0.0)))
    >>> roof(5), roof(10), roof(20), roof(100)
    (0.5, 1.0, 0.5, 0.0)
    """

    points: tuple[tuple[float, float], ...]
    shape: str = "linear"

    def __post_init__(self) -> None:
        given = tuple(checks.sequence("points", "pairs", self.points))
        for point in given:
            if not checks.is_sequence(point) or len(point) != 2:
                raise TypeError(f"points must be pairs, (updates made, rate); got {point!r}")
        points = tuple((checks.number("points", t), checks.number("points", y, low=0.0)) for t, y in given)
        if not points or any(b[0] <= a[0] for a, b in pairwise(points)):
            raise ValueError(
                f"points must be at least one, each later than the one before; got {self.points!r}"
            )
        checks.choice("shape", self.shape, SHAPES)
        object.__setattr__(self, "points", points)

    def rate_after(self, t: float) -> float:
        i = bisect_right(self.points, t, key=lambda point: point[0])
        if i in (0, len(self.points)):
            return self.points[max(i - 1, 0)][1]
        (t0, start), (t1, end) = self.points[i - 1 : i + 1]
        done = (t - t0) / (t1 - t0)
        if self.shape == "cosine":
            done = 0.5 * (1 - math.cos(math.pi * done))
        return start + (end - start) * done


@frozen
class OneCycle(Schedule):
    """One cycle: from a low rate up to ``lr``, then down to almost nothing; the momentum does the opposite.

    Parameters
    ----------
    lr : float
        The highest rate.
    steps : int
        Updates in all, at least 1. Update number ``steps`` has the lowest rate. One question more is answered
        with that rate too, for loops that ask after their last update; a later one is a ValueError.
    pct_start : float
        Share of the updates that rise, from 0 to 1.
    shape : {"cosine", "linear"}
        How the rate goes up and down.
    div_factor, final_div_factor : float
        The first rate is ``lr / div_factor``, the last one ``lr / div_factor / final_div_factor``.
    low_momentum, high_momentum : float
        What `momentum` goes between; it is low where the rate is high.
    three_phase : bool
        Fall to the first rate as fast as it rose, then to the last one (the paper's form).
    cycle_momentum : bool
        False: there is no `momentum`.

    References
    ----------
    Smith & Topin 2017 (Super-Convergence); the numbers are PyTorch's.

    Examples
    --------
    >>> cycle = OneCycle(0.1, steps=10)
    >>> [round(cycle(t), 4) for t in (0, 1, 2, 9)]
    [0.004, 0.052, 0.1, 0.0]
    >>> import numpy as np
    >>> from d2l_utils import Momentum
    >>> w, optimizer = np.ones(1), Momentum(cycle)
    >>> for t in range(10):
    ...     optimizer.momentum = cycle.momentum(t)
    ...     optimizer.update(w, w)
    """

    lr: float
    steps: int
    pct_start: float = 0.3
    shape: str = "cosine"
    div_factor: float = 25.0
    final_div_factor: float = 1e4
    low_momentum: float = 0.85
    high_momentum: float = 0.95
    three_phase: bool = False
    cycle_momentum: bool = True

    def __post_init__(self) -> None:
        settle(self, "steps", check=checks.whole_number, low=1)
        settle(self, "three_phase", "cycle_momentum", check=checks.switch)
        settle(self, "lr", "pct_start", "div_factor", "final_div_factor", "low_momentum", "high_momentum")
        if self.pct_start > 1:
            raise ValueError(f"pct_start must be from 0 to 1; got {self.pct_start}")
        if not self.div_factor * self.final_div_factor:
            raise ValueError("div_factor and final_div_factor divide, so they must be above 0")
        checks.choice("shape", self.shape, SHAPES)

    def rate_after(self, t: float) -> float:
        first = self.lr / self.div_factor
        return self._through(t, first, self.lr, first / self.final_div_factor)

    @property
    def momentum(self) -> Schedule | None:
        """The momentum's own schedule, low where the rate is high; None without ``cycle_momentum``."""
        return OneCycleMomentum(self) if self.cycle_momentum else None

    def _through(self, t: float, first: float, peak: float, last: float) -> float:
        """Return where a cycle through these three values is after ``t`` updates."""
        if t > self.steps:
            raise ValueError(f"this cycle lasts {self.steps} updates; asked for what holds after {t}")
        top, final = self.pct_start * self.steps - 1, self.steps - 1
        points = [(0.0, first), (top, peak), (final, last)]
        if self.three_phase:
            points.insert(2, (2 * top, first))
        while len(points) > 1 and points[1][0] <= 0:  # a rise that is over before it begins
            del points[0]
        while len(points) > 1 and points[-2][0] >= points[-1][0]:  # a fall that begins after the end
            del points[-1]
        return Interpolated(tuple(points), self.shape).rate_after(min(t, final))


@frozen
class OneCycleMomentum(Schedule):
    """The momentum that belongs to a `OneCycle`."""

    cycle: OneCycle

    def rate_after(self, t: float) -> float:
        low, high = self.cycle.low_momentum, self.cycle.high_momentum
        return self.cycle._through(t, high, low, high)


@frozen
class CosineRestarts(Schedule):
    """Fall along half a cosine from ``lr`` to ``end``, jump up, and again: warm restarts.

    Parameters
    ----------
    lr : float
        The rate of the first update.
    period : float
        Updates of the first fall, above 0. The update after them restarts.
    growth : float
        What each period multiplies the next one's length by, at least 1.
    shrink : float
        What each period multiplies the next one's height above ``end`` by.
    end : float
        Where each fall would arrive.

    References
    ----------
    Loshchilov & Hutter 2017 (SGDR), equation 5.

    Examples
    --------
    >>> restarts = CosineRestarts(1.0, period=2, growth=2)
    >>> [round(restarts(t), 3) for t in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    lr: float
    period: float
    growth: float = 1.0
    shrink: float = 1.0
    end: float = 0.0

    def __post_init__(self) -> None:
        settle(self, *(field.name for field in fields(self)))
        if not self.period:
            raise ValueError("period must be above 0; got 0")
        if self.growth < 1:
            raise ValueError(f"growth must be at least 1; got {self.growth}")

    def rate_after(self, t: float) -> float:
        length, number = self.period, 0
        if self.growth == 1:
            number, t = int(t // length), t % length
        while t >= length:
            t, length, number = t - length, length * self.growth, number + 1
        share = 0.5 * (1 + math.cos(math.pi * t / length))
        return self.end + (self.lr - self.end) * power(self.shrink, number) * share


@frozen
class Triangle(Schedule):
    """Go from ``low`` to ``high`` in ``up`` updates and back in ``down``, for ever.

    Parameters
    ----------
    low, high : float
        Where a cycle starts, and its other end.
    up, down : float
        Updates that each way takes, above 0.
    scale : callable, optional
        Multiplies the height; called with the number of the cycle (1, 2, ...) or with the updates made.
    scale_by : {"cycle", "updates"}
        Which of the two.
    beside : Schedule, optional
        The `momentum` that belongs to this one.

    References
    ----------
    Smith 2017 (Cyclical Learning Rates).

    Examples
    --------
    >>> triangle = Triangle(0.0, 1.0, up=2, down=4)
    >>> [triangle(t) for t in range(8)]
    [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0, 0.5]
    """

    low: float
    high: float
    up: float
    down: float
    scale: Callable[[float], float] | None = None
    scale_by: str = "cycle"
    beside: Any = None

    def __post_init__(self) -> None:
        settle(self, "low", "high", "up", "down")
        if not (self.up and self.down):
            raise ValueError(f"up and down must be above 0; got {self.up} and {self.down}")
        checks.choice("scale_by", self.scale_by, ("cycle", "updates"))
        for name, other in (("scale", self.scale), ("beside", self.beside)):
            if other is not None:
                checks.function(name, other)

    def rate_after(self, t: float) -> float:
        number, within = divmod(t, self.up + self.down)
        share = within / self.up if within <= self.up else 1 - (within - self.up) / self.down
        if self.scale is not None:
            scale = self.scale(int(number) + 1 if self.scale_by == "cycle" else t)
            share *= checks.number("what scale returns", scale)
        return self.low + (self.high - self.low) * share

    @property
    def momentum(self) -> Schedule | None:
        """The schedule of the momentum that belongs to this one, or None."""
        return self.beside
