"""The command line of the grader: ``python -m exercises.grading --help``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from d2l_utils import words
from exercises.grading import sandbox
from exercises.grading.commands import (
    autograder,
    board,
    check,
    grade,
    mark_written,
    merge_written,
    regrade,
    release,
    similar,
    summary,
)
from exercises.grading.course import journal
from exercises.grading.course.archive import Refused
from exercises.grading.course.cluster import ClusterError
from exercises.grading.course.decisions import DecisionError
from exercises.grading.course.roster import RosterError
from exercises.grading.course.written import MergeError

COMMANDS = {
    "grade": grade,
    "check": check,
    "summary": summary,
    "board": board,
    "mark-written": mark_written,
    "merge-written": merge_written,
    "similar": similar,
    "regrade": regrade,
    "release": release,
    "autograder": autograder,
}
REFUSALS = (
    ClusterError,
    DecisionError,
    Refused,
    RosterError,
    journal.Busy,
    sandbox.NoSandbox,
    MergeError,
)
EPILOG = """\
The exit status is 0 when the grader did its work, whatever the marks are; 1 when it failed, for all or for a
notebook with the status grader_error; 2 when the command line is wrong. The instructor's page of the book
tells the whole story, from handing out to giving back.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m exercises.grading",
        description="Grade the notebooks of a course. Each one runs in a sandbox; marks are made outside.",
        epilog=EPILOG,
    )
    top.add_argument(
        "--language",
        metavar="NAME",
        help=f"of what is said: {', '.join(words.languages())} (that of {words.VARIABLE}, or English)",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.options(commands.add_parser(name, help=command.HELP, epilog=EPILOG))
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    top = parser()
    options = top.parse_args(arguments)
    try:
        if options.language:
            words.use(options.language)
        return COMMANDS[options.command].run(options)
    except REFUSALS as refusal:
        print(f"{top.prog}: {refusal}", file=sys.stderr)
    except FileNotFoundError as missing:
        print(f"{top.prog}: there is no {missing.filename}; was anything graded there?", file=sys.stderr)
    except OSError as failure:
        print(f"{top.prog}: {failure}", file=sys.stderr)
    except ModuleNotFoundError as missing:
        print(f"{top.prog}: there is no problem set {missing.name}", file=sys.stderr)
    except ValueError as mistake:
        top.error(str(mistake))
    except KeyboardInterrupt:
        print(f"\n{top.prog}: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
