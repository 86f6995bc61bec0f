"""Run the race of the chapter on choosing, and store it beside the data sets.

``python tools/race.py LOGS`` keeps each run as a line in the folder LOGS, a file a workload; started again
after a kill, it goes on where it was. With names of workloads it runs these alone, so that processors can
share the work; without any it runs what is left, and writes ``race.json``. About twenty minutes of one core.
"""

import argparse
import json
import math
import platform
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.racing import METHODS, NAMES, Log, Plan, race, target_of

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "race.json"


def raced(name: str, plan: Plan, log: Log) -> dict[str, Any]:
    """Return all races on a workload, for each method a list over the draws of the trials."""
    targets = target_of(name, plan, log)

    def draws(method: str, space: str, target: str = "target", *, again: bool = True) -> list[Any]:
        goal = targets[target]
        return [
            race(name, method, space, plan, goal, log, draw=draw, again=again) for draw in range(plan.draws)
        ]

    return {
        "targets": targets,
        "usual": {method: draws(method, "usual") for method in METHODS},
        "long": {method: draws(method, "long") for method in ("Adam", "NAdam")},
        "halved": {"Adam": draws("Adam", "halved")},
        "ahead": {"NAdam": draws("NAdam", "ahead")},
        "hard": {method: draws(method, "usual", "hard", again=False) for method in METHODS},
    }


def cost(log: Log) -> dict[str, float]:
    """Return how many runs were asked for, and the seconds of a processor that they took."""
    return {"runs": len(log.asked), "seconds": round(sum(log.asked.values()), 1)}


def plain(value: Any) -> Any:
    """Return what JSON can hold: None for infinity, whole numbers where there are any."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value == int(value) else value
    return value


def run(doc: str, asked: Callable[[str, Log], dict[str, Any]], file: Path, **about: Any) -> None:
    """Ask what is left of each workload, and write it all to a file if nothing is; ``doc`` is the help."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("logs", type=Path)
    parser.add_argument("workloads", nargs="*", choices=[*NAMES, []])
    given = parser.parse_args()
    given.logs.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in given.workloads or NAMES:
        log = Log(given.logs / f"{name}.jsonl")
        found[name] = asked(name, log) | cost(log)
        print(f"{name}: {found[name]['runs']} runs, {found[name]['seconds']} s", flush=True)
    if given.workloads:
        return
    whole = {
        "date": date.today().isoformat(),
        "versions": {"numpy": np.__version__, "python": platform.python_version()},
        **about,
        "seconds": round(sum(each["seconds"] for each in found.values())),
        "runs": sum(each["runs"] for each in found.values()),
        "workloads": found,
    }
    file.write_text(json.dumps(plain(whole), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{file.name}: {whole['runs']} runs, {whole['seconds']} s")


def main() -> None:
    """Run the race."""
    plan = Plan()
    run(str(__doc__), lambda name, log: raced(name, plan, log), FILE, plan=vars(plan))


if __name__ == "__main__":
    main()
