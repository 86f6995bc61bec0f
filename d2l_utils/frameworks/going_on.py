"""PyTorch's schedulers that multiply the rate they find, whoever has set it."""

from __future__ import annotations

import math

from d2l_utils.optimizers.base import Optimizer
from d2l_utils.schedules import PiecewiseConstant
from d2l_utils.schedules.parts import Geometric, Joined, Mirrored
from d2l_utils.schedules.stepping import Stepper, one_rate
from d2l_utils.schedules.transitions import PolynomialDecay

__all__ = ["MULTIPLIED", "GoingOn", "same_rate"]

MULTIPLIED = (Geometric, Mirrored, PiecewiseConstant, PolynomialDecay)


def same_rate(rate: float, other: float) -> bool:
    """Return whether two rates differ by no more than 32 bits can tell."""
    return math.isclose(rate, other, rel_tol=1e-6)


class GoingOn(Stepper):
    """A `Stepper` that goes on from another rate than its own, as PyTorch's: it takes its step's factor.

    The other rate is one that you have set, or that a second scheduler has.

    Examples
    --------
    >>> from d2l_utils import SGD
    >>> optimizer = SGD(lr=0.5)
    >>> scheduler = GoingOn(optimizer, Geometric(0.5, 0.5))
    >>> optimizer.lr = 0.4
    >>> scheduler.step()
    >>> print(optimizer.lr)
    0.2
    """

    def step(self, epoch: float | None = None) -> None:
        """Go on by one, from whatever the rate is; or to ``epoch``, and to the schedule's rate there."""
        found, expected = one_rate(self.optimizer), self.schedule(self.t)
        if epoch is not None or same_rate(found, expected):
            super().step(epoch)
            return
        rate = Optimizer.lr.check(self._rate_from(found, expected))
        super().step()
        self.optimizer.lr = rate

    def _rate_from(self, found: float, expected: float) -> float:
        mirrored = isinstance(self.schedule, Mirrored)
        end = self.schedule.schedule.end if mirrored else 0.0
        further = self.schedule(self.t + 1) - end
        if isinstance(self.schedule, Joined) or (expected == 0 and not mirrored):
            raise ValueError(
                f"the rate is {found}, and this scheduler left it at {expected}: make a new scheduler after "
                "you have set a rate, or make one of two schedulers with ChainedScheduler or a LambdaLR"
            )
        if expected == end:
            return found + further
        return end + (found - end) * further / (expected - end)
