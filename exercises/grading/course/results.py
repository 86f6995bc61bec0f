"""From the journal to what is handed back: tables, feedback, the summary.

Everything here is made anew from ``manifest.json`` (who handed in what, by which rules), the journal and the
marks of written answers, so that it can be made again at any time and a crash costs nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from d2l_utils.words import say
from exercises.grading import job
from exercises.grading.course import decision_table, lms, tables, written
from exercises.grading.course.board import alias
from exercises.grading.course.counted import counted, told
from exercises.grading.course.decisions import Decided, DecisionError, Settled
from exercises.grading.course.journal import Journal, Key, stored_secret, write
from exercises.grading.course.submissions import NOTHING, Candidate, Entry, Rules
from exercises.grading.pages import student_page, summary
from exercises.grading.question import ProblemSet
from exercises.grading.texts import worded

__all__ = ["Manifest", "Row", "answers", "counts", "feedback_pages", "publish", "rows", "settled", "warnings"]

CLOCKS = {"platform": "clock_platform", "zip": "clock_zip", "file": "clock_file"}


@dataclass(frozen=True)
class Manifest:
    """A run: the set with its questions, the seed, the rules, an entry for each student, the source."""

    problem_set: str
    title: str
    points: float
    questions: dict[str, float]
    seed: int
    marking: str
    rules: Rules
    entries: list[Entry]
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    source: str = ""

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
        excused, message = self.result["excused"], "; ".join(told(self.result))
        return {**kept, "score": self.result["score"], "excused": excused, "message": message}


def rows(folder: Path, manifest: Manifest, journal: Journal) -> list[Row]:
    """Return a row for every student of ``manifest``, in its order."""
    marks, decided = written.Marks(folder), settled(folder, manifest)
    return [_row(manifest, journal, marks, decided.of(entry.student), entry) for entry in manifest.entries]


def settled(folder: Path, manifest: Manifest) -> Settled:
    """Return the decisions; raise DecisionError if one may change which notebook of a student counts."""
    known = decision_table.read(folder, manifest.questions)
    decided = known.settle(entry.person for entry in manifest.entries)
    changed = [
        each.student for each in manifest.entries if each.deadline != decided.of(each.student).deadline
    ]
    if changed:
        raise DecisionError(f"the deadline of {', '.join(changed)} was decided anew: run grade again")
    return decided


def warnings(folder: Path, found: Sequence[Row]) -> list[str]:
    """Return what an instructor has to know of the rows ``found`` of ``folder``, a sentence each."""
    manifest = Manifest.load(folder)
    decided = settled(folder, manifest)
    said = [*decided.unfit, *decided.idle(manifest.rules)]
    for row in found:
        said += [f"{each}: {row.entry.student} has no such marks" for each in row.result["unfit"]]
    clocks = Counter(row.candidate.clock for row in found if row.candidate)
    if manifest.rules.late != "accept" and clocks["file"]:
        said.append(
            f"The times of {clocks['file']} hand-ins are those of files, which whoever wrote a file can set: "
            "compare them with your platform's, or grade its zip"
        )
    return said


def _row(manifest: Manifest, journal: Journal, marks: written.Marks, decided: Decided, entry: Entry) -> Row:
    found = []
    for each in entry.candidates:
        lost = min(manifest.rules.cost(each.days), 1.0) * manifest.points
        result = _result(manifest, journal, marks, entry, each)
        found.append((each, counted(result, decided, manifest.points, lost, _late(each))))
    if not found:
        nothing = _blank(manifest, entry, "invalid_notebook", say(NOTHING)) | {"digest": ""}
        return Row(entry, None, counted(nothing, decided, manifest.points))
    candidate, result = max(found, key=lambda pair: -1.0 if pair[1]["score"] is None else pair[1]["score"])
    return Row(entry, candidate, result)


def _blank(manifest: Manifest, entry: Entry, status: str, message: str) -> dict[str, Any]:
    task = {"problem_set": manifest.problem_set, "student": entry.student, "seed": manifest.seed}
    return job.blank({**task, "notebook": b""}, status, message)


def _result(
    manifest: Manifest, journal: Journal, marks: written.Marks, entry: Entry, candidate: Candidate
) -> dict[str, Any]:
    """Return the result of one candidate, with the marks of its written answers."""
    if candidate.problem:
        return _blank(manifest, entry, "invalid_notebook", candidate.problem)
    result = journal.get(manifest.key(entry, candidate))
    if result is None:
        return _blank(manifest, entry, "grader_error", worded("not_yet"))
    marked = marks.of(entry.student, result["written"])
    return job.add_written(result, marked) if marked else result


def _late(candidate: Candidate | None) -> str:
    days = candidate.days if candidate else 0
    return worded("days", count=days) if days else ""


def publish(folder: Path, formats: Sequence[str] = (), column: str = "") -> list[Row]:
    """Write everything that is handed back to ``folder``, and return its rows.

    ``results.csv``, ``decisions.csv`` (empty, if there is none), ``written.csv`` (where the set has written
    questions), ``unmatched.csv`` (where there is something), ``summary.html``, ``feedback/`` and for each of
    ``formats`` the platform's grades, whose column is called ``column`` (the set's title unless given).
    """
    manifest, journal = Manifest.load(folder), Journal(folder)
    found = rows(folder, manifest, journal)
    decision_table.prepare(folder)
    write(folder / "results.csv", tables.text(_table(manifest, found)))
    written.publish(folder, answers(found))
    if manifest.unmatched or (folder / "unmatched.csv").exists():
        write(folder / "unmatched.csv", tables.text([_head("file", "why"), *manifest.unmatched]))
    pages = _feedback(folder / "feedback", found)
    write(folder / "summary.html", _summary(folder, manifest, found, pages))
    for layout in formats:
        each = [row.as_dict() for row in found]
        lms.grades(folder / f"{layout}.csv", layout, each, column or manifest.title, manifest.points)
    if "moodle" in formats:
        given = [(row.as_dict(), pages[row.entry.student][1]) for row in found if row.entry.student in pages]
        lms.feedback_zip(folder / "moodle-feedback.zip", given)
    return found


def _summary(
    folder: Path, manifest: Manifest, found: Sequence[Row], pages: Mapping[str, tuple[str, str]]
) -> str:
    course = summary.Course(
        absent=[(row.entry.student, row.entry.name) for row in found if not row.entry.candidates],
        late=[(row.entry.student, late) for row in found if (late := _late(row.candidate))],
        pages={student: f"feedback/{name}.html" for student, (name, _) in pages.items()},
        decisions=[each.cells for each in decision_table.read(folder, manifest.questions).found],
        warnings=warnings(folder, found),
    )
    graded = [row.result for row in found if row.entry.candidates]
    return summary.html(graded, say(manifest.title), course)


def _table(manifest: Manifest, found: Sequence[Row]) -> list[list[Any]]:
    head = [*_head("student", "name", "email", "status", "score", "points"), *manifest.questions]
    more = ("message", "decisions", "late", "submitted", "clock", "file", "note", "seconds", "seed", "digest")
    table: list[list[Any]] = [[*head, *_head(*more)]]
    for row in found:
        entry, candidate, result = row.entry, row.candidate or Candidate(""), row.result
        earned = [_earned(result["questions"].get(name, {})) for name in manifest.questions]
        table.append(
            [
                *(entry.student, entry.name, entry.email),
                *(result["status"], result["score"], manifest.points, *earned, result["message"]),
                *("; ".join(result["decisions"]), _late(row.candidate), candidate.submitted),
                *(_clock(candidate), candidate.path, entry.note),
                *(round(float(result["seconds"]), 3), shown_seed(manifest.seed), candidate.digest),
            ]
        )
    return table


def _earned(question: Mapping[str, Any]) -> float | None:
    return question.get("score") if question.get("counts", True) else None


def _clock(candidate: Candidate) -> str:
    return worded(CLOCKS[candidate.clock]) if candidate.clock else ""


def shown_seed(seed: int) -> str:
    """Return a seed so that no spreadsheet rounds it, as ``--seed`` takes it.

    >>> shown_seed(17), shown_seed(2**100)
    ('17', '0x10000000000000000000000000')
    """
    return str(seed) if seed < 2**50 else hex(seed)


def _head(*names: str) -> list[str]:
    """Return columns' names as people read them."""
    return [worded(f"column_{name}") for name in names]


