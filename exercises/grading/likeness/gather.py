"""What a class handed in, and what it was handed, as the code cells of notebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exercises.grading.course import archive, results
from exercises.grading.course.archive import Refused
from exercises.grading.course.journal import Journal
from exercises.grading.sandbox import notebook
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.texts import worded

__all__ = ["HandedIn", "gather", "handed_out"]

ROOT = Path(__file__).parents[3]


@dataclass
class HandedIn:
    """The cells of each notebook by whose it is, and why others are not among them."""

    cells: dict[str, tuple[Cell, ...]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def gather(folder: Path, source: Path | None = None) -> HandedIn:
    """Return the notebooks that count in the results in ``folder``; that of a group has all its names.

    ``source`` is what was graded; the results know it, unless it was moved.

    Raises
    ------
    Refused
        If there is no such folder or zip.
    """
    manifest = results.Manifest.load(folder)
    wanted = source or (Path(manifest.source) if manifest.source else None)
    if wanted is None:
        raise Refused(f"{folder} does not say what was graded: name the submissions after it")
    files = {file.path: file for file in archive.files(wanted)}
    whose: dict[tuple[str, str], list[str]] = {}
    for row in results.rows(folder, manifest, Journal(folder)):
        if row.candidate and row.candidate.digest:
            whose.setdefault((row.candidate.path, row.candidate.digest), []).append(row.entry.student)
    found = HandedIn()
    for (path, digest), students in whose.items():
        name = " + ".join(students)
        try:
            if path not in files:
                raise Refused(f"there is no {path} in {wanted}")
            content = files[path].read()
            if hashlib.sha256(content).hexdigest() != digest:
                raise Refused(f"{path} is not the file that was graded")
            found.cells[name] = notebook.read(content).cells
        except (Refused, notebook.InvalidNotebook) as refusal:
            found.left_out.append((name, str(refusal)))
    return found


def handed_out(problem_set: str, path: Path | None = None) -> Sequence[Cell]:
    """Return the cells that everybody was handed, from ``path`` or as `exercises.build` made them.

    Raises
    ------
    Refused
        If there is no such notebook.
    """
    path = path or ROOT / "exercises" / f"{problem_set}.ipynb"
    try:
        return notebook.read(path).cells
    except notebook.InvalidNotebook as error:
        way = f"python -m exercises.build {problem_set} makes it, --handed-out names another"
        raise Refused(f"{path}, which everybody was handed, cannot be read: {error}; {way}") from error


def solution(problem_set: str) -> dict[str, tuple[Cell, ...]]:
    """Return the book's solution under a name of its own, if it was made."""
    path = ROOT / "_build" / "exercises" / problem_set / "instructor" / f"{problem_set}.ipynb"
    return {worded("like_solution"): notebook.read(path).cells} if path.exists() else {}
