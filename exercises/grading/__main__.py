"""The command line of the grader: ``python -m exercises.grading --help``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from d2l_utils import words
from exercises.grading import sandbox
from exercises.grading.course import board, gradescope, journal, layouts, lms, results, submissions
from exercises.grading.course import run as course
from exercises.grading.course import written as written_
from exercises.grading.course.archive import Refused
from exercises.grading.course.cluster import ClusterError
from exercises.grading.course.roster import RosterError

REFUSALS = (
    ClusterError,
    Refused,
    RosterError,
    journal.Busy,
    sandbox.NoSandbox,
    written_.MergeError,
)
FOLDER = "the folder that --out named"
EPILOG = """\
The exit status is 0 when the grader did its work, whatever the marks are; 1 when it failed, for all or for a
notebook with the status grader_error; 2 when the command line is wrong. The instructor's page of the book
tells the whole story, from handing out to giving back.
"""


def moment(text: str) -> datetime:
    """Return the time that ``text`` names in ISO 8601; without a time zone it is this machine's."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; 2026-03-01T23:59 or 2026-03-01T23:59+01:00 was expected"
        ) from error
    return when if when.tzinfo else when.astimezone()


def whole(text: str) -> int:
    """Return the number that ``text`` names, in decimal or as 0x…."""
    return int(text, 16 if text.casefold().startswith("0x") else 10)


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
    _grade(commands.add_parser("grade", help="grade a folder or a zip of submissions", epilog=EPILOG))
    check = commands.add_parser("check", help="try whether the sandbox works on this machine")
    check.add_argument("--isolation", choices=("bubblewrap", "container"), default="bubblewrap")
    publish = commands.add_parser(
        "summary", help="write the tables, the feedback and the summary again, and print how it went"
    )
    publish.add_argument("folder", type=Path, help=FOLDER)
    _formats(publish)
    ranking = commands.add_parser("board", help="write board.md, the ranking of a contest, under aliases")
    ranking.add_argument("folder", type=Path, help=FOLDER)
    ranking.add_argument("--names", action="store_true", help="print who is who instead, and write nothing")
    merge = commands.add_parser(
        "merge-written", help="take the marks of the written questions into the results"
    )
    merge.add_argument("folder", type=Path, help=FOLDER)
    merge.add_argument("file", type=Path, nargs="?", help="the filled-in table (FOLDER/written.csv)")
    _formats(merge)
    archive = commands.add_parser("autograder", help="write the zip that Gradescope takes; never hand it out")
    archive.add_argument("problem_set", metavar="SET", help="for example ps4")
    archive.add_argument("--out", type=Path, required=True, metavar="ZIP")
    archive.add_argument("--seed", type=whole, help="seed of the cases (a new one)")
    return top


def _grade(command: argparse.ArgumentParser) -> None:
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
        type=moment,
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
        "--seed", type=whole, metavar="N", help="seed of the cases, any number (the one stored in FOLDER)"
    )
    _formats(command)
    run = command.add_argument_group("running")
    run.add_argument("--jobs", type=int, default=0, metavar="N", help="boxes at a time (one for each core)")
    run.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="grade on the Dask cluster at tcp://…"
    )
    box = run.add_mutually_exclusive_group()
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


def _formats(command: argparse.ArgumentParser) -> None:
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    top = parser()
    options = top.parse_args(arguments)
    try:
        if options.language:
            words.use(options.language)
        return COMMANDS[options.command](options)
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


def run_grade(options: argparse.Namespace) -> int:
    """Grade what a course handed in."""
    if options.isolation == "trusted":
        print("No sandbox: these notebooks can read and change whatever you can.", file=sys.stderr)
    wanted = course.Options(
        problem_set=options.problem_set,
        source=options.source,
        out=options.out,
        roster=options.roster,
        layout=options.layout,
        rules=submissions.Rules(options.deadline, options.late, options.duplicates),
        seed=options.seed,
        jobs=options.jobs,
        scheduler=options.scheduler,
        isolation=options.isolation,
        formats=tuple(options.formats),
        column=options.column,
    )
    return tell(options.out, course.grade(wanted))


def tell(folder: Path, rows: Sequence[results.Row]) -> int:
    """Print how it went; return the exit status."""
    print(f"{len(rows)} students: {results.counts(rows)}")
    if unmatched := results.Manifest.load(folder).unmatched:
        print(f"{len(unmatched)} files belong to nobody in the roster: see {folder / 'unmatched.csv'}")
    print(f"{folder / 'results.csv'}  {folder / 'summary.html'}  {folder / 'feedback'}/")
    return int(any(row.result["status"] == "grader_error" for row in rows))


def run_check(options: argparse.Namespace) -> int:
    """Try the sandbox."""
    sandbox.check_isolation(options.isolation)
    print(f"The sandbox works here ({options.isolation}).")
    return 0


def run_summary(options: argparse.Namespace) -> int:
    """Publish again."""
    with journal.locked(options.folder):
        return tell(options.folder, results.publish(options.folder, options.formats, options.column))


def run_board(options: argparse.Namespace) -> int:
    """Rank a contest."""
    manifest = results.Manifest.load(options.folder)
    found = results.rows(options.folder, manifest, journal.Journal(options.folder))
    ranking = board.markdown(
        (row.result for row in found), journal.stored_secret(options.folder), options.names
    )
    if not ranking:
        print(f"{manifest.problem_set} has no contest, or nobody has a place in it", file=sys.stderr)
    elif not options.names:
        journal.write(options.folder / "board.md", ranking)
    print(ranking, end="")
    return 0


def run_merge_written(options: argparse.Namespace) -> int:
    """Take the marks of written answers, and publish again."""
    with journal.locked(options.folder):
        count = written_.merge(options.folder, options.file or options.folder / "written.csv")
        print(f"{count} marks of written answers")
        return tell(options.folder, results.publish(options.folder, options.formats, options.column))


def run_autograder(options: argparse.Namespace) -> int:
    """Write Gradescope's zip."""
    gradescope.write_zip(options.problem_set, options.out, options.seed)
    print(f"{options.out} holds the hidden cases: upload it to Gradescope, and hand it to nobody else.")
    return 0


COMMANDS = {
    "grade": run_grade,
    "check": run_check,
    "summary": run_summary,
    "board": run_board,
    "merge-written": run_merge_written,
    "autograder": run_autograder,
}

if __name__ == "__main__":
    sys.exit(main())
