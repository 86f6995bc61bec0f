"""The autograder as a zip for Gradescope, and what runs in Gradescope's container.

Gradescope unpacks the zip to ``/autograder/source``, runs ``setup.sh`` once to make the image, and then for
each submission ``/autograder/run_autograder`` as root in ``/autograder``, with the student's files in
``submission``; it wants ``results/results.json``
(https://gradescope-autograders.readthedocs.io/en/latest/specs/). Namespaces cannot be made in there, so the
box is another user's process to which the folder with the cases is closed; and the container is thrown away
after one submission. Never hand the zip to a student.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from exercises.grading import job
from exercises.grading.course.archive import Refused, files
from exercises.grading.course.journal import ROOT, new_seed, write
from exercises.grading.marking.reports import measured
from exercises.grading.question import load
from exercises.grading.texts import worded

__all__ = ["main", "report", "seed_of", "write_zip"]

SETUP = """\
#!/usr/bin/env bash
# Runs once, as root, while Gradescope builds the image.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive UV_PYTHON_INSTALL_DIR=/opt/python
apt-get update
apt-get install -y --no-install-recommends python3-venv util-linux
python3 -m venv /opt/uv
/opt/uv/bin/pip install --quiet uv
/opt/uv/bin/uv venv --python {python} /opt/grader
/opt/uv/bin/uv pip install --python /opt/grader/bin/python -r /autograder/source/requirements.txt
chmod -R go-rwx /autograder/source
"""
RUN = """\
#!/usr/bin/env bash
# Runs as root in /autograder for each submission. The student's code runs as another user, to whom the cases
# and the results are closed.
set -euo pipefail
mkdir -p results
chmod -R go-rwx source results
export PYTHONPATH="$PWD/source" PYTHONDONTWRITEBYTECODE=1
exec "${GRADER_PYTHON:-/opt/grader/bin/python}" -m exercises.grading.course.gradescope
"""
PACKAGES = ("numpy", "matplotlib")
AT_HOME = {"__pycache__", "commands", "pages"}  # folders that the zip leaves out


def write_zip(problem_set: str, path: Path, seed: int | None = None) -> None:
    """Write the autograder of ``problem_set`` to ``path``.

    From ``seed``, a new one unless given and stored in the zip, comes that of each submission (`seed_of`).
    """
    load(problem_set)
    seed = new_seed() if seed is None else seed
    texts = {
        "setup.sh": SETUP.format(python=f"{sys.version_info.major}.{sys.version_info.minor}"),
        "run_autograder": RUN,
        "config.json": json.dumps({"problem_set": problem_set, "seed": seed}) + "\n",
        "requirements.txt": "".join(f"{name}=={version(name)}\n" for name in PACKAGES),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            _add(archive, name, text.encode(), 0o755 if name in ("setup.sh", "run_autograder") else 0o644)
        for file in _sources(problem_set):
            _add(archive, file.relative_to(ROOT).as_posix(), file.read_bytes(), 0o644)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))  # one zip for one content
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _sources(problem_set: str) -> Iterator[Path]:
    """Yield what grades ``problem_set``: the grader, the set without its master, and d2l_utils.

    Gradescope makes the pages there, so ours, which ask for Jinja, stay at home.
    """
    yield ROOT / "exercises" / "__init__.py"
    package = ROOT / Path(*problem_set.split(".")) if "." in problem_set else ROOT / "exercises" / problem_set
    for parent in package.relative_to(ROOT).parents:
        if (init := ROOT / parent / "__init__.py").exists() and parent.name not in ("", "exercises"):
            yield init
    for folder, pattern in (
        (ROOT / "exercises" / "grading", "*.py"),
        (package, "*.py"),
        (ROOT / "d2l_utils", "*"),
    ):
        yield from sorted(
            path
            for path in folder.rglob(pattern)
            if path.is_file() and not AT_HOME.intersection(path.relative_to(ROOT).parts)
        )


def seed_of(seed: int, root: Path) -> int:
    """Return the seed of the submission below ``root``: the same when it is run again, another for the next.

    So nothing that one submission learned of its cases is of use in the next. Gradescope counts submissions
    in ``submission_metadata.json``, which lies where no student writes.
    """
    try:
        number = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))["id"]
    except (OSError, ValueError, KeyError, TypeError):
        number = ""  # not in Gradescope: every submission meets the same cases
    return int(hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:32], 16)


def report(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``result`` of `job.grade` as Gradescope's ``results.json``.

    Each part of a question is a test with its score, and says in words what went wrong. Written questions
    are left to Gradescope's own manual grading. A contest's measure goes to the leaderboard.
    """
    tests, leaderboard = [], []
    for name, question in result["questions"].items():
        if question["kind"] == "written":
            continue
        if question.get("measure") is not None:
            leaderboard.append({"name": question["title"], "value": float(measured(question["measure"]))})
        for part in question["parts"]:
            right = part["earned"] == part["points"]
            told = [] if right else [part["message"], part["hint"], question["message"]]
            tests.append(
                {
                    "name": f"{name} {question['title']}: {part['title']}",
                    "score": part["earned"],
                    "max_score": part["points"],
                    "status": "passed" if right else "failed",
                    "output": "\n".join(dict.fromkeys(text for text in told if text)),
                    "output_format": "text",
                    "visibility": "visible",
                }
            )
    found = {
        "output": result["message"],
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {name: result[name] for name in ("status", "digest", "seed")},
    }
    if leaderboard:
        found["leaderboard"] = leaderboard
    if tests:
        return {**found, "tests": tests}
    output = "\n".join((result["message"], worded("no_empty_score")))
    return {**found, "score": 0.0, "output": output}


def _notebook(folder: Path, problem_set: str) -> bytes:
    """Return the notebook that counts: the one named after the set, or the only one."""
    notebooks = [file for file in files(folder) if file.name.endswith(".ipynb")]
    named = [file for file in notebooks if problem_set in file.name.casefold()]
    choice = named or notebooks
    if len(choice) != 1:
        names = ", ".join(file.name for file in choice) or "no notebook"
        raise Refused(f"you handed in {names}; one notebook called {problem_set}.ipynb was expected")
    return choice[0].read()


def main(root: Path) -> int:
    """Grade ``root/submission`` into ``root/results/results.json``; return the exit status.

    An error of the grader's own ends with status 1 and no result, so that Gradescope tells the instructor
    instead of giving the student a 0.
    """
    config = json.loads((root / "source" / "config.json").read_text(encoding="utf-8"))
    task = {**config, "seed": seed_of(config["seed"], root), "student": "", "isolation": "disposable"}
    try:
        result = job.grade({**task, "notebook": _notebook(root / "submission", config["problem_set"])})
        if result.get("timing") == "wall":
            result = job.grade({**task, "notebook": _notebook(root / "submission", config["problem_set"])})
    except Refused as refusal:
        result = job.blank(task, "invalid_notebook", str(refusal))
    if result["status"] == "grader_error":
        print(result["message"], result.get("traceback", ""), sep="\n", file=sys.stderr)
        return 1
    write(root / "results" / "results.json", json.dumps(report(result), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    argparse.ArgumentParser(description="Grade one submission in Gradescope's container.").parse_args()
    sys.exit(main(Path.cwd()))
