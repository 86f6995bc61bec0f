"""Rules that see more than one element at a time: whole arrays, or all parameters as one vector."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils._engine.arrays import check, computed_in, restored
from d2l_utils._engine.groups import Apply, Arrays, State, overlapping, parts

__all__ = [
    "applied_to_arrays",
    "applied_to_vector",
    "as_it_is",
    "check_matrices",
    "check_vector",
    "flattened",
    "joined",
    "listed",
    "started",
]

Rule = Callable[..., Any]
View = Callable[[np.ndarray], np.ndarray]


def started(slots: Mapping[str, Any], p: np.ndarray) -> dict[str, np.ndarray]:
    """Return the state of one array: each slot is filled with its number, or made by its function of p."""
    return {
        slot: start(p) if callable(start) else np.full_like(p, start, subok=False)
        for slot, start in slots.items()
    }


def listed(slots: Mapping[str, Any], num: int) -> list[Any]:
    """Return the state of ``num`` numbers as lists, which a `Vector` of the page is made from."""
    return [value.tolist() for value in started(slots, np.zeros(num)).values()]


def check_matrices(params: Arrays, kernels: bool) -> None:
    """Raise a ValueError if a parameter is no matrix, nor a kernel where these are taken."""
    for key, p in params.items():
        if p.ndim != 2 and not (kernels and p.ndim > 2):
            raise ValueError(
                f"the rule takes whole matrices; params[{key!r}] has shape {p.shape}. "
                "Give such parameters to another optimizer beside it: Split(this_one, Adam(lr=0.001)"
                f"{', which=lambda name, p: p.ndim == 2' if p.ndim > 2 else ''})"
            )


def check_vector(params: Arrays) -> None:
    """Raise a ValueError if parameters make no vector: there are none, or some are parts of others."""
    if not any(p.size for p in params.values()):
        raise ValueError("params is empty; the rule takes all parameters as one vector")
    near = [(key, params[key]) for key in overlapping(params)]
    shared = {key for key, p in near for other, q in near if key != other and np.shares_memory(p, q)}
    if shared:
        raise ValueError(
            f"params {sorted(map(str, shared))} share memory, so that one vector would hold them twice; "
            "give each array once"
        )


def as_it_is(p: np.ndarray) -> np.ndarray:
    """Return an array in its own shape."""
    return p


def flattened(p: np.ndarray) -> np.ndarray:
    """Return a matrix as it is, and a kernel of a convolution as one: a row for each output channel."""
    return p if p.ndim == 2 else p.reshape(len(p), math.prod(p.shape[1:]))


def applied_to_arrays(rule: Rule, params: Arrays, state: State, view: View) -> list[Apply]:
    """Return functions that apply a rule to one whole array each, never joined and never cut."""
    each = [_to_array(rule, key, p, tuple(state[key].values()), view) for key, p in params.items()]
    changed = [*params.values(), *(value for slots in state.values() for value in slots.values())]

    def apply(grads: Arrays, settings: tuple[Any, ...]) -> None:
        with restored(changed):  # linear algebra may fail at a later array
            for apply_to_one in each:
                apply_to_one(grads, settings)

    return [apply]


def _to_array(rule: Rule, key: str, p: np.ndarray, slots: tuple[np.ndarray, ...], view: View) -> Apply:
    dtype = computed_in(p.dtype)

    def apply(grads: Arrays, settings: tuple[Any, ...]) -> None:
        work = view(p.astype(dtype))
        _in_place(rule(work, view(grads[key].astype(dtype)), *slots, *settings), work, slots)
        p[...] = work.reshape(p.shape)

    return apply


def applied_to_vector(rule: Rule, params: Arrays, slots: tuple[np.ndarray, ...]) -> Apply:
    """Return a function that applies a rule to all parameters as one vector.

    The last of its settings is the loss: a function of parameters that returns a value and gradients. The
    rule gets it as a function of a vector, and may ask for as many points as it likes.
    """
    arrays = list(params.values())

    def apply(grads: Arrays, settings: tuple[Any, ...]) -> None:
        *others, loss = settings

        def on_vector(x: np.ndarray) -> tuple[float, np.ndarray]:
            _spread(x, arrays)
            value, slopes = _answer(loss(params), params)
            return value, joined([slopes[key] for key in params])

        p, g = joined(arrays), joined([grads[key] for key in params])
        with restored([*arrays, *slots]):
            _in_place(rule(p, g, *slots, *others, on_vector), p, slots)
        _spread(p, arrays)

    return apply


def _answer(answer: Any, params: Arrays) -> tuple[float, Arrays]:
    """Return what a loss has answered as a float and gradients like the parameters, or say what is wrong."""
    if not (checks.is_sequence(answer) and len(answer) == 2 and isinstance(answer[1], Mapping)):
        raise TypeError(
            f"the loss must return (value, grads), with grads a dict of arrays like params; got {answer!r}"
        )
    value, slopes = answer
    if np.size(value) != 1:
        raise TypeError(f"the value of the loss must be one number; got {value!r}")
    check(params, slopes)
    return float(np.reshape(value, ())), slopes


def joined(arrays: list[np.ndarray]) -> np.ndarray:
    """Return the elements of all arrays as one new vector, of the widest of their dtypes."""
    dtype = computed_in(np.result_type(*arrays))
    return np.concatenate([array.ravel() for array in arrays]).astype(dtype)


def _spread(x: np.ndarray, arrays: list[np.ndarray]) -> None:
    for array, part in zip(arrays, parts(x, arrays), strict=True):
        array[...] = part


def _in_place(returned: Any, p: np.ndarray, slots: tuple[np.ndarray, ...]) -> None:
    """Raise a TypeError unless a rule returned its parameter and its state, changed in place."""
    returned = returned if isinstance(returned, tuple) else (returned,)
    if [id(each) for each in returned] != [id(each) for each in (p, *slots)]:
        raise TypeError("a rule changes its parameter and its state in place and returns them, in its order")
