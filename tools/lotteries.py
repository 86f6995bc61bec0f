"""Run the race of the chapter beyond Adam with many draws of its settings, and store it beside the data.

``python -m tools.lotteries LOG`` keeps each draw of a method as a line in the file LOG and, started again
after a kill, goes on where it was; it takes some minutes of one core. With numbers of lotteries it runs
these alone, so that processors can share the work; without any it runs what is left, and writes the file.
What runs is the chapter's own code: the cells that define the race are executed, and nothing of it is
repeated here.
"""

from __future__ import annotations

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # before numpy is loaded

import argparse
import ast
import json
import platform
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

ROOT = Path(__file__).parents[1]
CHAPTER = ROOT / "chapters" / "16-beyond-adam.ipynb"
FILE = ROOT / "d2l_utils" / "datasets" / "lotteries.json"
NAMES = {"train", "part", "validation", "trained", "plain", "rising", "beside", "field", "tickets", "tuned"}
LOTTERIES, LONG_LOTTERIES = 8, 3
LONG = ("momentum", "Adam")  # again with ten times the epochs
EPOCHS = {"race": 4, "longer": 40}


def defined(source: str) -> set[str]:
    """Return the names that a cell defines or assigns."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            found |= {each.id for each in ast.walk(target) if isinstance(each, ast.Name)} if target else set()
    return found


def chapter() -> dict[str, Any]:
    """Return the names of the race, from the chapter's cells: its imports and those that define it.

    Raises
    ------
    ValueError
        If the chapter lacks one of them.
    """
    cells = [each.source for each in nbformat.read(CHAPTER, as_version=4).cells if each.cell_type == "code"]
    found: dict[str, Any] = {}
    for source in [cells[0], *(each for each in cells[1:] if defined(each) & NAMES)]:
        exec(compile(source, CHAPTER.name, "exec"), found)
    if lacking := NAMES - set(found):
        raise ValueError(f"{CHAPTER.name} does not define {', '.join(sorted(lacking))}")
    return found


def jobs(field: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield all that is run: the part, the method, and the number of the lottery."""
    for lottery in range(LOTTERIES):
        yield from (("race", name, lottery) for name in field)
        if lottery < LONG_LOTTERIES:
            yield from (("longer", name, lottery) for name in LONG)


def run(tuned: Any, part: str, name: str, lottery: int) -> dict[str, Any]:
    """Return the winning setting of a lottery, its test losses on new seeds, and the seconds it took."""
    begun = time.process_time()
    with np.errstate(all="ignore"):  # some settings diverge
        best, losses = tuned(name, lottery, EPOCHS[part])
    return {
        "settings": [float(f"{each:.6g}") for each in best],
        "test": np.round(losses, 5).tolist(),
        "seconds": time.process_time() - begun,
    }


def main() -> None:
    """Run what the log lacks, and write the file if nothing is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("lotteries", nargs="*", type=int, choices=[*range(LOTTERIES), []])
    given = parser.parse_args()
    log, known = given.log, {}
    if log.exists():
        known = {tuple(key): found for key, found in map(json.loads, log.read_text().splitlines())}
    race = chapter()
    whole: dict[str, Any] = {"race": {}, "longer": {}}
    seconds = 0.0
    for key in jobs(race["field"]):
        if given.lotteries and key[2] not in given.lotteries:
            continue
        if key not in known:
            known[key] = run(race["tuned"], *key)
            with log.open("a") as file:
                file.write(json.dumps([key, known[key]]) + "\n")
        part, name, _ = key
        each = whole[part].setdefault(name, {"settings": [], "test": []})
        each["settings"].append(known[key]["settings"])
        each["test"].append(known[key]["test"])
        seconds += known[key]["seconds"]
    if given.lotteries:
        return
    about = {
        "date": date.today().isoformat(),
        "versions": {"numpy": np.__version__, "python": platform.python_version()},
        "seconds": round(seconds),
        "lotteries": LOTTERIES,
    }
    FILE.write_text(json.dumps(about | whole, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {len(known)} lotteries, {about['seconds']} s")


if __name__ == "__main__":
    main()
