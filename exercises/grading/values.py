"""Values that cross the wall of the sandbox, as JSON.

Both sides use this module. Coming out of the box a value is whatever a hostile program cares to write. So
nothing is built of a line before `check` has measured it, and `decode` builds numbers, texts and containers
and nothing else, in time that grows like the length of the line.
"""

from __future__ import annotations

import json
import math
import warnings
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Given", "TooLarge", "Unreadable", "check", "decode", "encode", "parse"]

DTYPES = ("float64", "float32", "int64", "int32", "bool")
DEEPEST = 20
# What a line may hold: lists and dictionaries, values, levels, and the characters of a number.
MOST_CONTAINERS, MOST_VALUES, MOST_LEVELS, LONGEST_NUMBER = 100_000, 600_000, 64, 1_000
HARMLESS = 1_000  # bytes of which nothing large can be built
MOST_MEMBERS = 200  # of a set: integers can be chosen so that each collides with all others
LARGEST_SHAPE = 1_000_000  # of an empty array, whose other axes might be multiplied

_STEPS = np.zeros(256, np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
_BETWEEN = np.zeros(256, bool)
_BETWEEN[list(b' \t\r\n,:"[]{}')] = True


class Given(NamedTuple):
    """A function that the problem set gives its students: ``given.<name>(*arguments)`` makes it."""

    name: str
    arguments: tuple = ()


class Unreadable(ValueError):
    """A value has no place in the protocol; the message names its type in words."""


class TooLarge(Unreadable):
    """A line holds more than could be meant; the message says what of."""


def check(line: bytes) -> None:
    """Measure a line of JSON before anything is built of it.

    Raises
    ------
    TooLarge
        If it holds too many values, lists or dictionaries, too long a number, or is nested too deeply.

    Examples
    --------
    >>> check(b"[" * 2000)
    Traceback (most recent call last):
    exercises.grading.values.TooLarge: nested deeper than 64 levels
    """
    if len(line) <= HARMLESS:
        return
    if line.count(b'"') > 2 * MOST_VALUES:
        raise TooLarge(f"more than {MOST_VALUES:,} values")
    unescaped = line.replace(b"\\\\", b"").replace(b'\\"', b"")
    bare = b'"'.join(unescaped.split(b'"')[::2])  # what stands outside of texts
    if bare.count(b",") >= MOST_VALUES:
        raise TooLarge(f"more than {MOST_VALUES:,} values")
    if bare.count(b"[") + bare.count(b"{") > MOST_CONTAINERS:
        raise TooLarge(f"more than {MOST_CONTAINERS:,} lists and dictionaries")
    letters = np.frombuffer(bare, np.uint8)
    if np.cumsum(_STEPS[letters], dtype=np.int32).max(initial=0) > MOST_LEVELS:
        raise TooLarge(f"nested deeper than {MOST_LEVELS} levels")
    between = np.flatnonzero(_BETWEEN[letters])
    if np.diff(between, prepend=-1, append=len(letters)).max() > LONGEST_NUMBER + 1:
        raise TooLarge(f"a number of more than {LONGEST_NUMBER:,} characters")


def parse(line: bytes) -> Any:
    """Return the JSON that a line holds, once it is measured.

    Raises
    ------
    ValueError
        If it is not JSON in UTF-8, or `TooLarge`.

    Examples
    --------
    >>> parse(b'{"ready": true}')
    {'ready': True}
    """
    check(line)
    return json.loads(line.decode("utf-8"))


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
        _only_numbers(numbers)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # NumPy 1 wraps an integer that is too large
            array = np.array(numbers, dtype=dtype)
        if array.size or shape is None:
            return array
        if not all(type(length) is int and length >= 0 for length in shape):
            raise ValueError("a shape of other things than lengths")
        if math.prod(max(length, 1) for length in shape) > LARGEST_SHAPE:
            raise ValueError("a shape that nothing else could have")
        return array.reshape(shape)
    except (TypeError, ValueError, OverflowError, DeprecationWarning) as error:
        raise Unreadable("an array of other things than numbers") from error


def _only_numbers(numbers: Any) -> None:
    # NumPy would read texts as numbers, and None as NaN.
    rows = [numbers]
    while rows:
        row = rows.pop()
        if isinstance(row, list):
            kinds = set(map(type, row))
            if not kinds <= {int, float, bool}:
                rows.extend(row)
        elif not isinstance(row, int | float):
            raise TypeError("neither a number nor a list")


def _decode_set(items: list, depth: int) -> frozenset:
    if len(items) > MOST_MEMBERS:
        raise Unreadable(f"a set of more than {MOST_MEMBERS}")
    try:
        return frozenset(decode(each, depth=depth) for each in items)
    except TypeError as error:
        raise Unreadable("a set of other things than numbers and texts") from error
