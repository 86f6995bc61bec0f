"""What an update looks at before it changes anything: keys, shapes and dtypes of its arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Known", "as_dicts", "check", "check_finite", "check_state", "check_sweep"]


def as_dicts(params: Any, grads: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return both as dicts: two arrays have the name ``params``; anything else is a TypeError."""
    if params.__class__ is grads.__class__ is dict:
        return params, grads
    if isinstance(params, np.ndarray) and not isinstance(grads, Mapping):
        return {"params": params}, {"params": grads}
    if not isinstance(params, Mapping) or not isinstance(grads, Mapping):
        raise TypeError(
            "params and grads must be two dicts of arrays, or two arrays; "
            f"got {type(params).__name__} and {type(grads).__name__}"
        )
    return params, grads


class Known(NamedTuple):
    """What was checked at the last update; as long as it holds, no check is needed and the state fits."""

    rule: Callable[..., Any]
    swept: tuple[int, ...]
    arrays: list[tuple[str, np.ndarray, tuple[int, ...], np.dtype]]

    @classmethod
    def of(cls, params: Mapping[str, Any], grads: Mapping[str, Any], rule: Any, swept: Any) -> Known:
        """Remember these arrays, and the dtypes of their gradients."""
        arrays = [(key, p, p.shape, grads[key].dtype) for key, p in params.items()]
        return cls(rule, swept, arrays)

    def still_holds(
        self, params: Mapping[str, Any], grads: Mapping[str, Any], rule: Any, swept: tuple[int, ...]
    ) -> bool:
        """Return whether all is as it was; gradients may be other arrays of the same shapes and dtypes."""
        if rule != self.rule or swept != self.swept or not len(params) == len(grads) == len(self.arrays):
            return False
        for key, array, shape, dtype in self.arrays:
            g = grads.get(key)
            if (
                params.get(key) is not array
                or not array.flags.writeable
                or not isinstance(g, np.ndarray)
                or g.shape != shape
                or g.dtype != dtype
            ):
                return False
        return True


def check(params: Mapping[str, Any], grads: Mapping[str, Any]) -> None:
    """Raise an error if these are not arrays of floating point with the same keys and shapes, to change."""
    for key in params.keys() ^ grads.keys():
        lacking, full, other = ("grads", "params", params) if key in params else ("params", "grads", grads)
        raise ValueError(f"{lacking} has no entry {key!r}; {full} has {sorted(map(str, other))}")
    for key, p in params.items():
        g = grads[key]
        for name, array in (("params", p), ("grads", g)):
            if isinstance(array, np.ma.MaskedArray):
                raise TypeError(f"{name}[{key!r}] is a masked array; an update knows of no mask")
            if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
                kind = (
                    f"dtype {array.dtype}"
                    if isinstance(array, np.ndarray)
                    else f"type {type(array).__name__}"
                )
                raise TypeError(f"{name}[{key!r}] must be an ndarray of floating point; got {kind}")
        if p.shape != g.shape:
            raise ValueError(f"grads[{key!r}] has shape {g.shape}; params[{key!r}] has shape {p.shape}")
        if not p.flags.writeable:
            raise ValueError(f"params[{key!r}] is read-only; an update changes it in place")


def check_finite(grads: Mapping[str, np.ndarray]) -> None:
    """Raise a ValueError if a gradient holds NaN or infinity."""
    for key, g in grads.items():
        if not np.isfinite(g).all():
            raise ValueError(
                f"grads[{key!r}] has {np.sum(~np.isfinite(g))} entries that are NaN or infinite of {g.size}"
            )


def check_state(params: Mapping[str, Any], state: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Raise a ValueError if a state is not that of these parameters."""
    if params.keys() != state.keys():
        raise ValueError(
            f"params has entries {sorted(map(str, params))}; "
            f"this optimizer keeps state for {sorted(map(str, state))}. "
            "Use a new optimizer for other parameters"
        )
    for key, p in params.items():
        for slot, value in state[key].items():
            for what in ("shape", "dtype"):
                given, kept = getattr(p, what), getattr(value, what)
                if given != kept:
                    raise ValueError(
                        f"params[{key!r}] has {what} {given}; its state {slot!r} has {what} {kept}"
                    )


def check_sweep(params: Mapping[str, Any], swept: tuple[int, ...]) -> None:
    """Raise a ValueError if settings of shape ``swept`` do not sweep the last axes of every parameter."""
    for key, p in params.items():
        if swept and p.shape[p.ndim - len(swept) :] != swept:
            raise ValueError(
                f"hyper-parameters of shape {swept} sweep the last axis; params[{key!r}] has shape {p.shape}"
            )
