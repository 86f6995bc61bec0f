"""Refuse bad input before anything changes, and say what was given and what was expected."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def whole_number(name: str, value: Any, low: int = 0) -> int:
    """Return ``value`` as an int of at least ``low``, or raise TypeError or ValueError."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be a whole number; got {value!r} of type {type(value).__name__}"
        ) from None
    if number < low:
        raise ValueError(f"{name} must be at least {low}; got {number}")
    return number


def real(name: str, value: Any, low: float = -np.inf, below: float = np.inf) -> Any:
    """Return ``value`` as a finite float, or float array, in [low, below); raise TypeError or ValueError."""
    try:
        array = np.asarray(float(value) if type(value) is int else value)
        if array.dtype.kind not in "fiu" or isinstance(value, np.ma.MaskedArray):
            raise TypeError
        array = array.astype(float)
    except OverflowError:
        raise ValueError(f"{name} must be finite; got a number that no float holds") from None
    except (TypeError, ValueError, RuntimeError):  # the last from a tensor of PyTorch with a gradient
        raise TypeError(f"{name} must be a number or an array of numbers; got {value!r}") from None
    if not array.size:
        raise ValueError(f"{name} must be a number or an array of numbers; got none: {value!r}")
    if not np.all(np.isfinite(array)) or np.any(array < low) or np.any(array >= below):
        expected = "finite" if np.isinf(low) else f"finite and at least {low:g}"
        expected += "" if np.isinf(below) else f" and below {below:g}"
        raise ValueError(f"{name} must be {expected}; got {value!r}")
    return array if array.ndim else float(array)


def number(name: str, value: Any, low: float = -np.inf) -> float:
    """Return ``value`` as one finite float of at least ``low``; raise TypeError or ValueError."""
    checked = real(name, value, low)
    if isinstance(checked, np.ndarray):
        raise TypeError(f"{name} must be one number; got an array of shape {checked.shape}")
    return float(checked)


def returned(by: str, value: Any) -> float:
    """Return what a function has returned as a float, True as 1, or raise TypeError or ValueError."""
    return number(f"what {by} returns", int(value) if isinstance(value, bool | np.bool_) else value)


def positive(name: str, value: Any) -> float:
    """Return ``value`` as a finite float above 0, or raise TypeError or ValueError.

    Examples
    --------
    >>> positive("decay_steps", 100)
    100.0
    """
    found = number(name, value)
    if found <= 0:
        raise ValueError(f"{name} must be above 0; got {value!r}")
    return found


def positives(name: str, values: Any) -> np.ndarray:
    """Return values as an array if all are above 0, or raise a ValueError."""
    found = np.asarray(values)
    if not np.all(found > 0):
        raise ValueError(f"{name} must be above 0; got {values!r}")
    return found


def rising(name: str, numbers: Iterable[int]) -> tuple[int, ...]:
    """Return whole numbers of 0 or more that never fall, as a tuple, or raise TypeError or ValueError.

    Examples
    --------
    >>> rising("boundaries", [30, 80])
    (30, 80)
    """
    found = tuple(whole_number(name, number) for number in numbers)
    if list(found) != sorted(found):
        raise ValueError(f"{name} must never fall; got {found}")
    return found


def choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raise a ValueError if ``value`` is none of ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}; got {value!r}")


def schedule(name: str, value: Any) -> None:
    """Raise a TypeError if a schedule is not asked for the rate after t updates, as far as it tells."""
    if hasattr(value, "get_last_lr"):
        raise TypeError(
            f"{name} must be a number, or a schedule that is called with the number of updates made; a "
            f"scheduler with step() is made from the optimizer: make that with a number first; got {value!r}"
        )
    if any(base.__module__.startswith("mxnet.") for base in type(value).__mro__):
        raise TypeError(
            f"{name} must be a number, or a schedule that is called with the number of updates made; MXNet's "
            "count from 1: make the optimizer with lr_scheduler, or take one of like_mxnet.lr_scheduler"
        )
    if _binds_late(value):
        raise TypeError(
            f"{name} must be a number, or a schedule that is called with the number of updates made, which "
            "would take the place of this lambda's default: write `lambda t, rate=rate: rate`, or give the "
            f"number itself; got {value!r}"
        )
    if (signature := _unfit(value)) is not None:
        raise TypeError(
            f"{name} must be a number, or a schedule that is called with the number of updates made, as "
            f"`lambda t: 0.1 / (1 + t)` is; got {value!r}, which takes {signature}"
        )
    stands_for_a_class = isinstance(value, type) or "__instancecheck__" in vars(type(value))
    if stands_for_a_class or hasattr(value, "parameters"):
        raise TypeError(
            f"{name} must be a number, or a schedule that is called with the number of updates made; a "
            f"class, an optimizer's preset or a model makes no rate of it; got {value!r}"
        )


