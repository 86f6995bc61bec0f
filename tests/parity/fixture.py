"""The frameworks' steps, recorded so that comparing with them needs no framework: one file for each."""

import json
from pathlib import Path

import numpy as np

from tests.parity.problem import RECORDED, SEED

FOLDER = Path(__file__).with_name("recorded")


def key(case, scale):
    """Return the name of a case's steps in the file."""
    return f"{case.name} @ {scale:g}"


def write(framework, version, paths):
    """Record the points of the paths, ``{key: array of shape (len(RECORDED), 8)}``, one line a step."""
    entries = []
    for name, path in paths.items():
        rows = ",\n".join(json.dumps(row) for row in path.tolist())
        entries.append(f"{json.dumps(name, ensure_ascii=False)}: [\n{rows}]")
    head = {"version": version, "seed": SEED, "recorded": RECORDED}
    text = json.dumps(head)[:-1] + ', "steps": {\n' + ",\n".join(entries) + "\n}}\n"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{framework}.json").write_text(text, encoding="utf-8")


def read(framework):
    """Return the recorded points, ``{key: array of shape (len(RECORDED), 8)}``."""
    file = FOLDER / f"{framework}.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    if [stored["seed"], stored["recorded"]] != [SEED, list(RECORDED)]:
        raise ValueError(f"{file.name} was recorded from another problem; make it anew with --record")
    return {name: np.array(path) for name, path in stored["steps"].items()}
