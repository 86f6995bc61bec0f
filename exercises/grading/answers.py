"""What comes of a question in the box: an answer to each case, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Answer", "Failure"]


@dataclass(frozen=True)
class Answer:
    """What the student's function returned, or what the name holds; ``arguments`` as they are after the call."""

    value: Any
    arguments: tuple | None = None


@dataclass(frozen=True)
class Failure:
    """Why there is no answer.

    ``kind`` is "missing", "raised", "timeout", "killed", "unreadable" or "too_long". ``type`` names the
    built-in exception, or what it is that could not be read; ``cell`` counts code cells from 1, ``line``
    the lines in it.
    """

    kind: str
    type: str = ""
    cell: int | None = None
    line: int | None = None
