"""The book's rules with a slip in them, for problem sets that ask for a rule.

A rule is written once, in :mod:`d2l_utils.rules`, and so are the slips that readers make in it, in
:mod:`d2l_utils.practice.slips`. Here the two become functions that a student's answer is compared with.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from d2l_utils import rules
from d2l_utils.practice.feedback import compiled
from d2l_utils.practice.slips import Slip, find

__all__ = ["edited", "hint", "slipped"]


def edited(rule: str, *edits: tuple[str, str]) -> Callable[..., Any]:
    """Return the rule of this name after ``edits``, pairs of a text that its source holds once and another.

    Raises
    ------
    ValueError
        If a text is not there exactly once.

    Examples
    --------
    >>> edited("sgd", ("p -= lr * g", "p += lr * g"))(1.0, 2.0, lr=0.5)
    2.0
    """
    return _compiled(rule, Slip("", "", *edits))


def slipped(rule: str, key: str) -> Callable[..., Any]:
    """Return the rule of this name with its slip ``key``.

    Examples
    --------
    >>> slipped("sgd", "climb")(1.0, 2.0, lr=0.5)
    2.0
    """
    return _compiled(rule, find(rule, key))


def hint(rule: str, key: str) -> str:
    """Return what is to be said to somebody who made the slip ``key`` in a rule."""
    return find(rule, key).hint


def _compiled(rule: str, slip: Slip) -> Callable[..., Any]:
    source = slip.apply(inspect.getsource(getattr(rules, rule)))
    if source is None:
        raise ValueError(f"the slip {slip.key or slip.edits!r} does not fit the rule {rule}")
    return compiled(source, vars(rules))
