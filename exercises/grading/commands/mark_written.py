"""Mark the texts in a page on this machine."""

from __future__ import annotations

import argparse

from exercises.grading.commands import shared
from exercises.grading.course import journal, results, written
from exercises.grading.desk.pile import Pile
from exercises.grading.desk.server import Desk

HELP = "mark the texts in a page on this machine"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the folder, how the answers are to be shown, and where."""
    shared.folder(command)
    command.add_argument("--hide-names", action="store_true", help="number the students, and name nobody")
    command.add_argument("--shuffle", action="store_true", help="show the answers in an order of chance")
    command.add_argument(
        "--port",
        type=int,
        default=0,
        metavar="N",
        help="of the page on 127.0.0.1 (any that is free)",
    )


def run(given: argparse.Namespace) -> int:
    """Serve the desk until the instructor finishes, and take the marks into the results."""
    folder = given.folder
    results.Manifest.load(folder)
    with journal.locked(folder):
        pile = Pile(folder, given.hide_names, given.shuffle)
        if not pile.papers:
            print(f"{folder} has no text to mark")
            return 0
        with Desk(pile, given.port) as desk:
            print(f"Texts to mark: {len(pile.open())} of {len(pile.papers)}. Open this address in a browser:")
            print(f"\n  {desk.address}\n", flush=True)
            print("Whoever has it can give marks. Finish in the page, or here with Ctrl+C.", flush=True)
            desk.serve()
        count = written.merge(folder, folder / "written.csv")
        found = results.publish(folder)
    print(f"\nTexts marked: {count} of {len(pile.papers)}. {folder / 'results.csv'} counts them.")
    return int(any(row.result["status"] == "grader_error" for row in found))
