"""How questions and exercises show themselves: as text, and as HTML that the published page makes live."""

from __future__ import annotations

import hashlib
import html
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from d2l_utils.words import noted, say

__all__ = ["MIME", "Apart", "Chapter", "Exercise", "Quiz", "Verdict"]

# What a chapter's cell shows to the book's build, which renders it from the data of that day.
MIME = "application/vnd.descent.practice+json"
FOOTER = noted(
    "Feedback, not marks: everything runs on your machine, and nothing is sent. "
    "A page keeps your answers in your browser until you tell it to forget them."
)
STYLE = """
.descent-practice { display: block; margin: 1em 0; }
.descent-practice pre { overflow-x: auto; }
.descent-practice summary { cursor: pointer; }
"""


@dataclass(frozen=True)
class Quiz:
    """A question with one right answer: what `quiz` returns."""

    question: str
    answers: Mapping[str, str]
    right: str

    def __post_init__(self) -> None:
        if self.right not in self.answers:
            raise ValueError(f"right must be one of the answers {list(self.answers)}; got {self.right!r}")
        silent = [answer for answer, why in self.answers.items() if not why.strip()]
        if silent:
            raise ValueError(f"each answer needs an explanation; {silent[0]!r} has none")

    def __repr__(self) -> str:
        letters = [
            f"  {letter}. {say(answer)}" for letter, answer in zip("ABCDEFGH", self.answers, strict=False)
        ]
        return _wrap(say(self.question)) + "\n" + "\n".join(letters)

    def _repr_html_(self) -> str:
        at = list(self.answers).index(self.right)
        options = "".join(f"<li>{_inline(say(answer))}</li>" for answer in self.answers)
        right, answer = say("Right."), say("Answer")
        reasons = "".join(
            f"<li>{f'<b>{right}</b> ' if each == self.right else ''}{_inline(say(why))}</li>"
            for each, why in self.answers.items()
        )
        return (
            f'<descent-quiz class="descent-practice" data-right="{at}" '
            f'data-key="{_key(self.question, *self.answers)}"><style>{STYLE}</style>'
            f"<p>{_inline(say(self.question))}</p>"
            f'<ol type="A">{options}</ol><details><summary>{answer}</summary>'
            f'<p>{"ABCDEFGH"[at]}.</p><ol type="A">{reasons}</ol></details></descent-quiz>'
        )


@dataclass(frozen=True)
class Apart:
    """A question that stands by itself in its chapter: what `question` returns."""

    name: str
    quiz: Quiz

    def __repr__(self) -> str:
        return repr(self.quiz)

    def _repr_html_(self) -> str:
        return self.quiz._repr_html_()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return what a notebook stores: which question it is, and HTML for whoever sees it now."""
        return {
            MIME: {"question": self.name},
            "text/html": self._repr_html_(),
            "text/plain": f'As text: print(practice.question("{self.name}"))',
        }


@dataclass(frozen=True)
class Exercise:
    """A rule to complete or to mend: what `complete` and `find_bug` return.

    Attributes
    ----------
    rule : str
        The function of :mod:`d2l_utils.rules` or ``practice.lessons`` that is to come out.
    title, task : str
        What is to be done.
    start : str
        The source that the reader begins with.
    solution : str
        The book's own source.
    where : str
        The address at which a bug was published or is reported, or "".
    """

    rule: str
    title: str
    task: str
    start: str
    solution: str
    where: str = ""

    def __repr__(self) -> str:
        return f"{self.title}\n{_wrap(self.task)}\n\n{self.start.rstrip()}"

    def _repr_html_(self) -> str:
        how = say(
            "In a notebook, copy these lines into a cell, change them, and run `{call}` below it.",
            call=f"practice.check({self.rule})",
        )
        answer, printed = say("Answer"), say("Where it was printed")
        address = f'<a href="{html.escape(self.where)}">{printed}</a>'
        where = f"<p>{address}</p>" if self.where else ""
        return (
            f'<descent-exercise class="descent-practice" data-rule="{self.rule}" '
            f'data-key="{_key(self.rule, self.start)}"><style>{STYLE}</style>'
            f"<p><b>{_inline(self.title)}</b> {_inline(self.task)}</p>"
            f'<pre class="start"><code>{html.escape(self.start)}</code></pre>'
            f'<p class="in-notebook">{_inline(how)}</p>'
            f"<details><summary>{answer}</summary>"
            f"<pre><code>{html.escape(self.solution)}</code></pre>{where}</details></descent-exercise>"
        )


@dataclass(frozen=True)
class Chapter:
    """Everything that one chapter asks: what `chapter` returns.

    Attributes
    ----------
    slug : str
        The chapter's name, such as "momentum".
    items : sequence of Quiz and Exercise
        What it asks, in order.
    """

    slug: str
    items: Sequence[Quiz | Exercise]

    def __repr__(self) -> str:
        return "\n\n".join([*map(repr, self.items), say(FOOTER)])

    def _repr_html_(self) -> str:
        footer = (
            f'<descent-footer class="descent-practice"><p><small>{say(FOOTER)}</small></p></descent-footer>'
        )
        return "".join(item._repr_html_() for item in self.items) + footer

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return what a notebook stores: which chapter it is, and HTML for whoever sees it now."""
        return {
            MIME: {"chapter": self.slug},
            "text/html": self._repr_html_(),
            "text/plain": f'As text: print(practice.chapter("{self.slug}"))',
        }


@dataclass(frozen=True)
class Verdict:
    """What `check` says: ``right`` is True if every step agrees with the book's rule."""

    right: bool
    text: str

    def __repr__(self) -> str:
        return _wrap(self.text)


def _key(*texts: str) -> str:
    """Return a short name under which a page keeps the answer to a question; another question has another."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def _inline(text: str) -> str:
    """Escape text for HTML; what stands in backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _wrap(text: str) -> str:
    return textwrap.fill(text, 96)
