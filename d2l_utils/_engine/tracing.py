"""What a rule does, read off by running it once on symbols instead of numbers.

A rule is written for its reader. Run on symbols, it leaves a list of its operations, from which
:mod:`d2l_utils._engine.programs` writes the same arithmetic for the machine: the same operations in the same
order, and so the same result to the last bit.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Listing", "Step", "listing"]

BINARY = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}


class Step(NamedTuple):
    """One operation on arrays: ``out = left symbol right``, or ``out = symbol(left)`` where right is None.

    ``>`` and ``<=`` give 1 or 0, ``max`` is the larger of two, and ``sign`` is −1, 0 or 1.
    A name is ``p``, ``g``, a state ``s0, s1, ...``, a temporary ``w0, w1, ...`` or a number ``c0, c1, ...``.
    """

    out: str
    symbol: str
    left: str
    right: str | None


class Listing(NamedTuple):
    """A rule's operations.

    Attributes
    ----------
    settings : tuple of str
        What the rule takes after its state.
    numbers : tuple of str
        The expressions in the settings that stand beside an array: ``c0, c1, ...``.
    steps : tuple of Step
        The operations on arrays, in the rule's order.
    num_temporaries : int
        How many temporaries they name.
    """

    settings: tuple[str, ...]
    numbers: tuple[str, ...]
    steps: tuple[Step, ...]
    num_temporaries: int


def listing(rule: Callable[..., Any], num_slots: int) -> Listing:
    """Run a rule on symbols and list what it does.

    Parameters
    ----------
    rule : callable
        A function of :mod:`d2l_utils.rules`, or another of plain arithmetic.
    num_slots : int
        How many arrays its state has.

    Returns
    -------
    Listing

    Raises
    ------
    TypeError
        If it does what symbols cannot: asks for a truth value, calls NumPy, changes its gradient, or returns
        something else than its parameter and state.

    Examples
    --------
    >>> from d2l_utils import rules
    >>> found = listing(rules.momentum, 1)
    >>> found.settings, found.numbers
    (('lr', 'momentum'), ('momentum', 'lr'))
    >>> for out, symbol, left, right in found.steps:
    ...     print(f"{out} = {left} {symbol} {right}")
    s0 = s0 * c0
    w0 = c1 * g
    s0 = s0 - w0
    p = p + s0
    """
    settings = tuple(inspect.signature(rule).parameters)[2 + num_slots :]
    notes = _Notes()
    kept = [_Array(notes, name) for name in ("p", *(f"s{i}" for i in range(num_slots)))]
    returned = rule(kept[0], _Array(notes, "g"), *kept[1:], *(_Number(name) for name in settings))
    returned = returned if isinstance(returned, tuple) else (returned,)
    if [id(each) for each in returned] != [id(each) for each in kept]:
        raise TypeError(f"a rule returns its parameter and its state, changed in place; got {returned!r}")
    steps, num_temporaries = _with_few_temporaries(_with_signs(_with_maxima(notes.steps, notes.numbers)))
    return Listing(settings, tuple(notes.numbers), tuple(steps), num_temporaries)


class _Notes:
    """What has been seen so far; a result that does not replace a state has a new name, ``t0, t1, ...``."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.steps: list[Step] = []

    def name(self, operand: Any) -> str:
        if isinstance(operand, _Array):
            return operand.name
        text = _text(operand)
        if text not in self.numbers:
            self.numbers.append(text)
        return f"c{self.numbers.index(text)}"

    def write(self, symbol: str, left: Any, right: Any, out: str = "") -> str:
        if symbol == "**" and not isinstance(right, (_Array, _Number)) and right == 0.5:
            symbol, right = "sqrt", None
        out = out or f"t{len(self.steps)}"
        self.steps.append(Step(out, symbol, self.name(left), None if right is None else self.name(right)))
        return out


class _Symbol:
    def __bool__(self) -> bool:
        raise TypeError("a rule asks for no truth value: it has no `if`")

    def __eq__(self, other: object) -> bool:
        raise TypeError("a rule compares nothing: it has no `if`")

    __hash__ = None  # type: ignore[assignment]


