"""What a rule needs of its optimizer, and whether another rule needs the same."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = ["beside", "check_moved", "check_rule", "choose", "declares", "read_only"]


def read_only(slots: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return slots that cannot be changed, for a class has them in common with its optimizers."""
    return MappingProxyType(dict(slots))


def declares(optimizer: Any, name: str, value: Any) -> Any:
    """Return a kind, a clock or slots to keep, or raise an AttributeError if a state was made for others."""
    if optimizer.__dict__.get("_state"):
        kind = type(optimizer).__name__
        raise AttributeError(
            f"{name} is fixed once {kind} has a state; declare it in a class, `class Mine({kind})`"
        )
    return read_only(value) if name == "slots" else value


def check_rule(optimizer: Any, rule: Any) -> None:
    """Raise a TypeError if a rule does not take what this optimizer hands it, as far as it tells.

    Raises
    ------
    AttributeError
        If the optimizer makes its rule of another's.
    """
    if isinstance(getattr(type(optimizer), "rule", None), property):
        raise AttributeError(
            f"this {type(optimizer).__name__} makes its rule of that of the optimizer inside; set it there, "
            "optimizer.optimizer.rule = ..."
        )
    clock, loss = ["t"] * bool(optimizer.clock), ["loss"] * (optimizer.kind == "vector")
    handed = ["p", "g", *optimizer.slots, *clock, *optimizer.__dict__.get("_names", ()), *loss]
    takes = f"rule must be a function of {', '.join(handed)}"
    if not callable(rule):
        raise TypeError(f"{takes}; got {rule!r}")
    try:
        signature = inspect.signature(rule)
    except (TypeError, ValueError):  # of some builtins nothing is known
        return
    try:
        signature.bind(*handed)
    except TypeError:
        name = getattr(rule, "__name__", repr(rule))
        raise TypeError(f"{takes}, for this {type(optimizer).__name__}; {name} takes {signature}") from None


def check_moved(optimizer: Any, schedule: Any, t: int) -> None:
    """Raise a ValueError if a schedule moves the momentum in step ``t``, and the optimizer's is another."""
    name = next((name for name in ("momentum", "beta1") if name in optimizer._names), None)
    moves = getattr(schedule, "momentum", None) if name else None
    if not name or not callable(moves):
        return
    value, found = getattr(type(optimizer), name).check(moves(t - 1)), optimizer.hyperparameters[name]
    value = value if optimizer._rounded is None else optimizer._rounded(value)
    if np.any(found != value):
        raise ValueError(
            f"the schedule of the rate moves {name} too, to {value:.6g} in this update, and it is {found}: "
            f"say `optimizer.{name} = schedule.momentum(optimizer.t)` before each update, or make the "
            "schedule with cycle_momentum=False"
        )


def choose(optimizer: Any, rule: Any) -> None:
    """Let a switch choose a rule, or raise a TypeError if a class of the reader's has its own."""
    declaring = next(kind for kind in type(optimizer).__mro__ if "rule" in vars(kind))
    if declaring.__module__.partition(".")[0] != __name__.partition(".")[0]:
        raise TypeError(
            f"{declaring.__name__} has a rule of its own, and a switch would take {rule.__name__} in its "
            "place: make it without the switch"
        )
    optimizer._chosen = optimizer.rule = rule


def beside(optimizer: Any) -> dict[str, str]:
    """Return as text what no argument of an optimizer's class says: where it counts from, another rule."""
    told = {"begin_num_update": str(optimizer._begun)} if optimizer._begun else {}
    rule = optimizer.__dict__.get("rule")
    if rule is not optimizer._chosen:
        told["rule"] = getattr(rule, "__name__", repr(rule))
    return told
