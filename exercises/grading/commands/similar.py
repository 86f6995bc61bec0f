"""Report who is more alike than the class."""

from __future__ import annotations

import argparse
from pathlib import Path

from exercises.grading.commands import shared
from exercises.grading.course import journal, results
from exercises.grading.likeness import fingerprints, gather, pairs, tokens
from exercises.grading.pages import likeness_page

HELP = "write similar.html: who is more alike than the class"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the folder, and for what was handed in and handed out where it is elsewhere."""
    shared.folder(command)
    command.add_argument(
        "source", type=Path, nargs="?", metavar="SUBMISSIONS", help="what was graded, if it was moved"
    )
    command.add_argument(
        "--handed-out",
        type=Path,
        metavar="NOTEBOOK",
        help="the notebook that everybody was handed (exercises/SET.ipynb)",
    )


def run(given: argparse.Namespace) -> int:
    """Write ``similar.html``, which nobody else on this machine can read."""
    path = given.folder / "similar.html"
    page, count = report(given.folder, given.source, given.handed_out)
    journal.write(path, page, private=True)
    print(f"Pairs that stand out: {count}. {path} is for you alone: it names students, and proves nothing.")
    return 0


def report(folder: Path, source: Path | None = None, handed_out: Path | None = None) -> tuple[str, int]:
    """Return the report on the results in ``folder``, and how many pairs stand out.

    Raises
    ------
    Refused
        If what was handed in or handed out is not where it is looked for.
    """
    problem_set = results.Manifest.load(folder).problem_set
    handed_in = gather.gather(folder, source)
    base = fingerprints.hashes(tokens.tokens(gather.handed_out(problem_set, handed_out)))
    cells = handed_in.cells | gather.solution(problem_set)
    prints = {name: fingerprints.fingerprints(tokens.tokens(each), base) for name, each in cells.items()}
    found = pairs.compare({name: each.keys() for name, each in prints.items()})
    page = likeness_page.html(found, prints, cells, handed_in.left_out)
    return page, len(found.standing_out)