class _Number(_Symbol):
    """An expression in the settings."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __gt__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, _Array) else _Number(f"({self.text} > {_text(other)})")

    def __le__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, _Array) else _Number(f"({self.text} <= {_text(other)})")


class _Array(_Symbol):
    """The parameter, the gradient, a state, or what was computed from them."""

    def __init__(self, notes: _Notes, name: str) -> None:
        self.notes, self.name = notes, name

    def __gt__(self, other: Any) -> _Array:
        return _Array(self.notes, self.notes.write(">", self, other))

    def __le__(self, other: Any) -> _Array:
        return _Array(self.notes, self.notes.write("<=", self, other))

    def __abs__(self) -> _Array:
        return _Array(self.notes, self.notes.write("abs", self, None))


def _text(operand: Any) -> str:
    if isinstance(operand, _Number):
        return operand.text
    if type(operand) not in (int, float):
        raise TypeError(f"a rule computes with its arguments and with numbers; got {operand!r}")
    return repr(operand)


def _give_operators(symbol: str, name: str) -> None:
    """Let numbers write down their expression, and arrays what is done with them."""

    def of_numbers(left: Any, right: Any) -> Any:
        if isinstance(right, _Array):
            return NotImplemented
        return _Number(f"({_text(left)} {symbol} {_text(right)})")

    def of_arrays(left: Any, right: Any) -> _Array:
        notes = (left if isinstance(left, _Array) else right).notes
        return _Array(notes, notes.write(symbol, left, right))

    def in_place(self: _Array, other: Any) -> _Array:
        if self.name == "g":
            raise TypeError("a rule does not change its gradient")
        self.name = self.notes.write(symbol, self, other, "" if self.name[0] == "t" else self.name)
        return self

    for kind, operator in ((_Number, of_numbers), (_Array, of_arrays)):
        setattr(kind, f"__{name}__", operator)
        setattr(kind, f"__r{name}__", lambda self, other, operator=operator: operator(other, self))
    setattr(_Array, f"__i{name}__", in_place)


for _name, _symbol in BINARY.items():
    _give_operators(_symbol, _name)


def _with_maxima(steps: list[Step], numbers: list[str]) -> list[Step]:
    """Write the steps of a maximum without an `if` as one.

    They are ``kept = a > b; a *= kept; a += b * (1 - kept)``. Both give the same, but where a and b are both
    infinite, ∞ · 0 is no number, and the maximum is ∞.
    """
    found = list(steps)
    for i in reversed(range(len(steps) - 4)):
        kept, old, rest, new, both = steps[i : i + 5]
        a, b = kept.left, kept.right
        if (
            kept.symbol == ">"
            and old == (a, "*", a, kept.out)
            and rest[1:] == ("-", rest.left, kept.out)
            and rest.left[0] == "c"
            and numbers[int(rest.left[1:])] == "1"
            and new[1:] == ("*", b, rest.out)
            and both == (a, "+", a, new.out)
        ):
            found[i : i + 5] = [Step(a, "max", a, b)]
    return found


def _with_signs(steps: list[Step]) -> list[Step]:
    """Write the steps of `rules.sign` as one.

    They are ``x / (abs(x) + (abs(x) <= 0))``. Both give the same, but where x is infinite ∞ / ∞ is no number,
    and the sign is 1 or −1.
    """
    found = list(steps)
    for i in reversed(range(len(steps) - 4)):
        size, again, at_zero, whole, share = steps[i : i + 5]
        x = size.left
        if (
            (size.symbol, *again[1:]) == ("abs", "abs", x, None)
            and at_zero[1:3] == ("<=", again.out)
            and whole[1:] == ("+", size.out, at_zero.out)
            and share[1:] == ("/", x, whole.out)
        ):
            found[i : i + 5] = [Step(share.out, "sign", x, None)]
    return found


def _with_few_temporaries(steps: list[Step]) -> tuple[list[Step], int]:
    """Rename results ``t0, t1, ...`` to temporaries; one that is read for the last time is free again."""
    last_read = {name: i for i, step in enumerate(steps) for name in step[2:] if name}
    names: dict[str, str] = {}
    free: list[str] = []
    renamed, made = [], 0
    for i, (out, symbol, left, right) in enumerate(steps):
        free += sorted({names[name] for name in (left, right) if name in names and last_read[name] == i})
        left, right = names.get(left, left), right and names.get(right, right)
        if out[0] == "t":
            if not free:
                free.append(f"w{made}")
                made += 1
            names[out] = out = free.pop()
        renamed.append(Step(out, symbol, left, right))
    return renamed, made
