"""Which state of an optimizer goes wrong first, where no slip that a problem set knows explains it.

A rule's state may be late, so that p is moved by what it was before the step, or may come back as it went
in. Both are made from the text of the rule itself, as `slipped` makes the slips of the chapters, and at which
step they show is measured on the steps of the chapters' exercises, which everybody may see.

What is told of hidden cases is one of a few sentences: nothing that an answer could carry out in numbers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils.practice import feedback
from d2l_utils.words import noted, say
from exercises.grading.answers import Answer, Outcome
from exercises.grading.question import Mistake

__all__ = ["PATH", "first_wrong", "lagging"]

PATH = ("path",)  # what a function returns whose rows are the points of a walk, from the start on
LATE = noted(
    "One step late: your {state}. p is moved by what stood there before the step. From rest, p goes wrong at "
    "step {step}."
)
KEPT = noted(
    "Not handed on: your {state}. It comes back as it went in, so the next step knows nothing of this one. "
    "From rest, p goes wrong at step {step}."
)
STEPS = (
    noted("Your path goes wrong at step 1 already."),
    noted("Step 1 of your path is right, step 2 is not."),
    noted("The first steps of your path are right, a later one is not."),
)

Function = Callable[..., Any]


def lagging(forms: Sequence[str], build: Callable[..., Function]) -> Iterator[Mistake]:
    """Yield mistakes in which states of a rule are late, or come back as they went in.

    Parameters
    ----------
    forms : names in `d2l_utils.rules`, of rules with the same states, that the question asks for.
    build : makes of a rule for each form what the question asks for.

    Examples
    --------
    >>> [each.key for each in lagging(["momentum"], lambda rule: rule)]
    ['late-v', 'kept-v']
    """
    sources = [inspect.getsource(getattr(rules, form)) for form in forms]
    right = [feedback.compiled(source, vars(rules)) for source in sources]
    walks = [_walk(sources[0])]
    for names in _subsets(_slots(sources[0])):
        for kind, message, edit in (("late", LATE, _late), ("kept", KEPT, _kept)):
            lagged = [edit(source, names) for source in sources]
            if (walk := _walk(lagged[0])) in walks:
                continue  # p does not depend on when these change, or others are enough
            step = feedback.first_difference(walk, walks[0])
            walks.append(walk)
            wrong = [feedback.compiled(source, vars(rules)) for source in lagged]
            values = {"state": ", ".join(names), "step": step + 1}
            for chosen in _subsets(forms)[::-1]:
                key = "-".join((kind, *names, *(chosen if len(chosen) < len(forms) else ())))
                each = (wrong[k] if form in chosen else right[k] for k, form in enumerate(forms))
                yield Mistake(key, message, build(*each), values)


def _subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return all choices of at least one of the names, the smaller ones first."""
    counts = range(1, len(names) + 1)
    return list(chain.from_iterable(combinations(names, count) for count in counts))


def first_wrong(
    returns: Sequence[str],
    outcomes: Sequence[Outcome],
    right: Sequence[Outcome],
    difference: Callable[[Any, Any], str | None],
) -> str | None:
    """Say which of what a step ``returns``, p first, goes wrong first; None where that cannot be told.

    The returned of a walk are `PATH`, and what is told is the step.
    """
    pairs = [
        (outcome.value, known.value)
        for outcome, known in zip(outcomes, right, strict=True)
        if isinstance(outcome, Answer) and isinstance(known, Answer)
    ]
    if tuple(returns) == PATH:
        return _first_step(pairs, difference)
    steps = [(_rows(answer), _rows(known)) for answer, known in pairs]
    steps = [pair for pair in steps if all(len(rows) == len(returns) for rows in pair)]
    agree = [all(difference(a[place], b[place]) is None for a, b in steps) for place in range(len(returns))]
    if len(returns) < 2 or not steps or all(agree):
        return None
    return feedback.line_to_look_at(agree, list(returns[1:]))


def _first_step(pairs: Sequence[tuple[Any, Any]], difference: Callable[[Any, Any], str | None]) -> str | None:
    steps = []
    for answer, known in pairs:
        rows, right = _rows(answer), _rows(known)
        if len(rows) == len(right):
            wrong = (place for place in range(len(right)) if difference(rows[place], right[place]))
            steps.append(next(wrong, None))
    found = [step for step in steps if step is not None]
    if not found or min(found) == 0:
        return None
    return say(STEPS[min(min(found), len(STEPS)) - 1])


def _rows(value: Any) -> Sequence[Any]:
    """Return the entries of what has some in order; none of anything else that an answer may be."""
    if isinstance(value, np.ndarray):
        return list(value) if value.ndim else ()
    return value if isinstance(value, list | tuple) else ()


def _late(source: str, names: Sequence[str]) -> str:
    """Let the lines that change these states come last."""
    lines = source.splitlines(keepends=True)
    own = [line for line in lines if line.split()[:1] and line.split()[0] in names]
    others = [line for line in lines if line not in own]
    place = next(number for number, line in enumerate(others) if line.lstrip().startswith("return"))
    return "".join([*others[:place], *own, *others[place:]])


def _kept(source: str, names: Sequence[str]) -> str:
    """Return these states as they went in, and leave arrays alone."""
    lines = []
    for line in source.splitlines(keepends=True):
        if line.lstrip().startswith("return"):
            back = [each.strip() for each in line.split("return")[1].split(",")]
            back = [f"{each}_before" if each in names else each for each in back]
            line = f"    return {', '.join(back)}\n"
        lines.append(line)
        if line.lstrip().startswith('"""'):
            lines += [f"    {name}_before, {name} = {name}, {name} * 1\n" for name in names]
    return "".join(lines)


def _slots(source: str) -> list[str]:
    return feedback.state_names(feedback.signature(source)[1])


def _walk(source: str) -> list[list[float]]:
    """Return where p is after each of the chapters' steps."""
    rule = feedback.compiled(source, vars(rules))
    rows, _ = feedback.compared_steps(rule, feedback.signature(source)[1], _slots(source))
    return [row[:1] for row in rows]
