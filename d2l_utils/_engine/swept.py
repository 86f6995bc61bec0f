"""The numbers of a swept setting as its reader gets them: they change by being set, not in place."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Swept", "handed_out"]


def _anew(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda numbers, other: operation(np.asarray(numbers), other)


class Swept(np.ndarray):
    """An array that cannot be changed; ``x *= 0.5`` makes another, and gives it the name.

    Otherwise a number that no setting may have would go round its check. Arithmetic makes plain arrays.

    Examples
    --------
    >>> rates = other = handed_out(np.array([0.5, 1.0]))
    >>> rates *= 0.5
    >>> rates, other
    (array([0.25, 0.5 ]), array([0.5, 1. ]))
    """

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        if "out" in settings:
            settings["out"] = tuple(_plain(each) for each in settings["out"])
        return getattr(ufunc, method)(*(_plain(each) for each in inputs), **settings)

    def __setitem__(self, *_: Any) -> None:
        raise ValueError("a swept setting is read-only, so that each change is checked: set all its numbers")

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    __iadd__, __isub__ = _anew(operator.add), _anew(operator.sub)
    __imul__, __itruediv__ = _anew(operator.mul), _anew(operator.truediv)
    __ipow__ = _anew(operator.pow)


def _plain(array: Any) -> Any:
    return np.asarray(array) if isinstance(array, Swept) else array


def handed_out(numbers: np.ndarray) -> Swept:
    """Return a view of a setting's numbers for those who read it."""
    view = numbers.view(Swept)
    view.flags.writeable = False
    return view
