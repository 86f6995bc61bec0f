"""Ask the race's question about Adam and NAdam once more, on trials and seeds that nobody has seen.

``python -m tools.race_again LOGS`` keeps each run as a line in the folder LOGS, a file a workload, as
``tools/race.py`` does, and writes ``race_again.json``: four entries, the race's own targets, five draws
beyond the race's, trials alone. About four minutes of one core.
"""

import argparse
import json
import platform
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.racing import NAMES, Log, Plan, load_race, race
from tools.race import FILE, cost, plain

ENTRIES = (("Adam", "long"), ("Adam", "halved"), ("NAdam", "ahead"), ("NAdam", "long"))
PLAN = Plan()
FRESH = range(PLAN.draws, 2 * PLAN.draws)  # draws


def main() -> None:
    """Run what is left, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", type=Path)
    parser.add_argument("workloads", nargs="*", choices=[*NAMES, []])
    given = parser.parse_args()
    given.logs.mkdir(parents=True, exist_ok=True)
    known = load_race()["workloads"]
    found: dict[str, dict[str, Any]] = {}
    for name in given.workloads or NAMES:
        log, goal = Log(given.logs / f"{name}.jsonl"), known[name]["targets"]["target"]
        found[name] = {space: {} for _, space in ENTRIES}
        for method, space in ENTRIES:
            found[name][space][method] = [
                race(name, method, space, PLAN, goal, log, draw=draw, again=False) for draw in FRESH
            ]
        found[name] |= cost(log)
        print(f"{name}: {found[name]['runs']} runs, {found[name]['seconds']} s", flush=True)
    if given.workloads:
        return
    whole = {
        "date": date.today().isoformat(),
        "versions": {"numpy": np.__version__, "python": platform.python_version()},
        "draws": list(FRESH),
        "seconds": round(sum(each["seconds"] for each in found.values())),
        "runs": sum(each["runs"] for each in found.values()),
        "workloads": found,
    }
    file = FILE.with_name("race_again.json")
    file.write_text(json.dumps(plain(whole), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{file.name}: {whole['runs']} runs, {whole['seconds']} s")


if __name__ == "__main__":
    main()
