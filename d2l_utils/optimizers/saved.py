"""What an optimizer saves of its state, and takes again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils._engine.groups import State

__all__ = ["Saved", "copied", "taken"]

HELD = ("t", "method", "state")


class Saved(dict[str, Any]):
    """What `Optimizer.state_dict` returns: a dict that says what it does not hold."""

    def __missing__(self, name: str) -> Any:
        raise KeyError(
            f"a saved state holds 't', 'method' and 'state', and not {name!r}; "
            "settings are attributes of the optimizer"
        )


def taken(saved: Any, optimizer: Any) -> tuple[int, State]:
    """Return the step and a copy of a saved state, or say what is wrong with it for this optimizer."""
    given = saved if isinstance(saved, Mapping) else {}
    if further := sorted(map(str, given.keys() - set(HELD))):
        raise ValueError(
            f"a saved state holds 't', 'method' and 'state', and nothing of {', '.join(further)}; settings "
            "are attributes of the optimizer: set them there"
        )
    try:
        t, state = given["t"], copied(given["state"])
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(
            f"a saved state holds 't' and 'state', as state_dict() returns; got {saved!r}"
        ) from error
    try:
        step = checks.whole_number("t", t)
    except TypeError:
        raise ValueError(f"a saved state holds the updates made as 't', a whole number; got {t!r}") from None
    kind, own, slots = type(optimizer).__name__, optimizer._method, optimizer.slots
    for key, found in state.items():
        if found.keys() != slots.keys():
            has = sorted(map(str, found))
            raise ValueError(f"the saved state of {key!r} has {has}; {kind} keeps {sorted(slots)}")
        for slot, value in found.items():
            masked = isinstance(given["state"][key][slot], np.ma.MaskedArray)
            if masked or value.dtype.kind not in "fiub":
                told = "a masked array" if masked else f"dtype {value.dtype}"
                raise ValueError(
                    f"the saved state {slot!r} of {key!r} must be an array of numbers; got {told}"
                )
        state[key] = {slot: found[slot] for slot in slots}  # in the rule's order
    method = given.get("method", own)
    if slots and method != own:
        raise ValueError(
            f"the saved state is of {method}, and {sorted(slots)} mean something else in {own}: "
            "load it into an optimizer of the kind that saved it"
        )
    return step, state


def copied(state: Mapping[str, Mapping[str, Any]]) -> State:
    """Return a state whose arrays are its own."""
    return {key: {slot: np.array(value) for slot, value in slots.items()} for key, slots in state.items()}
