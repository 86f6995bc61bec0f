"""Mark the answers that came out of the box.

A `trial` is one question on one seed. Its ``request`` goes into the box and holds arguments only; the right
answers are computed here, and here its ``judge`` compares. What it returns goes to the student, so it tells
structure and never a value: not of an argument, not of the right answer, and not of the given one, which
may be a program's way to carry the arguments out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from exercises.grading.answers import Answer, Failure
from exercises.grading.compare import difference
from exercises.grading.question import Contest, Function, Question, Value, Written
from exercises.grading.reports import Sources, explain, report
from exercises.grading.texts import say
from exercises.grading.values import Given, Unreadable, decode, encode

__all__ = ["ContestTrial", "FunctionTrial", "ValueTrial", "WrittenTrial", "generator", "rehearse", "trial"]

Outcome = Answer | Failure
# A reference that raises one of these means it; another error is a mistake in the problem set.
REFUSALS = (TypeError, ValueError)


def generator(seed: int, name: str) -> np.random.Generator:
    """Return the generator of the question ``name``: no other question of the set changes its numbers."""
    return np.random.default_rng([seed, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])])


def trial(question: Question, seed: int, given: ModuleType | None = None) -> Any:
    """Return what asks ``question`` and judges its answers.

    ``given`` is the module that makes the functions among the arguments.
    """
    if isinstance(question, Function):
        return FunctionTrial(question, seed, given)
    if isinstance(question, Contest):
        return ContestTrial(question, seed)
    return ValueTrial(question) if isinstance(question, Value) else WrittenTrial(question)


def rehearse(question: Function, function: Callable, seed: int = 0, given: ModuleType | None = None) -> dict:
    """Judge ``function`` as if a notebook had defined it, for authors of a problem set."""
    rehearsal = FunctionTrial(question, seed, given)
    return rehearsal.judge(rehearsal.outcomes(function))


class FunctionTrial:
    """A function against its reference, on cases drawn with ``seed``."""

    def __init__(self, question: Function, seed: int, given: ModuleType | None = None):
        self.question, self.given = question, given
        self.cases = list(question.cases(generator(seed, question.name)))
        drawn, parts = {case.part for case in self.cases}, [part.key for part in question.parts]
        if sorted(drawn) != sorted(parts):
            raise ValueError(
                f"{question.name} draws cases for {sorted(drawn)}; its parts are {sorted(parts)}"
            )
        self.encoded = [[encode(each) for each in case.arguments] for case in self.cases]
        self.right = self.outcomes(question.reference, REFUSALS)

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return _request(self.question, "call") | {
            "cases": self.encoded,
            "observe_arguments": self.question.observe_arguments,
        }

    def outcomes(self, function: Callable, refusals: Any = Exception) -> list[Outcome]:
        """Return what ``function`` answers to each case, each with arguments of its own."""
        return [self._call(function, encoded, refusals) for encoded in self.encoded]

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result; ``sources`` are the student's code cells by number."""
        places = range(len(self.cases))
        problems = [self._problem(outcomes[k], self.right[k], k, sources) for k in places]
        messages = {}
        for part in self.question.parts:
            tried = [problems[k] for k in places if self.cases[k].part == part.key]
            messages[part.key] = _tries(tried)
        failures = [outcomes[k] for k in places if problems[k] is not None]
        return report(self.question, messages, failures, self._slip(outcomes) if failures else None)

    @cached_property
    def slips(self) -> list[list[Outcome]]:
        """What each known wrong function answers."""
        return [self.outcomes(slip.function) for slip in self.question.slips]

    def _slip(self, outcomes: Sequence[Outcome]) -> tuple[str, str] | None:
        # The first that fits, in the order of the problem set: a regrade finds the same one.
        for slip, theirs in zip(self.question.slips, self.slips, strict=True):
            pairs = enumerate(zip(outcomes, theirs, strict=True))
            if all(self._problem(outcome, their, k) is None for k, (outcome, their) in pairs):
                return slip.key, slip.message
        return None

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
        if isinstance(right, Failure):
            if isinstance(outcome, Failure) and outcome.kind == "raised" and outcome.type == right.type:
                return None
            if isinstance(outcome, Answer):
                return say("should_raise", type=right.type)
        if isinstance(outcome, Failure):
            return explain(outcome, self.question, sources)
        if problem := self._difference(outcome.value, right.value):
            return say("returned", difference=problem)
        return self._arguments_problem(outcome.arguments, right.arguments, k)

    def _arguments_problem(self, after: tuple | None, right: tuple, k: int) -> str | None:
        if not self.question.observe_arguments:
            return None
        if after is None or len(after) != len(right):
            after = (None,) * len(right)
        for place, argument in enumerate(self.cases[k].arguments):
            problem = self._difference(after[place], right[place])
            if isinstance(argument, Given) or problem is None:
                continue
            if self._difference(right[place], argument) is None:
                return say("argument_changed", place=place + 1)
            kept = self._difference(after[place], argument) is None
            return say("argument_kept" if kept else "argument_wrong", place=place + 1, difference=problem)
        return None

    def _difference(self, value: Any, right: Any) -> str | None:
        return difference(value, right, self.question.rtol, self.question.atol)


