"""Mark a function by what it answers on cases that it has not seen."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from exercises.grading.answers import Answer, Failure, Outcome
from exercises.grading.marking.compare import difference
from exercises.grading.marking.reports import Sources, explain, has_answer, report, request
from exercises.grading.marking.states import first_wrong
from exercises.grading.question import Function
from exercises.grading.texts import worded
from exercises.grading.values import Unreadable, decode, encode

__all__ = ["FunctionTrial"]

# A reference that raises one of these means it; another error is a mistake in the problem set.
REFUSALS = (TypeError, ValueError)
# Failures after which no other case is tried.
FOR_GOOD = ("missing", "timeout", "killed", "too_long")


class FunctionTrial:
    """A function against its reference, on cases drawn with ``seed``, at ``most`` so many of a part."""

    def __init__(
        self, question: Function, seed: int, given: ModuleType | None = None, most: int | None = None
    ):
        self.question, self.given = question, given
        self.cases, met = [], Counter[str]()
        for case in question.cases(question.generator(seed)):
            met[case.part] += 1
            if most is None or met[case.part] <= most:
                self.cases.append(case)
        drawn, parts = {case.part for case in self.cases}, [part.key for part in question.parts]
        if sorted(drawn) != sorted(parts):
            raise ValueError(
                f"{question.name} draws cases for {sorted(drawn)}; its parts are {sorted(parts)}"
            )
        self.encoded = [[encode(each) for each in case.arguments] for case in self.cases]
        self.mistakes = [*question.slips, *question.lagging]
        self.names = list(inspect.signature(question.reference).parameters)

    def prepare(self) -> None:
        """Work out what reference and slips answer, which takes time and needs no notebook."""
        assert len(self.right) == len(self.cases)
        assert len(self.slips) == len(self.mistakes)

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return request(self.question, "call") | {
            "cases": self.encoded,
            "observe_arguments": self.question.observe_arguments,
        }

    def outcomes(self, function: Callable, refusals: Any = Exception) -> list[Outcome]:
        """Return what ``function`` answers to each case, each with arguments of its own."""
        return [self._call(function, encoded, refusals) for encoded in self.encoded]

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result; ``sources`` are the student's code cells by number."""
        places = range(len(self.cases))
        problems = self.problems(outcomes, sources)
        messages = {}
        for part in self.question.parts:
            tried = [(problems[k], outcomes[k]) for k in places if self.cases[k].part == part.key]
            messages[part.key] = _tries(tried)
        failures = [outcomes[k] for k in places if problems[k] is not None]
        slip = self._slip(outcomes) if failures else None
        return report(self.question, messages, failures, slip, answered=has_answer(outcomes))

    def problems(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> list[str | None]:
        """Return what is wrong with the answer to each case, or None."""
        return [self._problem(outcomes[k], right, k, sources) for k, right in enumerate(self.right)]

    @cached_property
    def right(self) -> list[Outcome]:
        """What the reference answers."""
        return self.outcomes(self.question.reference, REFUSALS)

    def agrees(self, k: int, outcome: Outcome) -> bool:
        """Tell whether ``outcome`` answers case number ``k``."""
        return self._problem(outcome, self.right[k], k) is None

    @cached_property
    def slips(self) -> list[list[Outcome]]:
        """What each known wrong function answers."""
        return [self.outcomes(slip.function) for slip in self.mistakes]

    def _slip(self, outcomes: Sequence[Outcome]) -> tuple[str | None, str] | None:
        """Return the key and the explanation of what gives all of these answers."""
        # The first that fits, in the order of the problem set: a regrade finds the same one.
        for slip, theirs in zip(self.mistakes, self.slips, strict=True):
            pairs = enumerate(zip(outcomes, theirs, strict=True))
            if all(self._problem(outcome, their, k) is None for k, (outcome, their) in pairs):
                return slip.key, slip.told()
        if all(isinstance(outcome, Answer) and outcome.value is None for outcome in outcomes):
            return None, worded("open")
        told = first_wrong(self.question.returns, outcomes, self.right, self._difference)
        return None if told is None else (None, told)

    def _call(self, function: Callable, encoded: list, refusals: Any) -> Outcome:
        arguments = [decode(each, self.given) for each in encoded]
        try:
            with np.errstate(all="ignore"):
                value = function(*arguments)
        except refusals as error:
            return Failure("raised", _builtin(error))
        return Answer(decode(encode(value)), tuple(_after(each) for each in arguments))

    def _problem(
        self, outcome: Outcome, right: Outcome, k: int, sources: Sources | None = None
    ) -> str | None:
        if isinstance(outcome, Failure):
            raised = isinstance(right, Failure) and (outcome.kind, outcome.type) == ("raised", right.type)
            return None if raised else explain(outcome, self.question, sources)
        if isinstance(right, Failure):
            return worded("should_raise", type=right.type)
        if problem := self._difference(outcome.value, right.value):
            return worded("returned", difference=problem)
        return self._arguments_problem(outcome.arguments, right.arguments, k)

    def _arguments_problem(self, after: tuple | None, right: tuple | None, k: int) -> str | None:
        if not self.question.observe_arguments or right is None:
            return None
        if after is None or len(after) != len(right):
            after = (None,) * len(right)
        for place, argument in enumerate(self.cases[k].arguments):
            problem = self._difference(after[place], right[place])
            if problem is None:
                continue
            if self._difference(right[place], argument) is None:
                return worded("argument_changed", name=self.names[place])
            kept = self._difference(after[place], argument) is None
            return worded(
                "argument_kept" if kept else "argument_wrong", name=self.names[place], difference=problem
            )
        return None

    def _difference(self, value: Any, right: Any) -> str | None:
        return difference(value, right, self.question.rtol, self.question.atol)


def _builtin(error: Exception) -> str:
    """Return the name of the built-in exception that ``error`` is, which is all that the box tells."""
    return next(each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins")


def _after(argument: Any) -> Any:
    try:
        return decode(encode(argument))
    except Unreadable:
        return None


def _tries(tried: Sequence[tuple[str | None, Outcome]]) -> str | None:
    """Return what went wrong first among the cases of a part."""
    wrong = [(problem, outcome) for problem, outcome in tried if problem is not None]
    if not wrong:
        return None
    problem, outcome = wrong[0]
    if len(tried) == 1 or (isinstance(outcome, Failure) and outcome.kind in FOR_GOOD):
        return worded("sentence", sentence=problem)
    return worded("tries", sentence=problem, failed=len(wrong), count=len(tried))
