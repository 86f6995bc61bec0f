"""Questions that a person marks: ``written.csv`` goes out with the answers, and comes back with the marks.

The columns ``mark`` and ``comment`` are the instructor's. `merge` stores them in ``written.json`` together
with the digest of the answer that was read, so that a mark is never given to another answer than that.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from exercises.grading.course import tables
from exercises.grading.course.journal import write
from exercises.grading.texts import worded

__all__ = ["Marks", "MergeError", "digest", "mark_of", "merge", "publish", "read", "store", "students_of"]

COLUMNS = ("student", "question", "points", "answer", "mark", "comment", "digest")


class MergeError(ValueError):
    """Marks that cannot be merged; the message has a line for each."""


def digest(text: str) -> str:
    """Return what an answer is known by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


class Marks:
    """The marks that were merged into the results in ``folder`` so far."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "written.json"
        self.by_student: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            self.by_student = json.loads(self.path.read_text(encoding="utf-8"))

    def of(self, student: str, answers: Mapping[str, str]) -> dict[str, tuple[float, str]]:
        """Return (mark, comment) for each of the ``answers`` of ``student`` that has been marked."""
        known = self.by_student.get(student, {})
        return {
            question: (known[question]["mark"], known[question]["comment"])
            for question, answer in answers.items()
            if known.get(question, {}).get("digest") == digest(answer)
        }

    def put(self, row: Mapping[str, str], mark: float | None) -> None:
        """Give the answer in a row of the table this mark; None takes one back."""
        of_student = self.by_student.setdefault(row["student"], {})
        if mark is None:
            of_student.pop(row["question"], None)
        else:
            entry = {"mark": mark, "comment": row["comment"], "digest": row["digest"]}
            of_student[row["question"]] = entry

    def save(self) -> None:
        """Write them; they are on the disk when this returns."""
        write(self.path, json.dumps(self.by_student, indent=1) + "\n")


def publish(folder: Path, answers: Iterable[tuple[str, str, float, str]]) -> None:
    """Write ``written.csv``, a row for each (student, question, points, answer).

    Marks that stand in the file already stay there, merged or not, as long as the answer is the same.
    """
    path, marks, answers = folder / "written.csv", Marks(folder), list(answers)
    rows = read(path, {student for student, *_ in answers}) if path.exists() else []
    kept = {(row["student"], row["question"], row["digest"]): row for row in rows}
    lines = []
    for student, question, points, answer in answers:
        row = kept.get((student, question, digest(answer)), {})
        mark: Any = row.get("mark", "")
        comment = row.get("comment", "")
        if not mark:
            mark, comment = marks.of(student, {question: answer}).get(question, ("", comment))
        cells = (student, question, points, answer, mark, comment, digest(answer))
        lines.append(dict(zip(COLUMNS, cells, strict=True)))
    if lines or rows:
        store(path, lines)


def store(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table of these rows; it is on the disk when this returns."""
    lines = [[*(row[name] for name in COLUMNS[:-1]), f"#{row['digest']}"] for row in rows]
    write(path, tables.text([_heads(), *lines]))


def _heads() -> list[str]:
    """Return the columns' names as people read them."""
    return [worded(f"column_{name}") for name in COLUMNS]


def read(path: Path, students: Collection[str] = ()) -> list[dict[str, str]]:
    """Return the rows of a table as texts by column.

    A spreadsheet takes the student 0101 for the number 101: it is known again among ``students``.

    Raises
    ------
    MergeError
        If it is no table, or lacks a column.
    """
    try:
        head, *lines = tables.read(path) or [[]]
    except tables.TableError as error:
        raise MergeError(str(error)) from error
    known = dict(zip(_heads(), COLUMNS, strict=True))
    names = [known.get(name, name) for name in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise MergeError(f"{path} has no column {', '.join(missing)}")
    numbers = [each for each in students if each.isdigit()]
    count = Counter(each.lstrip("0") for each in numbers)
    full = {each.lstrip("0"): each for each in numbers if count[each.lstrip("0")] == 1}
    found = []
    for line in lines:
        cells = dict(zip(names, map(tables.plain, line), strict=False))
        row = {name: cells.get(name, "") for name in COLUMNS}
        if row["student"] not in students:
            row["student"] = full.get(row["student"].lstrip("0"), row["student"])
        found.append(row | {"digest": row["digest"].lstrip("#")})
    return found


def mark_of(row: Mapping[str, str], points: float) -> float | None:
    """Return the mark in a row, None where there is none.

    Raises
    ------
    ValueError
        If it is no number from 0 to ``points``; the message says so.
    """
    if not row["mark"].strip():
        return None
    try:
        mark = tables.number(row["mark"])
    except ValueError:
        mark = -1.0
    if not 0 <= mark <= points:
        raise ValueError(f"the mark is {row['mark']}; 0 to {points:g} was expected")
    return mark


def merge(folder: Path, source: Path) -> int:
    """Store the marks in ``source``, a filled-in ``written.csv``; return how many there are.

    Raises
    ------
    MergeError
        If one is no number from 0 to the question's points, or belongs to no answer. Then none is stored.
    """
    students = students_of(folder)
    asked = {(row["student"], row["question"]): row for row in read(folder / "written.csv", students)}
    stored, mistakes, count = Marks(folder), [], 0
    for number, row in enumerate(read(source, students), start=2):
        if not row["mark"].strip():
            continue
        known = asked.get((row["student"], row["question"]))
        try:
            if known is None:
                raise ValueError("nobody was asked this")
            if known["digest"] != row["digest"]:
                raise ValueError("the answer has changed since it was marked")
            stored.put(row, mark_of(row, tables.number(known["points"])))
            count += 1
        except ValueError as mistake:
            mistakes.append(f"{source}, row {number} ({row['student']}, {row['question']}): {mistake}")
    if mistakes:
        raise MergeError("\n".join(mistakes))
    stored.save()
    return count


def students_of(folder: Path) -> set[str]:
    """Return the students of the run in ``folder``, or, where nothing was run, those of its table."""
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return {row["student"] for row in read(folder / "written.csv")}
    return {entry["student"] for entry in json.loads(manifest.read_text(encoding="utf-8"))["entries"]}
