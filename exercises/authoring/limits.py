"""The limits that a student must know, as the grader keeps them: written once, in set and sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode

from exercises.authoring import Fault
from exercises.grading.question import Contest, Function, ProblemSet, Question, load_given
from exercises.grading.sandbox import Limits

__all__ = ["fill_in", "of_a_notebook", "of_a_question"]

# A name of given.py, or a question's own: {{BUDGET}}, {{q4.studies}}.
PLACE = re.compile(r"\{\{([A-Z][A-Z_]*|q\d+(?:\.\w+)+)\}\}")
HEADING = re.compile(r"## Question (\d+): .*")
NOTEBOOK = """\
When this notebook is graded, a cell may take {cell:g} s of computing time and all cells together {cells:g} \
s, the memory is {memory:g} GB, and there is no network. A cell that takes longer is left, and only its \
functions, imports and constants count: a search for good settings belongs in a cell of its own."""
FUNCTION = "*Limit: {seconds:g} s of computing time for all that `{target}` is tried on.*"
CONTEST = "*Limit: {seconds:g} s of computing time for all {studies} calls of `{target}` together.*"


def of_a_notebook() -> str:
    """Return what a notebook as a whole may use, in words."""
    limits = Limits()
    return NOTEBOOK.format(
        cell=limits.cell_seconds, cells=limits.cells_seconds, memory=limits.address_space / (1 << 30)
    )


def of_a_question(question: Question) -> str:
    """Return what the answers to a question may use, in words; "" if nothing is called."""
    if isinstance(question, Contest):
        return CONTEST.format(seconds=question.cpu_seconds, studies=question.studies, target=question.target)
    if isinstance(question, Function):
        return FUNCTION.format(seconds=question.cpu_seconds, target=question.target)
    return ""


def fill_in(problem_set: ProblemSet, cells: Iterable[NotebookNode]) -> None:
    """Write a set's numbers where its master has their names, and each question's limit below its heading.

    Raises
    ------
    Fault
        If the master has a name that stands for no number.
    """
    questions = {question.name: question for question in problem_set.questions}
    given = load_given(problem_set.name)
    names: dict[str, Any] = {**(vars(given) if given else {}), **questions}
    for cell in cells:
        cell.source = PLACE.sub(lambda match: _number(names, match[1]), cell.source)
        heading, _, rest = cell.source.partition("\n")
        if (match := HEADING.fullmatch(heading)) and (question := questions.get(f"q{match[1]}")):
            limit = of_a_question(question)
            cell.source = f"{heading}\n\n{limit}\n{rest}" if limit else cell.source


def _number(names: dict[str, Any], path: str) -> str:
    first, *rest = path.split(".")
    found = names.get(first)
    for name in rest:
        found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
    if not isinstance(found, int | float):
        raise Fault(
            f"{{{{{path}}}}} stands for {found!r}; a number of given.py or of a question was expected"
        )
    return f"{found:g}"
