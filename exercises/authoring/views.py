"""Two notebooks from one master, by otter-assign: the student's, and the instructor's with solutions."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from otter.assign.assignment import Assignment
from otter.assign.notebook_transformer import NotebookTransformer
from otter.assign.tests_manager import AssignmentTestsManager

from exercises.authoring import limits
from exercises.authoring.master import ROOT, Master, as_number
from tools import notebooks

__all__ = ["views"]

LOCKED = {"deletable": False, "editable": False}
SETTINGS = {
    "generate": {"pdf": False},
    "solutions_pdf": False,
    "export_cell": False,
    "init_cell": False,
    "tests": {"files": False, "ok_format": False},
}
PROMPT = re.compile(r'^""" # BEGIN PROMPT\n.*?^""" # END PROMPT\n?', re.MULTILINE | re.DOTALL)
MARKS = re.compile(r"^[ \t]*# (?:BEGIN|END) SOLUTION.*\n?|[ \t]*# SOLUTION.*$", re.MULTILINE)
INTRODUCTION = """\
**{points}, about {minutes} minutes.** Builds on: {chapters}.

In the notebook, fill in every cell that holds `...` and run it, then run the check below it. A check tries \
a few things that you can verify by hand, and says what it found. Grading tries many more. Keep the names of \
the functions and variables, and the name of this file, `{name}.ipynb`: it is what you hand in. More cells \
are welcome.

{limits}

You need Python with `numpy`, `matplotlib` and `otter-grader`{package}. The grader has no other packages."""
PACKAGE = ", and the book's package: `pip install .` in its repository"
SETUP = 'import otter\n\ngrader = otter.Notebook("{name}.ipynb")'


def chapter_title(stem: str) -> str:
    """Return the heading of a chapter."""
    notebook = nbformat.read(ROOT / "chapters" / f"{stem}.ipynb", as_version=4)
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def introduction(master: Master) -> str:
    """Return what stands below the title of the student's notebook."""
    return INTRODUCTION.format(
        points=as_number(master.total),
        minutes=master.minutes,
        chapters=", ".join(map(chapter_title, master.builds_on)),
        name=master.name,
        limits=limits.of_a_notebook(),
        package=PACKAGE if any("d2l_utils" in cell.source for cell in master.cells) else "",
    )


def assembled(master: Master) -> NotebookNode:
    """Return the notebook that otter reads: the master with its introduction and setup."""
    title, *rest = master.cells
    setup = [
        new_markdown_cell(introduction(master), metadata=LOCKED | {"tags": ["introduction"]}),
        new_code_cell(SETUP.format(name=master.name), metadata=LOCKED | {"tags": ["check"]}),
    ]
    kernel = {"kernelspec": notebooks.METADATA["kernelspec"]}
    return new_notebook(cells=[title, *setup, *rest], metadata=kernel)


def without_marks(source: str) -> str:
    """Return a solution as one would write it: otter's marks and the student's prompt left out.

    >>> without_marks("x = 3  # SOLUTION")
    'x = 3'
    """
    return MARKS.sub("", PROMPT.sub("", source)).rstrip()


def finish(notebook: NotebookNode, master: Master) -> NotebookNode:
    """Give the notebook the same ids and metadata in every build, and tag the checks."""
    otter = notebook.metadata["otter"]
    notebooks.strip(notebook)
    notebook.metadata["otter"] = otter
    notebook.metadata["problem_set"] = {
        "points": master.total,
        "minutes": master.minutes,
        "builds_on": master.builds_on,
    }
    for cell in notebook.cells:
        if cell.source.startswith("grader.check("):
            cell.metadata["tags"] = ["check"]
    return notebook


def views(master: Master, scratch: Path) -> tuple[NotebookNode, NotebookNode]:
    """Return the student's notebook and the solution, both with the public checks in their metadata.

    Parameters
    ----------
    master : Master
    scratch : Path
        A folder for what otter writes on the way.
    """
    assignment = Assignment({"name": master.name, **SETTINGS}, require_valid_keys=True)
    assignment.master, assignment.lang = Path(f"{master.name}.ipynb"), "python"
    transformer = NotebookTransformer(assignment, AssignmentTestsManager(assignment))
    container = transformer.transform_notebook(assembled(master))
    container.write_tests("", include_hidden=False, force_files=False)
    both = []
    for sanitize in (True, False):
        container.write_transformed_nb(scratch / "view.ipynb", sanitize)
        both.append(finish(nbformat.read(scratch / "view.ipynb", as_version=4), master))
    student, solution = both
    for cell in solution.cells:
        if cell.cell_type == "code":
            cell.source = without_marks(cell.source)
    return student, solution
