"""Grade what a course handed in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from exercises.grading.commands import shared
from exercises.grading.course import layouts, submissions
from exercises.grading.course import run as course

HELP = "grade a folder or a zip of submissions"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the problem set, the submissions, the rules of the course and how to run."""
    command.add_argument("problem_set", metavar="SET", help="the problem set, for example ps4")
    command.add_argument("source", type=Path, metavar="SUBMISSIONS", help="a folder, or the platform's zip")
    command.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="where the results go; run again with the same folder to go on after a stop, or to regrade",
    )
    course_ = command.add_argument_group("the course")
    course_.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="who is in the course: id,name,email, or the export of Canvas's gradebook, of Moodle's grading "
        "worksheet or of Gradescope's roster",
    )
    course_.add_argument("--layout", choices=layouts.LAYOUTS, default="auto", help="whose file names (auto)")
    course_.add_argument(
        "--deadline",
        type=shared.moment,
        metavar="TIME",
        help="2026-03-01T23:59; later ones are late, by started days",
    )
    course_.add_argument(
        "--late",
        default="accept",
        metavar="RULE",
        help="what lateness costs: accept (nothing), zero (all), or 10%% of the points for each day (accept)",
    )
    course_.add_argument(
        "--duplicates",
        choices=submissions.DUPLICATES,
        default="latest",
        help="which of a student's notebooks counts (latest)",
    )
    course_.add_argument(
        "--seed",
        type=shared.whole,
        metavar="N",
        help="seed of the cases, any number (the one stored in FOLDER)",
    )
    shared.formats(command)
    running = command.add_argument_group("running")
    running.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="boxes at a time (one for each core)"
    )
    running.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="grade on the Dask cluster at tcp://…"
    )
    box = running.add_mutually_exclusive_group()
    box.add_argument(
        "--isolation",
        choices=("bubblewrap", "container"),
        default="bubblewrap",
        help="bubblewrap, or another user inside a container that is thrown away (bubblewrap)",
    )
    box.add_argument(
        "--trust-notebooks",
        dest="isolation",
        action="store_const",
        const="trusted",
        help="no sandbox: the notebooks can read and change whatever you can; for your own ones only",
    )


def run(given: argparse.Namespace) -> int:
    """Grade what a course handed in."""
    if given.isolation == "trusted":
        print("No sandbox: these notebooks can read and change whatever you can.", file=sys.stderr)
    wanted = course.Options(
        problem_set=given.problem_set,
        source=given.source,
        out=given.out,
        roster=given.roster,
        layout=given.layout,
        rules=submissions.Rules(given.deadline, given.late, given.duplicates),
        seed=given.seed,
        jobs=given.jobs,
        scheduler=given.scheduler,
        isolation=given.isolation,
        formats=tuple(given.formats),
        column=given.column,
    )
    return shared.tell(given.out, course.grade(wanted))
