"""The statuses of a submission and of a question, and which of them wins."""

from __future__ import annotations

from collections.abc import Iterable

from d2l_utils.words import noted

__all__ = ["STATUSES", "UNSCORED", "worst"]

# The worst first: a submission has the worst status of what happened in it. Only the first two leave the
# score blank, and nothing that runs in the box can bring them about.
STATUSES = {
    "grader_error": noted("the grader itself failed; nothing is marked, look at the traceback"),
    "invalid_notebook": noted(
        "there is no notebook that can be read; nothing is marked, and the score is empty"
    ),
    "killed": noted("code ended its program, or took more memory, processes or output than it may"),
    "timeout": noted("a cell, a question or the whole notebook ran out of time"),
    "missing_function": noted("a name that a question asks for is not defined"),
    "partial": noted("a cell or a call raised an error, or gave what is no answer"),
    "ok": noted("everything ran and every question has an answer, right or wrong"),
}
UNSCORED = ("grader_error", "invalid_notebook")


def worst(statuses: Iterable[str]) -> str:
    """Return the status that wins, "ok" if there is none.

    Examples
    --------
    >>> worst(["ok", "partial", "timeout"])
    'timeout'
    """
    return min(statuses, key=list(STATUSES).index, default="ok")
