"""From the journal to what is handed back: tables, feedback, the summary.

Everything here is made anew from ``manifest.json`` (who handed in what, by which rules), the journal and the
marks of written answers, so that it can be made again at any time and a crash costs nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from d2l_utils.words import say
from exercises.grading import job
from exercises.grading.course import lms, tables, written
from exercises.grading.course.board import alias
from exercises.grading.course.journal import Journal, Key, stored_secret, write
from exercises.grading.course.submissions import NOTHING, Candidate, Entry, Rules
from exercises.grading.pages import student_page, summary
from exercises.grading.question import ProblemSet
from exercises.grading.texts import worded

__all__ = ["Manifest", "Row", "counts", "publish", "rows"]


@dataclass(frozen=True)
class Manifest:
    """A run: the problem set with its questions, the seed, the rules, and an entry for each student."""

    problem_set: str
    title: str
    points: float
    questions: dict[str, float]
    seed: int
    marking: str
    rules: Rules
    entries: list[Entry]
    unmatched: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, problem_set: ProblemSet, **others: Any) -> Manifest:
        """Return the manifest of a set called ``name``; ``others`` are the fields from ``seed`` on."""
        questions = {question.name: question.points for question in problem_set.questions}
        return cls(name, problem_set.title, problem_set.points, questions, **others)

    def save(self, folder: Path) -> None:
        """Write ``manifest.json`` to ``folder``."""
        rules = asdict(self.rules)
        rules["deadline"] = self.rules.deadline.isoformat() if self.rules.deadline else None
        data = {**vars(self), "rules": rules, "entries": [entry.as_json() for entry in self.entries]}
        write(folder / "manifest.json", json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Return what `save` wrote to ``folder``; raise FileNotFoundError if nothing was graded there."""
        data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        deadline = data["rules"]["deadline"]
        data["rules"]["deadline"] = datetime.fromisoformat(deadline) if deadline else None
        data["rules"] = Rules(**data["rules"])
        data["entries"] = [Entry.from_json(entry) for entry in data["entries"]]
        data["unmatched"] = [tuple(pair) for pair in data["unmatched"]]
        return cls(**data)

    def key(self, entry: Entry, candidate: Candidate) -> Key:
        """Return what the mark of ``candidate`` is known by."""
        return Key(entry.student, candidate.digest, self.seed, self.marking)


