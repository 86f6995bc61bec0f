"""What an optimizer saves of its state, and takes again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from d2l_utils._engine.groups import State

__all__ = ["Saved", "copied", "loaded"]


class Saved(dict[str, Any]):
    """What `Optimizer.state_dict` returns: a dict that says what it does not hold."""

    def __missing__(self, name: str) -> Any:
        raise KeyError(
            f"a saved state holds 't', 'method' and 'state', and not {name!r}; "
            "settings are attributes of the optimizer"
        )


def loaded(state: Mapping[str, Mapping[str, Any]]) -> State:
    """Return a copy of a saved state, or raise a TypeError if a slot is no array."""
    try:
        return copied(state)
    except ValueError as error:
        raise TypeError("a slot is no array") from error


def copied(state: Mapping[str, Mapping[str, Any]]) -> State:
    """Return a state whose arrays are its own."""
    return {key: {slot: np.array(value) for slot, value in slots.items()} for key, slots in state.items()}
