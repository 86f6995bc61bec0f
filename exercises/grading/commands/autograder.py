"""Write Gradescope's zip."""

from __future__ import annotations

import argparse
from pathlib import Path

from exercises.grading.commands import shared
from exercises.grading.course import gradescope

HELP = "write the zip that Gradescope takes; never hand it out"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the problem set, the zip and the seed."""
    command.add_argument("problem_set", metavar="SET", help="for example ps4")
    command.add_argument("--out", type=Path, required=True, metavar="ZIP")
    command.add_argument("--seed", type=shared.whole, help="seed of the cases (a new one)")


def run(given: argparse.Namespace) -> int:
    """Write the zip."""
    gradescope.write_zip(given.problem_set, given.out, given.seed)
    print(f"{given.out} holds the hidden cases: upload it to Gradescope, and hand it to nobody else.")
    return 0
