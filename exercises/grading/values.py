"""Values that cross the wall of the sandbox, as JSON.

Both sides use this module. Coming out of the box a value is whatever a hostile program cares to write, so
`decode` builds numbers, texts and containers from it and nothing else.
"""

from __future__ import annotations

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

    Numbers, texts, None, lists, tuples, dicts with keys of text, arrays and `Given` functions have a form.
    ``...``, which stands where a student has not answered yet, becomes None.

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
    if isinstance(value, np.generic):
        return encode(value.item(), depth + 1)
    if isinstance(value, np.ndarray) and value.dtype.name in DTYPES:
        return {"array": value.tolist(), "dtype": value.dtype.name}
    if isinstance(value, Given):
        return {"given": value.name, "arguments": [encode(each, depth + 1) for each in value.arguments]}
    if isinstance(value, tuple):
        return {"tuple": [encode(each, depth + 1) for each in value]}
    if isinstance(value, list):
        return [encode(each, depth + 1) for each in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(each, depth + 1) for key, each in value.items()}}
    raise Unreadable(f"a value of type {type(value).__name__}")


def decode(value: Any, given: Any = None) -> Any:
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
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [decode(each, given) for each in value]
    match value:
        case {"array": list() | int() | float() as numbers, "dtype": str(dtype)} if dtype in DTYPES:
            try:
                return np.array(numbers, dtype=dtype)
            except (TypeError, ValueError, OverflowError) as error:
                raise Unreadable("an array of other things than numbers") from error
        case {"tuple": list(items)}:
            return tuple(decode(each, given) for each in items)
        case {"dict": dict(items)}:
            return {key: decode(each, given) for key, each in items.items()}
        case {"given": str(name), "arguments": list(arguments)} if given is not None:
            return getattr(given, name)(*(decode(each) for each in arguments))
    raise Unreadable("a value that is not of this protocol")
