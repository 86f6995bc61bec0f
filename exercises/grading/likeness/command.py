"""The command ``similar``."""

from __future__ import annotations

import argparse
from pathlib import Path

from exercises.grading.course import journal, results
from exercises.grading.likeness import fingerprints, gather, pairs, tokens
from exercises.grading.pages import likeness_page

__all__ = ["add", "report", "run"]


def add(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("folder", type=Path, help="the folder that --out named")
    command.add_argument(
        "source", type=Path, nargs="?", metavar="SUBMISSIONS", help="what was graded, if it was moved"
    )
    command.add_argument(
        "--handed-out",
        type=Path,
        metavar="NOTEBOOK",
        help="the notebook that everybody was handed (exercises/SET.ipynb)",
    )


def run(options: argparse.Namespace) -> int:
    """Write ``similar.html``, which nobody else on this machine can read."""
    path = options.folder / "similar.html"
    page, count = report(options.folder, options.source, options.handed_out)
    journal.write(path, page, private=True)
    print(f"Pairs that stand out: {count}. {path} is for you alone: it names students, and proves nothing.")
    return 0


def report(folder: Path, source: Path | None = None, given: Path | None = None) -> tuple[str, int]:
    """Return the report on the results in ``folder``, and how many pairs stand out.

    Raises
    ------
    Refused
        If what was handed in or handed out is not where it is looked for.
    """
    problem_set = results.Manifest.load(folder).problem_set
    handed_in = gather.gather(folder, source)
    base = fingerprints.hashes(tokens.tokens(gather.handed_out(problem_set, given)))
    cells = handed_in.cells | gather.solution(problem_set)
    prints = {name: fingerprints.fingerprints(tokens.tokens(each), base) for name, each in cells.items()}
    found = pairs.compare({name: each.keys() for name, each in prints.items()})
    page = likeness_page.html(found, prints, cells, handed_in.left_out)
    return page, len(found.standing_out)
