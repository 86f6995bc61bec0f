"""Values that cross the wall of the sandbox, as JSON.

Both sides use this module. Coming out of the box a value is whatever a hostile program cares to write, so
`decode` builds numbers, texts and containers from it and nothing else.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Given", "Unreadable", "decode", "encode"]

DTYPES = ("float64", "float32", "int64", "int32", "bool")
DEEPEST = 20


class Given(NamedTuple):
    """A function that the problem set gives its students: ``given.<name>(*arguments)`` makes it."""

    name: str
    arguments: tuple = ()


class Unreadable(ValueError):
    """A value has no place in the protocol; the message names its type in words."""


def encode(value: Any, depth: int = 0) -> Any:
    """Return ``value`` as JSON can hold it.

    Numbers, texts, None, lists, tuples, sets, dicts with keys of text, arrays of numbers and `Given`
    functions have a form. Arrays of other precision become float64 or int64. ``...``, which stands where a
    student has not answered yet, becomes None.

    Raises
    ------
    Unreadable
        For anything else.

    Examples
    --------
    >>> encode((1.5, np.array([1, 2])))
    {'tuple': [1.5, {'array': [1, 2], 'dtype': 'int64'}]}
    """
    if depth > DEEPEST:
        raise Unreadable("a value nested too deeply")
    if value is ...:
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, np.generic):
        return encode(value.item(), depth + 1)
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, Given):
        return {"given": value.name, "arguments": [encode(each, depth + 1) for each in value.arguments]}
    if isinstance(value, tuple):
        return {"tuple": [encode(each, depth + 1) for each in value]}
    if isinstance(value, list):
        return [encode(each, depth + 1) for each in value]
    if isinstance(value, set | frozenset):
        return {"set": [encode(each, depth + 1) for each in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(each, depth + 1) for key, each in value.items()}}
    raise Unreadable(f"a value of type {type(value).__name__}")


def _encode_array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.name not in DTYPES:
        if array.dtype.kind not in "iuf":
            raise Unreadable(f"an array of {array.dtype.name}")
        array = array.astype("float64" if array.dtype.kind == "f" else "int64")
    encoded = {"array": array.tolist(), "dtype": array.dtype.name}
    # Nested lists hold the shape, unless there is nothing to nest.
    return encoded if array.size else encoded | {"array": [], "shape": list(array.shape)}


def decode(value: Any, given: Any = None, depth: int = 0) -> Any:
    """Return what `encode` was given. ``given`` is the module that makes `Given` functions, if any may come.

    Raises
    ------
    Unreadable
        If ``value`` is not of `encode`'s making.

    Examples
    --------
    >>> decode({"array": [1.0, 2.0], "dtype": "float32"})
    array([1., 2.], dtype=float32)
    """
    if depth > DEEPEST:
        raise Unreadable("a value nested too deeply")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    match value:
        case list(items):
            return [decode(each, given, depth + 1) for each in items]
        case {"array": list() | int() | float() as numbers, "dtype": str(dtype)} if dtype in DTYPES:
            return _decode_array(numbers, dtype, value.get("shape"))
        case {"tuple": list(items)}:
            return tuple(decode(each, given, depth + 1) for each in items)
        case {"set": list(items)}:
            return _decode_set(items, depth + 1)
        case {"dict": dict(items)}:
            return {key: decode(each, given, depth + 1) for key, each in items.items()}
        case {"given": str(name), "arguments": list(arguments)} if given is not None:
            return getattr(given, name)(*(decode(each) for each in arguments))
    raise Unreadable("a value that is not of this protocol")


def _decode_array(numbers: Any, dtype: str, shape: Any) -> np.ndarray:
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # NumPy 1 wraps an integer that is too large
            array = np.array(numbers, dtype=dtype)
        if array.size or shape is None:
            return array
        if not all(type(length) is int and length >= 0 for length in shape):
            raise ValueError("a shape of other things than lengths")
        return array.reshape(shape)
    except (TypeError, ValueError, OverflowError, DeprecationWarning) as error:
        raise Unreadable("an array of other things than numbers") from error


def _decode_set(items: list, depth: int) -> frozenset:
    try:
        return frozenset(decode(each, depth=depth) for each in items)
    except TypeError as error:
        raise Unreadable("a set of other things than numbers and texts") from error
