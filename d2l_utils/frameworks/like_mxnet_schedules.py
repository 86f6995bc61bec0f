"""MXNet's schedulers: ``mx.lr_scheduler.X(…)`` becomes ``lr_scheduler.X(…)``.

They stand in `like_mxnet` as ``lr_scheduler``, too. Each function has the arguments and defaults
of MXNet 1.9.1's class of that name. MXNet asks its schedulers with the number of the update, from 1; our
optimizers ask theirs with the number of updates made, from 0. What these functions return is ours, so its
``schedule(t)`` is MXNet's ``scheduler(t + 1)``: the same rate in the same update. Give it to an optimizer as
``learning_rate``. It cannot be changed later: write ``base_lr=1`` for ``schedule.base_lr = 1``.

MXNet's objects remember how far they were and cannot go back; ours can. MXNet's that is first asked after
``max_update`` is still at ``base_lr``; ours is at ``final_lr``. With ``warmup_steps`` as large as
``max_update`` MXNet divides by zero in that update; ours is at ``final_lr`` then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from d2l_utils._engine import checks
from d2l_utils._engine.names import named
from d2l_utils.schedules import Constant, PiecewiseConstant, Schedule, StepDecay
from d2l_utils.schedules.parts import Clipped, Joined, Shifted
from d2l_utils.schedules.transitions import CosineDecay, PolynomialDecay

__all__ = ["CosineScheduler", "FactorScheduler", "MultiFactorScheduler", "PolyScheduler"]


@named
def FactorScheduler(
    step: int,
    factor: float = 1,
    stop_factor_lr: float = 1e-8,
    base_lr: float = 0.01,
    warmup_steps: int = 0,
    warmup_begin_lr: float = 0,
    warmup_mode: str = "linear",
) -> Schedule:
    """Make a rate that is multiplied by ``factor`` after every ``step`` updates, down to ``stop_factor_lr``.

    Examples
    --------
    >>> schedule = FactorScheduler(step=10, factor=0.5, base_lr=0.5)
    >>> schedule(9), schedule(10)
    (0.5, 0.25)
    """
    every = checks.whole_number("step", step, low=1)
    _numbers(factor=factor, stop_factor_lr=stop_factor_lr, base_lr=base_lr)
    if base_lr < stop_factor_lr:
        raise ValueError(
            "base_lr must be at least stop_factor_lr, or the first drop would raise the rate; "
            f"got {base_lr} and {stop_factor_lr}"
        )
    decay = Clipped(StepDecay(base_lr, factor, every), low=stop_factor_lr)
    return _warmed(decay, base_lr, warmup_steps, warmup_begin_lr, warmup_mode)


@named
def MultiFactorScheduler(
    step: Sequence[int],
    factor: float = 1,
    base_lr: float = 0.01,
    warmup_steps: int = 0,
    warmup_begin_lr: float = 0,
    warmup_mode: str = "linear",
) -> Schedule:
    """Make a rate that is multiplied by ``factor`` when so many updates are made.

    Examples
    --------
    >>> schedule = MultiFactorScheduler([10, 15], factor=0.5, base_lr=0.5)
    >>> schedule(9), schedule(10), schedule(15)
    (0.5, 0.25, 0.125)
    """
    _numbers(factor=factor, base_lr=base_lr)
    at = checks.rising("step", step) if checks.is_sequence(step) else ()
    if not at or at[0] < 1 or len(set(at)) < len(at):
        raise ValueError(f"step must be an increasing list of at least one number from 1 on; got {step!r}")
    if factor > 1:
        raise ValueError(f"factor must be at most 1, for the rate to fall; got {factor}")
    decay = PiecewiseConstant(tuple(base_lr * factor**i for i in range(len(at) + 1)), at)
    return _warmed(decay, base_lr, warmup_steps, warmup_begin_lr, warmup_mode)


@named
def PolyScheduler(
    max_update: int,
    base_lr: float = 0.01,
    pwr: float = 2,
    final_lr: float = 0,
    warmup_steps: int = 0,
    warmup_begin_lr: float = 0,
    warmup_mode: str = "linear",
) -> Schedule:
    """Make a rate that goes to ``final_lr`` as a power of what is left of ``max_update``, after the warm-up.

    Examples
    --------
    >>> schedule = PolyScheduler(max_update=10, base_lr=0.5)
    >>> schedule(4), schedule(9)  # MXNet's updates number 5 and 10
    (0.125, 0.0)
    """
    steps = _decaying("max_update", max_update, warmup_steps)
    _numbers(base_lr=base_lr, pwr=pwr, final_lr=final_lr)
    decay = PolynomialDecay(base_lr, steps, final_lr, pwr)
    return _warmed(_after(decay, warmup_steps), base_lr, warmup_steps, warmup_begin_lr, warmup_mode)


@named
def CosineScheduler(
    max_update: int,
    base_lr: float = 0.01,
    final_lr: float = 0,
    warmup_steps: int = 0,
    warmup_begin_lr: float = 0,
    warmup_mode: str = "linear",
) -> Schedule:
    """Make half a cosine down to ``final_lr`` in update number ``max_update``, after the warm-up.

    Examples
    --------
    >>> schedule = CosineScheduler(max_update=10, base_lr=0.5, warmup_steps=5)
    >>> round(schedule(0), 6), schedule(4), schedule(9)
    (0.1, 0.5, 0.0)
    """
    steps = _decaying("max_update", max_update, warmup_steps)
    _numbers(base_lr=base_lr, final_lr=final_lr)
    decay = CosineDecay(base_lr, steps, final_lr)
    return _warmed(_after(decay, warmup_steps), base_lr, warmup_steps, warmup_begin_lr, warmup_mode)


def _numbers(**settings: float) -> None:
    """Refuse what is no number of 0 or more, by MXNet's name."""
    for name, value in settings.items():
        checks.number(name, value, low=0.0)


def _decaying(name: str, max_update: int, warmup_steps: int) -> int:
    """Return how many updates a decay takes that begins after the warm-up."""
    steps = checks.whole_number(name, max_update, low=1) - checks.whole_number("warmup_steps", warmup_steps)
    if steps < 0:
        raise ValueError(
            "max_update counts the warm-up too, so it must be at least warmup_steps; "
            f"got {max_update} and {warmup_steps}"
        )
    return steps


def _after(decay: Schedule, warmup_steps: int) -> Schedule:
    """Return a decay that counts from the end of the warm-up, where MXNet counts updates from 1."""
    return Shifted(decay, 1 - warmup_steps)


def _warmed(decay: Schedule, base_lr: float, steps: int, begin: float, mode: str) -> Schedule:
    """Return the decay with MXNet's warm-up in its place: in the updates before number ``steps``."""
    steps = checks.whole_number("warmup_steps", steps)
    checks.choice("warmup_mode", mode, ("linear", "constant"))
    if checks.number("warmup_begin_lr", begin, low=0.0) > checks.number("base_lr", base_lr, low=0.0):
        raise ValueError(f"warmup_begin_lr must be at most base_lr; got {begin} and {base_lr}")
    if steps < 2:
        return decay
    rise = Constant(begin) if mode == "constant" else PolynomialDecay(begin, steps, base_lr)
    return Joined((Shifted(rise, 1), Shifted(decay, steps - 1)), (steps - 1,))


def __getattr__(name: str) -> Any:
    """Say what to do instead of what is not offered."""
    instead = {
        "LRScheduler": "any callable is a scheduler: a class of yours needs a `__call__(self, num_update)` "
        "and no base class; give an object of it to an optimizer as lr_scheduler"
    }
    if name in instead:
        raise AttributeError(f"{name} is not offered: {instead[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
