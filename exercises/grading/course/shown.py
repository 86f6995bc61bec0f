"""A question as it went, case by case: what was given, answered and expected. For the instructor alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from exercises.grading.answers import Answer, Failure
from exercises.grading.question import Contest, Function, Value
from exercises.grading.values import Given

__all__ = ["lines", "text"]

LONGEST = 600


def lines(trial: Any, outcomes: Sequence[Answer | Failure], judged: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a trial asked, what came back and what was right, as lines for a terminal.

    Parameters
    ----------
    trial : of `judge.trial`.
    outcomes : what the box answered.
    judged : the question's part of the result.
    """
    question = trial.question
    if isinstance(question, Function):
        yield from _cases(trial, outcomes)
    elif isinstance(question, Value):
        for part in question.parts:
            yield f"{part.key}: expected {text(question.answers[part.key])}"
        yield f"answered {_answer(outcomes[0])}"
    elif isinstance(question, Contest):
        for number, outcome in enumerate(outcomes, start=1):
            if isinstance(outcome, Failure):
                yield f"study {number}: {_answer(outcome)}"
        yield f"scores of the studies: {text(judged['studies'])}; asked {judged['asked']} times"
        yield f"needed: {text(dict(question.thresholds))}"
    else:
        yield f"answered {text(trial.text(outcomes))}"


def _cases(trial: Any, outcomes: Sequence[Answer | Failure]) -> Iterator[str]:
    tried = zip(trial.cases, outcomes, trial.right, trial.problems(outcomes), strict=True)
    for number, (case, outcome, right, problem) in enumerate(tried, start=1):
        yield f"case {number}, {case.part}: {problem or 'right'}"
        for name, argument in zip(trial.names, case.arguments, strict=False):
            yield f"  given     {name} = {text(argument)}"
        yield f"  expected  {_answer(right)}"
        yield f"  answered  {_answer(outcome)}"
        if trial.question.observe_arguments:
            for name, kept, after in zip(trial.names, _after(right), _after(outcome), strict=False):
                yield f"  {name} after the call: {text(after)}; expected {text(kept)}"


def _after(outcome: Answer | Failure) -> Sequence[Any]:
    return (outcome.arguments or ()) if isinstance(outcome, Answer) else ()


def _answer(outcome: Answer | Failure) -> str:
    if isinstance(outcome, Answer):
        return text(outcome.value)
    return " ".join(filter(None, ("nothing:", outcome.kind, outcome.type)))


def text(value: Any) -> str:
    """Return a value on one line of bounded length, with nothing in it that a terminal obeys.

    Examples
    --------
    >>> text({"a": np.array([1.0, 2.0]), "b": "\\x1b[2J"})
    "{'a': [1.0, 2.0], 'b': '\\\\x1b[2J'}"
    """
    try:
        shown = repr(_plain(value))
    except ValueError:  # an integer of too many digits
        shown = "a number of too many digits"
    rest = f"… ({len(shown)} letters)" if len(shown) > LONGEST else ""
    return shown[:LONGEST] + rest


def _plain(value: Any) -> Any:
    if isinstance(value, Given):
        return Call(value.name, value.arguments)
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(each) for each in value)
    return sorted(value, key=repr) if isinstance(value, frozenset) else value


class Call:
    """A function that the problem set gives, written as the call that makes it."""

    def __init__(self, name: str, arguments: Sequence[Any]) -> None:
        self.name, self.arguments = name, arguments

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(repr(_plain(each)) for each in self.arguments)})"
