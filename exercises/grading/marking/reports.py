"""What goes into the box about a question, and what comes of it: marks, and what went wrong in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from d2l_utils.words import say
from exercises.grading.answers import Answer, Failure
from exercises.grading.question import Question
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.statuses import worst
from exercises.grading.texts import worded

__all__ = [
    "DIGITS",
    "Sources",
    "explain",
    "explain_cell",
    "has_answer",
    "measured",
    "remark",
    "report",
    "request",
    "rounded",
    "status_of",
]

# The student's code cells by their number, counted from 1.
Sources = Mapping[int, Cell]

FAILURE_STATUSES = {"missing": "missing_function", "timeout": "timeout", "killed": "killed"}
LONGEST_CODE = 60
DIGITS = 4  # of a contest's measure are told


def request(question: Question, kind: str) -> dict[str, Any]:
    """Return what every request tells the box."""
    return {
        "question": question.name,
        "kind": kind,
        "target": question.target,
        "cpu_seconds": question.cpu_seconds,
    }


def report(
    question: Question,
    messages: Mapping[str, str | None],
    failures: Iterable[Failure | Any] = (),
    slip: tuple[str | None, str] | None = None,
    marked: bool = True,
    answered: bool = True,
) -> dict[str, Any]:
    """Return the question's part of a result.

    Parameters
    ----------
    messages : what is wrong with each part, by its key; None earns its points.
    failures : outcomes that cost marks; those which are a `Failure` decide the status.
    slip : key (None if it has none) and explanation of the mistake that gives all of these answers.
    marked : False leaves the score blank.
    answered : False if the student left the question as it was.
    """
    parts: list[dict[str, Any]] = [
        {
            "key": part.key,
            "title": say(part.title),
            "points": float(part.points),
            "earned": None if not marked else 0.0 if messages[part.key] else float(part.points),
            "message": messages[part.key] or "",
            "hint": say(part.hint) if marked and messages[part.key] else "",
        }
        for part in question.parts
    ]
    return {
        "title": say(question.title),
        "kind": type(question).__name__.lower(),
        "score": rounded(sum(part["earned"] for part in parts)) if marked else None,
        "points": float(question.points),
        "status": status_of(failures),
        "answered": answered,
        "slip": slip[0] if slip else None,
        "message": slip[1] if slip else "",
        "parts": parts,
    }


def has_answer(outcomes: Iterable[Answer | Failure]) -> bool:
    """Say whether any of ``outcomes`` is more than a name that is missing, or stands for nothing yet."""
    return any(
        outcome.kind != "missing" if isinstance(outcome, Failure) else _says(outcome.value)
        for outcome in outcomes
    )


def _says(value: Any) -> bool:
    return any(map(_says, value.values())) if isinstance(value, Mapping) else value is not None


def status_of(failures: Iterable[Any]) -> str:
    """Return the status that ``failures`` give a question."""
    kinds = (failure.kind for failure in failures if isinstance(failure, Failure))
    return worst(FAILURE_STATUSES.get(kind, "partial") for kind in kinds)


def explain(failure: Failure, question: Question, sources: Sources | None = None) -> str:
    """Say in words why there is no answer."""
    match failure.kind:
        case "raised":
            return worded("raised", type=failure.type, where=_where(failure, sources or {}))
        case "unreadable":
            named = worded("another", type=failure.type) if failure.type else worded("something_else")
            return worded("unreadable", kind=named)
        case "missing":
            return worded("not_callable" if failure.type else "missing", target=question.target)
        case "timeout":
            return worded(
                "wall" if failure.type == "wall" else "timeout", seconds=f"{question.cpu_seconds:g}"
            )
        case "too_long" | "unmarkable":
            return worded(failure.kind)
    return worded("killed")


def explain_cell(cell: int, failure: Failure, sources: Sources) -> str:
    """Say in words what stopped the code cell number ``cell``."""
    named = _named(cell, sources, "cell_marked")
    if failure.kind == "raised":
        where = _where(Failure("raised", cell=cell, line=failure.line), sources, "where_in_cell")
        return worded("cell_raised", cell=named, type=failure.type, where=where)
    return worded("cell_timeout" if failure.kind == "timeout" else "cell_killed", cell=named)


def _named(cell: int | None, sources: Sources, text: str) -> Any:
    """Return the number of a code cell, and with it the one that Jupyter shows."""
    known = sources.get(cell or 0)
    return worded(text, cell=cell, run=known.run) if known and known.run else cell


def measured(measure: float) -> str:
    """Return a contest's measure as students are told it.

    >>> measured(0.812345)
    '0.8123'
    """
    return f"{measure:.{DIGITS}g}"


def remark(question: Question, change: tuple[str, int] | None) -> str:
    """Say which state of a question was marked, if a later cell changed it: see `sandbox.Outcome`."""
    if change is None:
        return ""
    state, cell = change
    text = "marked_own" if state == "own" else "marked_final"
    return worded(text, cell=cell, target=question.target, name=question.name)


def rounded(marks: float) -> float:
    """Return marks without what a sum of fractions leaves behind."""
    return round(float(marks), 6)


def _where(failure: Failure, sources: Sources, text: str = "where") -> str:
    """Say which line it was, with its text; nothing if the notebook has no such line."""
    cell = sources.get(failure.cell or 0)
    lines = cell.source.splitlines() if cell else []
    if not failure.line or not 0 < failure.line <= len(lines):
        return ""
    # Backticks surround it, here and in a page.
    code = "".join(letter for letter in lines[failure.line - 1].strip() if letter.isprintable())
    code = code.replace("`", "'")
    code = code if len(code) <= LONGEST_CODE else f"{code[:LONGEST_CODE]}…"
    return worded(text, line=failure.line, cell=_named(failure.cell, sources, "where_marked"), code=code)
