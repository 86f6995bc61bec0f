"""How a rule is applied. It is decided here alone, and no rule knows of it.

Large arrays are walked in blocks that fit the cache, so that an update allocates at most four blocks beside
the state whatever their size (five with NumPy 2), and at most eight where layouts differ or a setting is
swept. Small arrays are laid side by side in one, because a call of NumPy costs more than the arithmetic of a
hundred elements. On floats a walk is written out in full, because Python hands over named variables in less
time than starred tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Group", "State", "apply", "lay_out", "written_out_walk"]

BLOCK = 65_536  # elements of 4 bytes, or half as many of 8: what a rule works on stays in the cache
BLOCK_BYTES = 4 * BLOCK  # from this size on NumPy reuses temporaries that nothing else refers to
MOST_BYTES = 8 * BLOCK_BYTES
SMALL = 4_096  # elements; larger arrays are not worth a copy to lie beside others

State = dict[str, dict[str, np.ndarray]]  # parameter -> slot -> array


class Group(NamedTuple):
    """Parameters that one application of a rule changes.

    Attributes
    ----------
    keys : list of str
        Their names.
    slots : tuple of ndarray
        Their state in the rule's order: that of one parameter, or of several in flat arrays.
    """

    keys: list[str]
    slots: tuple[np.ndarray, ...]


def lay_out(params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray], state: State) -> list[Group]:
    """Group the parameters for `apply`; the state of those that are grouped becomes views of flat arrays.

    Parameters
    ----------
    params, grads : dict of str to ndarray
        What `apply` will get.
    state : dict
        Parameter -> slot -> array; changed.
    """
    # Until it once got back a larger block, the C library gives a rule's temporaries back to the system and
    # asks for them anew each time, which costs more than the arithmetic.
    np.empty(MOST_BYTES, np.uint8)
    groups = []
    for keys in _side_by_side(params, grads):
        slots = tuple(state[keys[0]].values())
        if len(keys) > 1:
            slots = tuple(_joined([state[key][slot] for key in keys]) for slot in state[keys[0]])
            shapes = [params[key] for key in keys]
            for key, *views in zip(keys, *(_parts(flat, shapes) for flat in slots), strict=True):
                state[key] = dict(zip(state[key], views, strict=True))
        groups.append(Group(keys, slots))
    return groups


def apply(
    rule: Callable[..., Any],
    params: list[np.ndarray],
    grads: list[np.ndarray],
    slots: tuple[np.ndarray, ...],
    args: tuple[Any, ...],
) -> None:
    """Change the parameters of a group, and their state, by a rule.

    Parameters
    ----------
    rule : callable
        A function of :mod:`d2l_utils.rules`.
    params, grads : list of ndarray
        The group's parameters, which are changed, and their gradients.
    slots : tuple of ndarray
        The group's state, which is changed.
    args : tuple
        What the rule takes after its state. Arrays among it sweep the last axes of the parameters.
    """
    if len(params) > 1:
        p = _joined(params)
        rule(p, _joined(grads), *slots, *args)
        for array, part in zip(params, _parts(p, params), strict=True):
            array[...] = part
    elif params[0].nbytes <= BLOCK_BYTES:
        rule(params[0], grads[0], *slots, *args)
    else:
        _apply_in_blocks(rule, (params[0], grads[0], *slots), args)


@cache
def written_out_walk(num_coordinates: int, num_slots: int, num_settings: int) -> Callable[..., None]:
    """Return `objectives.walk` for floats, with a variable for each coordinate, slot and setting.

    Parameters
    ----------
    num_coordinates, num_slots, num_settings : int
        How many of each there are; ``num_settings`` counts all that a rule takes after its state.

    Returns
    -------
    callable
        ``walk(rule, rows, arguments, gradient, keep)``: rows hold a coordinate and its state each, and
        ``keep`` is called with the coordinates after every step.

    Examples
    --------
    >>> from d2l_utils import rules
    >>> written_out_walk(1, 0, 1)(rules.sgd, [(1.0,)], [(0.25,)] * 3, lambda p: (2 * p,), print)
    (0.5,)
    (0.25,)
    (0.125,)
    """
    ps, gs = ([f"{name}{i}" for i in range(num_coordinates)] for name in "pg")
    rows = [", ".join([p, *(f"{p}_{j}" for j in range(num_slots))]) for p in ps]
    settings = "".join(f"a{k}, " for k in range(num_settings))
    lines = [
        "def walk(rule, rows, arguments, gradient, keep):",
        f"    {''.join(f'({row},), ' for row in rows)} = rows",
        f"    for {settings} in arguments:",
        f"        {', '.join(gs)}, = gradient({', '.join(ps)})",
        *(
            f"        {row} = rule({row.replace(p, f'{p}, {g}', 1)}, {settings})"
            for p, g, row in zip(ps, gs, rows, strict=True)
        ),
        f"        keep(({', '.join(ps)},))",
    ]
    written: dict[str, Any] = {}
    exec("\n".join(lines), written)
    return written["walk"]


def _side_by_side(params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray]) -> list[list[str]]:
    """Return the keys in groups: small arrays of the same dtypes together, any other array alone.

    An array that shares memory with another stays alone, so that no change of it is lost.
    """
    groups: list[list[str]] = []
    growing: dict[Any, list[str]] = {}
    for key, p in params.items():
        kind = (p.dtype, grads[key].dtype)
        group = growing.get(kind, [])
        if p.size > SMALL or any(
            np.may_share_memory(p, params[k]) for keys in growing.values() for k in keys
        ):
            groups.append([key])
        elif group and p.size + sum(params[k].size for k in group) <= SMALL:
            group.append(key)
        else:
            growing[kind] = [key]
            groups.append(growing[kind])
    return groups


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    """Return all elements in one flat array, a copy."""
    return np.concatenate(arrays, axis=None)


def _parts(flat: np.ndarray, arrays: list[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield views of ``flat``, one of the shape of each array."""
    start = 0
    for array in arrays:
        yield flat[start : start + array.size].reshape(array.shape)
        start += array.size


def _apply_in_blocks(rule: Callable[..., Any], arrays: tuple[np.ndarray, ...], args: tuple[Any, ...]) -> None:
    """Apply a rule to flat blocks: views where the layout allows it, else copies that are written back."""
    swept = [i for i, value in enumerate(args) if np.ndim(value)]
    access: Any = [["readonly" if i == 1 else "readwrite"] for i in range(len(arrays))]
    with np.nditer(
        (*arrays, *(args[i] for i in swept)),
        flags=["external_loop", "buffered"],
        op_flags=access + [["readonly"]] * len(swept),
        order="F" if arrays[0].flags.fnc else "K",
        buffersize=BLOCK_BYTES // arrays[0].itemsize,
    ) as blocks:
        values = list(args)
        for block in blocks:
            for i, value in zip(swept, block[len(arrays) :], strict=True):
                values[i] = value
            rule(*block[: len(arrays)], *values)
