"""PyTorch's schedulers that multiply the rate they find, whoever has set it."""

from __future__ import annotations

from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.schedules import PiecewiseConstant
from d2l_utils.schedules.parts import Geometric, Joined, Mirrored
from d2l_utils.schedules.stepping import Stepper, one_rate
from d2l_utils.schedules.transitions import PolynomialDecay

__all__ = ["MULTIPLIED", "GoingOn"]

MULTIPLIED = (Geometric, Mirrored, PiecewiseConstant, PolynomialDecay)


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

    @in_turn
    def step(self, epoch: float | None = None) -> None:
        """Go on by one, from whatever the rate is; or to ``epoch``, and to the schedule's rate there."""
        found = one_rate(self.optimizer)
        if epoch is not None or found == self._rate:
            super().step(epoch)
            return
        rate = Optimizer.lr.check(self._rate_from(found, self.schedule(self.t)))
        super().step()
        self._leave(rate)

    def _rate_from(self, found: float, expected: float) -> float:
        if isinstance(self.schedule, Mirrored):
            return self._along_cosine(found)
        if isinstance(self.schedule, PolynomialDecay) and self.t >= self.schedule.steps:
            return found  # it has ended
        if isinstance(self.schedule, Joined) or expected == 0:
            raise ValueError(
                f"the rate is {found}, and this scheduler left it at {expected}: make a new scheduler after "
                "you have set a rate, or make one of two schedulers with ChainedScheduler or a LambdaLR"
            )
        return found * self.schedule(self.t + 1) / expected

    def _along_cosine(self, found: float) -> float:
        """Return the next rate on half a cosine; at its foot no share is left, and it rises as its own."""
        cosine, steps = self.schedule.schedule, self.schedule.steps
        now, then = (min(t % (2 * steps), -t % (2 * steps)) / steps for t in (self.t, self.t + 1))
        if now == 1:
            return found + (cosine.lr - cosine.end) * cosine.left(then)
        return cosine.end + (found - cosine.end) * cosine.left(then) / cosine.left(now)
