"""The frameworks' steps, recorded so that comparing with them needs no framework: one file for each rule."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from tests.parity.problem import RECORDED, SEED
from tests.rules import home

FOLDER = Path(__file__).with_name("recorded")
PROBLEM = {"seed": SEED, "recorded": list(RECORDED)}


def key(case, scale):
    """Return the name of a case's steps in the file."""
    return f"{case.name} @ {scale:g}"


def write(name, taken):
    """Record ``{framework: (version, {key: array of shape (len(RECORDED), 8)})}`` of a rule, one line a step.

    What other frameworks have taken before stays as it is; a file from another problem is replaced.
    """
    file = FOLDER / f"{name}.json"
    stored = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept = stored["frameworks"] if stored.items() >= PROBLEM.items() else {}
    for framework, (version, paths) in taken.items():
        steps = {each: path.tolist() for each, path in paths.items()}
        kept[framework] = {"version": version, "steps": steps}
    kept = {framework: entry for framework, entry in kept.items() if entry["steps"]}
    parts = [f"{json.dumps(framework)}: {_text(kept[framework])}" for framework in sorted(kept)]
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(PROBLEM)[:-1] + ', "frameworks": {\n' + ",\n".join(parts) + "\n}}\n"
    file.write_text(text, encoding="utf-8")
    read.cache_clear()


def _text(entry):
    steps = []
    for name, path in entry["steps"].items():
        rows = ",\n".join(json.dumps(row) for row in path)
        steps.append(f"{json.dumps(name, ensure_ascii=False)}: [\n{rows}]")
    return f'{{"version": {json.dumps(entry["version"])}, "steps": {{\n' + ",\n".join(steps) + "\n}}"


@cache
def read(name):
    """Return the recorded points of a rule, ``{framework: {key: array of shape (len(RECORDED), 8)}}``.

    A rule of which nothing is recorded has no framework.
    """
    file = FOLDER / f"{name}.json"
    if not file.exists():
        return {}
    stored = json.loads(file.read_text(encoding="utf-8"))
    if not stored.items() >= PROBLEM.items():
        raise ValueError(
            f"{file.name} was recorded from another problem; run `python -m tests.parity --record {name}`"
        )
    return {
        framework: {each: np.array(path) for each, path in entry["steps"].items()}
        for framework, entry in stored["frameworks"].items()
    }


def steps(case, scale):
    """Return the recorded points of a case, shape (len(RECORDED), 8).

    Raises
    ------
    LookupError
        If there are none; it says how to record them.
    """
    name, framework = home(case), case.call.framework
    found = read(name).get(framework, {}).get(key(case, scale))
    if found is None:
        raise LookupError(
            f"tests/parity/recorded/{name}.json holds no steps of {framework} for {key(case, scale)!r}; "
            f"run `python -m tests.parity --record {name}`"
        )
    return found
