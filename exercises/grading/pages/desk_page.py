"""The pages of the desk at which a person marks texts.

What a student wrote is data: it is escaped, its hidden letters are named, and the browser is told to run
nothing but the desk's own script.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from d2l_utils.words import say
from exercises.grading.pages.rendering import number as shown
from exercises.grading.pages.rendering import render
from exercises.grading.texts import worded

__all__ = ["POLICY", "answer", "end", "finished"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'"
)
COMMENT_KEYS = "asdfgh"
MOST_HALVES, MOST_WHOLES = 5, 20  # up to so many points there is a button for each half, for each whole


class Papers(Protocol):
    """What the pages ask of `desk.pile.Pile`."""

    title: str
    papers: list[Any]

    def verdict(self, number: int) -> Any: ...
    def open(self, question: Any = None) -> list[int]: ...
    def comments(self, question: Any) -> list[str]: ...


def answer(pile: Papers, number: int, notice: str = "", comment: str | None = None) -> str:
    """Return the page of one answer; ``notice`` says why ``comment`` was not stored."""
    paper, verdict = pile.papers[number], pile.verdict(number)
    question = paper.question
    of_question = [each for each, other in enumerate(pile.papers) if other.question == question]
    left, everything = len(pile.open(question)), len(pile.open())
    return render(
        "desk.html.j2",
        page_title=worded("desk_title", title=pile.title, name=question.name),
        policy=POLICY,
        question=question,
        who=paper.who,
        place=worded("desk_place", number=of_question.index(number) + 1, count=len(of_question)),
        left=worded("desk_left", count=left, all=everything),
        text=paper.text,
        rubric=[_criterion(*each) for each in question.rubric],
        marks=[shown(mark) for mark in _marks(question.points)],
        points=shown(question.points),
        mark="" if verdict.mark is None else shown(verdict.mark),
        comment=verdict.comment if comment is None else comment,
        seen=verdict.version,
        notice=notice,
        again=list(zip(COMMENT_KEYS, pile.comments(question), strict=False)),
        first=number == 0,
    )


def end(pile: Papers) -> str:
    """Return the page that shows what is left, and where the instructor finishes."""
    left = len(pile.open())
    told = worded("desk_to_go", count=left) if left else worded("desk_done")
    return render("desk_end.html.j2", page_title=pile.title, policy=POLICY, told=told, left=left)


def finished(pile: Papers) -> str:
    """Return the page after the last."""
    return render("desk_finished.html.j2", page_title=pile.title, policy=POLICY)


def _criterion(points: float, text: str) -> tuple[str, str]:
    return worded("points", count=points, points=shown(points)), say(text)


def _marks(points: float) -> list[float]:
    step = 0.5 if points <= MOST_HALVES else 1.0
    return [] if points > MOST_WHOLES else [float(mark) for mark in np.arange(0, points + 1e-9, step)]
