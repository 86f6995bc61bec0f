"""What an update looks at before it changes anything: keys, shapes and dtypes of its arrays."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import ref

import numpy as np
from numpy import ndarray

__all__ = [
    "Known",
    "as_dicts",
    "bounds",
    "check",
    "check_finite",
    "check_state",
    "check_sweep",
    "computed_in",
    "may_raise",
    "restored",
]

ERROR_STATE: Any = getattr(np, "geterrobj", None)  # in NumPy 1; takes a tenth of the time of np.geterr
STOPS = 0o2222  # the bits that NumPy 1 sets where it raises an error or calls a function, for its four errors

_filters_seen: tuple[Any, Any, bool] = (None, (), False)  # their list, what it held, whether one says "error"


def as_dicts(params: Any, grads: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return both as dicts: two arrays have the name ``params``; anything else is a TypeError."""
    if params.__class__ is grads.__class__ is dict:
        return params, grads
    if params.__class__ is grads.__class__ is ndarray:
        return {"params": params}, {"params": grads}
    if isinstance(params, np.ndarray) and not isinstance(grads, Mapping):
        return {"params": params}, {"params": grads}
    if not isinstance(params, Mapping) or not isinstance(grads, Mapping):
        raise TypeError(
            "params and grads must be two dicts of NumPy arrays, or two NumPy arrays; "
            f"got {type(params).__name__} and {type(grads).__name__}"
        )
    return _kept(params), dict(grads)


