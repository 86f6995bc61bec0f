"""Rules as the machine likes them: a program for arrays and a walk on floats, both written from the rule.

The rules of this book are traced (:mod:`d2l_utils._engine.tracing`). On arrays, each operation then writes
its result where there is room already, not into a new array. On floats, Python is spared the calls: the walk
is one loop in which every coordinate and state is a variable. Any other rule is called as it is.
"""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from d2l_utils import rules
from d2l_utils._engine.decayed_rule import AROUND
from d2l_utils._engine.tracing import Listing, Step, listing

__all__ = ["Program", "array_program", "as_it_is", "float_walk", "is_ours"]

UFUNCS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power", "abs": "absolute",
    "sqrt": "sqrt", ">": "greater", "<=": "less_equal", "max": "maximum", "sign": "sign",
}  # fmt: skip


class Program(NamedTuple):
    """A rule for arrays.

    Attributes
    ----------
    numbers : callable
        ``numbers(*settings)`` -> what stands beside arrays in the rule, and which terms under a root are 0.
    run : callable
        ``run(p, g, *state, *temporaries, *numbers, *zeros)`` changes ``p`` and the state.
    num_numbers, num_temporaries : int
        How many numbers there are, and arrays like ``p`` to work in; 0 if it is the rule itself.
    """

    numbers: Callable[..., tuple[Sequence[Any], Sequence[bool]]]
    run: Callable[..., None]
    num_numbers: int
    num_temporaries: int


def array_program(rule: Callable[..., Any], num_slots: int) -> Program:
    """Return the program of a rule: the rule itself, without temporaries, if it is none of this book.

    Parameters
    ----------
    rule : callable
    num_slots : int
        How many arrays its state has.

    Examples
    --------
    >>> from d2l_utils import rules
    >>> program = array_program(rules.momentum, 1)
    >>> p, g, v, room = np.ones(2), np.ones(2), np.zeros(2), np.empty(2)
    >>> numbers, zeros = program.numbers(0.25, 0.9)
    >>> program.run(p, g, v, room, *numbers, *zeros)
    >>> print(p, v)
    [0.75 0.75] [-0.25 -0.25]
    """
    return _traced(rule, num_slots) if is_ours(rule) else as_it_is(rule)


@lru_cache(maxsize=256)
def _traced(rule: Callable[..., Any], num_slots: int) -> Program:
    found = listing(rule, num_slots)
    lines, zeros = _on_arrays(found)
    counts = {"s": num_slots, "w": found.num_temporaries, "c": len(found.numbers), "z": len(zeros)}
    names = ["p", "g", *(f"{letter}{i}" for letter, count in counts.items() for i in range(count))]
    tests = [f"{number}.__class__ is not ndarray and {number} == 0" for number in zeros]
    written = _written(
        f"{rule.__name__} on arrays",
        f"def numbers({', '.join(found.settings)}):",
        f"    return [{', '.join(found.numbers)}], [{', '.join(tests)}]",
        f"def run({', '.join(names)}):",
        *(f"    {line}" for line in lines),
    )
    return Program(written["numbers"], written["run"], len(found.numbers), found.num_temporaries)


def as_it_is(rule: Callable[..., Any]) -> Program:
    """Return the program that calls the rule, and raises a TypeError if that does not work in place."""

    def run(p: np.ndarray, *others: Any) -> None:
        returned = rule(p, *others)
        if (returned[0] if isinstance(returned, tuple) else returned) is not p:
            raise TypeError("a rule changes its parameter in place and returns it; this one returned another")

    return Program(lambda *settings: (settings, ()), run, 0, 0)


def float_walk(rule: Callable[..., Any], num_coordinates: int, num_slots: int) -> Callable[..., None]:
    """Return `d2l_utils.walk.walk` for floats and a rule, with a variable for each coordinate and state.

    Parameters
    ----------
    rule : callable
    num_coordinates, num_slots : int
        How many coordinates there are, and states of each.

    Returns
    -------
    callable
        ``walk(rows, arguments, gradient, keep)``: rows hold a coordinate and its state each, and ``keep`` is
        called with the coordinates after every step.

    Examples
    --------
    >>> from d2l_utils import rules
    >>> float_walk(rules.sgd, 1, 0)([(1.0,)], [(0.25,)] * 3, lambda p: (2 * p,), print)
    (0.5,)
    (0.25,)
    (0.125,)
    """
    if is_ours(rule):
        return _inlined(rule, num_coordinates, num_slots)
    rows = _rows(num_coordinates, num_slots)
    calls = [
        f"{', '.join(row)} = rule(p_{i}, g_{i}, {''.join(f'{name}, ' for name in row[1:])}*settings)"
        for i, row in enumerate(rows)
    ]
    return _walk(rule, rows, "*settings,", calls)


