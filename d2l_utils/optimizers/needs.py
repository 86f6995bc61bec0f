"""What a rule needs of its optimizer, and whether another rule needs the same."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["check_rule", "declares", "read_only"]


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
