"""Master and cases of every set say the same; in the real box the solution earns all, the stub nothing."""

import re

import pytest

from exercises.grading import job
from exercises.grading.question import Written, load
from tests.grading import sets

pytestmark = pytest.mark.parametrize("name", sets.NAMES)
HEADING = re.compile(r"^## Question (\d+): (.*) \(([\d.]+) points?\)$", re.MULTILINE)


def grade(name, solved):
    notebook = sets.file(sets.notebooks(name)[solved])
    return job.grade({"problem_set": name, "student": "ada", "notebook": notebook, "seed": 17})


def test_master_and_cases_agree(name):
    problem_set, master = load(name), sets.read(name)
    assert problem_set.name == name
    assert master.title == f"Problem set {name[2:]}: {problem_set.title}"
    assert {question.name: question.points for question in problem_set.questions} == master.points
    assert 4 <= len(master.points) <= 7


def test_the_headings_are_those_of_the_feedback(name):
    text = "\n".join(cell.source for cell in sets.notebooks(name)[0].cells if cell.cell_type == "markdown")
    expected = [(q.name[1:], q.title, f"{q.points:g}") for q in load(name).questions]
    assert HEADING.findall(text) == expected


def test_every_cell_of_the_solution_runs(name):
    names, errors = sets.left_behind(name, solved=True)
    assert errors == []
    assert [q.target for q in load(name).questions if q.target not in names] == []


@pytest.mark.needs("bubblewrap")
def test_the_solution_earns_everything(name):
    result = grade(name, solved=True)
    written = [question for question in load(name).questions if isinstance(question, Written)]
    assert (result["status"], result["message"]) == ("ok", "")
    assert result["score"] == load(name).points - sum(question.points for question in written)
    for question in written:
        assert (
            result["written"][question.name].strip()
            == sets.left_behind(name, solved=True)[0][question.target].strip()
        )


@pytest.mark.needs("bubblewrap")
def test_the_untouched_notebook_earns_nothing(name):
    result = grade(name, solved=False)
    assert result["score"] == 0
    assert all(part["earned"] in (0, None) for q in result["questions"].values() for part in q["parts"])
    assert not any(re.search(r"\w", text) for text in result["written"].values())
