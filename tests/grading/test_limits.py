"""The limits that stand in a student's notebook are those that the grader keeps."""

import re

import pytest
from nbformat.v4 import new_markdown_cell

from exercises.authoring import Fault, limits
from exercises.grading.question import Contest, Function, load
from exercises.grading.sandbox import Limits
from tests.grading import sets

LIMIT = re.compile(r"^\*Limit: ([\d.]+) s of computing time for all (\d*)", re.MULTILINE)


@pytest.mark.parametrize("name", sets.NAMES)
def test_each_question_tells_its_limit(name):
    cells = [cell.source for cell in sets.notebooks(name)[0].cells if cell.cell_type == "markdown"]
    told = {}
    for cell in cells:
        if heading := re.search(r"^## Question (\d+): ", cell, re.MULTILINE):
            told[f"q{heading[1]}"] = LIMIT.findall(cell)
    for question in load(name).questions:
        seconds = f"{question.cpu_seconds:g}"
        called = isinstance(question, Function | Contest)
        studies = str(getattr(question, "studies", ""))
        assert told[question.name] == ([(seconds, studies)] if called else [])
    assert not [cell for cell in cells if "{{" in cell]


@pytest.mark.parametrize("name", sets.NAMES)
def test_the_introduction_tells_what_cells_may_use(name):
    text, kept = sets.notebooks(name)[0].cells[1].source, Limits()
    for number in (f"{kept.cell_seconds:g} s", f"{kept.cells_seconds:g} s", f"{kept.address_space >> 30} GB"):
        assert number in text


def test_the_contests_numbers_come_from_the_set():
    text = "\n".join(cell.source for cell in sets.notebooks("ps5")[0].cells)
    for told in ("**and 64 are the least**", "how many you may pay for, 14400", "7 rounds count"):
        assert told in text


def test_a_name_that_is_no_number_is_refused():
    with pytest.raises(Fault, match=r"\{\{NOTHING\}\} stands for None; a number"):
        limits.fill_in(load("ps5"), [new_markdown_cell("{{NOTHING}}")])