@lru_cache(maxsize=256)
def _inlined(rule: Callable[..., Any], num_coordinates: int, num_slots: int) -> Callable[..., None]:
    found, rows = listing(rule, num_slots), _rows(num_coordinates, num_slots)
    body = [f"c{i} = {number}" for i, number in enumerate(found.numbers)]
    body += [_on_floats(step, i) for i in range(num_coordinates) for step in found.steps]
    return _walk(rule, rows, "".join(f"{name}, " for name in found.settings), body)


def _rows(num_coordinates: int, num_slots: int) -> list[list[str]]:
    """Return the names of each coordinate and its state."""
    return [[f"p_{i}", *(f"s{j}_{i}" for j in range(num_slots))] for i in range(num_coordinates)]


def _walk(
    rule: Callable[..., Any], rows: list[list[str]], settings: str, body: list[str]
) -> Callable[..., None]:
    points, slopes = ("".join(f"{letter}_{i}, " for i in range(len(rows))) for letter in "pg")
    walk: Callable[..., None] = _written(
        f"{getattr(rule, '__name__', 'a rule')} on {len(rows)} floats",
        "def walk(rows, arguments, gradient, keep):",
        f"    {''.join('(' + ', '.join(row) + ',), ' for row in rows)} = rows",
        f"    for {settings} in arguments:",
        f"        {slopes} = gradient({points})",
        *(f"        {line}" for line in body),
        f"        keep(({points}))",
        rule=rule,
        nan=math.nan,
    )["walk"]
    return walk


def is_ours(rule: Callable[..., Any]) -> bool:
    """Return whether a rule is of this book; another may draw a random number, which a trace would freeze."""
    while isinstance(rule, AROUND):
        rule = rule.inner
    return getattr(rules, getattr(rule, "__name__", ""), None) is rule


def _on_arrays(found: Listing) -> tuple[list[str], list[str]]:
    """Write the steps as calls of ufuncs, and return what is not added under a root if it is 0.

    That is ``eps_root``, which is 0 nearly always, and to add it costs as much as a multiplication.
    """
    lines: list[str] = []
    zeros: list[str] = []
    term = ""
    for step, following in zip(found.steps, (*found.steps[1:], None), strict=True):
        # a maximum's output must be named, for NumPy may once take three arrays
        out = f"out={step.out}" if step.symbol == "max" else step.out
        operands = [term or step.left, *filter(None, [step.right]), out]
        call = f"{UFUNCS[step.symbol]}({', '.join(operands)})"
        term = ""
        number = step.right if step.symbol == "+" and step.right and step.right[0] == "c" else ""
        if number and following in [(step.out, root, step.out, None) for root in ("sqrt", "abs")]:
            term = f"{step.left} if z{len(zeros)} else {call}"
            zeros.append(found.numbers[int(number[1:])])
        else:
            lines.append(call)
    return lines, zeros


def _on_floats(step: Step, coordinate: int) -> str:
    """Write a step as a statement; names have a coordinate, except those of numbers and temporaries."""
    out, left, right = (
        name if name is None or name[0] in "cw" else f"{name}_{coordinate}"
        for name in (step.out, step.left, step.right)
    )
    if right is None:
        # Python's root of a negative number is complex, NumPy's is nan.
        root = f"{left} ** 0.5 if {left} >= 0 else nan"
        sign = f"({left} > 0) - ({left} < 0) if {left} == {left} else nan"
        written = {"abs": f"abs({left})", "sign": sign, "sqrt": root}
        return f"{out} = {written[step.symbol]}"
    if step.symbol == "max":
        return f"{out} = {left} if {left} > {right} else {right}"
    return f"{out} = {left} {step.symbol} {right}"


def _written(title: str, *lines: str, **names: Any) -> dict[str, Any]:
    """Return what these lines of Python define; a warning or an error in them shows its line."""
    text, file = "\n".join(lines), f"<{title}>"
    linecache.cache[file] = len(text), None, [f"{line}\n" for line in lines], file
    names |= {name: getattr(np, name) for name in ("ndarray", *UFUNCS.values())}
    exec(compile(text, file, "exec"), names)
    return names
