"""Keras' schedules: ``keras.optimizers.schedules.X(…)`` becomes ``schedules.X(…)``.

They are ``like_keras.schedules``. Each function has the arguments and defaults of
Keras 3.15's class of that name, and takes its ``get_config()`` as keywords; ``name`` changes nothing. What it
returns is called with the number of updates made, as Keras calls its own, and goes to an optimizer as
``learning_rate``.

Where `CosineDecayRestarts` restarts, Keras takes a logarithm to find out, and may be one update late by its
rounding; ours restarts on time. From an initial rate that is an int Keras computes in ints, with π = 3 and a
``decay_rate`` of 0.5 cut to 0; ours means 1.0 by 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.frameworks.calls import Positive, no_schedule, told
from d2l_utils.schedules import InverseTimeDecay as _InverseTimeDecay
from d2l_utils.schedules import PiecewiseConstant, Schedule
from d2l_utils.schedules.basic import frozen
from d2l_utils.schedules.cycles import CosineRestarts
from d2l_utils.schedules.parts import Geometric, Joined, Stairs
from d2l_utils.schedules.transitions import CosineDecay as _CosineDecay
from d2l_utils.schedules.transitions import PolynomialDecay as _PolynomialDecay

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]


@told
def ExponentialDecay(
    initial_learning_rate: float,
    decay_steps: Positive,
    decay_rate: float,
    staircase: bool = False,
    name: str = "ExponentialDecay",
) -> Schedule:
    """Make a rate that ``decay_steps`` updates multiply by ``decay_rate``.

    Examples
    --------
    >>> ExponentialDecay(0.5, decay_steps=100, decay_rate=0.25)(50)
    0.25
    """
    return Geometric(initial_learning_rate, decay_rate, decay_steps, bool(staircase))


@told
def PiecewiseConstantDecay(
    boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant"
) -> Schedule:
    """Make ``values[0]`` up to and including ``boundaries[0]``, then ``values[1]``, and so on.

    Keras counts a boundary to the value before it, PyTorch and Optax to the one after.

    Examples
    --------
    >>> schedule = PiecewiseConstantDecay([100], [0.5, 0.25])
    >>> schedule(100), schedule(101)
    (0.5, 0.25)
    """
    numbers = [checks.number("boundaries", each) for each in boundaries]
    if numbers != sorted(numbers):
        raise ValueError(f"boundaries must never fall; got {boundaries!r}")
    after = tuple(max(math.floor(each) + 1, 0) for each in numbers)
    return PiecewiseConstant(tuple(values), after)


@told
def PolynomialDecay(
    initial_learning_rate: float,
    decay_steps: Positive,
    end_learning_rate: float = 0.0001,
    power: float = 1.0,
    cycle: bool = False,
    name: str = "PolynomialDecay",
) -> Schedule:
    """Make a rate that goes to ``end_learning_rate`` as a power of what is left of ``decay_steps``.

    With ``cycle`` the way is stretched, when it is over, to the next multiple of ``decay_steps``.

    Examples
    --------
    >>> schedule = PolynomialDecay(0.5, 100, end_learning_rate=0.25)
    >>> schedule(50), schedule(1000)
    (0.375, 0.25)
    """
    decay = _PolynomialDecay(initial_learning_rate, decay_steps, end_learning_rate, power)
    return Stretched(decay) if cycle else decay


@told
def InverseTimeDecay(
    initial_learning_rate: float,
    decay_steps: Positive,
    decay_rate: float,
    staircase: bool = False,
    name: str = "InverseTimeDecay",
) -> Schedule:
    """Make ``initial_learning_rate / (1 + decay_rate · t / decay_steps)``.

    Examples
    --------
    >>> InverseTimeDecay(0.5, decay_steps=1, decay_rate=0.5)(2)
    0.25
    """
    decay = _InverseTimeDecay(initial_learning_rate, decay_rate / decay_steps)
    return Stairs(decay, decay_steps) if staircase else decay


@told
def CosineDecay(
    initial_learning_rate: float,
    decay_steps: Positive,
    alpha: float = 0.0,
    name: str = "CosineDecay",
    warmup_target: float | None = None,
    warmup_steps: int = 0,
) -> Schedule:
    """Make half a cosine down to ``alpha`` times its start, after a warm-up if there is a ``warmup_target``.

    Without a ``warmup_target`` there is no warm-up, whatever ``warmup_steps`` says. The decay takes
    ``decay_steps`` after the warm-up, not in all.

    Examples
    --------
    >>> schedule = CosineDecay(0.0, 100, warmup_target=0.5, warmup_steps=10)
    >>> schedule(0), schedule(5), schedule(10), round(schedule(60), 6)
    (0.0, 0.25, 0.5, 0.25)
    """
    if warmup_target is None:
        return _CosineDecay(initial_learning_rate, decay_steps, alpha * initial_learning_rate)
    rise = _PolynomialDecay(initial_learning_rate, warmup_steps, warmup_target)
    return Joined((rise, _CosineDecay(warmup_target, decay_steps, alpha * warmup_target)), (warmup_steps,))


@told
def CosineDecayRestarts(
    initial_learning_rate: float,
    first_decay_steps: Positive,
    t_mul: float = 2.0,
    m_mul: float = 1.0,
    alpha: float = 0.0,
    name: str = "SGDRDecay",
) -> Schedule:
    """Make half a cosine after the other, each ``t_mul`` times as long and ``m_mul`` times as high.

    Examples
    --------
    >>> schedule = CosineDecayRestarts(0.5, 2)
    >>> [round(schedule(t), 3) for t in range(6)]
    [0.5, 0.25, 0.5, 0.427, 0.25, 0.073]
    """
    if t_mul < 1:
        raise ValueError(f"t_mul must be at least 1; got {t_mul}")
    return CosineRestarts(
        initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha * initial_learning_rate
    )


@frozen
class Stretched(Schedule):
    """A decay whose length is always the next multiple of its steps: ``PolynomialDecay(cycle=True)``."""

    decay: _PolynomialDecay

    def rate_after(self, t: float) -> float:
        return self.decay(t / max(math.ceil(t / self.decay.steps), 1))


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise no_schedule("keras.optimizers.schedules.", name, __all__)
