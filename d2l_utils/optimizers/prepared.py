"""What an optimizer does before the first update of its arrays: make their state and lay both out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import arrays
from d2l_utils._engine.groups import Apply, State, lay_out
from d2l_utils.optimizers.needs import check_handed

__all__ = ["Prepared"]


class Prepared:
    """What `Optimizer` does with new arrays; the kinds of `optimizers.whole` do some of it otherwise."""

    rule: Callable[..., Any]
    slots: Mapping[str, Any]
    _state: State

    def _prepared(
        self, params: Mapping[str, Any], grads: Mapping[str, Any], swept: tuple[int, ...]
    ) -> tuple[State, list[Apply]]:
        """Make the state of new arrays if there is none, and lay it out."""
        check_handed(self, self.rule)
        self._check_sweep(params, swept)
        state = {key: dict(slots) for key, slots in self._state.items()} or self._made(params)
        return state, self._laid_out(params, grads, state, swept)

    def _given(self, settings: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what the rule takes after its state in an update."""
        return settings

    def _check_sweep(self, params: Mapping[str, Any], swept: tuple[int, ...]) -> None:
        """Raise a ValueError if settings of this shape cannot be swept over these parameters."""
        arrays.check_sweep(params, swept)

    def _check_state(self, params: Mapping[str, Any], state: State) -> None:
        """Raise a ValueError if a state is not that of these parameters."""
        arrays.check_state(params, state)

    def _made(self, params: Mapping[str, Any]) -> State:
        """Make the state of new arrays."""
        for slot, start in self.slots.items():
            if np.asarray(start).dtype.kind not in "fiub":
                raise TypeError(f"slots[{slot!r}] must start from a number or an array; got {start!r}")
        return {
            key: {
                slot: np.full_like(p, start, arrays.computed_in(p.dtype), subok=False)
                for slot, start in self.slots.items()
            }
            for key, p in params.items()
        }

    def _laid_out(
        self, params: Mapping[str, Any], grads: Mapping[str, Any], state: State, swept: tuple[int, ...]
    ) -> list[Apply]:
        """Return functions of gradients and settings that together apply the rule, as its kind demands."""
        return lay_out(self.rule, params, grads, state, swept)
