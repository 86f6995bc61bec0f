"""Say in words how an answer differs from the right one, without telling either.

A fair teacher marks the numbers, not the wrapping. So a list, a tuple and an array with the same numbers in
the same places agree, and so do 3 and 3.0, and an array without axes and a number. What a caller would trip
over does not: another shape ((3, 1) for (3,), or an array of one number for a number), another number of
entries, other names in a dictionary, 1 for True, NaN.

Only structure is ever told: small shapes, short lengths, and the names of a dictionary's entries that are
missing. All else that an answer holds may come from a program that wants to carry the hidden inputs out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

import numpy as np

from exercises.grading.texts import worded

__all__ = ["difference"]

MOST_AXES, LONGEST_AXIS = 3, 200
LONGEST_NAMES = 1000  # letters of a text, or entries of a list, that names the members of a set


def difference(answer: Any, right: Any, rtol: float = 1e-7, atol: float = 1e-9) -> str | None:
    """Return None if ``answer`` agrees with ``right``, else a phrase that completes "returned …".

    Numbers agree within ``atol + rtol·|right|``; for arrays in single precision ``rtol`` is at least ten of
    their roundings. Texts agree whatever their case and outer blanks. A set of letters agrees with a set,
    a list or a text that names the same ones.

    Examples
    --------
    >>> difference([1, 2.0], np.array([1.0, 2.0]))
    >>> difference(np.ones((3, 1)), np.ones(3))
    'shape (3, 1) instead of (3,)'
    """
    if right is None or answer is None:
        return None if answer is right else worded("something" if right is None else "nothing")
    if isinstance(right, str):
        return _compare_texts(answer, right)
    if isinstance(right, Set):
        return _compare_sets(answer, right)

    def compare(entry: Any, right_entry: Any) -> str | None:
        return difference(entry, right_entry, rtol, atol)

    if isinstance(right, Mapping):
        return _compare_dicts(answer, right, compare)
    numbers = None if isinstance(right, tuple) else _as_array(right)
    if numbers is None:
        return _compare_entries(answer, right, compare)
    return _compare_numbers(answer, numbers, rtol, atol)


def _compare_texts(answer: Any, right: str) -> str | None:
    if not isinstance(answer, str):
        return _another_kind(answer, right)
    return None if answer.strip().casefold() == right.strip().casefold() else worded("wrong")


def _compare_sets(answer: Any, right: Set) -> str | None:
    members = _names(right)
    if isinstance(answer, str) and len(answer) <= LONGEST_NAMES:
        words = re.findall(r"\w+", answer)
        letters = all(len(member) == 1 for member in members)
        answer = "".join(words) if letters else words
    elif not isinstance(answer, str | Set | list | tuple):
        return _another_kind(answer, right)
    elif len(answer) > LONGEST_NAMES or not all(isinstance(each, str | int | float) for each in answer):
        return worded("wrong")
    return None if _names(answer) == members else worded("wrong")


def _names(members: Iterable) -> set[str]:
    return {str(member).strip().casefold() for member in members}


def _compare_dicts(answer: Any, right: Mapping, compare: Callable) -> str | None:
    if not isinstance(answer, Mapping):
        return _another_kind(answer, right)
    for key in right:
        if key not in answer:
            return worded("key", key=repr(key))
    if len(answer) > len(right):
        return worded("extra_keys")
    for key, entry in right.items():
        if problem := compare(answer[key], entry):
            return worded("entry", difference=problem, key=repr(key))
    return None


def _compare_entries(answer: Any, right: Any, compare: Callable) -> str | None:
    if not isinstance(answer, list | tuple) and not (isinstance(answer, np.ndarray) and answer.ndim):
        return _another_kind(answer, right)
    if len(answer) != len(right):
        return worded("length", kind=worded(_kind(answer)), given=_length(answer), right=len(right))
    for place, (entry, right_entry) in enumerate(zip(answer, right, strict=True), 1):
        if problem := compare(entry, right_entry):
            return worded("place", difference=problem, place=place, of=len(right))
    return None


def _compare_numbers(answer: Any, right: np.ndarray, rtol: float, atol: float) -> str | None:
    numbers = _as_array(answer)
    if numbers is None:
        return worded("irregular") if isinstance(answer, list | tuple) else _another_kind(answer, right)
    if (numbers.dtype.kind == "b") != (right.dtype.kind == "b"):
        return _another_kind(numbers, right)
    if numbers.shape != right.shape:
        return _another_shape(answer, numbers, right)
    if right.dtype.kind == "b":
        return None if np.array_equal(numbers, right) else worded("wrong")
    if right.dtype == np.float32:
        rtol = max(rtol, 10 * float(np.finfo(np.float32).eps))
    with np.errstate(all="ignore"):
        return _compare_values(numbers.astype(float), right.astype(float), rtol, atol)


def _compare_values(numbers: np.ndarray, right: np.ndarray, rtol: float, atol: float) -> str | None:
    def near(values: np.ndarray, rtol: float = rtol) -> np.ndarray:
        return np.isclose(values, right, rtol, atol, equal_nan=True)

    if near(numbers).all():
        return None
    if (np.isnan(numbers) & ~np.isnan(right)).any():
        return worded("nan")
    if (np.isinf(numbers) & np.isfinite(right)).any():
        return worded("infinite")
    for key, hits in (("sign", near(-numbers)), ("close", near(numbers, rtol=0.02))):
        if hits.all():
            return worded(key)
    return worded("some" if near(numbers).any() else "wrong")


def _as_array(value: Any) -> np.ndarray | None:
    """Return numbers, or truth values, in equal rows as an array; None if ``value`` is anything else."""
    if not _is_numeric(value):
        return None
    try:
        array = np.array(value)
        if array.dtype.kind == "O" and isinstance(value, int):
            array = np.array(float(value))
    except (ValueError, OverflowError):
        return None
    return array if array.dtype.kind in "biuf" else None


def _is_numeric(value: Any) -> bool:
    # Of texts NumPy would make an array in which each is as long as the longest.
    if isinstance(value, list | tuple):
        return all(map(_is_numeric, value))
    return isinstance(value, bool | int | float | np.generic | np.ndarray)


def _kind(value: Any) -> str:
    if isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype.kind == "b"):
        return "bool"
    if isinstance(value, int | float | np.number) or (isinstance(value, np.ndarray) and not value.ndim):
        return "number"
    return "array" if isinstance(value, np.ndarray) else type(value).__name__


def _another_kind(answer: Any, right: Any) -> str:
    return worded("kind", given=worded(_kind(answer)), right=worded(_kind(right)))


def _another_shape(answer: Any, numbers: np.ndarray, right: np.ndarray) -> str:
    if right.ndim == 0:
        return worded("array_for_number", given=_shape(numbers))
    if numbers.ndim == 0:
        return worded("number_for_array", right=right.shape)
    if numbers.ndim == right.ndim == 1 and not isinstance(answer, np.ndarray):
        return worded("length", kind=worded(_kind(answer)), given=_length(answer), right=len(right))
    return worded("shape", given=_shape(numbers), right=right.shape)


def _shape(array: np.ndarray) -> Any:
    small = array.ndim <= MOST_AXES and all(length <= LONGEST_AXIS for length in array.shape)
    return array.shape if small else worded("large")


def _length(sequence: Any) -> str:
    return str(len(sequence)) if len(sequence) <= LONGEST_AXIS else f"> {LONGEST_AXIS}"
