"""Every problem set under ``exercises/``: its two notebooks, what their cells leave behind, their checks."""

import os
import re
import tempfile
import warnings
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat

from exercises import build
from exercises.authoring import master

with warnings.catch_warnings(action="ignore"):  # what otter imports is deprecated
    import otter

    from exercises.authoring import views

NAMES = [folder.name for folder in build.masters()]
MESSAGE = re.compile(r"^AssertionError: (.*)", re.MULTILINE | re.DOTALL)


@cache
def read(name):
    """Return the master of a set."""
    return master.read(build.HERE / name, build.problem_set_of(build.HERE / name))


@cache
def notebooks(name):
    """Return the student's notebook and the solution of a set."""
    with tempfile.TemporaryDirectory() as scratch:
        return views.views(read(name), Path(scratch))


def file(notebook):
    """Return a notebook as the bytes of its file."""
    return nbformat.writes(notebook).encode()


def tagged(cell, tag):
    """Tell whether a cell has the tag."""
    return tag in cell.metadata.get("tags", [])


@cache
def left_behind(name, solved):
    """Run every code cell but the checks, whatever fails, as a student does; return names and errors."""
    names, errors = {"__name__": "__main__"}, []
    plt.switch_backend("Agg")
    show, plt.show = plt.show, lambda: None
    for number, cell in enumerate(notebooks(name)[solved].cells, start=1):
        if cell.cell_type == "code" and not tagged(cell, "check"):
            try:
                exec(compile(cell.source, f"cell {number}", "exec"), names)
            except Exception as error:
                errors.append(f"cell {number}: {type(error).__name__}: {error}")
    plt.close("all")
    plt.show = show
    return names, errors


@cache
def checked(name, solved):
    """Run every public check as the cell below a question does; return otter's result for each question."""
    names, _ = left_behind(name, solved)
    notebook = notebooks(name)[solved]
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # otter looks for the notebook here, and writes its log
        try:
            Path(f"{name}.ipynb").write_bytes(file(notebook))
            grader = otter.Notebook(f"{name}.ipynb")
            return {question: grader.check(question, global_env=names) for question in read(name).points}
        finally:
            os.chdir(here)


def said(result):
    """Return what the assertion of a failed check says, or None if something else was raised."""
    match = MESSAGE.search(result.message)
    return match and match[1]
