"""Questions that a person marks: ``written.csv`` goes out with the answers, and comes back with the marks.

The columns ``mark`` and ``comment`` are the instructor's. `merge` stores them in ``written.json`` together
with the digest of the answer that was read, so that a mark is never given to another answer than that.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from exercises.grading.course import tables
from exercises.grading.course.journal import write
from exercises.grading.texts import worded

__all__ = ["Marks", "MergeError", "merge", "publish"]

COLUMNS = ("student", "question", "points", "answer", "mark", "comment", "digest")


class MergeError(ValueError):
    """Marks that cannot be merged; the message has a line for each."""


def digest(text: str) -> str:
    """Return what an answer is known by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


class Marks:
    """The marks that were merged into the results in ``folder`` so far."""

    def __init__(self, folder: Path) -> None:
        path = folder / "written.json"
        self.by_student: dict[str, dict[str, Any]] = {}
        if path.exists():
            self.by_student = json.loads(path.read_text(encoding="utf-8"))

    def of(self, student: str, answers: Mapping[str, str]) -> dict[str, tuple[float, str]]:
        """Return (mark, comment) for each of the ``answers`` of ``student`` that has been marked."""
        known = self.by_student.get(student, {})
        return {
            question: (known[question]["mark"], known[question]["comment"])
            for question, answer in answers.items()
            if known.get(question, {}).get("digest") == digest(answer)
        }


def publish(folder: Path, answers: Iterable[tuple[str, str, float, str]]) -> None:
    """Write ``written.csv``, a row for each (student, question, points, answer).

    Marks that stand in the file already stay there, merged or not, as long as the answer is the same.
    """
    path, marks = folder / "written.csv", Marks(folder)
    rows = _rows(path) if path.exists() else []
    kept = {(row["student"], row["question"], row["digest"]): row for row in rows}
    lines = []
    for student, question, points, answer in answers:
        row = kept.get((student, question, digest(answer)), {})
        mark: Any = row.get("mark", "")
        comment = row.get("comment", "")
        if not mark:
            mark, comment = marks.of(student, {question: answer}).get(question, ("", comment))
        lines.append([student, question, points, answer, mark, comment, f"#{digest(answer)}"])
    if lines or rows:
        write(path, tables.text([_heads(), *lines]))


def _heads() -> list[str]:
    """Return the columns' names as people read them."""
    return [worded(f"column_{name}") for name in COLUMNS]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        head, *lines = tables.read(path) or [[]]
    except tables.TableError as error:
        raise MergeError(str(error)) from error
    known = dict(zip(_heads(), COLUMNS, strict=True))
    names = [known.get(name, name) for name in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise MergeError(f"{path} has no column {', '.join(missing)}")
    found = []
    for line in lines:
        cells = dict(zip(names, map(tables.plain, line), strict=False))
        row = {name: cells.get(name, "") for name in COLUMNS}
        found.append(row | {"digest": row["digest"].lstrip("#")})
    return found


def merge(folder: Path, source: Path) -> int:
    """Store the marks in ``source``, a filled-in ``written.csv``; return how many there are.

    Raises
    ------
    MergeError
        If one is no number from 0 to the question's points, or belongs to no answer. Then none is stored.
    """
    asked = {(row["student"], row["question"]): row for row in _rows(folder / "written.csv")}
    bare = Counter((student.lstrip("0"), question) for student, question in asked)
    for student, question in list(asked):  # a spreadsheet takes 0101 for the number 101
        if student.isdigit() and bare[student.lstrip("0"), question] == 1:
            asked.setdefault((student.lstrip("0"), question), asked[student, question])
    stored, mistakes, count = Marks(folder).by_student, [], 0
    for number, row in enumerate(_rows(source), start=2):
        if not row["mark"].strip():
            continue
        where = f"{source}, row {number} ({row['student']}, {row['question']})"
        known = asked.get((row["student"], row["question"]))
        try:
            mark = tables.number(row["mark"])
        except ValueError:
            mark = -1.0
        if known is None:
            mistakes.append(f"{where}: nobody was asked this")
        elif known["digest"] != row["digest"]:
            mistakes.append(f"{where}: the answer has changed since it was marked")
        elif not 0 <= mark <= tables.number(known["points"]):
            mistakes.append(f"{where}: the mark is {row['mark']}; 0 to {known['points']} was expected")
        else:
            entry = {"mark": mark, "comment": row["comment"], "digest": row["digest"]}
            stored.setdefault(known["student"], {})[row["question"]] = entry
            count += 1
    if mistakes:
        raise MergeError("\n".join(mistakes))
    write(folder / "written.json", json.dumps(stored, indent=1) + "\n")
    return count
