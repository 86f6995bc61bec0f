"""Learning rates that go from one value to another: along a line, a power, a cosine; warm-up and cooldown.

As all schedules, these are called with the number of updates made, and remember nothing.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.schedules.basic import Schedule, answer, frozen, settle
from d2l_utils.schedules.parts import Shifted, moved_by

__all__ = ["CosineDecay", "PolynomialDecay", "Warmup", "WarmupStableDecay"]


@frozen
class _Transition(Schedule):
    """From ``lr`` to ``end`` in ``steps`` updates, then ``end`` for ever."""

    lr: float
    steps: float
    end: float = 0.0
    power: float = 1.0

    def __post_init__(self) -> None:
        settle(self, *(field.name for field in fields(self)))

    def rate_after(self, t: float) -> float:
        done = min(t / self.steps, 1.0) if self.steps else 1.0
        return self.end + (self.lr - self.end) * self.left(done) ** self.power

    def left(self, done: float) -> float:
        raise NotImplementedError


@frozen
class PolynomialDecay(_Transition):
    """Go from ``lr`` to ``end`` as ``end + (lr − end) (1 − t/steps)^power``: by default a straight line.

    Parameters
    ----------
    lr : float
        The rate of the first update.
    steps : float
        Updates until ``end``, where the rate stays. With 0 it is there from the start.
    end : float
        The last rate, above or below ``lr``: the line may rise.
    power : float
        The power, 0 or more.

    Examples
    --------
    >>> line = PolynomialDecay(0.1, steps=100, end=0.02)
    >>> round(line(0), 4), round(line(50), 4), round(line(1000), 4)
    (0.1, 0.06, 0.02)
    """

    def left(self, done: float) -> float:
        """Return the share of the way that is left, where ``done`` of it are done."""
        return 1 - done


@frozen
class CosineDecay(_Transition):
    """Go from ``lr`` to ``end`` as ``end + (lr − end) (½ (1 + cos(π t/steps)))^power``: slow, fast, slow.

    Parameters
    ----------
    lr : float
        The rate of the first update.
    steps : float
        Updates until ``end``, where the rate stays. With 0 it is there from the start.
    end : float
        The last rate.
    power : float
        1 in the paper; Optax calls it ``exponent``.

    References
    ----------
    Loshchilov & Hutter 2017 (SGDR), equation 5, without restarts.

    Examples
    --------
    >>> cosine = CosineDecay(0.1, steps=100)
    >>> [round(cosine(t), 4) for t in (0, 25, 50, 75, 100)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0]
    """

    def left(self, done: float) -> float:
        """Return the share of the way that is left, where ``done`` of it are done."""
        return 0.5 * (1 + math.cos(math.pi * done))


@frozen
class Warmup(Schedule):
    """Rise to another schedule's first rate in equal steps, then follow it.

    The first update already has 1/steps of the rate, and update number ``steps`` the whole: a warm-up that
    starts from 0 wastes its first update. After it, ``schedule`` counts from 0.

    Parameters
    ----------
    schedule : callable
        What follows: any schedule.
    steps : int
        Updates that the warm-up lasts; 0 for none.

    References
    ----------
    Goyal et al. 2017, section 2.2.

    Examples
    --------
    >>> warm = Warmup(CosineDecay(1.0, steps=100), steps=4)
    >>> [warm(t) for t in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    schedule: Any
    steps: int

    def __post_init__(self) -> None:
        if not callable(self.schedule):
            raise TypeError(
                f"schedule must be a schedule, called with the updates made; got {self.schedule!r}"
            )
        checks.function("schedule", self.schedule)
        settle(self, "steps", check=checks.whole_number)

    def rate_after(self, t: float) -> float:
        if t < self.steps:
            return answer(self.schedule(0)) * ((t + 1) / self.steps)
        return self.schedule(t - self.steps)

    @property
    def momentum(self) -> Schedule | None:
        """The other schedule's momentum, which stays at its first value during the warm-up."""
        beside = moved_by(self.schedule)
        return None if beside is None else Shifted(beside, -self.steps)


@frozen
class WarmupStableDecay(Schedule):
    """Rise for ``warmup`` updates, stay at ``lr``, and cool down in the last ``decay`` of ``steps`` updates.

    As in `Warmup`, the first update already has a share of the rate; the last one, number ``steps``, still
    has one. A longer run differs only from where the shorter one begins to cool down: go on from there.

    Parameters
    ----------
    lr : float
        The rate of the stable part.
    steps : int
        Updates in all. From then on the rate is ``end``.
    warmup : int
        Updates of the warm-up; 0 for none.
    decay : int
        Updates of the cooldown; 0 for none.
    end : float
        What the cooldown goes to.
    shape : {"linear", "sqrt"}
        A straight line, or ``1 − √`` of the share that is done, which falls fast at first.

    Raises
    ------
    ValueError
        If warm-up and cooldown together are longer than the run.

    References
    ----------
    Hu et al. 2024 (MiniCPM), section 4; Hägele et al. 2024, sections 3 and 4 (the two shapes).

    Examples
    --------
    >>> wsd = WarmupStableDecay(1.0, steps=10, warmup=2, decay=4)
    >>> [wsd(t) for t in range(11)]
    [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0]
    """

    lr: float
    steps: int
    warmup: int = 0
    decay: int = 0
    end: float = 0.0
    shape: str = "linear"

    def __post_init__(self) -> None:
        settle(self, "lr", "end")
        settle(self, "steps", "warmup", "decay", check=checks.whole_number)
        checks.choice("shape", self.shape, ("linear", "sqrt"))
        if self.warmup + self.decay > self.steps:
            raise ValueError(
                f"warmup and decay must fit into steps; got {self.warmup} + {self.decay} > {self.steps}"
            )

    def rate_after(self, t: float) -> float:
        if t < self.warmup:
            return self.lr * ((t + 1) / self.warmup)
        if t >= self.steps:
            return self.end
        left = min((self.steps - t) / self.decay, 1.0) if self.decay else 1.0
        share = left if self.shape == "linear" else 1 - math.sqrt(1 - left)
        return self.end + (self.lr - self.end) * share
