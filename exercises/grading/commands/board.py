"""Rank a contest."""

from __future__ import annotations

import argparse
import sys

from exercises.grading.commands import shared
from exercises.grading.course import board, journal, results

HELP = "write board.md, the ranking of a contest, under aliases"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the folder, and whether names are to be shown."""
    shared.folder(command)
    command.add_argument("--names", action="store_true", help="print who is who instead, and write nothing")


def run(given: argparse.Namespace) -> int:
    """Rank a contest."""
    manifest = results.Manifest.load(given.folder)
    found = results.rows(given.folder, manifest, journal.Journal(given.folder))
    secret = journal.stored_secret(given.folder)
    ranking = board.markdown((row.result for row in found), secret, given.names)
    if not ranking:
        print(f"{manifest.problem_set} has no contest, or nobody has a place in it", file=sys.stderr)
    elif not given.names:
        journal.write(given.folder / "board.md", ranking)
    print(ranking, end="")
    return 0
