"""The zip for Gradescope, unpacked and run as Gradescope does, in a tree like its container's."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

import nbformat
import pytest

from exercises.grading.course import gradescope
from exercises.grading.course.journal import ROOT
from exercises.grading.sandbox import isolation
from tests.grading.fakes import TOY

RIGHT = "def centre(x):\n    return x - x.mean(axis=0)"
WRITTEN = "explain_q5 = 'because of the Taylor series'"
CONTEST = "def find(ask, x, budget):\n    return x - ask(x)"


def notebook(*cells: str) -> str:
    """Return a notebook with these code cells."""
    return nbformat.writes(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    )


def everybody_enters(folder: str) -> bool:
    """Tell whether another user may go into a folder."""
    here = Path(folder).resolve()
    return all(each.stat().st_mode & 0o001 for each in (here, *here.parents))


def interpreter(folder: Path) -> str:
    """Return a Python that another user may run with the packages that setup.sh installs in /opt/grader."""
    if everybody_enters(sys.prefix) and everybody_enters(sys.base_prefix):
        return sys.executable
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    pythons = [Path(home, "bin", name) for home in (sys.base_prefix, "/usr") if everybody_enters(home)]
    python = next((each for each in pythons if each.exists()), None)
    if python is None:
        pytest.fail(f"only root may run {sys.base_prefix}, and there is no /usr/bin/{name}")
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{packages(folder)}" exec {python} "$@"\n')
    script.chmod(0o755)
    return str(script)


def packages(folder: Path) -> Path:
    """Return where another user may read the packages; a copy of them where ours lie in a closed folder."""
    ours = Path(sysconfig.get_path("purelib"))
    if everybody_enters(ours):
        return ours
    copy = folder / "packages"
    for each in (*isolation.packages(), *ours.glob("*.dist-info")):
        if each.is_dir():
            shutil.copytree(each, copy / each.name)
        else:
            shutil.copy(each, copy / each.name)
    return copy


class Container:
    """A tree like /autograder, made from a zip as Gradescope makes it."""

    def __init__(self, folder: Path, seed: int = 5) -> None:
        self.root = folder / "autograder"
        self.python = interpreter(folder)
        gradescope.write_zip(TOY, folder / "ps.zip", seed)
        # The zipfile module leaves the rights of the files away; unzip does not.
        with zipfile.ZipFile(folder / "ps.zip") as archive:
            archive.extractall(self.root / "source")
            for entry in archive.infolist():
                (self.root / "source" / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
        shutil.copy(self.root / "source" / "run_autograder", self.root / "run_autograder")
        (self.root / "submission").mkdir()
        (self.root / "results").mkdir()

    def run(self, **files: str) -> dict:
        """Run the autograder on files handed in (``ps_ipynb`` is ps.ipynb); return results.json."""
        shutil.rmtree(self.root / "submission")
        (self.root / "submission").mkdir()
        for name, text in files.items():
            (self.root / "submission" / name.replace("_ipynb", ".ipynb")).write_text(text)
        (self.root / "results" / "results.json").unlink(missing_ok=True)
        environment = {"PATH": os.environ["PATH"], "GRADER_PYTHON": self.python}
        self.process = subprocess.run(
            [str(self.root / "run_autograder")],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        path = self.root / "results" / "results.json"
        return json.loads(path.read_text()) if path.exists() else {}


@pytest.fixture(scope="module")
def container():
    """Make one container, where everybody may look, as in Gradescope's."""
    if os.geteuid() != 0:
        pytest.skip("Gradescope runs the autograder as root, and this is not root")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield Container(folder)
    shutil.rmtree(folder)


def test_the_zip_holds_what_gradescope_asks_for_and_no_master(tmp_path):
    gradescope.write_zip("ps1", tmp_path / "ps1.zip", 5)
    with zipfile.ZipFile(tmp_path / "ps1.zip") as archive:
        names = archive.namelist()
        for script in ("setup.sh", "run_autograder"):
            assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")
            assert archive.getinfo(script).external_attr >> 16 & 0o111
        assert json.loads(archive.read("config.json")) == {"problem_set": "ps1", "seed": 5}
        assert b"numpy==" in archive.read("requirements.txt")
    assert {"exercises/__init__.py", "exercises/grading/job.py", "exercises/ps1/cases.py"} <= set(names)
    needed = {"exercises/grading/sandbox/box/runner.py", "d2l_utils/rules/moments.py"}
    assert needed | {"d2l_utils/practice/data/adam.toml"} <= set(names)
    assert not [name for name in names if name.endswith((".ipynb", ".pyc"))]
    assert not [name for name in names if name.startswith("exercises") and not name.endswith(".py")]
    assert not [name for name in names if "ps2" in name or "pages" in name]
    again = tmp_path / "again.zip"
    gradescope.write_zip("ps1", again, 5)
    assert again.read_bytes() == (tmp_path / "ps1.zip").read_bytes()
    gradescope.write_zip("ps1", again)
    with zipfile.ZipFile(again) as archive:
        assert json.loads(archive.read("config.json"))["seed"] != 5