@dataclass(frozen=True)
class Row:
    """One student's line: the entry, the candidate that counts, and its result after the late rule."""

    entry: Entry
    candidate: Candidate | None
    result: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return what `lms` reads of a row."""
        kept = {name: getattr(self.entry, name) for name in ("student", "name", "email", "fields", "claim")}
        return {**kept, "score": self.result["score"], "message": self.result["message"]}


def rows(folder: Path, manifest: Manifest, journal: Journal) -> list[Row]:
    """Return a row for every student of ``manifest``, in its order."""
    marks = written.Marks(folder)
    return [_row(manifest, journal, marks, entry) for entry in manifest.entries]


def _row(manifest: Manifest, journal: Journal, marks: written.Marks, entry: Entry) -> Row:
    if not entry.candidates:
        return Row(entry, None, _blank(manifest, entry, "invalid_notebook", say(NOTHING)))
    found = [(each, _result(manifest, journal, marks, entry, each)) for each in entry.candidates]
    candidate, result = max(found, key=lambda pair: -1.0 if pair[1]["score"] is None else pair[1]["score"])
    return Row(entry, candidate, result)


def _blank(manifest: Manifest, entry: Entry, status: str, message: str) -> dict[str, Any]:
    task = {"problem_set": manifest.problem_set, "student": entry.student, "seed": manifest.seed}
    return job.blank({**task, "notebook": b""}, status, message)


def _result(
    manifest: Manifest, journal: Journal, marks: written.Marks, entry: Entry, candidate: Candidate
) -> dict[str, Any]:
    """Return the result of one candidate, with the marks of its written answers and after the late rule."""
    if candidate.problem:
        return _blank(manifest, entry, "invalid_notebook", candidate.problem)
    result = journal.get(manifest.key(entry, candidate))
    if result is None:
        return _blank(manifest, entry, "grader_error", worded("not_yet"))
    if marked := marks.of(entry.student, result["written"]):
        result = job.add_written(result, marked)
    lost = min(manifest.rules.cost(candidate.days), 1.0) * manifest.points
    if lost and result["score"] is not None:
        score = max(0.0, result["score"] - lost)
        change = score - result["score"]
        late = worded("late_lost", count=abs(change), late=_late(candidate), points=f"{change:+.6g}")
        message = worded("late_and", late=late, message=result["message"]) if result["message"] else late
        result = {**result, "score": round(score, 6), "late": True, "message": message}
    return result


def _late(candidate: Candidate | None) -> str:
    days = candidate.days if candidate else 0
    return worded("days", count=days) if days else ""


def publish(folder: Path, formats: Sequence[str] = (), column: str = "") -> list[Row]:
    """Write everything that is handed back to ``folder``, and return its rows.

    ``results.csv``, ``written.csv`` (where the set has written questions), ``unmatched.csv`` (where there
    is something), ``summary.html``, ``feedback/`` and for each of ``formats`` the platform's grades, whose
    column is called ``column`` (the set's title unless given).
    """
    manifest, journal = Manifest.load(folder), Journal(folder)
    found = rows(folder, manifest, journal)
    write(folder / "results.csv", tables.text(_table(manifest, found)))
    written.publish(folder, _answers(found))
    if manifest.unmatched or (folder / "unmatched.csv").exists():
        write(folder / "unmatched.csv", tables.text([_head("file", "why"), *manifest.unmatched]))
    graded = [row.result for row in found if row.entry.candidates]
    write(folder / "summary.html", summary.html(graded, say(manifest.title)))
    pages = _feedback(folder, found)
    for layout in formats:
        each = [row.as_dict() for row in found]
        lms.grades(folder / f"{layout}.csv", layout, each, column or manifest.title, manifest.points)
    if "moodle" in formats:
        lms.feedback_zip(folder / "moodle-feedback.zip", pages)
    return found


def _table(manifest: Manifest, found: Sequence[Row]) -> list[list[Any]]:
    head = [*_head("student", "name", "email", "status", "score", "points"), *manifest.questions]
    more = _head("message", "late", "submitted", "file", "note", "seconds", "seed", "digest")
    table: list[list[Any]] = [[*head, *more]]
    for row in found:
        entry, candidate, result = row.entry, row.candidate or Candidate(""), row.result
        earned = [result["questions"].get(name, {}).get("score") for name in manifest.questions]
        table.append(
            [
                *(entry.student, entry.name, entry.email),
                *(result["status"], result["score"], manifest.points, *earned, result["message"]),
                *(_late(row.candidate), candidate.submitted, candidate.path, entry.note),
                *(round(float(result["seconds"]), 3), shown_seed(manifest.seed), candidate.digest),
            ]
        )
    return table


def shown_seed(seed: int) -> str:
    """Return a seed so that no spreadsheet rounds it, as ``--seed`` takes it.

    >>> shown_seed(17), shown_seed(2**100)
    ('17', '0x10000000000000000000000000')
    """
    return str(seed) if seed < 2**50 else hex(seed)


def _head(*names: str) -> list[str]:
    """Return columns' names as people read them."""
    return [worded(f"column_{name}") for name in names]


def _answers(found: Sequence[Row]) -> list[tuple[str, str, float, str]]:
    return [
        (row.entry.student, name, row.result["questions"][name]["points"], answer)
        for row in found
        for name, answer in row.result["written"].items()
    ]


def _feedback(folder: Path, found: Sequence[Row]) -> list[tuple[Mapping[str, Any], str]]:
    """Write a page and a text for each student who handed something in; return the pages."""
    names, secret = lms.file_names(row.entry.student for row in found), stored_secret(folder)
    pages: list[tuple[Mapping[str, Any], str]] = []
    for row in found:
        if row.entry.candidates:
            stem = folder / "feedback" / names[row.entry.student]
            above = _above(row.result, secret)
            page = student_page.html(row.result, row.entry.name, above)
            write(Path(f"{stem}.html"), page, durable=False)
            write(Path(f"{stem}.md"), student_page.markdown(row.result, row.entry.name, above), durable=False)
            pages.append((row.as_dict(), page))
    return pages


def _above(result: Mapping[str, Any], secret: str) -> str:
    """Return what stands above the title: in a contest, who the student is on the board."""
    ranked = any(question["kind"] == "contest" for question in result["questions"].values())
    return worded("board", alias=alias(result["student"], secret)) if ranked else ""


def counts(found: Sequence[Row]) -> str:
    """Return in one line how many students have which status."""
    tally = Counter(row.result["status"] if row.entry.candidates else say(NOTHING) for row in found)
    return ", ".join(f"{number} {status}" for status, number in tally.most_common())
