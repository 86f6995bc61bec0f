"""How PyTorch's schedulers are made, and those that move the momentum or combine others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from d2l_utils._engine import checks
from d2l_utils._engine.names import named
from d2l_utils.frameworks.chained import Chained, ExponentialScale, HalvingScale
from d2l_utils.frameworks.going_on import MULTIPLIED, GoingOn
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.split import Split
from d2l_utils.schedules import Schedule
from d2l_utils.schedules.cycles import OneCycle, Triangle
from d2l_utils.schedules.parts import Joined, Shifted, moved_by
from d2l_utils.schedules.plateau import ReduceLROnPlateau
from d2l_utils.schedules.stepping import Stepper, initial_rate, is_moved, one_rate

__all__ = ["ChainedScheduler", "CyclicLR", "OneCycleLR", "SequentialLR"]

Made = Stepper | Schedule


@named
def CyclicLR(
    optimizer: Any,
    base_lr: float,
    max_lr: float,
    step_size_up: float = 2000,
    step_size_down: float | None = None,
    mode: str = "triangular",
    gamma: float = 1.0,
    scale_fn: Callable[[float], float] | None = None,
    scale_mode: str = "cycle",
    cycle_momentum: bool = True,
    base_momentum: float = 0.8,
    max_momentum: float = 0.9,
    last_epoch: int = -1,
) -> Made:
    """Make a rate that goes from ``base_lr`` to ``max_lr`` and back, and a momentum that does the opposite.

    The optimizer's own rate and momentum do not matter, so ``optimizer`` may be None.

    Examples
    --------
    >>> schedule = CyclicLR(None, 0.25, 0.75, step_size_up=2)
    >>> [schedule(t) for t in range(5)]
    [0.25, 0.5, 0.75, 0.5, 0.25]
    >>> [round(schedule.momentum(t), 3) for t in range(5)]
    [0.9, 0.85, 0.8, 0.85, 0.9]
    """
    base_lr, max_lr = _one("base_lr", base_lr), _one("max_lr", max_lr)
    base_momentum, max_momentum = _one("base_momentum", base_momentum), _one("max_momentum", max_momentum)
    down = step_size_up if step_size_down is None else checks.positive("step_size_down", step_size_down)
    checks.positive("step_size_up", step_size_up)
    checks.number("gamma", gamma, low=0.0)
    checks.choice("scale_mode", scale_mode, ("cycle", "iterations"))
    scale, by = scale_fn, "cycle" if scale_mode == "cycle" else "updates"
    if scale_fn is not None:
        checks.function("scale_fn", scale_fn)
    else:
        checks.choice("mode", mode, ("triangular", "triangular2", "exp_range"))
        scales = {"triangular": None, "triangular2": HalvingScale(), "exp_range": ExponentialScale(gamma)}
        scale, by = scales[mode], "updates" if mode == "exp_range" else "cycle"
    beside = Triangle(max_momentum, base_momentum, step_size_up, down, scale, by)
    triangle = Triangle(
        base_lr,
        max_lr,
        step_size_up,
        down,
        scale,
        by,
        beside if checks.truth("cycle_momentum", cycle_momentum) else None,
    )
    moved = isinstance(optimizer, Optimizer) and is_moved(optimizer)
    cycle = made(
        0.0 if optimizer is None else optimizer, last_epoch, lambda lr: triangle, None if moved else base_lr
    )
    if moved and isinstance(cycle, Stepper):
        # after another scheduler, PyTorch takes the first step from the initial rate
        cycle._base_lr = base_lr
        cycle._leave(replace(triangle, low=initial_rate(optimizer))(cycle.t))
    return cycle


@named
def OneCycleLR(
    optimizer: Any,
    max_lr: float,
    total_steps: int | None = None,
    epochs: int | None = None,
    steps_per_epoch: int | None = None,
    pct_start: float = 0.3,
    anneal_strategy: str = "cos",
    cycle_momentum: bool = True,
    base_momentum: float = 0.85,
    max_momentum: float = 0.95,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
    three_phase: bool = False,
    last_epoch: int = -1,
) -> Made:
    """Make `OneCycle`: up to ``max_lr``, then down to almost nothing; the momentum does the opposite.

    The optimizer's own rate and momentum do not matter, so ``optimizer`` may be None.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> optimizer = Momentum()
    >>> scheduler = OneCycleLR(optimizer, max_lr=0.5, epochs=2, steps_per_epoch=5)
    >>> for batch in range(2):
    ...     scheduler.step()
    >>> print(f"{optimizer.lr} {optimizer.momentum:.2f}")
    0.5 0.85
    """
    if total_steps is None:
        if epochs is None or steps_per_epoch is None:
            raise ValueError("give total_steps, or epochs and steps_per_epoch")
        epochs = checks.whole_number("epochs", epochs, low=1)
        total_steps = epochs * checks.whole_number("steps_per_epoch", steps_per_epoch, low=1)
    total_steps = checks.whole_number("total_steps", total_steps, low=1)
    max_lr = _one("max_lr", max_lr)
    base_momentum, max_momentum = _one("base_momentum", base_momentum), _one("max_momentum", max_momentum)
    checks.choice("anneal_strategy", anneal_strategy, ("cos", "linear"))
    cycle = OneCycle(
        max_lr,
        total_steps,
        pct_start,
        "cosine" if anneal_strategy == "cos" else "linear",
        div_factor,
        final_div_factor,
        base_momentum,
        max_momentum,
        checks.truth("three_phase", three_phase),
        checks.truth("cycle_momentum", cycle_momentum),
    )
    return made(0.0 if optimizer is None else optimizer, last_epoch, lambda lr: cycle, max_lr / div_factor)


def _one(name: str, value: Any) -> float:
    """Return a number of 0 or more; a list must hold one, for there are no groups."""
    numbers = value if isinstance(value, (list, tuple)) else [value]
    if len(numbers) != 1:
        raise ValueError(f"{name} must be one number: there are no groups here; got {value!r}")
    return checks.number(name, numbers[0], low=0.0)


@named
def SequentialLR(
    optimizer: Any, schedulers: Sequence[Any], milestones: Sequence[int], last_epoch: int = -1
) -> Made:
    """Make one scheduler after the other, each from 0 when its milestone comes.

    Give the same optimizer, or the same initial rate, to all. A schedule that moves the momentum must be made
    with ``cycle_momentum=False``.

    Examples
    --------
    >>> from d2l_utils.frameworks.like_torch_schedules import CosineAnnealingLR, LinearLR
    >>> warm_up = LinearLR(0.5, start_factor=0.25, total_iters=3)
    >>> schedule = SequentialLR(0.5, [warm_up, CosineAnnealingLR(0.5, T_max=10)], milestones=[3])
    >>> schedule(0), schedule(3), round(schedule(8), 3)
    (0.125, 0.5, 0.25)
    """
    schedules = _schedules(optimizer, schedulers)
    milestones = whole_numbers("milestones", milestones)
    if len(milestones) != len(schedules) - 1:
        raise ValueError(
            f"milestones must be one fewer than schedulers; got {len(milestones)} and {len(schedules)}"
        )
    for schedule in schedules:
        if isinstance(schedule, Joined):
            raise ValueError("give all schedulers to one SequentialLR; PyTorch miscounts one inside another")
        if moved_by(schedule) is not None:
            raise ValueError("a scheduler that others follow cannot move the momentum: cycle_momentum=False")
    first = schedulers[0]
    if isinstance(first, Stepper) and first.initial_lr != initial_rate(optimizer):
        raise ValueError(
            "OneCycleLR has changed the rate that PyTorch's SequentialLR starts from; "
            "make it before the others"
        )
    _check_unmoved(schedulers)
    joined = Joined(schedules, checks.rising("milestones", milestones))
    return made(optimizer, last_epoch, lambda lr: joined)


@named
def ChainedScheduler(schedulers: Sequence[Any], optimizer: Any = None) -> Made:
    """Make the rate times all the schedulers' factors.

    Chained are `StepLR`, `MultiStepLR`, `ConstantLR`, `LinearLR`, `ExponentialLR`, `PolynomialLR`, and
    `CosineAnnealingLR` with ``eta_min=0`` as long as it falls. The others are refused: in PyTorch they set
    the rate anew at each step, so that what comes before them in the chain is lost. If the schedulers were
    made from an initial rate, give it as ``optimizer``.

    Examples
    --------
    >>> from d2l_utils.frameworks.like_torch_schedules import ConstantLR, ExponentialLR
    >>> warm_up, fall = ConstantLR(0.5, factor=0.5, total_iters=2), ExponentialLR(0.5, gamma=0.5)
    >>> schedule = ChainedScheduler([warm_up, fall], 0.5)
    >>> [schedule(t) for t in range(4)]
    [0.25, 0.125, 0.125, 0.0625]
    """
    if optimizer is None and isinstance(schedulers, Sequence) and schedulers:
        optimizer = getattr(schedulers[0], "optimizer", None)
    schedules = _schedules(optimizer, schedulers)
    _check_unmoved(schedulers)
    return made(optimizer, -1, lambda lr: Chained(lr, schedules))


def _check_unmoved(schedulers: Sequence[Any]) -> None:
    for each in schedulers:
        if isinstance(each, Stepper) and each.t:
            raise ValueError(f"schedulers must be combined before any makes a step; got one at t = {each.t}")


def _schedules(optimizer: Any, schedulers: Sequence[Any]) -> tuple[Any, ...]:
    """Return the schedules of schedulers that were made with ``optimizer``, or say what is wrong."""
    if not isinstance(schedulers, Sequence):
        raise TypeError(f"schedulers must be a list; got {schedulers!r}")
    if not len(schedulers):
        raise ValueError("schedulers must hold at least one; got none")
    for each in schedulers:
        if isinstance(each, ReduceLROnPlateau):
            raise TypeError("ReduceLROnPlateau needs a metric, so it cannot be one of several schedulers")
        if isinstance(each, Stepper) != isinstance(optimizer, Optimizer):
            raise TypeError("give the optimizer, or else the initial rate, both here and to every scheduler")
        if isinstance(each, Stepper) and each.optimizer is not optimizer:
            raise ValueError(f"schedulers must belong to the optimizer {optimizer!r}; got {each!r}")
        origin = getattr(each, "_from_rate", optimizer)
        if not isinstance(each, Stepper) and origin != optimizer:
            raise ValueError(
                f"schedulers must be made from the initial rate that is given here, {optimizer!r}; got one "
                f"made from {origin!r}"
            )
    return tuple(each.schedule if isinstance(each, Stepper) else each for each in schedulers)


def made(
    optimizer: Any, last_epoch: int, make: Callable[[float], Schedule], first: float | None = None
) -> Made:
    """Return the schedule that ``make`` makes from the initial rate, or a `Stepper` that follows it.

    ``first`` is the rate that a schedule with rates of its own leaves as the initial one, as in PyTorch.
    """
    t = checks.whole_number("last_epoch", last_epoch, low=-1) + 1
    if isinstance(optimizer, Split):
        one_rate(optimizer)  # it says what to do
    if isinstance(optimizer, Optimizer):
        if t and not is_moved(optimizer):
            raise ValueError(
                "what was the optimizer's initial rate? To go on, make the scheduler as at first and call "
                f"load_state_dict, or give the initial rate in place of the optimizer; got {last_epoch=}"
            )
        schedule = make(initial_rate(optimizer))
        before, initial = optimizer.lr, initial_rate(optimizer)
        kind = GoingOn if isinstance(schedule, (*MULTIPLIED, Chained, Joined)) else Stepper
        stepper = kind(optimizer, schedule, t)
        if isinstance(schedule, MULTIPLIED) and not t and initial and before != initial:
            stepper._leave(before * schedule(0) / initial)
        if first is not None:
            stepper.initial_lr = initial_rate(optimizer, first)
        return stepper
    if (
        callable(optimizer)
        or optimizer is None
        or isinstance(optimizer, (list, str))
        or hasattr(optimizer, "param_groups")
    ):
        raise TypeError(f"give one of our optimizers, or the initial rate; got {optimizer!r}")
    schedule = make(checks.number("the initial rate", optimizer, low=0.0))
    schedule = Shifted(schedule, t) if t else schedule
    if first is None:
        object.__setattr__(schedule, "_from_rate", optimizer)  # to be combined with others from there only
    return schedule


def whole_numbers(name: str, values: Any) -> list[int]:
    """Return a list of whole numbers, or raise TypeError or ValueError."""
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise TypeError(f"{name} must be a list of whole numbers; got {values!r}")
    return [checks.whole_number(name, value) for value in values]


def share(name: str, value: float) -> None:
    """Raise a ValueError if ``value`` is not from 0 to 1."""
    if checks.number(name, value, low=0.0) > 1:
        raise ValueError(f"{name} must be from 0 to 1; got {value}")
