"""A newcomer adds a toy chapter that cites a paper and asks a question."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.newcomer import checklist

TITLE = "Add a chapter"
NAMES = {"NN-slug": "99-last-look", "slug": "last-look"}
TEXT = """# Last look: count what is left

The last step is seldom the shortest, as {cite:t}`looker1999` found.

| symbol | in code | units |
|---|---|---|
| $\\eta$ | `lr` | parameter² / loss |
"""
CELLS = (
    "from d2l_utils import SGD, bowl, descend\n\ntrace = descend(SGD(lr=0.5), bowl, num_steps=10)",
    'print(f"the loss is {trace.values[-1]:.4f}")',
)
PRACTICE = 'from d2l_utils import practice\n\npractice.chapter("last-look")'
QUIZ = """[[quiz]]
name = "last-step"
question = "Which step is the last?"

[[quiz.answers]]
answer = "The shortest."
why = "Steps need not shrink."

[[quiz.answers]]
answer = "The one before none."
right = true
why = "Nothing follows it, and that is all."
"""
PAPER = "@misc{looker1999, author={Looker, Lina}, title={On Last Steps}, year={1999}, url={https://example.org}}\n"
SAID = {"builds_on": ["03-gradient-descent", "12-adam"], "failure": "nobody looks back"}
NOTEBOOK, ASKED, CHANGES, PAPERS = checklist.files(TITLE, **NAMES)


def notebook(copy):
    cells = [new_markdown_cell(TEXT, metadata=SAID), *map(new_code_cell, CELLS)]
    cells.append(new_code_cell(PRACTICE, metadata={"tags": ["hide-input", "nbval-ignore-output"]}))
    nbformat.write(new_notebook(cells=cells), copy.folder / NOTEBOOK)


def asked(copy):
    copy.write(ASKED, QUIZ)


def named(copy):
    copy.edit(CHANGES, "### Added\n\n", "### Added\n\n- The chapter *Last look*.\n")


def cited(copy):
    copy.write(PAPERS, (copy.folder / PAPERS).read_text(encoding="utf-8") + PAPER)


STEPS = {NOTEBOOK: notebook, ASKED: asked, CHANGES: named, PAPERS: cited}


def take(copy, *left_out):
    """Take the steps of the checklist but for some."""
    for name, step in STEPS.items():
        if name not in left_out:
            step(copy)


def test_the_checklist_is_enough(copy):
    take(copy)
    assert copy.touched() == set(STEPS)
    for command in checklist.commands(TITLE, **NAMES):
        result = copy.run(command)
        assert result.returncode == 0, result.stdout + result.stderr
    assert "3 passed" in result.stdout
    stored = nbformat.read(copy.folder / NOTEBOOK, as_version=4)
    assert stored.cells[2].outputs[0].text == "the loss is 0.8783\n"
    assert stored.cells[0].metadata == SAID


def told(copy, *forgotten):
    """Return what the first command says when these files are forgotten."""
    take(copy, *forgotten)
    result = copy.run(checklist.commands(TITLE, **NAMES)[0])
    assert result.returncode == 1
    return result.stdout


def test_a_forgotten_notebook_is_told(copy):
    assert f"there is no chapters/NN-last-look.ipynb; {ASKED} asks for it" in told(copy, NOTEBOOK)


def test_every_other_forgotten_file_is_told_by_its_name(copy):
    words = told(copy, ASKED, CHANGES, PAPERS)
    assert f"there is no {ASKED}" in words
    assert f"{CHANGES} does not name the chapter: *Last look*" in words
    assert f"{PAPERS} has no entry for looker1999, which {NOTEBOOK} cites" in words