def answers(found: Sequence[Row]) -> list[tuple[str, str, float, str]]:
    """Return (student, question, points, text) of every answer that a person marks."""
    return [
        (row.entry.student, name, row.result["questions"][name]["points"], answer)
        for row in found
        for name, answer in row.result["written"].items()
    ]


def _feedback(folder: Path, found: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Write a page and a text for each student who has one; return by student its name and the page."""
    names, secret = lms.file_names(row.entry.student for row in found), stored_secret(folder.parent)
    pages = {}
    for row in found:
        if row.entry.candidates or row.result["decisions"]:
            name = names[row.entry.student]
            shown = (row.result, row.entry.name, _above(row.result, secret))
            page = student_page.html(*shown)
            write(folder / f"{name}.html", page, durable=False)
            write(folder / f"{name}.md", student_page.markdown(*shown), durable=False)
            pages[row.entry.student] = name, page
    _remove_stale(folder, [name for name, _ in pages.values()])
    return pages


def feedback_pages(folder: Path, found: Sequence[Row]) -> dict[str, Path]:
    """Return by student the feedback page in ``folder``, of those who have one."""
    names = lms.file_names(row.entry.student for row in found)
    pages = {student: folder / "feedback" / f"{name}.html" for student, name in names.items()}
    return {student: page for student, page in pages.items() if page.exists()}


def _remove_stale(folder: Path, names: Iterable[str]) -> None:
    """Remove the feedback of an earlier run for who has none now, and no file that no run has written."""
    listed, kept = folder.parent / ".feedback", sorted(names)
    before = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    for name in set(before) - set(kept):
        for suffix in ("html", "md"):
            (folder / f"{name}.{suffix}").unlink(missing_ok=True)
    write(listed, "".join(f"{name}\n" for name in kept))


def _above(result: Mapping[str, Any], secret: str) -> str:
    """Return what stands above the title: in a contest, who the student is on the board."""
    ranked = any(question["kind"] == "contest" for question in result["questions"].values())
    return worded("board", alias=alias(result["student"], secret)) if ranked else ""


def counts(found: Sequence[Row]) -> str:
    """Return in one line how many students have which status, and how many of them answered nothing."""
    tally = Counter(_state(row) for row in found)
    return ", ".join(f"{number} {status}" for status, number in tally.most_common())


def _state(row: Row) -> str:
    if row.result["excused"]:
        return worded("excused")
    if not row.entry.candidates:
        return say(NOTHING)
    return worded("blank") if job.unanswered(row.result) else row.result["status"]
