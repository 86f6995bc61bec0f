"""PyTorch's steps, recorded so that comparing with them needs no PyTorch."""

import json
from pathlib import Path

import numpy as np

from tests.parity.problem import SEED

FILE = Path(__file__).with_name("torch_steps.json")


def key(case, scale):
    """Return the name of a case's steps in the file."""
    return f"{case.name} @ {scale:g}"


def write(version, paths):
    """Record the paths, ``{key: array of shape (STEPS, 8)}``, one line of the file a step."""
    entries = []
    for name, path in paths.items():
        rows = ",\n".join(json.dumps(row) for row in path.tolist())
        entries.append(f"{json.dumps(name, ensure_ascii=False)}: [\n{rows}]")
    head = f'{{"torch": "{version}", "seed": {SEED}, "steps": {{\n'
    FILE.write_text(head + ",\n".join(entries) + "\n}}\n", encoding="utf-8")


def read():
    """Return the recorded paths, ``{key: array of shape (STEPS, 8)}``."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    if stored["seed"] != SEED:
        raise ValueError(f"{FILE.name} was recorded with seed {stored['seed']}; the problem has {SEED}")
    return {name: np.array(path) for name, path in stored["steps"].items()}
