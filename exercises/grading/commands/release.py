"""Give feedback and solution back, not before their time."""

from __future__ import annotations

import argparse
from datetime import datetime

from exercises.grading.commands import shared
from exercises.grading.course import journal, release, results
from exercises.grading.course.archive import Refused

HELP = "build what is given back, feedback and solution, once every deadline is over"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the folder, the platform and the date."""
    shared.folder(command)
    command.add_argument(
        "--as",
        dest="kind",
        choices=sorted(release.KINDS),
        default="folders",
        help="a zip for canvas or moodle, or a folder for each student (folders)",
    )
    command.add_argument(
        "--after", type=shared.moment, metavar="TIME", help="not before 2026-03-08T12:00 (the last deadline)"
    )
    command.add_argument("--solution", action="store_true", help="add the notebook with the solutions")
    command.add_argument("--force", action="store_true", help="now, whatever the date")


def run(given: argparse.Namespace) -> int:
    """Publish again, and build what is given back."""
    with journal.locked(given.folder):
        if not given.force:
            _refuse_before(release.earliest(given.folder, given.after))
        found = results.publish(given.folder)
        out = release.build(given.folder, given.kind, given.solution)
        if waiting := sum(bool(row.result["pending"]) for row in found):
            print(f"{waiting} students have texts that nobody has marked yet; their feedback says so")
        print(f"{out}/: " + ", ".join(sorted(each.name for each in out.iterdir())[:10]))
    return 0


def _refuse_before(when: datetime) -> None:
    if datetime.now().astimezone() < when:
        raise Refused(
            f"feedback and solution go out after {when:%Y-%m-%d %H:%M %Z}, when the last student's deadline "
            "and --after are over; --force gives them out now"
        )
