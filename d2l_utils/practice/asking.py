"""Ask a question, for the missing lines of a rule, or for a published bug; judge a rule."""

from __future__ import annotations

import hashlib
import html
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from d2l_utils._engine.printed import rules_text
from d2l_utils.practice import feedback, lessons
from d2l_utils.practice.labs import BUGS, GAPS, SOURCES
from d2l_utils.practice.questions import CHAPTERS, QUIZZES, Right
from d2l_utils.practice.slips import SLIPS

__all__ = ["Chapter", "Exercise", "Quiz", "Verdict", "chapter", "check", "complete", "find_bug", "quiz"]

FOOTER = (
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
        letters = [f"  {letter}. {answer}" for letter, answer in zip("ABCDEFGH", self.answers, strict=False)]
        return _wrap(self.question) + "\n" + "\n".join(letters)

    def _repr_html_(self) -> str:
        at = list(self.answers).index(self.right)
        options = "".join(f"<li>{_inline(answer)}</li>" for answer in self.answers)
        reasons = "".join(
            f"<li>{'<b>Right.</b> ' if answer == self.right else ''}{_inline(why)}</li>"
            for answer, why in self.answers.items()
        )
        return (
            f'<descent-quiz class="descent-practice" data-right="{at}" '
            f'data-key="{_key(self.question, *self.answers)}"><style>{STYLE}</style>'
            f"<p>{_inline(self.question)}</p>"
            f'<ol type="A">{options}</ol><details><summary>Answer</summary>'
            f'<p>{"ABCDEFGH"[at]}.</p><ol type="A">{reasons}</ol></details></descent-quiz>'
        )


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
        how = "In a notebook, copy these lines into a cell, change them, and run "
        where = f'<p><a href="{html.escape(self.where)}">Where it was printed</a></p>' if self.where else ""
        return (
            f'<descent-exercise class="descent-practice" data-rule="{self.rule}" '
            f'data-key="{_key(self.rule, self.start)}"><style>{STYLE}</style>'
            f"<p><b>{_inline(self.title)}</b> {_inline(self.task)}</p>"
            f'<pre class="start"><code>{html.escape(self.start)}</code></pre>'
            f'<p class="in-notebook">{how}<code>practice.check({self.rule})</code> '
            f"below it.</p><details><summary>Answer</summary>"
            f"<pre><code>{html.escape(self.solution)}</code></pre>{where}</details></descent-exercise>"
        )


@dataclass(frozen=True)
class Chapter:
    """Everything that one chapter asks: what `chapter` returns."""

    items: Sequence[Quiz | Exercise]

    def __repr__(self) -> str:
        return "\n\n".join([*map(repr, self.items), FOOTER])

    def _repr_html_(self) -> str:
        footer = f'<descent-footer class="descent-practice"><p><small>{FOOTER}</small></p></descent-footer>'
        return "".join(item._repr_html_() for item in self.items) + footer


@dataclass(frozen=True)
class Verdict:
    """What `check` says: ``right`` is True if every step agrees with the book's rule."""

    right: bool
    text: str

    def __repr__(self) -> str:
        return _wrap(self.text)


def quiz(question: str, answers: Mapping[str, str], right: str) -> Quiz:
    """Ask a question with several answers, of which one is right.

    Parameters
    ----------
    question : str
        Plain text; backticks mark code.
    answers : dict of str to str
        Each answer with the explanation why it is right or wrong.
    right : str
        The right one.

    Raises
    ------
    ValueError
        If ``right`` is not among the answers, or an explanation is missing.

    Examples
    --------
    >>> quiz("2 + 2?", {"4": "Count.", "5": "One too many."}, right="4")
    2 + 2?
      A. 4
      B. 5
    """
    return Quiz(question, answers, right)


def complete(rule: str) -> Exercise:
    """Ask for the missing lines of a rule, such as sgd, running_mean or adam.

    Examples
    --------
    >>> complete("sgd")
    Complete the rule sgd.
    Write the one line of gradient descent.
    <BLANKLINE>
    def sgd(p, g, lr):
        ...  # one step against the gradient
        return p
    """
    task, gaps = _known(GAPS, rule, "rule to complete")
    solution = start = source(rule)
    for line, gap in gaps.items():
        start = start.replace(line, f"...  # {gap}")
    return Exercise(rule, f"Complete the rule {rule}.", task, start, solution)


def find_bug(name: str) -> Exercise:
    """Ask for the mistake in a rule as it was really published.

    Parameters
    ----------
    name : str
        One of ``d2l_utils.practice.labs.BUGS``, such as "rmsprop-plus-equals".
    """
    rule, right, published, story = _known(BUGS, name, "published bug")
    solution = source(rule)
    start = solution.replace(right, published)
    return Exercise(rule, "Find the bug.", story, start, solution, SOURCES.get(name, ""))


def chapter(slug: str) -> Chapter:
    """Return the questions and exercises of a chapter, such as "momentum"."""
    makers: dict[str, Callable[[str], Any]] = {"quiz": _stored, "complete": complete, "find_bug": find_bug}
    return Chapter([makers[kind](name) for kind, name in _known(CHAPTERS, slug, "chapter")])


def check(rule: Callable[..., Any]) -> Verdict:
    """Say whether a function does what the book's rule of the same name does, and if not, what is wrong.

    Parameters
    ----------
    rule : callable
        With the name and the parameters of a function of :mod:`d2l_utils.rules` or
        ``practice.lessons``; hyper-parameters that it does not need may be missing.

    Examples
    --------
    >>> def sgd(p, g, lr):
    ...     return p + lr * g
    >>> check(sgd)
    Step 1 is not right yet: p became 1.05, expected 0.95. The sign: against the gradient it goes
    downhill, along the gradient it climbs.
    """
    name = rule.__name__
    _known(SLIPS, name, "rule")
    parameters = list(inspect.signature(rule).parameters)
    return Verdict(*feedback.compare(name, rule, parameters, _module(name), SLIPS[name]))


def source(rule: str) -> str:
    """Return the source of a rule without its docstring, so that what it does must be read off its lines."""
    text = feedback.cut(_module(rule), rule)
    return re.sub(r'\n    """.*?"""', "", text, flags=re.DOTALL)


def _module(rule: str) -> str:
    """Return the source of the module that has the rule."""
    return inspect.getsource(lessons) if hasattr(lessons, rule) else rules_text()


def _key(*texts: str) -> str:
    """Return a short name under which a page keeps the answer to a question; another question has another."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def _stored(name: str) -> Quiz:
    question, answers = QUIZZES[name]
    right = next(answer for answer, why in answers.items() if isinstance(why, Right))
    return quiz(question, answers, right)


def _known(table: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in table:
        raise ValueError(f"there is no {what} {name!r}; there are {', '.join(table)}")
    return table[name]


def _inline(text: str) -> str:
    """Escape text for HTML; what stands in backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _wrap(text: str) -> str:
    return textwrap.fill(text, 96)