def test_what_runs_there_needs_no_package_but_those_of_the_zip():
    script = (
        "import sys\nimport exercises.grading.course.gradescope\n"
        "print([name for name in sys.modules if 'jinja2' in name or '.pages' in name])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_scripts_are_shell(tmp_path):
    for text in (gradescope.SETUP.format(python="3.11"), gradescope.RUN):
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)


def test_it_grades_as_gradescope_runs_it(container):
    found = container.run(
        ps_ipynb=notebook(RIGHT, "def step(p, g, v, lr):\n    return p, v", WRITTEN, CONTEST)
    )
    assert found, container.process.stderr
    tests = {test["name"]: test for test in found["tests"]}
    centre = tests["q1 Centre the columns: centres each column of a matrix"]
    assert (centre["score"], centre["max_score"], centre["status"]) == (2, 2, "passed")
    wrong = tests["q2 Step in place: steps from rest"]
    assert (wrong["score"], wrong["status"]) == (0, "failed")
    assert wrong["output"]
    assert not [name for name in tests if name.startswith("q5")]
    assert found["leaderboard"] == [{"name": "Find the lowest point", "value": pytest.approx(0)}]
    assert found["stdout_visibility"] == "hidden"
    assert {"score", "max_score", "output", "visibility", "name"} <= set(wrong)
    assert "score" not in found


def test_a_rerun_gives_the_same(container):
    first = container.run(ps_ipynb=notebook(RIGHT))
    second = container.run(ps_ipynb=notebook(RIGHT))
    assert first["tests"] == second["tests"]
    assert first["tests"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"ps_ipynb": "{not a notebook"}, "could not be marked"),
        ({"report.pdf": "%PDF"}, "you handed in no notebook"),
        ({}, "you handed in no notebook"),
        ({"a_ipynb": "{}", "b_ipynb": "{}"}, "you handed in a.ipynb, b.ipynb"),
    ],
)
def test_what_is_no_notebook_gets_a_zero_and_a_reason(container, files, message):
    found = container.run(**files)
    assert found["score"] == 0
    assert message in found["output"]


SPY = """
import glob, os
found = []
for path in ("{root}/source", "{root}/results", "{root}/source/exercises", "{root}/source/config.json"):
    try:
        found.append((path, os.listdir(path) if os.path.isdir(path) else open(path).read()))
    except OSError:
        pass
try:
    open("{root}/results/results.json", "w").write('{{"score": 100}}')
    found.append("results")
except OSError:
    pass
explain_q5 = repr(found)
"""


def test_the_cases_and_the_results_are_closed_to_the_student(container):
    code = SPY.format(root=container.root)
    found = container.run(ps_ipynb=notebook(code, "def centre(x):\n    return len(explain_q5)"))
    assert "tests" in found
    code = f"assert not found, 'open'\n{RIGHT}"
    found = container.run(ps_ipynb=notebook(SPY.format(root=container.root) + code))
    assert {t["score"] for t in found["tests"] if t["name"].startswith("q1")} == {1, 2}
    assert (container.root / "source").stat().st_mode & 0o077 == 0


def test_an_error_of_the_graders_own_leaves_no_result(container):
    path = container.root / "source" / "tests" / "grading" / "toy" / "cases.py"
    kept = path.read_text()
    path.write_text(kept + "\nraise RuntimeError('broken')\n")
    try:
        assert container.run(ps_ipynb=notebook(RIGHT)) == {}
        assert container.process.returncode == 1
        assert "RuntimeError" in container.process.stderr
    finally:
        path.write_text(kept)


def test_it_does_not_write_where_the_repository_is(container):
    container.run(ps_ipynb=notebook(RIGHT))
    assert not list(container.root.rglob("__pycache__"))
    assert ROOT not in container.root.parents
