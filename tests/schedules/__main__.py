"""``python -m tests.schedules`` compares with the live frameworks; ``--record`` stores what they say."""

import json
import sys
from pathlib import Path

import numpy as np

from tests.parity.frameworks import installed
from tests.schedules.asked import ours, theirs
from tests.schedules.cases import CASES

FILE = Path(__file__).with_name("recorded.json")
RTOL, ATOL = 1e-10, 1e-14


def apart(framework, name, expected):
    """Return the largest difference from ours as a share of what is allowed: at most 1 is good."""
    found = ours(framework, CASES[framework][name])
    if found.shape != expected.shape:
        return np.inf
    allowed = ATOL + RTOL * np.abs(expected)
    return float(np.max(np.abs(found - expected) / allowed))


def read():
    """Return what was recorded: ``{framework: {"version": str, "rates": {case: list}}}``."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write(recorded):
    """Store it, a line a case."""
    parts = []
    for framework, entry in recorded.items():
        lines = [
            f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(rates, separators=(',', ':'))}"
            for name, rates in entry["rates"].items()
        ]
        head = f'"{framework}": {{"version": "{entry["version"]}", "rates": {{\n'
        parts.append(head + ",\n".join(lines) + "\n}}")
    FILE.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def main(arguments):
    """Print every case that differs; return how many."""
    live = {framework: theirs(framework) for framework in CASES}
    if "--record" in arguments:
        write(
            {
                framework: {
                    "version": installed(framework),
                    "rates": {name: rates.tolist() for name, rates in found.items()},
                }
                for framework, found in live.items()
            }
        )
    wrong = 0
    for framework, found in live.items():
        for name, expected in found.items():
            share = apart(framework, name, expected)
            if not share <= 1:
                wrong += 1
                print(f"FAILED {framework} {name}: {share:.1e} of what is allowed")
        print(f"{framework}: {len(found)} cases compared")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
