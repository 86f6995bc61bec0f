"""What several commands ask for, and what they tell at the end."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from exercises.grading.course import lms, results, rules

__all__ = ["folder", "formats", "moment", "refused", "tell", "whole"]


def refused(read: Callable[[str], datetime]) -> Callable[[str], datetime]:
    """Return ``read`` with its ValueError as a mistake of the command line."""

    def type_(text: str) -> datetime:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return type_


moment = refused(rules.moment)


def whole(text: str) -> int:
    """Return the number that ``text`` names, in decimal or as 0x…."""
    return int(text, 16 if text.casefold().startswith("0x") else 10)


def folder(command: argparse.ArgumentParser) -> None:
    """Ask for the folder of the results."""
    command.add_argument("folder", type=Path, help="the folder that --out named")


def formats(command: argparse.ArgumentParser) -> None:
    """Ask for which platform grades are to be written too."""
    group = command.add_argument_group("grades for a platform")
    group.add_argument(
        "--format",
        dest="formats",
        action="append",
        choices=sorted(lms.FORMATS),
        default=[],
        help="also write the CSV that it imports (may be given several times)",
    )
    group.add_argument(
        "--column", default="", metavar="TITLE", help="the assignment's name there (the set's)"
    )


def tell(folder: Path, rows: Sequence[results.Row]) -> int:
    """Print how it went; return the exit status."""
    print(f"{len(rows)} students: {results.counts(rows)}")
    if unmatched := results.Manifest.load(folder).unmatched:
        print(f"{len(unmatched)} files belong to nobody in the roster: see {folder / 'unmatched.csv'}")
    for sentence in results.warnings(folder, rows):
        print(sentence)
    print(f"{folder / 'results.csv'}  {folder / 'summary.html'}  {folder / 'feedback'}/")
    return int(any(row.result["status"] == "grader_error" for row in rows))
