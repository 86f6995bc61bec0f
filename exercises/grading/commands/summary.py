"""Publish again, after a decision or for another platform."""

from __future__ import annotations

import argparse

from exercises.grading.commands import shared
from exercises.grading.course import journal, results

HELP = "write the tables, the feedback and the summary again, and print how it went"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the folder, and for which platforms."""
    shared.folder(command)
    shared.formats(command)


def run(given: argparse.Namespace) -> int:
    """Publish again."""
    with journal.locked(given.folder):
        return shared.tell(given.folder, results.publish(given.folder, given.formats, given.column))
