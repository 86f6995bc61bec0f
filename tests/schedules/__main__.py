"""``python -m tests.schedules`` compares with the live frameworks; ``--record`` stores what they say."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from tests.parity.frameworks import installed
from tests.schedules import asked
from tests.schedules.cases import CASES

FILE = Path(__file__).with_name("recorded.json")
RTOL, ATOL = 1e-10, 1e-14


def near(found, expected, rtol=RTOL):
    """Return whether two lists of numbers are as near as rounding lets them be."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and np.allclose(found, expected, rtol=rtol, atol=ATOL)


def live(framework):
    """Return what an installed framework says, as `read` gives it."""
    rates = {name: values.tolist() for name, values in asked.theirs(framework).items()}
    module = asked.module_of(framework)
    entry = {
        "version": installed(framework),
        "signatures": asked.signatures(framework, module),
        "rates": rates,
    }
    if framework == "torch":
        entry |= {"plateau": asked.plateau_theirs(), "paths": asked.paths_theirs()}
    if framework == "mxnet":
        entry["paths"] = {"SGD": asked.mxnet_path(CASES["mxnet"]["CosineScheduler, warm-up"])}
    return entry


def wrong(framework, entry):
    """Return the names of the cases in which ours differs from what a framework says."""
    found = [
        name
        for name, expected in entry["rates"].items()
        if not near(asked.ours(framework, CASES[framework][name]), expected)
    ]
    ours = asked.signatures(framework, asked.OURS[framework])
    found += [f"signature of {name}" for name in ours if ours[name] != entry["signatures"][name]]
    found += [
        f"plateau, {name}"
        for name, expected in entry.get("plateau", {}).items()
        if not near(asked.plateau_ours(name), expected)
    ]
    return found


def read():
    """Return what was recorded, by framework."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write(recorded):
    """Store it, a line a case."""
    parts = []
    for framework, entry in recorded.items():
        sections = [f'"version": "{entry.pop("version")}"']
        for section, cases in entry.items():
            lines = [
                f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(case, separators=(',', ':'))}"
                for name, case in cases.items()
            ]
            sections.append(f'"{section}": {{\n' + ",\n".join(lines) + "}")
        parts.append(f'"{framework}": {{\n' + ",\n".join(sections) + "}")
    FILE.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def main(arguments=None):
    """Print every case that differs; return 1 if one does or a framework is missing, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.schedules", description=__doc__)
    parser.add_argument("--record", action="store_true", help="store what the frameworks say")
    options = parser.parse_args(arguments)
    entries, failed = {}, False
    for framework in CASES:
        try:
            entries[framework] = live(framework)
        except ImportError as error:
            print(f"FAILED {framework} is missing: {error}")
            failed = True
            continue
        names = wrong(framework, entries[framework])
        failed = failed or bool(names)
        print(f"{framework}: {len(CASES[framework])} schedules compared, {len(names)} differ")
        for name in names:
            print(f"FAILED {name}")
    if options.record and not failed:
        write(entries)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
