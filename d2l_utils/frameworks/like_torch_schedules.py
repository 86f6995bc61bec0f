"""PyTorch's schedulers: ``torch.optim.lr_scheduler.X(optimizer, …)`` becomes ``lr_scheduler.X(…)``.

They are ``like_torch.lr_scheduler``. Each function has the arguments and defaults
of PyTorch 2.13's class of that name. Where PyTorch takes the optimizer, give

- one of our optimizers: you get a `Stepper`, with the ``step()`` that your loop calls, and the rates (and
  with `OneCycleLR` and `CyclicLR` the momentum) that PyTorch's optimizer would have;
- or the initial rate: you get the schedule itself, to give to an optimizer as its ``lr``. It does not move
  the momentum then: say ``optimizer.momentum = schedule.momentum(t)`` before each update, which refuses
  another momentum.

What differs, because PyTorch's way cannot be meant: one call of ``step`` too many leaves `OneCycleLR` where
it ended (PyTorch goes on along the cosine, back up); a rise that is over before the first update, and
`ConstantLR` with a factor of 0, work (PyTorch divides by zero); ``total_iters=0`` is refused (PyTorch stays
at the first factor for ever), and so is one `SequentialLR` in another (PyTorch changes over a step early); an
`ExponentialLR`, `PolynomialLR` or `CosineAnnealingLR` in a `ChainedScheduler` that begins a `SequentialLR`
starts at its beginning (PyTorch takes its first step twice); two cycles that move one optimizer keep their
own ends (PyTorch's second changes the first's); a saved state sets the rate, and is refused if it is that of
other settings (PyTorch takes them over, but leaves the rate to the optimizer's state); one made from the
initial rate with a ``last_epoch`` has the rate of its schedule there (PyTorch's multiplies whatever rate the
optimizer has, which is another if its state was not loaded, and `SequentialLR` begins its first again).
Not offered: ``MultiplicativeLR``, whose rate depends on every step before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from d2l_utils._engine import checks
from d2l_utils._engine.names import named
from d2l_utils.frameworks.like_torch_made import (
    ChainedScheduler,
    CyclicLR,
    Made,
    OneCycleLR,
    SequentialLR,
    made,
    share,
    whole_numbers,
)
from d2l_utils.schedules import PiecewiseConstant
from d2l_utils.schedules.cycles import CosineRestarts
from d2l_utils.schedules.parts import Geometric, Mirrored, Scaled
from d2l_utils.schedules.plateau import ReduceLROnPlateau
from d2l_utils.schedules.transitions import CosineDecay, PolynomialDecay

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]


@named
def LambdaLR(optimizer: Any, lr_lambda: Any, last_epoch: int = -1) -> Made:
    """Make a rate times what ``lr_lambda`` returns; a list must hold one function, for there are no groups.

    Examples
    --------
    >>> LambdaLR(0.5, lambda epoch: 0.5**epoch)(2)
    0.125
    """
    functions = tuple(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else (lr_lambda,)
    if len(functions) != 1:
        raise ValueError(f"lr_lambda must be one function: there are no groups here; got {len(functions)}")
    checks.function("lr_lambda", functions[0])
    return made(optimizer, last_epoch, lambda lr: Scaled(lr, functions))


@named
def StepLR(optimizer: Any, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> Made:
    """Make a rate that is multiplied by ``gamma`` after every ``step_size`` steps.

    Examples
    --------
    >>> from d2l_utils import SGD
    >>> optimizer = SGD(lr=0.5)
    >>> scheduler = StepLR(optimizer, step_size=30)
    >>> for epoch in range(30):
    ...     scheduler.step()  # after the epoch's updates
    >>> print(optimizer.lr)
    0.05
    """
    every = checks.whole_number("step_size", step_size, low=1)
    checks.number("gamma", gamma, low=0.0)
    return made(optimizer, last_epoch, lambda lr: Geometric(lr, gamma, every, staircase=True))


@named
def MultiStepLR(optimizer: Any, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1) -> Made:
    """Make a rate that is multiplied by ``gamma`` at each milestone, twice at one that stands there twice.

    Examples
    --------
    >>> schedule = MultiStepLR(0.5, milestones=[30, 80])
    >>> print(schedule(29), schedule(30), f"{schedule(80):.3f}")
    0.5 0.05 0.005
    """
    at = checks.rising("milestones", sorted(whole_numbers("milestones", milestones)))
    checks.number("gamma", gamma, low=0.0)
    return made(
        optimizer,
        last_epoch,
        lambda lr: PiecewiseConstant(tuple(lr * gamma**i for i in range(len(at) + 1)), at),
    )


@named
def ConstantLR(optimizer: Any, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1) -> Made:
    """Make ``factor`` times the rate for ``total_iters`` steps, then the rate.

    Examples
    --------
    >>> schedule = ConstantLR(0.5, factor=0.5, total_iters=4)
    >>> schedule(3), schedule(4)
    (0.25, 0.5)
    """
    share("factor", factor)
    iters = checks.whole_number("total_iters", total_iters, low=1)
    return made(optimizer, last_epoch, lambda lr: PiecewiseConstant((lr * factor, lr), (iters,)))


@named
def LinearLR(
    optimizer: Any,
    start_factor: float = 1.0 / 3,
    end_factor: float = 1.0,
    total_iters: int = 5,
    last_epoch: int = -1,
) -> Made:
    """Make a line from ``start_factor`` to ``end_factor`` times the rate, in ``total_iters`` steps.

    Examples
    --------
    >>> schedule = LinearLR(0.5, start_factor=0.5, total_iters=4)
    >>> schedule(0), schedule(2), schedule(4)
    (0.25, 0.375, 0.5)
    """
    share("start_factor", start_factor)
    share("end_factor", end_factor)
    if start_factor == 0:
        raise ValueError("start_factor must be above 0: PyTorch divides by it; got 0")
    iters = checks.whole_number("total_iters", total_iters, low=1)
    return made(optimizer, last_epoch, lambda lr: PolynomialDecay(lr * start_factor, iters, lr * end_factor))


@named
def ExponentialLR(optimizer: Any, gamma: float, last_epoch: int = -1) -> Made:
    """Make a rate that each step multiplies by ``gamma``.

    Examples
    --------
    >>> ExponentialLR(0.5, gamma=0.5)(3)
    0.0625
    """
    checks.number("gamma", gamma, low=0.0)
    return made(optimizer, last_epoch, lambda lr: Geometric(lr, gamma))


@named
def PolynomialLR(optimizer: Any, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> Made:
    """Make a rate that falls to 0 as ``(1 − t/total_iters)^power``.

    Examples
    --------
    >>> PolynomialLR(0.5, total_iters=4, power=2.0)(2)
    0.125
    """
    iters = checks.whole_number("total_iters", total_iters, low=1)
    return made(optimizer, last_epoch, lambda lr: PolynomialDecay(lr, iters, power=power))


@named
def CosineAnnealingLR(optimizer: Any, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> Made:
    """Make half a cosine down to ``eta_min`` in ``T_max`` steps. As in PyTorch, the rate then rises again!

    Examples
    --------
    >>> schedule = CosineAnnealingLR(0.5, T_max=10)
    >>> round(schedule(5), 3), round(schedule(10), 3), round(schedule(20), 3)
    (0.25, 0.0, 0.5)
    """
    steps = checks.whole_number("T_max", T_max, low=1)
    checks.number("eta_min", eta_min, low=0.0)
    return made(optimizer, last_epoch, lambda lr: Mirrored(CosineDecay(lr, steps, eta_min), steps))


@named
def CosineAnnealingWarmRestarts(
    optimizer: Any, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
) -> Made:
    """Make half a cosine after the other, each ``T_mult`` times as long as the one before.

    Examples
    --------
    >>> schedule = CosineAnnealingWarmRestarts(0.5, T_0=2, T_mult=2)
    >>> [round(schedule(t), 3) for t in range(6)]
    [0.5, 0.25, 0.5, 0.427, 0.25, 0.073]
    """
    period = checks.whole_number("T_0", T_0, low=1)
    growth = checks.whole_number("T_mult", T_mult, low=1)
    checks.number("eta_min", eta_min, low=0.0)
    return made(optimizer, last_epoch, lambda lr: CosineRestarts(lr, period, growth, end=eta_min))


def __getattr__(name: str) -> Any:
    """Say what to do instead of what is not offered."""
    if name == "MultiplicativeLR":
        raise AttributeError(
            "MultiplicativeLR is not offered: its rate depends on every step before. "
            "Write the product as a function of the steps, for LambdaLR"
        )
    raise AttributeError(
        f"torch.optim.lr_scheduler.{name} is not offered: of PyTorch 2.13 there are {', '.join(__all__)}; "
        "your own schedule is a function of the steps made, for LambdaLR or as an optimizer's lr"
    )
