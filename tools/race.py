"""Run the race of the chapter on choosing, and store it beside the data sets.

``python tools/race.py LOGS`` keeps each run as a line in the folder LOGS, a file a workload; started again
after a kill, it goes on where it was. With names of workloads it runs these alone, so that processors can
share the work; without any it runs what is left, and writes ``race.json``. About five minutes of one core.
"""

import argparse
import json
import math
import platform
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.racing import METHODS, NAMES, Log, Plan, race, target_of

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "race.json"


def raced(name: str, plan: Plan, log: Log) -> dict[str, Any]:
    """Return all races on a workload."""
    found: dict[str, Any] = {"targets": target_of(name, plan, log)}
    target, hard = found["targets"]["target"], found["targets"]["hard"]
    few = replace(plan, trials=plan.trials // 2)  # a space of one dimension
    found["usual"] = {method: race(name, method, "usual", plan, target, log) for method in METHODS}
    found["rate"] = {each: race(name, each, "rate", few, target, log, again=False) for each in METHODS}
    found["eps"] = {"Adam": race(name, "Adam", "eps", plan, target, log)}
    found["hard"] = {each: race(name, each, "usual", plan, hard, log, again=False) for each in METHODS}
    return found | {"runs": len(log.asked), "seconds": round(sum(log.asked.values()), 1)}


def plain(value: Any) -> Any:
    """Return what JSON can hold: None for infinity, whole numbers where there are any."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value == int(value) else round(value, 8)
    return value


def main() -> None:
    """Run what is left; write the result if nothing is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", type=Path)
    parser.add_argument("workloads", nargs="*", choices=[*NAMES, []])
    given = parser.parse_args()
    given.logs.mkdir(parents=True, exist_ok=True)
    plan, found = Plan(), {}
    for name in given.workloads or NAMES:
        found[name] = raced(name, plan, Log(given.logs / f"{name}.jsonl"))
        print(f"{name}: {found[name]['runs']} runs, {found[name]['seconds']} s", flush=True)
    if not given.workloads:
        whole = {
            "date": date.today().isoformat(),
            "versions": {"numpy": np.__version__, "python": platform.python_version()},
            "plan": vars(plan),
            "seconds": round(sum(each["seconds"] for each in found.values())),
            "runs": sum(each["runs"] for each in found.values()),
            "workloads": found,
        }
        FILE.write_text(json.dumps(plain(whole), separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{FILE.name}: {whole['runs']} runs, {whole['seconds']} s")


if __name__ == "__main__":
    main()