def function(name: str, value: Any) -> Any:
    """Return what can be called with one number, as far as it tells, or raise a TypeError."""
    if not callable(value):
        raise TypeError(f"{name} must be a function; got {value!r}")
    if (signature := _unfit(value)) is not None:
        raise TypeError(f"{name} must be a function of one number; got {value!r}, which takes {signature}")
    return value


def _binds_late(value: Any) -> bool:
    """Return whether a lambda takes nothing but what has a default, as `lambda rate=rate: rate`.

    It may be inside what compiles, caches or vectorizes it.
    """
    if getattr(value, "__name__", "") != "<lambda>":
        return False
    inside = inspect.unwrap(getattr(value, "pyfunc", value))
    if not inspect.isfunction(inside) or inside.__kwdefaults__:
        return False
    return len(inside.__defaults__ or ()) == inside.__code__.co_argcount > 0


def takes_nothing(value: Any) -> bool:
    """Return whether a callable can be called without an argument, as far as it tells."""
    try:
        inspect.signature(value).bind()
    except (TypeError, ValueError):
        return False
    return True


def takes_two(value: Any) -> bool:
    """Return whether a callable can be called with two arguments, as far as it tells."""
    try:
        inspect.signature(value).bind(0, 0)
    except (TypeError, ValueError):
        return False
    return True


def _unfit(value: Any) -> inspect.Signature | None:
    """Return the signature of a callable if it does not take one argument."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # of some builtins nothing is known
        return None
    try:
        signature.bind(0)
    except TypeError:
        return signature
    return None


def truth(name: str, value: Any) -> bool:
    """Return whether a switch of a framework is on, which may be 0 or 1, or raise TypeError."""
    if hasattr(value, "__len__"):
        raise TypeError(f"{name} must be True or False; got {value!r}")
    return bool(value)


def is_sequence(value: Any) -> bool:
    """Return whether something has a length and an order: a tuple, a list, an array with axes; no text."""
    ordered = hasattr(value, "__len__") and hasattr(value, "__getitem__") and getattr(value, "ndim", 1) != 0
    return ordered and not isinstance(value, str | Mapping)


def sequence(name: str, of: str, value: Any) -> Any:
    """Return what can be walked through once, or raise TypeError.

    Examples
    --------
    >>> sequence("boundaries", "numbers", 3)
    Traceback (most recent call last):
        ...
    TypeError: boundaries must be a sequence of numbers; got 3
    """
    if not np.iterable(value) or isinstance(value, str):
        raise TypeError(f"{name} must be a sequence of {of}; got {value!r}")
    return value


def switch(name: str, value: Any) -> bool:
    """Return ``value`` as a bool, or raise TypeError."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {value!r}")
    return bool(value)


def generator(rng: Any) -> np.random.Generator:
    """Return ``rng`` if it is a NumPy Generator, or raise TypeError."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, as np.random.default_rng(0) makes; got {rng!r}"
        )
    return rng


def array(name: str, value: Any, dtype: Any = None) -> np.ndarray:
    """Return ``value`` as an array, or raise a TypeError if it has a mask, which would be lost."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, whose mask would be lost: leave out what it hides")
    return np.asarray(value, dtype)


def same_length(x: Any, t: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return examples ``x`` and targets ``t`` as arrays of one length of at least 1, or raise ValueError."""
    x, t = array("x", x), array("t", t)
    if x.ndim == 0 or t.ndim == 0 or len(x) != len(t) or len(x) == 0:
        raise ValueError(
            f"x and t must hold the same number of examples, at least 1; got shapes {x.shape} and {t.shape}"
        )
    return x, t
