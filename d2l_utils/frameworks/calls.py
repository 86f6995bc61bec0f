"""How the frameworks' schedules are called: their arguments are checked, and named, as the framework does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec

from d2l_utils._engine import checks
from d2l_utils._engine.names import unfit
from d2l_utils.schedules import Schedule

__all__ = ["Positive", "Signed", "no_schedule", "told", "whole"]

P = ParamSpec("P")
# what an argument's annotation says of a number: 0 or more, but for these
Signed = float  # any number
Positive = float  # above 0


def told(function: Callable[P, Schedule]) -> Callable[P, Schedule]:
    """Check the arguments of a framework's schedule before they are used.

    The annotations say what each must be: a float is 0 or more, but for those that are ``Signed`` or
    ``Positive``; an int is whole, and may come as 100.0.

    Examples
    --------
    >>> from d2l_utils.schedules.parts import Geometric
    >>> @told
    ... def halved(init_value: float, transition_steps: int) -> Schedule:
    ...     return Geometric(init_value, 0.5, transition_steps, staircase=True)
    >>> halved(0.5, 10.0)(10)
    0.25
    """
    declared, kinds = signature(function), function.__annotations__

    @wraps(function)
    def called(*args: P.args, **settings: P.kwargs) -> Schedule:
        try:
            taken = declared.bind(*args, **settings)
        except TypeError as error:
            raise unfit(function.__name__, error, declared, settings) from None
        for name, value in taken.arguments.items():
            taken.arguments[name] = _checked(name, value, kinds[name])
        return function(*taken.args, **taken.kwargs)

    return called


def _checked(name: str, value: Any, kind: Any) -> Any:
    """Return an argument that is as its annotation says, or raise a TypeError or ValueError."""
    kind = kind if isinstance(kind, str) else kind.__name__
    if value is None and kind.endswith("None"):
        return value
    if kind == "int":
        return whole(name, value)
    if kind in ("float", "float | None", "Positive", "Signed"):
        try:
            number = checks.number(name, value, -math.inf if kind == "Signed" else 0.0)
        except TypeError:
            raise TypeError(f"{name} must be one number; got {value!r}") from None
        if kind == "Positive" and not number:
            raise ValueError(f"{name} must be above 0; got {value!r}")
        return value if isinstance(value, int | float) else number
    elif kind.startswith("Mapping") and not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dict, such as {{100: 0.1}}; got {value!r}")
    elif kind.startswith(("Sequence", "Iterable")) and not _lists(value):
        raise TypeError(f"{name} must be a sequence, such as a list; got {value!r}")
    elif kind == "bool":
        return checks.truth(name, value)
    return value


def whole(name: str, value: Any) -> int:
    """Return a whole number of 0 or more, which may come as 100.0.

    Examples
    --------
    >>> whole("steps", 100.0)
    100
    """
    return checks.whole_number(name, int(value) if isinstance(value, float) and value % 1 == 0 else value)


def _lists(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | Mapping)


def no_schedule(prefix: str, name: str, offered: list[str]) -> AttributeError:
    """Return the error of what a framework has among its schedules, and this book has not.

    Examples
    --------
    >>> print(no_schedule("optax.schedules.", "inject_hyperparams", ["constant_schedule"]))
    ... # doctest: +NORMALIZE_WHITESPACE
    optax.schedules.inject_hyperparams is not offered: there are constant_schedule; a schedule of your own is
    any function of the updates made, and a setting that is no rate can be set before each update
    """
    return AttributeError(
        f"{prefix}{name} is not offered: there are {', '.join(offered)}; a schedule of your own is any "
        "function of the updates made, and a setting that is no rate can be set before each update"
    )
