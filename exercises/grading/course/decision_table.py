"""``decisions.csv`` among the results: what an instructor decided, one row a decision.

It is a CSV file because it is edited beside ``results.csv``, in the same spreadsheet, from which a student's
name is copied; `tables` reads what any spreadsheet makes of it. The columns are ``student`` (an identifier,
an e-mail, a name that only one has, or ``*`` for all), ``question`` (empty for the whole set), ``decision``
(one of `KINDS`), ``value`` and ``reason``, which the student reads. Further columns are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from exercises.grading.course import tables
from exercises.grading.course.decisions import ALL, FILE, Decision, DecisionError, Decisions
from exercises.grading.course.journal import write
from exercises.grading.course.roster import Student
from exercises.grading.course.rules import moment
from exercises.grading.texts import worded

__all__ = ["KINDS", "add", "prepare", "read"]

COLUMNS = ("student", "question", "decision", "value", "reason")
MOST_DAYS = 366
# Of each kind, whether it is about a question ("never", "may", "must"), and what its value is.
KINDS = {
    "extension": ("never", "a time such as 2026-03-03T23:59"),
    "grace": ("never", "a number of days"),
    "excused": ("may", ""),
    "dropped": ("must", ""),
    "points": ("may", "a number of points"),
    "extra": ("never", "a number of points"),
}
SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")


def prepare(folder: Path) -> None:
    """Write a table without decisions to ``folder``, to be filled in, unless there is one."""
    if not (folder / FILE).exists():
        write(folder / FILE, tables.text([_heads()]))


def add(
    folder: Path, cells: Sequence[Any], questions: Mapping[str, float], students: Iterable[Student]
) -> None:
    """Add a decision about one of ``students`` below those in ``folder``; ``cells`` are those of `COLUMNS`.

    Raises
    ------
    DecisionError
        If it cannot be understood, or contradicts another; then the table is as it was.
    """
    if cells[0] == ALL:
        raise DecisionError(f"{ALL} stands for all students, and nobody can be called that")
    path = folder / FILE
    prepare(folder)
    rows = [list(map(tables.plain, row)) for row in _rows(path)]
    new = dict(zip(COLUMNS, map(str, cells), strict=True))
    rows.append([new.get(name, "") for name in _columns(path, next(filter(any, rows), []))])
    settled = _parsed(path, rows, questions).settle(students)
    if lost := [each for each in settled.unfit if f"row {len(rows)} " in each]:
        raise DecisionError("\n".join(lost))
    write(path, tables.text(rows))


def _heads() -> list[str]:
    return [worded(f"column_{name}") for name in COLUMNS]


def read(folder: Path, questions: Mapping[str, float]) -> Decisions:
    """Return the decisions in ``folder`` about ``questions``, each with its points; none without a table.

    Raises
    ------
    DecisionError
        If a row cannot be understood: the message says which, and what was expected.
    """
    path = folder / FILE
    _refuse_spreadsheets(path)
    if not path.exists():
        return Decisions((), questions)
    return _parsed(path, [list(map(tables.plain, row)) for row in _rows(path)], questions)


def _rows(path: Path) -> list[list[str]]:
    try:
        return tables.read(path, empty=True)
    except tables.TableError as error:
        raise DecisionError(str(error)) from error


def _parsed(path: Path, rows: Sequence[Sequence[str]], questions: Mapping[str, float]) -> Decisions:
    """Return the decisions in the rows of a table, below the first that is not empty: the columns' names."""
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))]
    names = _columns(path, numbered[0][1] if numbered else [])
    found, mistakes = [], []
    for number, row in numbered[1:]:
        try:
            found.append(_decision(number, names, row, questions))
        except ValueError as mistake:
            mistakes.append(f"{path}, row {number}: {mistake}")
    if mistakes:
        raise DecisionError("\n".join(mistakes))
    return Decisions(tuple(found), questions)


def _refuse_spreadsheets(path: Path) -> None:
    """Refuse what a spreadsheet saved in its own form after the table, and nobody would read."""
    for suffix in SPREADSHEETS:
        other = path.with_suffix(suffix)
        if other.exists() and not (path.exists() and path.stat().st_mtime >= other.stat().st_mtime):
            raise DecisionError(
                f"{other} is newer than {FILE}, and is not read; save it as CSV, or remove it"
            )


def _columns(path: Path, row: Sequence[str]) -> list[str]:
    known = dict(zip(map(str.casefold, _heads()), COLUMNS, strict=True))
    names = [known.get(cell.strip().casefold(), cell.strip().casefold()) for cell in row]
    for name in COLUMNS:
        if names.count(name) != 1:
            raise DecisionError(
                f"{path} has {names.count(name)} columns {name}; the first row must be {', '.join(COLUMNS)}"
            )
    return names


def _decision(
    number: int, names: Sequence[str], cells: Sequence[str], questions: Mapping[str, float]
) -> Decision:
    if any(cells[len(names) :]):
        raise ValueError(f"it has {len(cells)} cells, not {len(names)}; put a text with a comma into quotes")
    row = dict(zip(names, [*cells, *[""] * len(names)], strict=False))
    student, question, kind, value, reason = (" ".join(row[name].split()) for name in COLUMNS)
    student, kind = row["student"].strip(), kind.casefold()
    _check(student, question, kind, questions)
    if not reason:
        raise ValueError("it has no reason; the student reads it")
    most = questions.get(question, sum(questions.values()))
    return Decision(number, student, question, kind, _value(kind, value, most), reason)


def _check(student: str, question: str, kind: str, questions: Mapping[str, float]) -> None:
    """Raise ValueError unless a decision of this kind may be about this student and question."""
    if not student:
        raise ValueError(f"it names no student; an identifier was expected, or {ALL} for all")
    if kind not in KINDS:
        raise ValueError(f"the decision is {kind!r}; one of {', '.join(KINDS)} was expected")
    about, known = KINDS[kind][0], ", ".join(questions)
    if question and about == "never":
        raise ValueError(f"{kind} is about the whole set; no question was expected, not {question!r}")
    if question not in questions and (question or about == "must"):
        raise ValueError(f"the question is {question!r}; one of {known} was expected")
    if kind == "dropped" and student != ALL:
        raise ValueError(f"dropped is for all, and {ALL} was expected as student; excused is for one")
    if kind == "excused" and student == ALL:
        raise ValueError("excused is for one student; dropped is for all")
    if kind == "points" and student == ALL and not question:
        raise ValueError(f"points for all are for a question; one of {known} was expected")


def _value(kind: str, value: str, points: float) -> float | datetime | None:
    expected = KINDS[kind][1]
    if not expected:
        if value:
            raise ValueError(f"{kind} has the value {value!r}; none was expected")
        return None
    if kind == "extension":
        return moment(value)
    least, most = (0.0 if kind == "points" else 1e-6), (MOST_DAYS if kind == "grace" else points)
    try:
        amount = tables.number(value)
    except ValueError:
        amount = -1.0
    if not least <= amount <= most:
        raise ValueError(f"the value of {kind} is {value!r}; {expected} up to {most:g} was expected")
    return amount
