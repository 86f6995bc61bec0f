"""Masters: one MyST file a problem set, with questions, solutions and public checks in otter's cells."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import jupytext
import yaml
from nbformat import NotebookNode

from exercises.authoring import Fault, limits
from exercises.grading.question import ProblemSet

__all__ = ["Master", "read"]

ROOT = Path(__file__).resolve().parent.parent.parent
TITLE = re.compile(r"# (Problem set (\d+): \S.*)")
HEADING = re.compile(r"## Question (\d+): \S.*")
GIVEN = "from given import *"
SHORTEST, LONGEST = 60, 130  # minutes of work


@dataclass
class Master:
    """A problem set as its author wrote it.

    Attributes
    ----------
    name : str
        That of its folder, ``psN``.
    title : str
        Its heading.
    minutes : int
        Work time, estimated by the author.
    builds_on : list of str
        File stems of the chapters it needs.
    points : dict of str to float
        What each question is worth, in order.
    cells : list of NotebookNode
        Everything, otter's cells included; ``from given import *`` is already replaced by the functions.
    """

    name: str
    title: str
    minutes: int
    builds_on: list[str]
    cells: list[NotebookNode]
    points: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """The most that can be earned."""
        return sum(self.points.values())


def as_number(points: float) -> str:
    """Return ``points`` as a person writes them.

    >>> as_number(1), as_number(2.5), as_number(20.0)
    ('1 point', '2.5 points', '20 points')
    """
    return f"{points:g} point" + ("" if points == 1 else "s")


def is_raw(cell: NotebookNode, words: str) -> bool:
    """Tell whether ``cell`` is otter's raw cell of this name, as "BEGIN QUESTION"."""
    return cell.cell_type == "raw" and cell.source.lstrip().startswith(f"# {words}")


def given_text(folder: Path) -> str:
    """Return the functions that a set gives its students, without the module's docstring."""
    source = (folder / "given.py").read_text(encoding="utf-8")
    docstring = ast.parse(source).body[0]
    return "\n".join(source.splitlines()[docstring.end_lineno :]).strip()


def fill_in_given(folder: Path, cells: list[NotebookNode]) -> None:
    """Put the text of given.py where the master imports it."""
    for cell in cells:
        if cell.cell_type == "code" and cell.source.strip() == GIVEN:
            cell.source = given_text(folder)
            cell.metadata.tags = ["given"]


def question_config(cell: NotebookNode) -> tuple[str, float]:
    """Return the name and points that otter's cell gives a question."""
    config = yaml.safe_load(cell.source)
    if not {"name", "points"} <= config.keys():
        raise Fault(f"BEGIN QUESTION must say name and points; got {config}")
    return config["name"], config["points"]


def mark_points(cells: list[NotebookNode]) -> dict[str, float]:
    """Write each question's points behind its heading, and return them."""
    points: dict[str, float] = {}
    for begin, heading in pairwise(cells):
        if not is_raw(begin, "BEGIN QUESTION"):
            continue
        question, worth = question_config(begin)
        line, _, rest = heading.source.partition("\n")
        match = HEADING.fullmatch(line)
        expected = f"q{len(points) + 1}"
        if question != expected or not match or match[1] != expected[1:]:
            raise Fault(
                f"expected question {expected} with the heading '## Question {expected[1:]}: …'; "
                f"got {question} with {line!r}"
            )
        points[question] = worth
        heading.source = f"{line} ({as_number(worth)})\n{rest}"
    return points


def read(folder: Path, problem_set: ProblemSet | None = None) -> Master:
    """Return the master in ``folder``, ``exercises/psN``, with the numbers of its ``problem_set``.

    Raises
    ------
    Fault
        If its front matter, its title or a question's heading is not as it should be.
    """
    name = folder.name
    notebook = jupytext.read(folder / f"{name}.md")
    minutes, builds_on = notebook.metadata.get("minutes"), notebook.metadata.get("builds_on")
    if not isinstance(minutes, int) or not SHORTEST <= minutes <= LONGEST:
        raise Fault(f"minutes must be a whole number from {SHORTEST} to {LONGEST}; got {minutes!r}")
    for chapter in builds_on or [None]:
        if not (ROOT / "chapters" / f"{chapter}.ipynb").exists():
            raise Fault(f"builds_on must list chapters, as 03-gradient-descent; got {chapter!r}")
    title = TITLE.match(notebook.cells[0].source)
    if not title or f"ps{title[2]}" != name:
        raise Fault(
            f"{name}: must begin with '# Problem set {name[2:]}: …'; got {notebook.cells[0].source!r}"
        )
    fill_in_given(folder, notebook.cells)
    if problem_set is not None:
        limits.fill_in(problem_set, notebook.cells)
    points = mark_points(notebook.cells)
    return Master(name, title[1], minutes, list(builds_on), notebook.cells, points)
