"""Talk with the box and believe nothing: its lines become answers and failures, or are left out.

It is told one thing at a time: a question when it is done with the one before, and a case when it has
answered the one before. So whatever runs in it knows of nothing that is still to come.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exercises.grading import values
from exercises.grading.answers import Answer, Failure
from exercises.grading.sandbox.notebook import Cell

__all__ = ["Outcome", "Transcript"]

EXCEPTIONS = {
    each.__name__
    for each in vars(builtins).values()
    if isinstance(each, type) and issubclass(each, BaseException)
}
TYPES = {
    "generator",
    "coroutine",
    "function",
    "module",
    "class",
    "complex number",
    "bytes",
    "range",
    "zip",
    "map",
}
CLOCKS = {"cpu", "wall"}
LONGEST_TICKET = 100


@dataclass(frozen=True)
class Outcome:
    """What came of a notebook.

    ``questions`` has an `Answer` or a `Failure` for every case of every question; ``cells`` says which code
    cells raised or were stopped. ``stopped`` is None, or ``"timeout"`` or ``"killed"`` if that befell the box
    as a whole. ``seconds`` is wall time; in ``still`` of them nothing in the box wanted to run. ``changes``
    has the questions that a cell changed after their check: the state that was marked, ``"own"`` (of the
    check) or ``"final"``, and the number of the cell.
    """

    questions: dict[str, tuple[Answer | Failure, ...]]
    cells: dict[int, Failure]
    stopped: str | None
    seconds: float
    still: float = 0.0
    changes: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass
class Transcript:
    """All that a box was told and has said so far, as far as it makes sense.

    The first word on a thing counts.
    """

    code: Sequence[Cell]
    requests: Sequence[Mapping[str, Any]]
    oracle: Callable[[str, tuple, int], Any] | None
    longest: int
    hidden: int = 0  # so many of the requests, the last ones, tell nothing but answers
    ready: bool = False
    exposed: str | None = None
    cells: dict[int, Failure] = field(default_factory=dict)
    cases: dict[tuple[str, int], Answer | Failure] = field(default_factory=dict)
    ends: dict[str, Failure] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    changes: dict[str, tuple[str, int]] = field(default_factory=dict)
    asked: int = 0  # how often the oracle was asked about the question that it is the turn of
    given: int = 0  # and how many of its cases the box was given
    turn: int = 0  # whose turn it is
    first: tuple[Answer | Failure, ...] = ()  # what another state of the notebook answered to it

    def __post_init__(self) -> None:
        self.lines = {cell.index: cell.source.count("\n") + 1 for cell in self.code}
        self.sizes = {request["question"]: len(request["cases"]) for request in self.requests}
        self.contests = {request["question"] for request in self.requests if request["kind"] == "contest"}

    def hear(self, line: bytes) -> bytes:
        """Take in one line; return the reply, mostly none."""
        try:
            message = values.parse(line)
        except (ValueError, RecursionError):
            return b""
        ticket = message.get("ticket") if isinstance(message, dict) else None
        reply = self._heard(message, len(line))
        if reply is None or not isinstance(ticket, str) or len(ticket) > LONGEST_TICKET:
            return b""
        return json.dumps(reply | {"ticket": ticket}).encode() + b"\n"

    def _heard(self, message: Any, length: int) -> dict[str, Any] | None:
        match message:
            case {"ready": True}:
                self.ready = True
            case {"exposed": str(doors)} if not self.ready:
                self.exposed = doors
            case {"cell": int(index)} if type(index) is int and index in self.lines and not self._sealed:
                self.cells.setdefault(index, self._failure(message, index))
            case {"turn": True}:
                return self._next_question(message)
            case {"question": str(question)} if question != self._question:
                return {"over": True}  # it speaks out of turn
            case {"ask": list(arguments), "question": str(question)} if question in self.contests:
                return self._oracle(question, arguments, length)
            case {"question": str(question), "case": int(case)} if type(case) is int:
                if case == self._due(question) < self.given:
                    self._case(question, case, message, length)
                return self._next_case(question)
            case {"question": str(question), "begin": True}:
                return self._next_case(question)
            case {"question": str(question)}:
                self.ends.setdefault(question, self._failure(message))
        return None

    def outcome(self, stopped: str | None, seconds: float, still: float = 0.0) -> Outcome:
        """Return what came of it, given whether and why the whole box was stopped."""
        unanswered = (
            Failure(stopped, "wall" if stopped == "timeout" else "") if stopped else Failure("killed")
        )
        if self.first and self._question is not None:
            self._end(self._question, {})
        questions = {question: self._answers(question, unanswered) for question in self.sizes}
        return Outcome(questions, dict(sorted(self.cells.items())), stopped, seconds, still, self.changes)

    @property
    def _question(self) -> str | None:
        """The name of the question whose turn it is."""
        return self.requests[self.turn]["question"] if self.turn < len(self.requests) else None

    @property
    def _sealed(self) -> bool:
        """Whether it has come to the turn of the hidden requests."""
        return bool(self.hidden) and self.turn >= len(self.requests) - self.hidden

    def _answers(self, question: str, unanswered: Failure) -> tuple[Answer | Failure, ...]:
        return tuple(
            self.cases.get((question, case)) or self.ends.get(question, unanswered)
            for case in range(self.sizes[question])
        )

    def _next_question(self, message: dict) -> dict[str, Any]:
        """Note how a question came to its end, and return the next one, without its cases."""
        question = self._question
        if question is not None and message.get("question") == question:
            self._end(question, message)
        if self.turn == len(self.requests):
            return {"over": True}
        request = self.requests[self.turn]
        return {key: request[key] for key in request if key != "cases"} | {"again": int(bool(self.first))}

    def _end(self, question: str, message: dict) -> None:
        if "stopped" in message:
            self.ends.setdefault(question, self._failure(message))
        answers = self._answers(question, Failure("killed"))
        other = message.get("others") == 1 and not self.asked
        if other and not self.first and not _settles(answers):
            self._forget(question)
            self.first = answers
            return
        state = "final" if message.get("state") == "final" else "own"
        if self.first and not any(isinstance(each, Answer) and not _is_open(each) for each in answers):
            self._forget(question)
            self.cases |= {(question, case): answer for case, answer in enumerate(self.first)}
            state = "own" if state == "final" else "final"
        changed = message.get("changed")
        cells = [each for each in changed if type(each) is int] if isinstance(changed, list) else []
        if cells and cells[-1] in self.lines and not self._sealed:
            self.changes[question] = state, cells[-1]
        self.turn, self.first, self.asked, self.given = self.turn + 1, (), 0, 0

    def _forget(self, question: str) -> None:
        self.cases = {place: answer for place, answer in self.cases.items() if place[0] != question}
        self.ends.pop(question, None)
        self.lengths.pop(question, None)
        self.given = 0

    def _next_case(self, question: str) -> dict[str, Any]:
        case = self._due(question)
        if (question, case) in self.cases:
            return {"over": True}
        self.given = case + 1
        return {"case": case, "arguments": self.requests[self.turn]["cases"][case]}

    def _case(self, question: str, case: int, message: dict, length: int) -> None:
        self.lengths[question] = self.lengths.get(question, 0) + length
        if self.lengths[question] > self.longest + 1000:
            self.cases.setdefault((question, case), Failure("too_long"))
        elif (question, case) not in self.cases:
            self.cases[question, case] = (
                self._answer(message) if "answer" in message else self._failure(message)
            )

    def _answer(self, message: dict) -> Answer | Failure:
        try:
            arguments = message.get("arguments")
            after = tuple(map(values.decode, arguments)) if isinstance(arguments, list) else None
            return Answer(values.decode(message["answer"]), after)
        except (values.Unreadable, RecursionError):
            return Failure("unreadable")

    def _failure(self, message: dict, index: int | None = None) -> Failure:
        match message:
            case {"error": {"type": str(name)} as error}:
                cell, line = index or error.get("cell"), error.get("line")
                known = type(cell) is int and cell in self.lines
                inside = known and type(line) is int and 1 <= line <= self.lines[cell]
                name = name if name in EXCEPTIONS else "Exception"
                return Failure("raised", name, cell if known else None, line if inside else None)
            case {"stopped": "timeout", "clock": str(clock)}:
                return Failure("timeout", clock if clock in CLOCKS else "", index)
            case {"missing": str(kind)}:
                return Failure("missing", "value" if kind == "value" else "")
            case {"too_long": True}:
                return Failure("too_long")
            case {"unreadable": str(name)}:
                return Failure("unreadable", name if name in TYPES else "")
        return Failure("killed", "", index)

    def _due(self, question: str) -> int:
        """Return the first case without an answer, the last if there is none."""
        case = max(self.given - 1, 0)
        return min(case + 1, self.sizes[question] - 1) if (question, case) in self.cases else case

    def _oracle(self, question: str, arguments: list, length: int) -> dict[str, Any]:
        assert self.oracle is not None
        self.asked += 1
        try:
            if length > self.longest:
                raise ValueError(f"more than {self.longest:,} bytes cannot be asked at once")
            asked = tuple(map(values.decode, arguments))
            return {"answer": values.encode(self.oracle(question, asked, self._due(question)))}
        except (RuntimeError, ValueError) as error:
            kind = "RuntimeError" if isinstance(error, RuntimeError) else "ValueError"
            return {"raised": kind, "text": str(error)}
        except Exception:
            return {"raised": "TypeError", "text": "this cannot be asked"}


def _settles(answers: tuple[Answer | Failure, ...]) -> bool:
    """Whether a question is answered: it is not where a name is missing, or if nothing ever comes of it."""
    unnamed = (isinstance(each, Failure) and each.type == "NameError" for each in answers)
    return not any(unnamed) and not all(map(_is_open, answers))


def _is_open(answer: Answer | Failure) -> bool:
    if isinstance(answer, Failure):
        return answer.kind in ("missing", "raised")
    value = answer.value
    return value is None or (isinstance(value, dict) and any(each is None for each in value.values()))
