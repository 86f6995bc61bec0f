"""From the files of a hand-in to what is graded: at least one entry a student, whatever was handed in.

The rules are stated, not guessed: which of several hand-ins counts (`Rules.duplicates`), what a late one
costs (`Rules.late`). A student of the roster who handed in nothing has an entry too, and a file that belongs
to nobody is listed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from d2l_utils.words import noted, say
from exercises.grading.course import archive, layouts
from exercises.grading.course.archive import File, Refused
from exercises.grading.course.decisions import Decided, Decisions
from exercises.grading.course.layouts import Claim
from exercises.grading.course.roster import Roster, Student
from exercises.grading.course.rules import DUPLICATES, Rules
from exercises.grading.texts import worded

__all__ = ["DUPLICATES", "NOTHING", "Candidate", "Collected", "Entry", "Rules", "collect"]

NOTHING = noted("handed in nothing")


@dataclass(frozen=True)
class Candidate:
    """One file that may be graded.

    ``problem`` says why it cannot, ``days`` is how late it is. ``clock`` tells whose time ``submitted`` is:
    the "platform"'s, that in the "zip", or that of the "file", which its author can set.
    """

    path: str
    digest: str = ""
    problem: str = ""
    submitted: str = ""
    days: int = 0
    clock: str = ""


@dataclass(frozen=True)
class Entry:
    """One student and what is graded of his hand-ins: one candidate, or several of which the best counts.

    ``deadline`` is what `Decided.deadline` said when they were collected.
    """

    student: str
    name: str = ""
    email: str = ""
    candidates: tuple[Candidate, ...] = ()
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    claim: str = ""
    keys: tuple[str, ...] = ()
    deadline: str = ""

    @property
    def person(self) -> Student:
        """The student as a roster has him."""
        return Student(self.student, self.name, self.email, self.keys, self.fields)

    def as_json(self) -> dict[str, Any]:
        """Return a dict that JSON can hold, and `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> Entry:
        """Return the entry that `as_json` wrote."""
        candidates = tuple(Candidate(**each) for each in entry["candidates"])
        return cls(**{**entry, "candidates": candidates, "keys": tuple(entry.get("keys", ()))})


@dataclass(frozen=True)
class Collected:
    """All entries in the roster's order, the files by path, and what belongs to nobody with the reason."""

    layout: str
    entries: list[Entry]
    files: dict[str, File]
    unmatched: list[tuple[str, str]]


@dataclass(frozen=True)
class HandIn:
    """A file, whose it is, when it was handed in by which clock, and how many days late."""

    claim: Claim
    file: File
    submitted: datetime | None
    clock: str
    days: int = 0

    def candidate(self, problem: str = "") -> Candidate:
        """Return it as something to grade, or to report as ``problem``."""
        digest = ""
        if not problem:
            try:
                digest = hashlib.sha256(self.file.read()).hexdigest()
            except Refused as refusal:
                problem = str(refusal)
        submitted = self.submitted.isoformat(timespec="seconds") if self.submitted else ""
        return Candidate(self.file.path, digest, problem, submitted, self.days, self.clock)


def collect(
    source: Path,
    problem_set: str,
    roster: Roster | None = None,
    rules: Rules | None = None,
    layout: str = "auto",
    decisions: Decisions | None = None,
) -> Collected:
    """Return what ``source``, a folder or a zip, holds for each student.

    Raises
    ------
    Refused
        If nothing can be read from ``source``, or its layout tells no time and the late rule asks for one. A
        single bad file becomes an entry with a problem instead.
    DecisionError
        If the decisions contradict each other.
    """
    rules = rules or Rules()
    found = archive.files(source)
    if not found:
        raise Refused(f"{source} holds no file; a platform's export was expected, or a file for each student")

    def known(name: str) -> bool:
        return bool(roster and roster.find(name))

    opened = source.is_dir()
    layout, claims_of = layouts.recognise(found, problem_set, layout, known, opened=opened)
    if rules.late != "accept" and not rules.deadline and layout != "canvas":
        raise Refused(
            f"the late rule {rules.late} needs a deadline (--deadline): only Canvas says who was late"
        )
    students = {student.id: student for student in roster.students} if roster else {}
    handed_in: dict[str, list[HandIn]] = defaultdict(list)
    unmatched: list[tuple[str, str]] = []
    for file in found:
        claims = claims_of(file)
        if not claims and file.name == layouts.METADATA and layout == "gradescope":
            continue
        if not claims:
            unmatched.append((file.path, worded("no_layout", layout=layout)))
        for claim in claims:
            student = _student(claim, roster)
            if student is None:
                who = ", ".join(dict.fromkeys((*claim.ids, claim.name)))
                known_one = roster and any(roster.find(each) for each in claim.ids)
                unmatched.append((file.path, worded("two_students" if known_one else "no_student", who=who)))
                continue
            known_as = students.setdefault(student.id, student)
            students[student.id] = replace(known_as, keys=tuple(dict.fromkeys((*known_as.keys, *claim.ids))))
            handed_in[student.id].append(HandIn(claim, file, *_time(claim, file, layout, opened)))
    order = list(students) if roster else sorted(students)
    settled = (decisions or Decisions()).settle(students.values())
    entries = [
        _entry(students[each], handed_in[each], problem_set, rules, settled.of(each)) for each in order
    ]
    return Collected(layout, entries, {file.path: file for file in found}, unmatched)


def _time(claim: Claim, file: File, layout: str, opened: bool) -> tuple[datetime | None, str]:
    """Return when a file was handed in, by the best clock that there is, and whose that is."""
    if claim.submitted:
        return claim.submitted, "platform"
    if layout == "canvas":  # the times in its zip are those of the download
        return None, ""
    return file.modified, ("file" if opened else "zip") if file.modified else ""


def _student(claim: Claim, roster: Roster | None) -> Student | None:
    if roster:
        return roster.find(*claim.ids, name=claim.name)
    if not claim.ids:
        return None
    email = next((each for each in claim.ids if "@" in each), "")
    return Student(claim.ids[0], claim.name if claim.name != claim.ids[0] else "", email)


def _entry(
    student: Student, pieces: Sequence[HandIn], problem_set: str, rules: Rules, decided: Decided
) -> Entry:
    own = decided.rules(rules)
    handed_in = [
        # Where a platform only says that it was late, nobody knows whether it was later than allowed.
        replace(piece, days=own.days(piece.submitted, piece.claim.late and not decided.deadline))
        for piece in pieces
    ]

    def entry(candidates: tuple[Candidate, ...], note: str = "") -> Entry:
        number = next((each for piece in handed_in for each in piece.claim.ids if each.isdigit()), "")
        who = (student.id, student.name, student.email)
        return Entry(*who, candidates, note, student.fields, number, student.keys, decided.deadline)

    if not handed_in:
        return entry((), say(NOTHING))
    notebooks = [piece for piece in handed_in if piece.file.name.endswith(".ipynb")]
    if not notebooks:
        names = ", ".join(piece.file.name for piece in handed_in[:3])
        refusal = next((piece.file.problem for piece in handed_in if piece.file.problem), "")
        return entry((handed_in[0].candidate(refusal or worded("no_notebook", names=names)),))
    named = [piece for piece in notebooks if problem_set.casefold() in piece.file.name.casefold()]
    chosen, note = _choose(named or notebooks, rules)
    return entry(tuple(piece.candidate() for piece in chosen), note)


def _choose(notebooks: list[HandIn], rules: Rules) -> tuple[list[HandIn], str]:
    """Return which notebooks are graded, and a note for the instructor where there was a choice."""
    if len(notebooks) == 1:
        return notebooks, ""
    oldest = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(notebooks, key=lambda piece: (piece.claim.order, piece.submitted or oldest))
    if rules.duplicates == "best":
        return ordered, worded("best", count=len(notebooks))
    if rules.late != "accept":
        ordered = [piece for piece in ordered if not piece.days] or ordered
    choice = ordered[-1 if rules.duplicates == "latest" else 0]
    return [choice], worded(rules.duplicates, count=len(notebooks), name=choice.file.name)
