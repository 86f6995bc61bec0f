"""A request to look at one question of one student again: show it, mark it anew, decide, and keep a log.

``regrades.jsonl`` has a line for each request that was answered, and is only ever added to. What is decided
becomes a row of ``decisions.csv``, so that it holds in every later run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from d2l_utils.words import language
from exercises.grading import job
from exercises.grading.course import archive, decision_table, journal, results, shown
from exercises.grading.course.archive import Refused
from exercises.grading.course.journal import Journal
from exercises.grading.course.results import Manifest, Row
from exercises.grading.course.roster import Roster
from exercises.grading.sandbox.notebook import InvalidNotebook

__all__ = ["LOG", "Request", "answer", "ask"]

LOG = "regrades.jsonl"


@dataclass(frozen=True)
class Request:
    """What was asked about, and what came of marking it anew.

    ``score`` is what counts now, ``anew`` what the notebook gets today; None for a text that nobody has
    marked. ``lines`` show the cases, with what is right.
    """

    row: Row
    question: str
    points: float
    score: float | None
    anew: float | None
    lines: tuple[str, ...]


def ask(
    folder: Path, student: str, question: str, source: Path | None = None, isolation: str = "bubblewrap"
) -> Request:
    """Mark ``question`` of ``student`` anew, on the cases of the run in ``folder``; nothing is stored.

    ``source`` is where the hand-ins are, if they are not where they were graded.

    Raises
    ------
    Refused
        If there is no such student or question, or the notebook that was graded is not there any more.
    """
    manifest = Manifest.load(folder)
    row = _row(folder, manifest, student)
    if question not in manifest.questions:
        known = ", ".join(manifest.questions)
        raise Refused(f"{manifest.problem_set} has no question {question!r}; it has {known}")
    task = {
        "problem_set": manifest.problem_set,
        "student": row.entry.student,
        "notebook": _notebook(row, source or (Path(manifest.source) if manifest.source else None)),
        "seed": manifest.seed,
        "isolation": isolation,
        "language": language(),
    }
    try:
        result, seen = job.observe(task)
    except InvalidNotebook as error:
        raise Refused(f"the notebook of {row.entry.student} cannot be marked: {error}") from error
    trial, outcomes = seen[question]
    judged = result["questions"][question]
    told = tuple(shown.lines(trial, outcomes, judged))
    stored = row.result["questions"].get(question, {}).get("score")
    return Request(row, question, manifest.questions[question], stored, judged["score"], told)


def answer(folder: Path, request: Request, points: float | None, reason: str) -> float | None:
    """Decide a request: ``points``, or what the notebook gets today; return what counts from now on.

    Raises
    ------
    DecisionError
        If it contradicts an earlier decision, or the points are not between 0 and the question's.
    """
    manifest = Manifest.load(folder)
    new = request.anew if points is None else points
    if new is not None and new != request.score:
        cells = (request.row.entry.student, request.question, "points", f"{new:.6g}", reason)
        people = [entry.person for entry in manifest.entries]
        decision_table.add(folder, cells, manifest.questions, people)
    journal.append(folder / LOG, _entry(request, manifest, new, reason))
    return new


def _entry(request: Request, manifest: Manifest, new: float | None, reason: str) -> dict[str, Any]:
    candidate = request.row.candidate
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "student": request.row.entry.student,
        "question": request.question,
        "digest": candidate.digest if candidate else "",
        "seed": manifest.seed,
        "marking": journal.fingerprint(manifest.problem_set, language()),
        "graded_by": manifest.marking,
        "before": request.score,
        "anew": request.anew,
        "counts": new,
        "reason": reason,
    }


def _row(folder: Path, manifest: Manifest, student: str) -> Row:
    rows = results.rows(folder, manifest, Journal(folder))
    found = Roster(row.entry.person for row in rows).find(student, name=student)
    if found is None:
        raise Refused(f"nobody, or more than one, is called {student} in {folder / 'results.csv'}")
    return next(row for row in rows if row.entry.student == found.id)


def _notebook(row: Row, source: Path | None) -> bytes:
    """Return the notebook that was graded, from where it was or wherever it is below ``source`` now."""
    if row.candidate is None or not row.candidate.digest:
        raise Refused(f"{row.entry.student} has no notebook that was marked: {row.result['message']}")
    if source is None:
        raise Refused(
            "where the hand-ins are was not noted when they were graded; --submissions was expected"
        )
    for file in _likely_first(archive.files(source), row.candidate.path):
        try:
            content = file.read()
        except Refused:
            continue
        if hashlib.sha256(content).hexdigest() == row.candidate.digest:
            return content
    raise Refused(f"the notebook that was graded, {row.candidate.path}, is not in {source} any more")


def _likely_first(files: Sequence[archive.File], path: str) -> list[archive.File]:
    return sorted(files, key=lambda file: file.path != path)
