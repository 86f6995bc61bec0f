"""What a schedule alone cannot do: move an optimizer step by step, and its momentum too.

A `Stepper` remembers where it is, as `ReduceLROnPlateau` does. They are the exception: a schedule of
:mod:`d2l_utils.schedules` given to an optimizer as its ``lr`` needs neither. Both can be pickled (with what
they move) and saved by `state_dict`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Hyperparameter, Strict
from d2l_utils.optimizers.split import Split
from d2l_utils.schedules.basic import Schedule, told
from d2l_utils.schedules.parts import moved_by

__all__ = ["Stepper", "initial_rate"]


class Stepper(Strict):
    """Sets an optimizer's rate, and its momentum if the schedule has one, when `step` is called.

    Where `step` stands in your loops decides whether the schedule counts updates or epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` is set now, and by each `step`; so is its ``momentum``, or else ``beta1``, if the schedule
        has a ``momentum``.
    schedule : callable
        Called with 0 now, and then with the number of calls of `step`.
    t : float
        Where to start, for a run that goes on.

    Attributes
    ----------
    t : float
        What the schedule was last asked.

    Raises
    ------
    ValueError
        If the schedule has a momentum and the optimizer has none.

    Examples
    --------
    >>> from d2l_utils import SGD, StepDecay
    >>> optimizer = SGD()
    >>> stepper = Stepper(optimizer, StepDecay(0.8, factor=0.5, every=2))
    >>> rates = []
    >>> for epoch in range(5):
    ...     rates.append(optimizer.lr)  # here come the epoch's updates
    ...     stepper.step()
    >>> rates
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """

    offered = ("optimizer", "schedule", "initial_lr", "t")
    advice = (
        ". What a scheduler was made with is fixed, so make another; `step(t)` goes to t, and "
        "`get_last_lr()` tells the rate that it set last"
    )

    _base_lr: float | None = None  # where it is not the initial rate

    def __init__(self, optimizer: Optimizer, schedule: Any, t: float = 0) -> None:
        self.optimizer, self.schedule = optimizer, schedule
        self.initial_lr = initial_rate(optimizer)
        self._momentum = moved_by(schedule)
        if self._momentum is not None:
            momentum_of(optimizer)
        self._go(t)
        optimizer._initial_lr = self.initial_lr

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "t":
            number = checks.number("t", value, low=0.0)
            value = value if isinstance(value, int | float) else number
        elif name == "optimizer":
            one_rate(value)
        elif name == "schedule":
            checks.function("schedule", value)
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"Stepper({self.optimizer!r}, {self.schedule!r}, t={self.t!r})"

    @in_turn
    def step(self, epoch: float | None = None) -> None:
        """Go on by one, or to ``epoch``."""
        one_rate(self.optimizer)
        if epoch is not None:
            checks.number("epoch", epoch, low=0.0)
        self._go(self.t + 1 if epoch is None else epoch)

    def _go(self, t: float) -> None:
        rate = Optimizer.lr.check(self.schedule(t))
        if self._momentum is None:
            self._leave(rate)
        else:
            optimizer, name = momentum_of(self.optimizer)
            before = optimizer.hyperparameters[name]
            setattr(optimizer, name, self._momentum(t))
            try:
                self._leave(rate)
            except ValueError:
                setattr(optimizer, name, before)
                raise
        self._rate, self.t = self._last, t

    def _leave(self, rate: float) -> None:
        """Set the optimizer's rate, and remember it as the last."""
        self.optimizer.lr = rate
        self._last = self.optimizer.lr

    @property
    def last_epoch(self) -> float:
        """PyTorch's name of ``t``."""
        return self.t

    @property
    def base_lrs(self) -> list[float]:
        """The initial rate in a list, as in PyTorch."""
        return _Fixed([self.initial_lr if self._base_lr is None else self._base_lr])

    def get_last_lr(self) -> list[float]:
        """Return the rate that it set last in a list, as PyTorch does; you may have set another since."""
        return [self._last]

    @in_turn
    def state_dict(self) -> dict[str, Any]:
        """Return where it is and its last rate under PyTorch's names, what it follows, a rate of your own."""
        rate = self.optimizer.lr
        own = {"lr": rate} if np.any(rate != self._rate) else {}
        return {"last_epoch": self.t, "schedule": told(self.schedule), "_last_lr": [self._last]} | own

    @in_turn
    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned; sets the optimizer's rate and momentum too."""
        if not isinstance(saved, Mapping) or "last_epoch" not in saved:
            raise ValueError(f"a saved state holds 'last_epoch', as state_dict() returns; got {saved!r}")
        checks.number("last_epoch", saved["last_epoch"], low=0.0)
        if others := sorted(saved.keys() - {"last_epoch", "schedule", "_last_lr", "lr"}):
            raise ValueError(
                f"the saved state is none of ours, for it holds {', '.join(map(str, others))}; make the "
                "scheduler with the settings of the other, and let step(last_epoch) go to where it was"
            )
        own = told(self.schedule)
        theirs = saved.get("schedule", own)
        if _in_ints(theirs) != _in_ints(own) and isinstance(self.schedule, Schedule):
            raise ValueError(
                f"the saved state is of {theirs}; this scheduler follows {own}: "
                "make it with the same settings, from the same initial rate"
            )
        last = last_rate(saved)
        rate = Optimizer.lr.check(saved["lr"]) if "lr" in saved else None
        self._go(saved["last_epoch"])
        self.optimizer.lr = self._rate if rate is None else rate
        self._last = self.optimizer.lr if last is None else last


def last_rate(saved: Mapping[str, Any]) -> float | None:
    """Return the rate that a saved scheduler had set last, None if it does not say; or raise a ValueError."""
    if "_last_lr" not in saved:
        return None
    rates = saved["_last_lr"]
    if not checks.is_sequence(rates) or len(rates) != 1:
        raise ValueError(f"a saved state holds '_last_lr', a list of one rate; got {rates!r}")
    return checks.number("_last_lr", rates[0], low=0.0)


def _in_ints(settings: str) -> str:
    """Return the text of settings with 1 for 1.0, for both mean the same."""
    return re.sub(r"\b(\d+)\.0\b", r"\1", settings)


class _Fixed(list[float]):
    """A list for those who read it."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("base_lrs are fixed when a scheduler is made; make another")

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = extend = insert = pop = remove = clear = sort = reverse = _refuse


def initial_rate(optimizer: Any, change: float | None = None) -> float:
    """Return the rate that an optimizer had before the first of these objects moved it.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` must be one number.
    change : float, optional
        The rate to remember from now on.

    Raises
    ------
    TypeError
        If it is none of our optimizers, or its ``lr`` is an array or a schedule.
    """
    rate = one_rate(optimizer)
    if change is not None:
        optimizer._initial_lr = change
    return optimizer.__dict__.get("_initial_lr", rate)


def one_rate(optimizer: Any) -> float:
    """Return an optimizer's rate if it is one number, or raise a TypeError."""
    if isinstance(optimizer, Split):
        raise TypeError("each part of a Split has a rate of its own: move split.first and split.rest, each")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one of d2l_utils; got {optimizer!r}")
    if callable(optimizer.lr):
        raise TypeError(f"the optimizer already follows a schedule, {optimizer.lr!r}; give it a number as lr")
    return checks.number("lr", optimizer.lr, low=0.0)


def is_moved(optimizer: Optimizer) -> bool:
    """Return whether one of these objects already moves the optimizer's rate.

    Examples
    --------
    >>> from d2l_utils import SGD
    >>> is_moved(SGD())
    False
    """
    return "_initial_lr" in optimizer.__dict__


def momentum_of(optimizer: Any) -> tuple[Any, str]:
    """Return the optimizer that has the momentum (inside `WeightDecay`, say) and its attribute's name.

    Examples
    --------
    >>> from d2l_utils import Adam
    >>> momentum_of(Adam())[1]
    'beta1'
    """
    inside = optimizer
    while isinstance(getattr(inside, "optimizer", None), Optimizer):
        inside = inside.optimizer
    for name in ("momentum", "beta1"):
        if isinstance(getattr(type(inside), name, None), Hyperparameter):
            return inside, name
    raise ValueError(
        f"{type(inside).__name__} has no momentum for the schedule to move: make it with one "
        "(momentum=0.9, say), or the schedule with cycle_momentum=False"
    )
