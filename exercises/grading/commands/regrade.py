"""Answer a student who asks to look at a question again."""

from __future__ import annotations

import argparse
from pathlib import Path

from exercises.grading import sandbox
from exercises.grading.commands import shared
from exercises.grading.course import journal, regrade, results

HELP = "show what a student's question was given, answered and expected; mark it anew; decide"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for whom and what it is about, and what is decided."""
    shared.folder(command)
    command.add_argument("student", help="as results.csv has it: an identifier, an e-mail or a name")
    command.add_argument("question", help="for example q3")
    command.add_argument("--reason", default="", metavar="TEXT", help="decide; the student reads it")
    command.add_argument(
        "--points", type=float, metavar="N", help="what it is worth (what marking it anew gives)"
    )
    command.add_argument(
        "--submissions", type=Path, metavar="SOURCE", help="where the hand-ins are (where they were)"
    )
    command.add_argument("--isolation", choices=sandbox.KINDS, default="bubblewrap")
    shared.formats(command)


def run(given: argparse.Namespace) -> int:
    """Show the question; with a reason, decide and publish."""
    if given.points is not None and not given.reason:
        raise ValueError("--points needs --reason: the student reads it")
    sandbox.check_isolation(given.isolation)
    with journal.locked(given.folder):
        request = regrade.ask(given.folder, given.student, given.question, given.submissions, given.isolation)
        for line in request.lines:
            print(line)
        points = f"of {request.points:g} points"
        print(f"counts now: {_score(request.score)} {points}; marked anew: {_score(request.anew)} {points}")
        if not given.reason:
            print("Nothing was changed. Do not show this to students: it has the hidden cases.")
            return 0
        new = regrade.answer(given.folder, request, given.points, given.reason)
        print(f"from now on: {_score(new)} {points} (written to {given.folder / regrade.LOG})")
        return shared.tell(given.folder, results.publish(given.folder, given.formats, given.column))


def _score(score: float | None) -> str:
    return "nothing" if score is None else f"{score:g}"
