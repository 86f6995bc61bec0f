"""Ask a question, for the missing lines of a rule, or for a published bug; judge a rule."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from d2l_utils._engine.printed import rules_text
from d2l_utils.practice import feedback, lessons
from d2l_utils.practice.chapters import BUGS, CHAPTERS, GAPS, QUESTIONS
from d2l_utils.practice.shown import Apart, Chapter, Exercise, Quiz, Verdict
from d2l_utils.practice.slips import SLIPS, find
from d2l_utils.words import say

__all__ = ["chapter", "check", "complete", "find_bug", "question", "quiz"]


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
    asked = _known(GAPS, rule, "rule to complete")
    solution = start = source(rule)
    for line, gap in asked.gaps.items():
        start = start.replace(line, f"...  # {say(gap)}")
    return Exercise(rule, say("Complete the rule {rule}.", rule=rule), say(asked.task), start, solution)


def find_bug(name: str) -> Exercise:
    """Ask for the mistake in a rule as it was really published.

    Parameters
    ----------
    name : str
        Such as "rmsprop-plus-equals".

    Raises
    ------
    ValueError
        If there is no such bug; the message names those that there are.

    Examples
    --------
    >>> find_bug("momentum-plus").task
    '“Update along the gradient”, say several course notes. This code obeys, and runs without an error.'
    """
    bug = _known(BUGS, name, "published bug")
    solution = source(bug.rule)
    start = find(bug.rule, bug.slip).apply(solution)
    return Exercise(bug.rule, say("Find the bug."), say(bug.story), start, solution, bug.source)


def question(name: str) -> Apart:
    """Return one question of a chapter, to stand by itself: below the figure that it is about, for one.

    Parameters
    ----------
    name : str
        Of a question that its chapter's file calls ``apart``.

    Raises
    ------
    ValueError
        If there is no such question.

    Examples
    --------
    >>> question("ward-a").name
    'ward-a'
    """
    apart = {key: each for key, each in QUESTIONS.items() if each.apart}
    asked = _known(apart, name, "question that stands apart")
    return Apart(name, Quiz(asked.question, asked.answers, asked.right))


def chapter(slug: str) -> Chapter:
    """Return the questions and exercises of a chapter, such as "momentum", without those that stand apart."""
    asked = _known(CHAPTERS, slug, "chapter")
    together = [each for each in asked.questions.values() if not each.apart]
    questions = [Quiz(each.question, each.answers, each.right) for each in together]
    return Chapter(slug, [*questions, *map(complete, asked.gaps), *map(find_bug, asked.bugs)])


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


def _known(table: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in table:
        raise ValueError(f"there is no {what} {name!r}; there are {', '.join(table)}")
    return table[name]
