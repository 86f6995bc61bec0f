"""Take the marks of written answers, and publish again."""

from __future__ import annotations

import argparse
from pathlib import Path

from exercises.grading.commands import shared
from exercises.grading.course import journal, results, written

HELP = "take the marks of the written questions into the results"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the folder, the marked table, and for which platforms."""
    shared.folder(command)
    command.add_argument("file", type=Path, nargs="?", help="the filled-in table (FOLDER/written.csv)")
    shared.formats(command)


def run(given: argparse.Namespace) -> int:
    """Take the marks, and publish again."""
    with journal.locked(given.folder):
        count = written.merge(given.folder, given.file or given.folder / "written.csv")
        print(f"{count} marks of written answers")
        return shared.tell(given.folder, results.publish(given.folder, given.formats, given.column))
