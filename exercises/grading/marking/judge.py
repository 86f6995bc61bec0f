"""Mark the answers that came out of the box.

A `trial` is one question on one seed. Its ``request`` goes into the box and holds arguments only; the right
answers are computed here, and here its ``judge`` compares. What it returns goes to the student, so it tells
structure and never a value: not of an argument, not of the right answer, and not of the given one, which
may be a program's way to carry the arguments out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from d2l_utils.words import say
from exercises.grading.answers import Failure, Outcome
from exercises.grading.marking.compare import difference
from exercises.grading.marking.functions import FunctionTrial
from exercises.grading.marking.reports import Sources, explain, report, request
from exercises.grading.question import Contest, Function, Question, Value, Written
from exercises.grading.texts import worded
from exercises.grading.values import encode

__all__ = ["ContestTrial", "FunctionTrial", "ValueTrial", "WrittenTrial", "rehearse", "trial"]


def trial(question: Question, seed: int, given: ModuleType | None = None) -> Any:
    """Return what asks ``question`` and judges its answers.

    ``given`` is the module that makes the functions among the arguments.
    """
    if isinstance(question, Function):
        return FunctionTrial(question, seed, given)
    if isinstance(question, Contest):
        return ContestTrial(question, seed)
    if isinstance(question, Value):
        return ValueTrial(question)
    if isinstance(question, Written):
        return WrittenTrial(question)
    raise TypeError(f"no trial for a question of type {type(question).__name__}")


def rehearse(question: Function, function: Callable, seed: int = 0, given: ModuleType | None = None) -> dict:
    """Judge ``function`` as if a notebook had defined it, for authors of a problem set."""
    rehearsal = FunctionTrial(question, seed, given)
    return rehearsal.judge(rehearsal.outcomes(function))


class ValueTrial:
    """A name that holds one value, or a dictionary with a value for each part."""

    def __init__(self, question: Value):
        self.question = question

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return request(self.question, "value")

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result."""
        outcome, keys = outcomes[0], [part.key for part in self.question.parts]
        if isinstance(outcome, Failure):
            problem = worded("sentence", sentence=explain(outcome, self.question, sources))
            return report(self.question, dict.fromkeys(keys, problem), [outcome])
        judged = {key: self._judge_part(key, outcome.value) for key in keys}
        known = [slip for _, slip in judged.values() if slip]
        messages = {
            key: problem and worded("sentence", sentence=problem) for key, (problem, _) in judged.items()
        }
        return report(self.question, messages, slip=known[0] if known else None)

    def _judge_part(self, key: str, value: Any) -> tuple[str | None, tuple[str, str] | None]:
        """Return what is wrong, and the key and the explanation if it is known."""
        target = self.question.target
        if isinstance(value, Mapping) and (key in value or len(self.question.parts) > 1):
            target, value = f'{target}["{key}"]', value.get(key)
        elif len(self.question.parts) > 1 and value is not None:
            return worded("holds", target=target, difference=difference(value, {})), None
        if value is None:
            return worded("unanswered", target=target), None
        problem = difference(value, self.question.answers[key], self.question.rtol)
        if problem is None:
            return None, None
        for wrong, message in self.question.wrong.items():
            part, known = wrong if isinstance(wrong, tuple) else (key, wrong)
            if part == key and difference(value, known, self.question.rtol) is None:
                told = say(message)
                return told.rstrip(".。"), (f"{key}={known}", told)
        return worded("holds", target=target, difference=problem), None


class WrittenTrial:
    """A text, collected for a person to mark."""

    def __init__(self, question: Written):
        self.question = question

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return request(self.question, "value")

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result, not marked; ``text`` is what the student wrote."""
        outcome = outcomes[0]
        if isinstance(outcome, Failure):
            messages, failures = (
                worded("sentence", sentence=explain(outcome, self.question, sources)),
                [outcome],
            )
        else:
            messages, failures = worded("written" if self.text(outcomes) else "not_written"), []
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
        self.oracle = question.oracle(question.generator(seed))
        self.encoded = [encode(each) for each in self.oracle.arguments]
        self.asked = 0

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return request(self.question, "contest") | {"cases": [self.encoded]}

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
            problem = worded("sentence", sentence=explain(outcome, self.question, sources))
        else:
            measure, problem = self._measure(outcome.value)
        if measure is not None:
            problem = worded("not_enough", measure=f"{measure:.4g}")
        reached = {
            key: measure is not None and measure >= least for key, least in self.question.thresholds.items()
        }
        messages = {
            key: None if reached[key] else problem for key in (part.key for part in self.question.parts)
        }
        failures = [outcome] if isinstance(outcome, Failure) else []
        return report(self.question, messages, failures) | {"measure": measure, "asked": self.asked}

    def _measure(self, returned: Any) -> tuple[float | None, str]:
        if returned is None:
            return None, worded("sentence", sentence=worded("returned", difference=worded("nothing")))
        try:
            with np.errstate(all="ignore"):
                measure = float(self.oracle.score(returned))
        except Exception:  # whatever a hostile answer does to the oracle is that answer's fault
            return None, worded("malformed")
        return (measure, "") if np.isfinite(measure) else (None, worded("diverged"))
