"""Questions: what a notebook must define, on what it is tried, and which answer is right.

A problem set is a module ``exercises.psN.cases`` with one `ProblemSet`, called ``PROBLEM_SET``. All of it
stays outside the sandbox: what goes in are the arguments of the cases, what comes out are answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from d2l_utils.words import say

__all__ = [
    "Case",
    "Contest",
    "Function",
    "Mistake",
    "Part",
    "ProblemSet",
    "Question",
    "Value",
    "Written",
    "load",
    "load_given",
]


@dataclass(frozen=True)
class Part:
    """A share of a question's points that is earned as a whole.

    ``key`` is what its cases name; ``title`` says in the student's feedback what the part asks ("keeps the
    shape of x"), ``hint`` what to look at when it fails. Neither may hold a hidden value.
    """

    key: str
    points: float
    title: str
    hint: str


@dataclass(frozen=True)
class Case:
    """One call of the student's function: the `Part` that it counts for, and the arguments."""

    part: str
    arguments: tuple


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: ``function`` in place of the reference gives it, ``message`` explains it.

    A message is a sentence, or several of which each is said by itself, with ``values`` in its places.
    """

    key: str
    message: str | tuple[str, ...]
    function: Callable[..., Any]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The message as sentences of a catalogue."""
        return (self.message,) if isinstance(self.message, str) else self.message

    def told(self) -> str:
        """Return the message in the language in use."""
        return " ".join(say(each, **self.values) for each in self.sentences)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all kinds of question share.

    ``name`` is that of the public check ("q1"), ``target`` the name that the notebook must define, and
    ``cpu_seconds`` what the box may use to answer.
    """

    name: str
    title: str
    target: str
    parts: Sequence[Part]
    cpu_seconds: float = 4.0

    @property
    def points(self) -> float:
        """The most that it can earn."""
        return sum(part.points for part in self.parts)

    def generator(self, seed: int) -> np.random.Generator:
        """Return this question's own random numbers: no other question of the set changes them."""
        return np.random.default_rng([seed, int.from_bytes(sha256(self.name.encode()).digest()[:8])])


@dataclass(frozen=True, kw_only=True)
class Function(Question):
    """A function that answers like ``reference`` on random cases.

    ``cases(rng)`` draws them, at least one a part; the first failing case of a part costs that part. With
    ``observe_arguments`` the arguments as they are after the call are compared too, so a function may be
    asked to change them or to leave them alone. Answers agree when they have one structure and shape and
    differ by at most ``atol + rtol·|right|``; NaN and infinity agree with nothing unless the right answer is
    the same. Where the reference raises ValueError or TypeError, the student's function must raise it too.

    A student is told what goes wrong in the ``examples``, so many tries of each part that are the same for
    everybody; they must be enough to tell all ``slips`` apart. An answer that is wrong there is compared with
    ``slips``, and then with those in which a state is ``lagging`` (see `marking.states`). Where none fits,
    ``returns`` names what a step returns, so that the first that is wrong can be named.
    """

    cases: Callable[[np.random.Generator], Iterable[Case]]
    reference: Callable[..., Any]
    slips: Sequence[Mistake] = ()
    lagging: Sequence[Mistake] = ()
    returns: Sequence[str] = ()
    observe_arguments: bool = False
    examples: int = 3
    rtol: float = 1e-7
    atol: float = 1e-9


@dataclass(frozen=True, kw_only=True)
class Value(Question):
    """A name that holds the right value: a prediction, or the letters of the right statements.

    ``answers`` maps each part to its right value; a part called "x" is looked up as ``target["x"]`` when
    there are several. A right value that is a set of letters is answered by a set, a list or a text of them
    in any order. ``wrong`` maps known wrong values, or pairs ``(part, value)``, to what is to be said.
    """

    answers: Mapping[str, Any]
    wrong: Mapping[Any, str] = field(default_factory=dict)
    rtol: float = 1e-2


@dataclass(frozen=True, kw_only=True)
class Written(Question):
    """A text that a person marks: it is collected for the instructor, and its marks are merged later.

    ``rubric`` tells that person, and nobody else, what earns how many of the points.
    """

    longest: int = 5000
    rubric: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Contest(Question):
    """A function that trains against an oracle; what it returns is measured outside.

    ``oracle(rng)`` makes the opponent, which never enters the box. Its ``arguments`` are what the student's
    function gets after its first argument, a callable that hands its own arguments to ``oracle.ask`` and
    returns the answer. The oracle counts what it is asked, and raises ``RuntimeError`` once the budget is
    spent or ``ValueError`` at a question that it cannot answer: the student's call raises the same, with the
    same text. ``oracle.score(returned)`` is what the board ranks by, the larger the better, or raises
    ``ValueError``; a part is earned where the score reaches its entry in ``thresholds``.

    With several ``studies`` the function is called once for each, against an oracle of its own, and the
    median of the scores is what counts. A study that brings nothing has the score ``lost``. An oracle that
    takes several trials for an answer says in ``trials`` how many it was last given.
    """

    oracle: Callable[[np.random.Generator], Any]
    thresholds: Mapping[str, float]
    studies: int = 1
    lost: float = -np.inf


@dataclass(frozen=True)
class ProblemSet:
    """The questions of one set, and which modules of d2l_utils a student may import in the box.

    ``modules`` must not hold what a question asks for.
    """

    name: str
    title: str
    questions: Sequence[Question]
    modules: Sequence[str] = ()

    @property
    def points(self) -> float:
        """The most that can be earned."""
        return sum(question.points for question in self.questions)

    def question(self, name: str) -> Question:
        """Return the question ``name``; raise KeyError with the known names if there is none."""
        for question in self.questions:
            if question.name == name:
                return question
        raise KeyError(f"{self.name} has no question {name!r}; it has {[q.name for q in self.questions]}")


def load(name: str) -> ProblemSet:
    """Return the problem set ``name``: "ps1", or the package of one that lives elsewhere ("course.week3")."""
    problem_set = import_module(f"{_package(name)}.cases").PROBLEM_SET
    if not isinstance(problem_set, ProblemSet):
        raise TypeError(f"PROBLEM_SET of {name} must be a ProblemSet, not {type(problem_set).__name__}")
    return problem_set


def load_given(name: str) -> ModuleType | None:
    """Return the module of what the students of the problem set ``name`` are given, or None."""
    module = f"{_package(name)}.given"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None


def _package(name: str) -> str:
    return name if "." in name else f"exercises.{name}"
