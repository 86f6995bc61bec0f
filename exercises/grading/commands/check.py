"""Try whether the sandbox works on this machine."""

from __future__ import annotations

import argparse

from exercises.grading import sandbox

HELP = "try whether the sandbox works on this machine"


def options(command: argparse.ArgumentParser) -> None:
    """Ask for the kind of box."""
    command.add_argument("--isolation", choices=("bubblewrap", "container"), default="bubblewrap")


def run(given: argparse.Namespace) -> int:
    """Try the sandbox."""
    sandbox.check_isolation(given.isolation)
    print(f"The sandbox works here ({given.isolation}).")
    return 0
