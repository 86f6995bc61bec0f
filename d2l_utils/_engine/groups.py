"""Which arrays a rule is applied to at once.

Small arrays are laid side by side in one, because a call of NumPy costs more than the arithmetic of a hundred
elements. Those that lie so already, as the parameters of our models do, are not even copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from d2l_utils._engine.arrays import bounds, computed_in
from d2l_utils._engine.blocks import Kernel, room_for
from d2l_utils._engine.programs import array_program

__all__ = ["Apply", "State", "lay_out", "overlapping", "parts"]

SMALL = 4_096  # elements; larger arrays are not worth a copy to lie beside others

Arrays = Mapping[str, np.ndarray]
State = dict[str, dict[str, np.ndarray]]  # parameter -> slot -> array
Apply = Callable[[Arrays, tuple[Any, ...]], None]


def lay_out(
    rule: Callable[..., Any], params: Arrays, grads: Arrays, state: State, swept: tuple[int, ...] = ()
) -> list[Apply]:
    """Return functions of gradients and settings that together apply a rule to the parameters.

    Parameters
    ----------
    rule : callable
        Takes a parameter, its gradient, its state and the settings.
    params, grads : dict of str to ndarray
        The parameters themselves, and gradients like those to come.
    state : dict
        Parameter -> slot -> array. For parameters that are changed at once they become views of flat arrays.
    swept : tuple of int
        The shape of the settings that are arrays; they sweep the last axes of every parameter.
    """
    rooms: dict[np.dtype, list[np.ndarray]] = {}
    largest = max([SMALL, *(p.size for p in params.values())])

    def kernel(p: np.ndarray, slots: tuple[np.ndarray, ...], g_dtype: np.dtype) -> Kernel:
        program, dtype = array_program(rule, len(slots)), computed_in(p.dtype)
        if dtype not in rooms:
            rooms[dtype] = room_for(program, largest, dtype)
        return Kernel(program, p, slots, rooms[dtype], bool(swept), dtype, g_dtype)

    applied: list[Apply] = []
    for keys in [[key] for key in params] if swept else _together(params):
        key, arrays = keys[0], [np.asarray(params[key]) for key in keys]
        dtype = computed_in(arrays[0].dtype)
        if len(keys) == 1:
            applied.append(_alone(key, kernel(arrays[0], tuple(state[key].values()), grads[key].dtype)))
            continue
        slots = tuple(_joined([state[k][slot] for k in keys], dtype) for slot in state[key])
        for k, *views in zip(keys, *(parts(flat, arrays) for flat in slots), strict=True):
            state[k] = dict(zip(state[k], views, strict=True))
        row = _row(arrays) if arrays[0].dtype == dtype else None
        p, g = _joined(arrays, dtype) if row is None else row, np.empty(sum(a.size for a in arrays), dtype)
        applied.append(_side_by_side(keys, arrays, g, kernel(p, slots, dtype), copied=row is None))
    return applied


def _alone(key: str, kernel: Kernel) -> Apply:
    return lambda grads, settings: kernel(grads[key], settings)


def _side_by_side(
    keys: list[str], arrays: list[np.ndarray], g: np.ndarray, kernel: Kernel, copied: bool
) -> Apply:
    """Return the use of a kernel for arrays that lie in its parameter, or are copied to it and back."""
    g_parts = list(zip(keys, parts(g, arrays), strict=True))
    p_parts = list(zip(arrays, parts(kernel.p, arrays), strict=True))

    def apply(grads: Arrays, settings: tuple[Any, ...]) -> None:
        for key, part in g_parts:
            part[...] = grads[key]
        kernel(g, settings)

    def apply_to_copy(grads: Arrays, settings: tuple[Any, ...]) -> None:
        for array, part in p_parts:
            part[...] = array
        apply(grads, settings)
        for array, part in p_parts:
            array[...] = part

    return apply_to_copy if copied else apply


def _together(params: Arrays) -> list[list[str]]:
    """Return the keys in groups: small arrays of the same dtype together, any other array alone.

    An array that shares memory with another stays alone, so that no change of it is lost.
    """
    groups: list[list[str]] = []
    growing: dict[Any, list[str]] = {}
    shared = overlapping(params)
    for key, p in params.items():
        group = growing.get(p.dtype, [])
        if p.size > SMALL or key in shared:
            groups.append([key])
        elif group and p.size + sum(params[k].size for k in group) <= SMALL:
            group.append(key)
        else:
            growing[p.dtype] = [key]
            groups.append(growing[p.dtype])
    return groups


def overlapping(params: Arrays) -> set[str]:
    """Return the keys of arrays whose memory may be shared with another's."""
    found: set[str] = set()
    last, last_key = -1, ""  # of the arrays so far, the end of the one that reaches furthest
    spans = [(*bounds(p), key) for key, p in params.items() if p.size]
    for begin, end, key in sorted(spans, key=lambda span: span[:2]):  # two keys may have no order
        if begin < last:
            found |= {key, last_key}
        if end > last:
            last, last_key = end, key
    return found


def _joined(arrays: list[np.ndarray], dtype: np.dtype) -> np.ndarray:
    """Return all elements in one flat array, a copy."""
    return np.concatenate(arrays, axis=None, dtype=dtype)


def parts(flat: np.ndarray, arrays: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield consecutive views of a flat array, one of the shape of each of the arrays."""
    start = 0
    for array in arrays:
        yield flat[start : start + array.size].reshape(array.shape)
        start += array.size


def _row(arrays: list[np.ndarray]) -> np.ndarray | None:
    """Return the flat array of which these are consecutive parts, or None if they are not."""
    base, size = arrays[0].base, sum(array.size for array in arrays)
    if not isinstance(base, np.ndarray) or base.ndim != 1:
        return None
    begin, first = (array.__array_interface__["data"][0] for array in (base, arrays[0]))
    row = base[(first - begin) // base.itemsize :][:size]
    if row.size < size:
        return None
    pairs = zip(parts(row, arrays), arrays, strict=True)
    same = all(part.__array_interface__ == array.__array_interface__ for part, array in pairs)
    return row if same else None
