"""Listen to the box and believe nothing: its lines become answers and failures, or are left out."""

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


@dataclass(frozen=True)
class Outcome:
    """What came of a notebook.

    ``questions`` has an `Answer` or a `Failure` for every case of every question; ``cells`` says which code
    cells raised or were stopped. ``stopped`` is None, or ``"timeout"`` or ``"killed"`` if that befell the box
    as a whole. ``seconds`` is wall time.
    """

    questions: dict[str, tuple[Answer | Failure, ...]]
    cells: dict[int, Failure]
    stopped: str | None
    seconds: float


@dataclass
class Transcript:
    """Everything that a box has said so far, as far as it makes sense; the first word on a thing counts."""

    code: Sequence[Cell]
    requests: Sequence[Mapping[str, Any]]
    oracle: Callable[[str, tuple, int], Any] | None
    longest: int
    later: Sequence[Mapping[str, Any]] = ()
    opened: bool = False  # the box has been told of the later requests
    ready: bool = False
    exposed: str | None = None
    cells: dict[int, Failure] = field(default_factory=dict)
    cases: dict[tuple[str, int], Answer | Failure] = field(default_factory=dict)
    ends: dict[str, Failure] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = {cell.index: cell.source.count("\n") + 1 for cell in self.code}
        both = (*self.requests, *self.later)
        self.sizes = {request["question"]: len(request["cases"]) for request in both}
        self.contests = {request["question"] for request in both if request["kind"] == "contest"}
        self.waiting = {request["question"] for request in self.later}

    def hear(self, line: bytes) -> bytes:
        """Take in one line; return the reply, mostly none."""
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return b""
        match message:
            case {"ready": True}:
                self.ready = True
            case {"exposed": str(path)} if not self.ready:
                self.exposed = path
            case {"more": True} if not self.opened:
                self.opened = True
                return json.dumps({"requests": self.later}).encode() + b"\n"
            case {"question": str(question)} if (question in self.waiting) != self.opened:
                pass  # it speaks out of turn
            case {"cell": int(index)} if index in self.lines and not self.opened:
                self.cells.setdefault(index, self._failure(message, index))
            case {"ask": list(arguments), "question": str(question)} if question in self.contests:
                return self._reply(question, arguments, message.get("ticket"))
            case {"question": str(question), "case": int(case)} if 0 <= case < self.sizes.get(question, 0):
                self._case(question, case, message, len(line))
            case {"question": str(question)} if question in self.sizes:
                self.ends.setdefault(question, self._failure(message))
        return b""

    def outcome(self, stopped: str | None, seconds: float) -> Outcome:
        """Return what came of it, given whether and why the whole box was stopped."""
        unanswered = (
            Failure(stopped, "wall" if stopped == "timeout" else "") if stopped else Failure("killed")
        )
        questions = {
            question: tuple(
                self.cases.get((question, case)) or self.ends.get(question, unanswered)
                for case in range(size)
            )
            for question, size in self.sizes.items()
        }
        return Outcome(questions, dict(sorted(self.cells.items())), stopped, seconds)

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
            case {"missing": True}:
                return Failure("missing")
            case {"too_long": True}:
                return Failure("too_long")
            case {"unreadable": str(name)}:
                return Failure("unreadable", name if name in TYPES else "")
        return Failure("killed", "", index)

    def _due(self, question: str) -> int:
        """Return the first case without an answer, the last if there is none."""
        size = self.sizes[question]
        return next((case for case in range(size) if (question, case) not in self.cases), size - 1)

    def _reply(self, question: str, arguments: list, ticket: Any) -> bytes:
        assert self.oracle is not None
        reply: dict[str, Any] = {"ticket": ticket if isinstance(ticket, str) else None}
        try:
            asked = tuple(map(values.decode, arguments))
            reply["answer"] = values.encode(self.oracle(question, asked, self._due(question)))
        except (RuntimeError, ValueError) as error:
            kind = "RuntimeError" if isinstance(error, RuntimeError) else "ValueError"
            reply |= {"raised": kind, "text": str(error)}
        except Exception:
            reply |= {"raised": "TypeError", "text": "this cannot be asked"}
        return json.dumps(reply).encode() + b"\n"
