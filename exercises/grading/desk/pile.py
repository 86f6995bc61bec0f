"""The answers that a person marks, one question after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from d2l_utils.words import say
from exercises.grading.course import results, written
from exercises.grading.course.journal import Journal
from exercises.grading.desk.sheet import Sheet, Verdict
from exercises.grading.question import Question, load
from exercises.grading.texts import worded

__all__ = ["Paper", "Pile"]

MOST_COMMENTS = 6


@dataclass(frozen=True)
class Paper:
    """One answer: whose it is, how that student is called here, the question, and what was written."""

    student: str
    who: str
    question: Question
    text: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Where its mark stands in the table."""
        return self.student, self.question.name, written.digest(self.text)


class Pile:
    """The answers in the results in ``folder``: all to one question, then all to the next, blank ones last.

    ``hide_names`` numbers the students instead of naming them. With ``shuffle`` the order of a question's
    answers is a random one, the same whenever the pile is taken up again.

    Raises
    ------
    FileNotFoundError
        If nothing was graded there.
    MergeError
        If the table holds marks that cannot be, or is open in a spreadsheet.
    """

    def __init__(self, folder: Path, hide_names: bool = False, shuffle: bool = False) -> None:
        manifest = results.Manifest.load(folder)
        rows = results.rows(folder, manifest, Journal(folder))
        self.sheet = Sheet(folder)
        self.sheet.refuse_if_open()
        self.title = say(manifest.title)
        answers = results.answers(rows)
        written.publish(folder, answers)
        if answers:
            written.merge(folder, self.sheet.path)
        names = {row.entry.student: row.entry.name for row in rows}
        questions = load(manifest.problem_set).questions
        if shuffle:
            answers.sort(key=lambda each: _drawn(manifest.seed, *each[:2]))
        answers.sort(key=lambda each: not each[3])
        self.papers: list[Paper] = []
        for question in questions:
            of_question = [each for each in answers if each[1] == question.name]
            for number, (student, _, _, text) in enumerate(of_question, start=1):
                who = worded("desk_number", number=number) if hide_names else _called(student, names[student])
                self.papers.append(Paper(student, who, question, text))

    def verdict(self, number: int) -> Verdict:
        """Return what stands in the table about the paper of this number."""
        paper = self.papers[number]
        return self.sheet.verdict(*paper.place, paper.question.points)

    def put(self, number: int, seen: str, verdict: Verdict) -> None:
        """Store a verdict on the paper of this number; see `Sheet.put`."""
        paper = self.papers[number]
        self.sheet.put(paper.place, paper.question.points, seen, verdict)

    def open(self, question: Question | None = None) -> list[int]:
        """Return the numbers of the papers without a mark, of one question or of all."""
        return [
            number
            for number, paper in enumerate(self.papers)
            if question in (None, paper.question) and self.verdict(number).mark is None
        ]

    def next_open(self, after: int = -1) -> int | None:
        """Return the next paper without a mark, first of the same question, or None."""
        left = self.open()
        question = self.papers[after].question if after >= 0 else None
        same = [each for each in left if self.papers[each].question == question]
        ways: Iterable[list[int]] = ([each for each in same if each > after], same, left)
        return next((way[0] for way in ways if way), None)

    def comments(self, question: Question) -> list[str]:
        """Return the comments on a question to use again, the most common first."""
        return self.sheet.comments(question.name)[:MOST_COMMENTS]


def _called(student: str, name: str) -> str:
    return f"{name} ({student})" if name and name != student else student


def _drawn(seed: int, student: str, question: str) -> str:
    return hashlib.sha256(f"{seed} {question} {student}".encode("utf-8", "replace")).hexdigest()
