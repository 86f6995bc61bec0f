"""What an instructor decided about a student or a question, and what follows for whom.

A student's own decision comes before one for all. Two about the same thing are refused, even if they say the
same: one of them is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from exercises.grading.course.roster import Roster, Student
from exercises.grading.course.rules import Rules

__all__ = ["ALL", "FILE", "Decided", "Decision", "DecisionError", "Decisions", "Settled"]

FILE = "decisions.csv"
ALL = "*"
# What a decision is about: two in one place contradict or repeat each other.
PLACES = {"extension": ":deadline", "grace": ":deadline", "extra": ":extra"}


class DecisionError(ValueError):
    """Decisions that cannot be followed; the message has a line for each."""


@dataclass(frozen=True)
class Decision:
    """A row: its number in the table, whom and what it is about, and why."""

    row: int
    student: str
    question: str
    kind: str
    value: Any
    reason: str

    @property
    def place(self) -> str:
        """What it is about: ":deadline", ":extra", a question, or "" for the whole set."""
        return PLACES.get(self.kind, self.question)

    @property
    def for_all(self) -> bool:
        """Whether it is about all students."""
        return self.student == ALL

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """Student, question, kind, value and reason as text."""
        value = (
            "" if self.value is None else f"{self.value:g}" if isinstance(self.value, float) else self.value
        )
        return self.student, self.question, self.kind, str(value), self.reason

    def __str__(self) -> str:
        about = f" {self.question}" if self.question else ""
        return f"row {self.row} ({self.student},{about} {self.kind})"


@dataclass(frozen=True)
class Decided:
    """What holds for one student, by what it is about."""

    by_place: Mapping[str, Decision] = field(default_factory=dict)

    @property
    def whole(self) -> Decision | None:
        """That the student is excused from the set, or the score that was decided for it."""
        return self.by_place.get("")

    @property
    def extra(self) -> Decision | None:
        """The extra credit."""
        return self.by_place.get(":extra")

    @property
    def deadline(self) -> str:
        """The extension or the days of grace as text; empty if there are none."""
        found = self.by_place.get(":deadline")
        return f"{found.kind} {found.value}" if found else ""

    def rules(self, rules: Rules) -> Rules:
        """Return ``rules`` with the student's own deadline, which is never before that of all."""
        found = self.by_place.get(":deadline")
        if found is None or rules.deadline is None:
            return rules
        if found.kind == "grace":
            return replace(rules, deadline=rules.deadline + timedelta(days=found.value))
        return replace(rules, deadline=max(rules.deadline, found.value))


@dataclass(frozen=True)
class Settled:
    """The decisions for each student, and in words those that fit nobody."""

    by_student: Mapping[str, Decided]
    unfit: tuple[str, ...] = ()

    def of(self, student: str) -> Decided:
        """Return what was decided for ``student``."""
        return self.by_student.get(student, Decided())

    def idle(self, rules: Rules) -> list[str]:
        """Return in words the deadlines that ``rules`` make meaningless."""
        found = {each.by_place[":deadline"] for each in self.by_student.values() if each.deadline}
        if found and rules.deadline is None:
            return [f"{FILE}, {each}: no deadline was given (--deadline)" for each in _in_order(found)]
        return [
            f"{FILE}, {each}: it ends before the deadline, which counts"
            for each in _in_order(found)
            if each.kind == "extension" and each.value < rules.deadline
        ]


@dataclass(frozen=True)
class Decisions:
    """The rows of a table, and the questions that they may be about."""

    found: Sequence[Decision] = ()
    questions: Mapping[str, float] = field(default_factory=dict)

    def settle(self, students: Iterable[Student]) -> Settled:
        """Return what holds for each of ``students``.

        Raises
        ------
        DecisionError
            If two contradict or repeat each other, or leave nobody a question to be marked by.
        """
        students = list(students)
        roster, mistakes, unfit = Roster(students), [], []
        for_all: dict[str, Decision] = {}
        own: dict[str, dict[str, Decision]] = {}
        for each in self.found:
            student = None if each.for_all else roster.find(each.student, name=each.student)
            if student is None and not each.for_all:
                unfit.append(f"{FILE}, {each}: nobody, or more than one, is called that")
                continue
            places = for_all if student is None else own.setdefault(student.id, {})
            if each.place in places:
                mistakes.append(f"{FILE}, {each}: {places[each.place]} is about the same; keep one of them")
            places.setdefault(each.place, each)
        for places in (for_all, *own.values()):
            mistakes += self._contradictions(places, for_all)
        if mistakes:
            raise DecisionError("\n".join(mistakes))
        if not self.found:
            return Settled({})
        return Settled({each.id: _merged(for_all, own.get(each.id, {})) for each in students}, tuple(unfit))

    def _contradictions(self, places: Mapping[str, Decision], for_all: Mapping[str, Decision]) -> list[str]:
        """Say which of the decisions for one student, or for all, cannot hold together."""
        found = []
        if whole := places.get(""):
            found += [
                f"{FILE}, {each}: {whole} decides about all" for each in places.values() if each != whole
            ]
        for name, each in places.items():
            dropped = for_all.get(name)
            if dropped and dropped.kind == "dropped" and each != dropped:
                found.append(f"{FILE}, {each}: {dropped} drops that question for all")
        left = self.questions.keys() - _left_out({**for_all, **places})
        if self.questions and not left:
            found.append(f"{FILE}: no question is left to be marked; excused without a question says so")
        return found


def _in_order(found: Iterable[Decision]) -> list[Decision]:
    return sorted(found, key=lambda each: each.row)


def _left_out(places: Mapping[str, Decision]) -> set[str]:
    return {
        each.question for each in places.values() if each.kind in ("dropped", "excused") and each.question
    }


def _merged(for_all: Mapping[str, Decision], own: Mapping[str, Decision]) -> Decided:
    """Return a student's own decisions, and those for all where there is none of these."""
    return Decided(dict(own) if "" in own else {**for_all, **own})
