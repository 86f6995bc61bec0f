"""What PyTorch's chains and cycles of learning rates are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from d2l_utils.schedules import PiecewiseConstant, Schedule
from d2l_utils.schedules.basic import frozen, power, settle
from d2l_utils.schedules.parts import Geometric, Mirrored
from d2l_utils.schedules.transitions import PolynomialDecay

__all__ = ["Chained", "ExponentialScale", "HalvingScale"]

# our classes -> what PyTorch calls them
THEIRS = {
    "Scaled": "LambdaLR", "Triangle": "CyclicLR", "OneCycle": "OneCycleLR",
    "CosineRestarts": "CosineAnnealingWarmRestarts", "Joined": "SequentialLR",
}  # fmt: skip


@frozen
class Chained(Schedule):
    """A rate times the factors of schedules that all start from it: PyTorch's ``ChainedScheduler``.

    Parameters
    ----------
    lr : float
        The rate from which all were made.
    schedules : sequence of Schedule
        Those that PyTorch's chain multiplies; others are a ValueError.

    Examples
    --------
    >>> chained = Chained(0.5, (Geometric(0.5, 0.5), PiecewiseConstant((0.25, 0.5), (1,))))
    >>> chained(0), chained(1)
    (0.25, 0.25)
    """

    lr: float
    schedules: Sequence[Any]

    def __post_init__(self) -> None:
        settle(self, "lr")
        object.__setattr__(self, "schedules", tuple(self.schedules))
        for each in self.schedules:
            if isinstance(each, Mirrored) and each.schedule.end:
                raise ValueError(
                    "CosineAnnealingLR can be chained with eta_min=0 only, for its step adds eta_min"
                )
            if not isinstance(each, (Chained, Geometric, Mirrored, PiecewiseConstant, PolynomialDecay)):
                raise ValueError(
                    f"{THEIRS.get(type(each).__name__, type(each).__name__)} sets the rate anew at each "
                    "step, so it cannot be chained; multiply the functions yourself, in a LambdaLR"
                )

    def rate_after(self, t: float) -> float:
        for each in self.schedules:
            if isinstance(each, Mirrored) and t > each.steps:
                raise ValueError(
                    f"CosineAnnealingLR can be chained for its T_max = {each.steps} steps; got {t}"
                )
        return self.lr and self.lr * math.prod(each(t) / self.lr for each in self.schedules)


@dataclass(frozen=True)
class HalvingScale:
    """Half the height in each new cycle: ``mode="triangular2"``.

    Examples
    --------
    >>> HalvingScale()(3)
    0.25
    """

    def __call__(self, number: float) -> float:
        """Return the scale in cycle ``number`` = 1, 2, ..."""
        return 0.5 ** (number - 1)


@dataclass(frozen=True)
class ExponentialScale:
    """A height that falls by ``gamma`` in each update: ``mode="exp_range"``.

    Examples
    --------
    >>> ExponentialScale(0.5)(3)
    0.125
    """

    gamma: float

    def __post_init__(self) -> None:
        settle(self, "gamma")

    def __call__(self, t: float) -> float:
        """Return the scale after ``t`` updates."""
        return power(self.gamma, t)
