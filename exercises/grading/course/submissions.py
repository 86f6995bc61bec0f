"""From the files of a hand-in to what is graded: at least one entry a student, whatever was handed in.

The rules are stated, not guessed: which of several hand-ins counts (`Rules.duplicates`), what a late one
costs (`Rules.late`). A student of the roster who handed in nothing has an entry too, and a file that belongs
to nobody is listed.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from d2l_utils.words import noted, say
from exercises.grading.course import archive, layouts
from exercises.grading.course.archive import File, Refused
from exercises.grading.course.layouts import Claim
from exercises.grading.course.roster import Roster, Student
from exercises.grading.texts import worded

__all__ = ["Candidate", "Collected", "Entry", "Rules", "collect"]

NOTHING = noted("handed in nothing")
DUPLICATES = ("latest", "first", "best")


@dataclass(frozen=True)
class Rules:
    """What is done with late and with several hand-ins of one student.

    ``deadline`` has a time zone. ``late`` is "accept" (it is noted), "zero" (it counts 0) or the per cent of
    the set's points that each started day costs, as "10%". ``duplicates`` is "latest", "first" or "best";
    where a late hand-in costs something, one in time comes before a late one.
    """

    deadline: datetime | None = None
    late: str = "accept"
    duplicates: str = "latest"

    def __post_init__(self) -> None:
        if self.late not in ("accept", "zero") and not re.fullmatch(r"\d{1,3}(\.\d+)?%", self.late):
            raise ValueError(
                f"the late rule is {self.late!r}; accept, zero or a per cent as 10% was expected"
            )
        if self.duplicates not in DUPLICATES:
            raise ValueError(
                f"duplicates is {self.duplicates!r}; one of {', '.join(DUPLICATES)} was expected"
            )

    def days(self, submitted: datetime | None, flagged: bool | None = None) -> int:
        """Return how many days late it is, a started one as a whole; 1 where only a flag tells."""
        if self.deadline and submitted:
            return max(0, math.ceil((submitted - self.deadline) / timedelta(days=1)))
        return int(bool(flagged))

    def cost(self, days: int) -> float:
        """Return the share of the set's points that ``days`` cost; 1 or more leaves none."""
        if not days or self.late == "accept":
            return 0.0
        return 1.0 if self.late == "zero" else days * float(self.late[:-1]) / 100


@dataclass(frozen=True)
class Candidate:
    """One file that may be graded. ``problem`` says why it cannot, ``days`` is how late it is."""

    path: str
    digest: str = ""
    problem: str = ""
    submitted: str = ""
    days: int = 0


@dataclass(frozen=True)
class Entry:
    """One student and what is graded of his hand-ins: one candidate, or several of which the best counts."""

    student: str
    name: str = ""
    email: str = ""
    candidates: tuple[Candidate, ...] = ()
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    claim: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return a dict that JSON can hold, and `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> Entry:
        """Return the entry that `as_json` wrote."""
        return cls(**{**entry, "candidates": tuple(Candidate(**each) for each in entry["candidates"])})


@dataclass(frozen=True)
class Collected:
    """All entries in the roster's order, the files by path, and what belongs to nobody with the reason."""

    layout: str
    entries: list[Entry]
    files: dict[str, File]
    unmatched: list[tuple[str, str]]


@dataclass(frozen=True)
class HandIn:
    """A file, whose it is, when it was handed in and how many days late."""

    claim: Claim
    file: File
    submitted: datetime | None
    days: int

    def candidate(self, problem: str = "") -> Candidate:
        """Return it as something to grade, or to report as ``problem``."""
        digest = ""
        if not problem:
            try:
                digest = hashlib.sha256(self.file.read()).hexdigest()
            except Refused as refusal:
                problem = str(refusal)
        submitted = self.submitted.isoformat(timespec="seconds") if self.submitted else ""
        return Candidate(self.file.path, digest, problem, submitted, self.days)


def collect(
    source: Path,
    problem_set: str,
    roster: Roster | None = None,
    rules: Rules | None = None,
    layout: str = "auto",
) -> Collected:
    """Return what ``source``, a folder or a zip, holds for each student.

    Raises
    ------
    Refused
        If nothing can be read from ``source``; a single bad file becomes an entry with a problem instead.
    """
    rules = rules or Rules()
    found = archive.files(source)

    def known(name: str) -> bool:
        return bool(roster and roster.find(name))

    layout, claims_of = layouts.recognise(found, problem_set, layout, known, opened=source.is_dir())
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
            students.setdefault(student.id, student)
            # The times in a zip from Canvas are those of the download.
            submitted = claim.submitted or (None if layout == "canvas" else file.modified)
            handed_in[student.id].append(HandIn(claim, file, submitted, rules.days(submitted, claim.late)))
    order = list(students) if roster else sorted(students)
    entries = [_entry(students[each], handed_in[each], problem_set, rules) for each in order]
    return Collected(layout, entries, {file.path: file for file in found}, unmatched)


def _student(claim: Claim, roster: Roster | None) -> Student | None:
    if roster:
        return roster.find(*claim.ids, name=claim.name)
    if not claim.ids:
        return None
    email = next((each for each in claim.ids if "@" in each), "")
    return Student(claim.ids[0], claim.name if claim.name != claim.ids[0] else "", email)


def _entry(student: Student, handed_in: Sequence[HandIn], problem_set: str, rules: Rules) -> Entry:
    def entry(candidates: tuple[Candidate, ...], note: str = "") -> Entry:
        number = next((each for piece in handed_in for each in piece.claim.ids if each.isdigit()), "")
        return Entry(student.id, student.name, student.email, candidates, note, student.fields, number)

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
