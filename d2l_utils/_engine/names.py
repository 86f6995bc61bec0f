"""Say which arguments there are where a call names another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from inspect import Signature, signature
from typing import ParamSpec, TypeVar

__all__ = ["named", "near", "unfit"]

P = ParamSpec("P")
Result = TypeVar("Result")


def near(given: Iterable[str], names: Iterable[str]) -> str:
    """Return the question whether another name was meant, or nothing if none is near.

    Examples
    --------
    >>> near(["lr", "momentun"], ["lr", "momentum", "nesterov"])
    "; did you mean 'momentum'?"
    """
    known = list(names)
    for name in given:
        if name not in known and (found := get_close_matches(name, known, 1)):
            return f"; did you mean {found[0]!r}?"
    return ""


def unfit(called: str, error: TypeError, declared: Signature, given: Iterable[str]) -> TypeError:
    """Return the error of a call that does not fit, with the names that there are."""
    names = [name for name in declared.parameters if name != "self"]
    return TypeError(f"{called}: {error}; it takes {', '.join(names) or 'nothing'}{near(given, names)}")


def named(function: Callable[P, Result]) -> Callable[P, Result]:
    """Let a function say which arguments it takes where a call does not fit.

    Examples
    --------
    >>> @named
    ... def halved(rate, every=1):
    ...     return rate / 2
    >>> halved(1.0, evry=2)
    Traceback (most recent call last):
        ...
    TypeError: halved: got an unexpected keyword argument 'evry'; it takes rate, every; did you mean 'every'?
    """
    declared = signature(function)

    @wraps(function)
    def called(*args: P.args, **settings: P.kwargs) -> Result:
        try:
            declared.bind(*args, **settings)
        except TypeError as error:
            name = type(args[0]).__name__ if function.__name__ == "__init__" else function.__name__
            raise unfit(name, error, declared, settings) from None
        return function(*args, **settings)

    return called
