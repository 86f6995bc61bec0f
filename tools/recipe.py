"""Search settings for the recipe, three draws for each contestant, and store what came of it.

Run as ``python -m tools.recipe``; it takes minutes on one core.
"""

from __future__ import annotations

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # before numpy is loaded

import json
import platform
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.recipe import FINAL_SEEDS, RUNGS, SPACES, judged, setup_of, trial
from d2l_utils.tuning import OverSeeds, successive_halving
from d2l_utils.ward import train

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "recipe.json"
DRAWS = range(3)


def finals(name: str, setting: Mapping[str, float]) -> dict[str, Any]:
    """Judge a setting with new seeds."""
    runs = [judged(train(setup_of(name, setting), seed, curves=False)) for seed in FINAL_SEEDS]
    return {"loss": [round(loss, 5) for loss, _ in runs], "wrong": [wrong for _, wrong in runs]}


def searched(name: str, draw: int) -> dict[str, Any]:
    """Search once: who won by the first seed alone, who by halving, and what both are worth on new seeds."""

    def score(setting: Mapping[str, float], seed: int) -> float:
        return judged(train(setup_of(name, setting), seed, curves=False))[0]

    tried = [OverSeeds(trial(name, number, draw), score) for number in range(RUNGS[0][0])]
    won = tried.index(successive_halving(tried, RUNGS).best)
    first = int(np.argmin([each.scores[0] for each in tried]))
    ends = {number: finals(name, tried[number].setting) for number in {won, first}}
    return {
        "scores": [[round(loss, 5) for loss in each.scores] for each in tried],
        "halved": {"trial": won, **ends[won]},
        "one seed": {"trial": first, **ends[first]},
    }


def main() -> None:
    """Search everything and write the file."""
    start = time.process_time()
    found: dict[str, Any] = {name: [searched(name, draw) for draw in DRAWS] for name in SPACES}
    about = {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "rungs": RUNGS,
        "final seeds": list(FINAL_SEEDS),
        "minutes": round((time.process_time() - start) / 60, 1),
    }
    lines = [
        f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, each)) + "]" for name, each in found.items()
    ]
    body = ",\n".join(lines)
    FILE.write_text(f'{{"about": {json.dumps(about)},\n"searches": {{\n{body}}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