def _kept(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dict of a mapping's arrays, or raise a TypeError if it makes them anew each time."""
    found = {}
    for key in params:
        p, again = params[key], params[key]
        if p is not again and isinstance(p, np.ndarray) and p.size and not np.may_share_memory(p, again):
            raise TypeError(
                f"{type(params).__name__} makes params[{key!r}] anew each time it is asked for it, so an "
                "update would be lost; make a dict of it, which keeps its arrays: params = dict(params)"
            )
        found[key] = p
    return found


def computed_in(dtype: np.dtype) -> np.dtype:
    """Return the dtype of a parameter's state and of its arithmetic: its own, but at least float32.

    In float16 the square of 256 is infinite and Adam's ε is 0.
    """
    return np.result_type(dtype, np.float32)


def bounds(array: np.ndarray) -> tuple[int, int]:
    """Return where the memory of an array begins and ends, as addresses of bytes."""
    begin = end = array.__array_interface__["data"][0]
    for n, stride in zip(array.shape, array.strides, strict=True):
        begin, end = begin + min(0, (n - 1) * stride), end + max(0, (n - 1) * stride)
    return begin, end + array.itemsize


class Known(NamedTuple):
    """What was checked at the last update; as long as it holds, no check is needed and the state fits."""

    rule: Callable[..., Any]
    swept: tuple[int, ...]
    arrays: list[tuple[str, np.ndarray, tuple[int, ...], tuple[int, ...], np.dtype, np.dtype]]
    owners: frozenset[int]
    before: dict[tuple[Any, ...], Callable[[], Any]]  # the places that these took over, while they live

    @classmethod
    def of(
        cls,
        params: Mapping[str, Any],
        grads: Mapping[str, Any],
        rule: Any,
        swept: Any,
        last: Known | None = None,
    ) -> Known:
        """Remember these arrays, how they lie in memory, and the dtypes of their gradients.

        Raises
        ------
        ValueError
            If an array takes its place again, however many had it meanwhile, but for a buffer to which the
            last of them was copied: with the same numbers it goes on where that one was.
        """
        arrays = [(key, p, p.shape, p.strides, p.dtype, grads[key].dtype) for key, p in params.items()]
        owners = frozenset(id(_owner(p)) for p in params.values())
        before = last.before if last else {}
        for key, p, *_ in last.arrays if last else ():
            q = params[key]
            if not (p is q or _place(p) == _place(q) or np.array_equal(p, q, equal_nan=True)):
                if (key, id(_owner(q)), *_place(q)) in before:
                    raise ValueError(
                        f"params[{key!r}] takes turns with another array, and an optimizer keeps the state "
                        "of one: make an optimizer for each, or one dict of all"
                    )
                _remember(before, key, p)
        return cls(rule, swept, arrays, owners, before)

    def fitting(
        self, params: Mapping[str, Any], grads: Mapping[str, Any], rule: Any
    ) -> Mapping[str, np.ndarray] | None:
        """Return the gradients, `apart` from parameters, or None if anything is not as it was.

        Gradients may be other arrays of the same shapes and dtypes.
        """
        known_rule, _, known, owners, _ = self
        if rule != known_rule or not len(params) == len(grads) == len(known):
            return None
        shared = False
        for key, array, shape, strides, kept, dtype in known:
            g: Any = grads.get(key)
            if (
                params.get(key) is not array
                or not array.flags.writeable
                or array.shape != shape
                or array.strides != strides
                or array.dtype is not kept
                or (g.__class__ is not ndarray and not _is_plain(g))
                or g.shape != shape
                or (g.dtype is not dtype and g.dtype != dtype)
            ):
                return None
            base = g.base
            if base is None:
                if id(g) in owners:
                    shared = True
            elif id(base) in owners or base.__class__ is not ndarray or base.base is not None:
                shared = True
        return self.apart(grads) if shared else grads

    def apart(self, grads: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        """Return the gradients, with copies of those whose memory may be shared with a parameter.

        An array made by NumPy shares memory if its owner is also that of a parameter. Only where that does
        not settle it, as with an array of another library, are addresses compared.
        """
        for g in grads.values():
            base = g.base
            if id(g if base is None else base) in self.owners or not (
                base is None or (base.__class__ is ndarray and base.base is None)
            ):
                break
        else:
            return grads
        taken = _spans(p for _, p, *_ in self.arrays)
        return {key: np.array(g) if _touches(taken, *bounds(g)) else g for key, g in grads.items()}


def _is_plain(array: Any) -> bool:
    """Return whether something is an array of which an update sees everything: one without a mask."""
    return isinstance(array, ndarray) and not isinstance(array, np.ma.MaskedArray)


def _owner(array: np.ndarray) -> np.ndarray:
    """Return the array whose memory this one is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _place(array: np.ndarray) -> tuple[int, tuple[int, ...]]:
    """Return where an array lies; views that are made anew each time, such as rows, lie where they did."""
    return array.__array_interface__["data"][0], array.strides


def _remember(before: dict[tuple[Any, ...], Callable[[], Any]], key: str, array: np.ndarray) -> None:
    """Add where an array lies, as long as the owner of its memory lives."""
    owner = _owner(array)
    place = key, id(owner), *_place(array)
    before[place] = ref(owner, lambda _: before.pop(place, None))


def _spans(arrays: Iterable[np.ndarray]) -> list[int]:
    """Return where memory that belongs to arrays begins and ends, begins again, and so on."""
    spans: list[int] = []
    for begin, end in sorted(bounds(array) for array in arrays if array.size):
        if spans and begin <= spans[-1]:
            spans[-1] = max(end, spans[-1])
        else:
            spans += (begin, end)
    return spans


def _touches(spans: list[int], begin: int, end: int) -> bool:
    after = bisect_right(spans, begin)
    return after % 2 == 1 or (after < len(spans) and spans[after] < end)


def may_raise() -> bool:
    """Return whether NumPy may raise an error in the middle of an update: it, or a warning, is set to."""
    if ERROR_STATE is None:
        kinds = set(np.geterr().values())
        stops, warns = not kinds.isdisjoint(("raise", "call")), "warn" in kinds
    else:
        mask = ERROR_STATE()[1]
        if mask == 0:
            return False
        stops, warns = mask & STOPS, True
    return bool(stops) or (warns and _warnings_are_errors())


def _warnings_are_errors() -> bool:
    """Return whether some warnings are errors; found out anew when their list has changed."""
    global _filters_seen
    filters = warnings.filters
    if filters is not _filters_seen[0] or filters != _filters_seen[1]:
        _filters_seen = filters, [*filters], any(each[0] == "error" for each in filters)
    return _filters_seen[2]


@contextmanager
def restored(arrays: Iterable[np.ndarray]) -> Iterator[None]:
    """Put back what was in these arrays if an error is raised meanwhile."""
    saved = [(array, array.copy()) for array in arrays]
    try:
        yield
    except BaseException:
        for array, before in saved:
            array[...] = before
        raise


def check(params: Mapping[str, Any], grads: Mapping[str, Any]) -> None:
    """Raise an error if these are not arrays of floating point with the same keys and shapes, to change."""
    if not params and not grads:
        raise ValueError("params is empty; an update of nothing would count as one")
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
                if isinstance(array, (np.floating, float)):
                    what = "gradient, write np.asarray(g)" if name == "grads" else "parameter, np.array(p)"
                    kind += f": NumPy makes a number of an array without axes; for a {what}"
                raise TypeError(f"{name}[{key!r}] must be an ndarray of floating point; got {kind}")
        if p.shape != g.shape:
            raise ValueError(f"grads[{key!r}] has shape {g.shape}; params[{key!r}] has shape {p.shape}")
        if not p.flags.writeable:
            raise ValueError(f"params[{key!r}] is read-only; an update changes it in place")
        begin, end = bounds(p)
        if p.nbytes > end - begin:
            raise ValueError(f"params[{key!r}] holds some memory more than once; give an array of its own")


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
            for what, given, fitting in (
                ("shape", p.shape, p.shape),
                ("dtype", p.dtype, computed_in(p.dtype)),
            ):
                kept = getattr(value, what)
                if fitting != kept:
                    given = given if given == fitting else f"{given}, which is computed in {fitting}"
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
