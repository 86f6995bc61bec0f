"""What a rule needs of its optimizer, and whether another rule needs the same."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from d2l_utils._engine import checks

__all__ = [
    "beside",
    "check_declared",
    "check_handed",
    "check_moved",
    "check_rule",
    "choose",
    "declares",
    "read_only",
]


CLOCKS = ("", "t", "inf", "eps_hat")


def read_only(slots: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return slots that cannot be changed, for a class has them in common with its optimizers."""
    if not isinstance(slots, Mapping):
        raise TypeError(
            f"slots must be a dict of names and where each starts, such as {{'v': 0.0}}; got {slots!r}"
        )
    return MappingProxyType(dict(slots))


def check_declared(kind: type) -> None:
    """Raise a TypeError or ValueError if a class of the reader's declares what would do nothing."""
    checks.choice("clock", kind.__dict__.get("clock", ""), CLOCKS)
    inherited = next(each.__dict__["kind"] for each in kind.__mro__[1:] if "kind" in each.__dict__)
    if kind.__dict__.get("kind", inherited) != inherited and not is_ours(kind):
        raise TypeError(
            f"kind says what a class is made from, and changes nothing: make {kind.__name__} from "
            f"ArrayMethod, MatrixMethod or VectorMethod; got {kind.__dict__['kind']!r}"
        )


def is_ours(kind: type) -> bool:
    """Return whether a class stands in this package."""
    return kind.__module__.partition(".")[0] == __name__.partition(".")[0]


def declares(optimizer: Any, name: str, value: Any) -> Any:
    """Return a kind, a clock or slots to keep, or raise an AttributeError if a state was made for others."""
    if name == "clock":
        checks.choice("clock", value, CLOCKS)
    if name == "kind" or optimizer.__dict__.get("_state"):
        kind = type(optimizer).__name__
        raise AttributeError(
            f"{name} is fixed{'' if name == 'kind' else f' once {kind} has a state'}; declare it in a class, "
            f"`class Mine({'MatrixMethod' if name == 'kind' else kind})`"
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
    check_handed(optimizer, rule)


def check_handed(optimizer: Any, rule: Any) -> None:
    """Raise a TypeError if a rule does not take what this optimizer hands it, in its order.

    A name that both have must stand in the same place.
    """
    while "optimizer" in optimizer.__dict__:  # what is put around hands on what the one inside does
        optimizer = optimizer.__dict__["optimizer"]
        rule = optimizer.rule
    clock, loss = ["t"] * bool(optimizer.clock), ["loss"] * (optimizer.kind == "vector")
    helpers = getattr(optimizer, "helpers", ())
    handed = ["p", "g", *optimizer.slots, *clock, *optimizer.__dict__.get("_names", ()), *helpers, *loss]
    takes = f"rule must be a function of {', '.join(handed)}"
    if not callable(rule):
        raise TypeError(f"{takes}; got {rule!r}")
    try:
        signature = inspect.signature(rule)
    except (TypeError, ValueError):  # of some builtins nothing is known
        return
    taken = list(signature.parameters)
    in_order = all(each not in taken or taken.index(each) == i for i, each in enumerate(handed))
    try:
        signature.bind(*handed)
        if in_order:
            return
        takes += ", in this order"
    except TypeError:
        pass
    name, kind = getattr(rule, "__name__", repr(rule)), type(optimizer).__name__
    raise TypeError(f"{takes}, for this {kind}; {name} takes {signature}")


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
    if not is_ours(declaring):
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
