"""What comes of a question in the box: an answer to each case, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Answer", "Failure", "Outcome"]


@dataclass(frozen=True)
class Answer:
    """What the student's function returned, or what the name holds, and its arguments after the call.

    ``arguments`` is None where they are not observed; a function among them is None.
    """

    value: Any
    arguments: tuple | None = None


@dataclass(frozen=True)
class Failure:
    """Why there is no answer.

    ``kind`` is "missing", "raised", "timeout", "killed", "unreadable", "too_long", or "unmarkable" if marking
    takes more than it may. ``type`` names the built-in exception, the well-known type of what could not be
    read, or the clock that ran out ("cpu" or "wall"), or is "value" where a function is missing and a value
    stands in its place; never a name that the student chose. ``cell`` counts code cells from 1, ``line`` the
    lines in it.
    """

    kind: str
    type: str = ""
    cell: int | None = None
    line: int | None = None


Outcome = Answer | Failure