class ValueTrial:
    """A name that holds one value, or a dictionary with a value for each part."""

    def __init__(self, question: Value):
        self.question = question

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return _request(self.question, "value")

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result."""
        outcome, keys = outcomes[0], [part.key for part in self.question.parts]
        if isinstance(outcome, Failure):
            problem = say("sentence", sentence=explain(outcome, self.question, sources))
            return report(self.question, dict.fromkeys(keys, problem), [outcome])
        judged = {key: self._judge_part(key, outcome.value) for key in keys}
        known = [slip for _, slip in judged.values() if slip]
        messages = {
            key: problem and say("sentence", sentence=problem) for key, (problem, _) in judged.items()
        }
        return report(self.question, messages, slip=known[0] if known else None)

    def _judge_part(self, key: str, value: Any) -> tuple[str | None, tuple[str, str] | None]:
        """Return what is wrong, and the key and the explanation if it is known."""
        target = self.question.target
        if isinstance(value, Mapping) and (key in value or len(self.question.parts) > 1):
            target, value = f'{target}["{key}"]', value.get(key)
        elif len(self.question.parts) > 1 and value is not None:
            return say("holds", target=target, difference=difference(value, {})), None
        if value is None:
            return say("unanswered", target=target), None
        problem = difference(value, self.question.answers[key], self.question.rtol)
        if problem is None:
            return None, None
        for wrong, message in self.question.wrong.items():
            part, known = wrong if isinstance(wrong, tuple) else (key, wrong)
            if part == key and difference(value, known, self.question.rtol) is None:
                return message.rstrip("."), (f"{key}={known}", message)
        return say("holds", target=target, difference=problem), None


class WrittenTrial:
    """A text, collected for a person to mark."""

    def __init__(self, question: Written):
        self.question = question

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return _request(self.question, "value")

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result, not marked; ``text`` is what the student wrote."""
        outcome = outcomes[0]
        if isinstance(outcome, Failure):
            messages, failures = say("sentence", sentence=explain(outcome, self.question, sources)), [outcome]
        else:
            messages, failures = say("written" if self.text(outcomes) else "not_written"), []
        parts = dict.fromkeys((part.key for part in self.question.parts), messages)
        return report(self.question, parts, failures, marked=False)

    def text(self, outcomes: Sequence[Outcome]) -> str:
        """Return what the student wrote, as valid Unicode and not too long; "" for nothing."""
        value = getattr(outcomes[0], "value", None)
        if not isinstance(value, str) or not value.strip(" .…\n\t"):
            return ""
        return value[: self.question.longest].encode("utf-8", "replace").decode().replace("\0", "").strip()


class ContestTrial:
    """A function that trains against an oracle, which is made anew for each submission."""

    def __init__(self, question: Contest, seed: int):
        self.question = question
        self.oracle = question.oracle(generator(seed, question.name))
        self.encoded = [encode(each) for each in self.oracle.arguments]
        self.asked = 0

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return _request(self.question, "contest") | {"cases": [self.encoded]}

    def ask(self, *arguments: Any) -> Any:
        """Hand a question from the box to the oracle."""
        self.asked += 1
        return self.oracle.ask(*arguments)

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result.

        ``measure`` is what the board ranks by, or None; ``asked`` is how often the oracle was asked.
        """
        outcome, measure = outcomes[0], None
        if isinstance(outcome, Failure):
            problem = say("sentence", sentence=explain(outcome, self.question, sources))
        else:
            measure, problem = self._measure(outcome.value)
        if measure is not None:
            problem = say("not_enough", measure=measure)
        reached = {
            key: measure is not None and measure >= least for key, least in self.question.thresholds.items()
        }
        messages = {
            key: None if reached[key] else problem for key in (part.key for part in self.question.parts)
        }
        failures = [outcome] if isinstance(outcome, Failure) else []
        return report(self.question, messages, failures) | {"measure": measure, "asked": self.asked}

    def _measure(self, returned: Any) -> tuple[float | None, str]:
        try:
            with np.errstate(all="ignore"):
                measure = float(self.oracle.score(returned))
        except Exception:  # whatever a hostile answer does to the oracle is that answer's fault
            return None, say("no_measure", given=say("malformed"))
        return (measure, "") if np.isfinite(measure) else (None, say("no_measure", given=say("diverged")))


def _request(question: Question, kind: str) -> dict[str, Any]:
    return {
        "question": question.name,
        "kind": kind,
        "target": question.target,
        "cpu_seconds": question.cpu_seconds,
    }


def _builtin(error: Exception) -> str:
    """Return the name of the built-in exception that ``error`` is, which is all that the box tells."""
    return next(each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins")


def _after(argument: Any) -> Any:
    try:
        return decode(encode(argument))
    except Unreadable:
        return None


def _tries(problems: Sequence[str | None]) -> str | None:
    wrong = [problem for problem in problems if problem is not None]
    if not wrong:
        return None
    if len(problems) == 1:
        return say("sentence", sentence=wrong[0])
    return say("tries", sentence=wrong[0], failed=len(wrong), count=len(problems))
