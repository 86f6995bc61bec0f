"""Make from each master ``psN/psN.md`` what students, instructors and the grader get.

Run as ``python -m exercises.build [psN ...]``. It writes

- ``exercises/psN.ipynb``: the student's notebook, which is the source of its page in the book too;
- ``_build/exercises/psN/instructor/psN.ipynb``: the solution;
- ``_build/exercises/psN/psN-autograder.zip``: the autograder.

A set that has not changed since the last time is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from exercises.authoring import Fault

if TYPE_CHECKING:
    from exercises.grading.question import ProblemSet

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "_build" / "exercises"


def masters() -> list[Path]:
    """Return the folders that hold a master, in order."""
    return sorted(path.parent for path in HERE.glob("ps*/ps*.md") if path.stem == path.parent.name)


def student_notebook(name: str) -> Path:
    """Return where the student's notebook is."""
    return HERE / f"{name}.ipynb"


def solution_notebook(name: str) -> Path:
    """Return where the solution is."""
    return OUTPUT / name / "instructor" / f"{name}.ipynb"


def autograder(name: str) -> Path:
    """Return where the autograder's zip is."""
    return OUTPUT / name / f"{name}-autograder.zip"


def sources(folder: Path) -> Iterator[Path]:
    """Yield every file that decides what is made of the master in ``folder``."""
    root = HERE.parent
    yield HERE / "build.py"
    yield from (root / "tools" / "notebooks.py", root / "requirements.lock")
    for tree in (folder, HERE / "authoring", HERE / "grading", root / "d2l_utils", root / "chapters"):
        yield from (path for path in sorted(tree.rglob("*")) if path.is_file() and path.suffix != ".pyc")


def key(folder: Path) -> str:
    """Return a hash of the contents of all `sources`."""
    digest = hashlib.sha256()
    for path in sources(folder):
        digest.update(f"{path.relative_to(HERE.parent)} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write(path: Path, text: str) -> None:
    """Write ``text`` unless it is there already, so that Sphinx reads again only what changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def problem_set_of(folder: Path) -> ProblemSet | None:
    """Return the questions of the set in ``folder``, None while it has only a master."""
    from exercises.grading.question import load

    try:
        return load(folder.name)
    except ModuleNotFoundError as error:
        if error.name not in (f"exercises.{folder.name}", f"exercises.{folder.name}.cases"):
            raise
        return None


def seed(path: Path) -> int | None:
    """Return the seed of the autograder at ``path``: the next one keeps it, and so the same marks."""
    if not path.exists():
        return None
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))["seed"]


def make(folder: Path) -> None:
    """Make everything of one set."""
    import nbformat  # with otter, a second or two: not for a set that has not changed

    from exercises.authoring.master import read
    from exercises.authoring.views import views
    from exercises.grading.course.gradescope import write_zip

    with tempfile.TemporaryDirectory() as scratch:
        student, solution = views(read(folder, problem_set_of(folder)), Path(scratch))
    write(student_notebook(folder.name), nbformat.writes(student) + "\n")
    write(solution_notebook(folder.name), nbformat.writes(solution) + "\n")
    write_zip(folder.name, autograder(folder.name), seed(autograder(folder.name)))


def is_made(folder: Path, wanted: str) -> bool:
    """Tell whether everything of a set is there and of these sources."""
    stamp = OUTPUT / folder.name / "stamp"
    made = (student_notebook(folder.name), solution_notebook(folder.name), autograder(folder.name), stamp)
    return all(path.exists() for path in made) and stamp.read_text() == wanted


def remove_orphans() -> None:
    """Remove the students' notebooks whose master is gone: the book would go on publishing them."""
    for path in HERE.glob("ps*.ipynb"):
        if not (HERE / path.stem / f"{path.stem}.md").exists():
            path.unlink()


def main(arguments: list[str] | None = None) -> int:
    """Make the sets that are named, or all; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m exercises.build", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="psN", help="only these sets")
    names = parser.parse_args(arguments).names
    folders = {folder.name: folder for folder in masters()}
    if unknown := set(names) - folders.keys():
        parser.error(f"there is no master of {', '.join(sorted(unknown))}; there are {', '.join(folders)}")
    remove_orphans()
    for name in names or folders:
        wanted = key(folders[name])
        if not is_made(folders[name], wanted):
            print(f"Making {name} ...", flush=True)
            try:
                make(folders[name])
            except Fault as fault:
                print(f"{name} was not made: {fault}", file=sys.stderr)
                return 1
            (OUTPUT / name / "stamp").write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
