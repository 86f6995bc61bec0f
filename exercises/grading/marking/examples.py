"""What a student is told about a function: words from tries that everybody gets, marks from others.

The cases that earn marks are drawn from the course's seed, and nobody is to know them: whoever is told how an
answer to them differs from the right one can carry them out in that difference. So the words come from other
cases, the `EXAMPLES`, whose seed stands below. The box answers these first, before it is told of any other
case. From the cases that count a page tells which parts were earned, and whether time or the program ended:
see `bits`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from exercises.grading.answers import Failure, Outcome
from exercises.grading.marking.functions import FunctionTrial
from exercises.grading.marking.reports import DIGITS, Sources, explain
from exercises.grading.question import Contest, Function, ProblemSet
from exercises.grading.texts import worded

__all__ = ["answered", "asked", "bits", "explained", "shown"]

EXAMPLES = int.from_bytes(b"the same for everybody")  # the seed of a course has 128 bits, this one 176
# What takes longer is told without words of its own.
LIMITS = {"cpu_seconds": 1.0, "patience": 2.0}
LONGEST_EXAMPLE = 240


def shown(question: Function, given: ModuleType | None = None) -> FunctionTrial:
    """Return the examples of a question."""
    return FunctionTrial(question, EXAMPLES, given, question.examples)


def asked(examples: FunctionTrial) -> dict[str, Any]:
    """Return what asks the box for the answers to the examples, under the name `answered`."""
    name = examples.question.name
    return examples.request | LIMITS | {"question": answered(name), "checked": name}


def answered(question: str) -> str:
    """Return the name under which the box answers the examples of a question."""
    return f"{question} example"


def explained(
    judged: Mapping[str, Any],
    examples: FunctionTrial,
    outcomes: Sequence[Outcome],
    sources: Sources | None = None,
) -> dict[str, Any]:
    """Return ``judged``, the report on the cases that count, with the words of the examples.

    ``outcomes`` are the answers to the cases of ``examples``. A slip is named if it explains all of these.
    """
    if not any(part["message"] for part in judged["parts"]):
        return dict(judged)
    told_of = examples.judge(outcomes, sources)
    slow = {case.part for case, each in zip(examples.cases, outcomes, strict=True) if _is_slow(each)}
    told = {part["key"]: part["message"] if part["key"] not in slow else "" for part in told_of["parts"]}
    stopped = judged["status"] in ("timeout", "killed")
    why = explain(Failure(judged["status"]), examples.question) if stopped else worded("unseen")
    unseen = worded("sentence", sentence=why)
    parts = []
    for part in judged["parts"]:
        words = ""
        if part["message"]:
            example = _example(examples, part["key"], outcomes) if told[part["key"]] else ""
            words = " ".join(filter(None, (told[part["key"]] or unseen, example)))
        parts.append({**part, "message": words})
    return {**judged, "slip": told_of["slip"], "message": told_of["message"], "parts": parts}


def bits(problem_set: ProblemSet) -> float:
    """Return the most bits about its hidden cases that one page of feedback can carry out.

    A part is earned or not, and a question was answered, ran out of time or ended the program. A contest's
    measure has four digits, and where there is none stands one of nine reasons. The box as a whole ended, ran
    out of time or was stopped.
    """
    counted = math.log2(3)
    for question in problem_set.questions:
        if isinstance(question, Function):
            counted += len(question.parts) + math.log2(3)
        elif isinstance(question, Contest):
            counted += math.log2(10**DIGITS + 9)
    return counted


def _is_slow(outcome: Outcome) -> bool:
    # By the clock on the wall the sentence holds no number, and so is true of the longer limit too.
    return isinstance(outcome, Failure) and (outcome.kind, outcome.type) == ("timeout", "cpu")


def _example(trial: FunctionTrial, part: str, outcomes: Sequence[Outcome]) -> str:
    """Return the first failing case of a part as a call and its right answer, "" if it is too long."""
    for k, case in enumerate(trial.cases):
        if case.part != part or trial.agrees(k, outcomes[k]):
            continue
        right = trial.right[k]
        values = [_written(each) for each in case.arguments]
        answer = right.type if isinstance(right, Failure) else _written(right.value)
        if None in values or answer is None:
            return ""
        key = "example_raises" if isinstance(right, Failure) else "example"
        call = f"{trial.question.target}({', '.join(map(str, values))})"
        text = worded(key, call=call, right=answer)
        return text if len(text) <= LONGEST_EXAMPLE else ""
    return ""


def _written(value: Any) -> str | None:
    """Return a value as one writes it in Python, with few digits; None for what has no such form."""
    if value is None or isinstance(value, bool | str):
        return repr(value)
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value) + 0.0:.6g}"  # no minus before a zero
    if isinstance(value, np.ndarray):
        return _written(value.tolist())
    if isinstance(value, dict):
        entries = {key: _written(each) for key, each in value.items()}
        inside = ", ".join(f"{key!r}: {each}" for key, each in entries.items())
        return None if None in entries.values() else f"{{{inside}}}"
    if type(value) in (list, tuple):
        written = [_written(each) for each in value]
        inside = ", ".join(map(str, written))
        if isinstance(value, tuple):
            inside = f"({inside}{',' * (len(value) == 1)})"
        return None if None in written else inside if isinstance(value, tuple) else f"[{inside}]"
    return None
