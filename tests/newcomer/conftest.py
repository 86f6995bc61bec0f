"""A copy of the repository in which a newcomer may write."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".git", ".venv", "_build", "__pycache__", ".*_cache", ".ipynb_checkpoints", ".hypothesis")


class Copy:
    """A copy of what a newcomer reads and writes; it can be put back to what it was."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
        self.before = self.state()

    def state(self):
        """Return the content of every file by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not {"__pycache__", "_build", ".pytest_cache"} & set(path.parts)
        }

    def touched(self):
        """Return which files are new or other than they were."""
        return {name for name, content in self.state().items() if self.before.get(name) != content}

    def write(self, name, text):
        """Write a file, which may be new."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name, old, new):
        """Replace a text that a file holds once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds {text.count(old)} times {old!r}"
        self.write(name, text.replace(old, new))

    def run(self, command):
        """Run a command of a checklist here; return its result."""
        program, *arguments = shlex.split(command)
        python = {
            "python": [sys.executable],
            "pytest": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        }
        return self._run([*python[program], *arguments])

    def python(self, text, *arguments, given=None):
        """Run a text of Python here, with what it reads from standard input; return its result."""
        return self._run([sys.executable, "-c", text, *arguments], given)

    def _run(self, command, given=None):
        here = {
            "PYTHONPATH": str(self.folder)
        }  # or a notebook's kernel imports the repository's own d2l_utils
        environment = {**os.environ, **here, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": ""}
        return subprocess.run(
            command, cwd=self.folder, env=environment, input=given, capture_output=True, text=True
        )

    def clean(self):
        """Take out again what was written."""
        for name in self.touched():
            if name in self.before:
                (self.folder / name).write_bytes(self.before[name])
            else:
                (self.folder / name).unlink()
        assert self.state() == self.before


@pytest.fixture(scope="package")
def whole(tmp_path_factory):
    """The copy, made once."""
    return Copy(tmp_path_factory.mktemp("newcomer"))


@pytest.fixture
def copy(whole):
    """The copy as it was; what a test writes is taken out again."""
    yield whole
    whole.clean()
