"""Mark the answers that came out of the box.

A `trial` is one question on one seed. Its ``request`` goes into the box and holds arguments only; the right
answers are computed here, and here its ``judge`` compares. What it says in words about a function is for
cases that are the same for everybody (see `exercises.grading.marking.examples`): from others, the given
answer may be a program's way to carry the arguments out.
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
from exercises.grading.marking.reports import Sources, explain, has_answer, measured, report, request
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
            missing = dict.fromkeys(keys, problem)
            return report(self.question, missing, [outcome], answered=has_answer([outcome]))
        judged = {key: self._judge_part(key, outcome.value) for key in keys}
        known = [slip for _, slip in judged.values() if slip]
        messages = {
            key: problem and worded("sentence", sentence=problem) for key, (problem, _) in judged.items()
        }
        slip = known[0] if known else None
        return report(self.question, messages, slip=slip, answered=has_answer([outcome]))

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
        answered = bool(self.text(outcomes))
        return report(self.question, parts, failures, marked=False, answered=answered)

    def text(self, outcomes: Sequence[Outcome]) -> str:
        """Return what the student wrote, as valid Unicode and not too long; "" for nothing."""
        value = getattr(outcomes[0], "value", None)
        if not isinstance(value, str) or not value.strip(" .…\n\t"):
            return ""
        return value[: self.question.longest].encode("utf-8", "replace").decode().replace("\0", "").strip()


class ContestTrial:
    """A function that trains against an oracle for each study; all are made anew for each submission."""

    def __init__(self, question: Contest, seed: int):
        self.question = question
        rng = question.generator(seed)
        self.oracles = [question.oracle(rng) for _ in range(question.studies)]
        self.encoded = [[encode(each) for each in oracle.arguments] for oracle in self.oracles]
        self.asked = 0

    @property
    def request(self) -> dict[str, Any]:
        """What goes into the box."""
        return request(self.question, "contest") | {"cases": self.encoded}

    def ask(self, study: int, *arguments: Any) -> Any:
        """Hand a question from the box to the oracle of a study."""
        self.asked += 1
        return self.oracles[study].ask(*arguments)

    def judge(self, outcomes: Sequence[Outcome], sources: Sources | None = None) -> dict[str, Any]:
        """Return the question's part of a result.

        ``studies`` has the score of each study; ``measure`` is their median, which the board ranks by, or
        None if no study or not half of them brought anything. ``asked`` is how often the oracles were asked,
        ``trials`` the most trials that a study was given.
        """
        judged = [self._study(*each) for each in zip(self.oracles, outcomes, strict=True)]
        problems = [problem for _, problem in judged if problem]
        scores = [self.question.lost if score is None else score for score, _ in judged]
        measure = float(np.median(scores)) if len(problems) < len(judged) else None
        if measure is None or not np.isfinite(measure):
            measure, problem = None, problems[0]
        elif len(judged) > 1:
            problem = worded("not_enough_studies", measure=measured(measure), count=len(judged))
        else:
            problem = worded("not_enough", measure=measured(measure))
        reached = {
            key: measure is not None and measure >= least for key, least in self.question.thresholds.items()
        }
        messages = {
            key: None if reached[key] else problem for key in (part.key for part in self.question.parts)
        }
        failures = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
        return report(self.question, messages, failures, answered=has_answer(outcomes)) | {
            "measure": measure,
            "studies": [score if np.isfinite(score) else None for score in scores],
            "asked": self.asked,
            "trials": max(getattr(oracle, "trials", 1) for oracle in self.oracles),
        }

    def _study(self, oracle: Any, outcome: Outcome) -> tuple[float | None, str]:
        """Return the score of a study, and what is wrong where there is none."""
        if isinstance(outcome, Failure):
            # Where it was raised, and what, would tell what the study holds.
            raised = outcome.kind == "raised"
            why = worded("raised_in_studies") if raised else explain(Failure(outcome.kind), self.question)
            return None, worded("sentence", sentence=why)
        if outcome.value is None:
            return None, worded("sentence", sentence=worded("returned", difference=worded("nothing")))
        try:
            with np.errstate(all="ignore"):
                score = float(oracle.score(outcome.value))
        except Exception:  # whatever a hostile answer does to the oracle is that answer's fault
            return None, worded("malformed")
        return (score, "") if np.isfinite(score) else (None, worded("diverged"))
