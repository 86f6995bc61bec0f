"""``python -m exercises.build`` makes what it says, twice the same, once only, and refuses in words."""

import json
import re
import zipfile

import nbformat
import pytest
from descent_book import problem_sets

from exercises import build
from exercises.authoring import Fault, master
from exercises.grading.course import gradescope
from tests.grading import sets

SMALL = """\
---
kernelspec: {display_name: Python 3, language: python, name: python3}
minutes: 60
builds_on: [03-gradient-descent]
---

# Problem set 9: Small

Try.

```{code-cell}
from given import *
```

```{raw-cell}
# BEGIN QUESTION
name: q1
points: 1.5
```

## Question 1: Double it

```{raw-cell}
# BEGIN SOLUTION
```

```{code-cell}
def double(x):
    # BEGIN SOLUTION
    return times(2, x)
    # END SOLUTION


two = {}

two["of two"] = 4  # SOLUTION
```

```{code-cell}
# BEGIN SOLUTION NO PROMPT
explain = "It is twice as much."
# END SOLUTION
\""" # BEGIN PROMPT
explain = '''
...
'''
\""" # END PROMPT
```

```{raw-cell}
# END SOLUTION
```

```{raw-cell}
# BEGIN TESTS
```

```{code-cell}
def test_double(double):
    assert double(2) == 4, "Twice 2 is 4."
```

```{raw-cell}
# END TESTS
```

```{raw-cell}
# END QUESTION
```

```{code-cell}
:tags: [figure]

print(double(3))
```
"""


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A folder ``exercises`` with one small set, in which the build works."""
    here = tmp_path / "exercises"
    folder = here / "ps9"
    folder.mkdir(parents=True)
    (folder / "ps9.md").write_text(SMALL)
    (folder / "given.py").write_text('"""What is given."""\n\n\ndef times(a, b):\n    return a * b\n')
    monkeypatch.setattr(build, "HERE", here)
    monkeypatch.setattr(build, "OUTPUT", tmp_path / "_build")
    monkeypatch.setattr(build, "sources", lambda folder: sorted(folder.iterdir()))
    monkeypatch.setattr(gradescope, "write_zip", write_zip)
    return folder


def write_zip(name, path, seed=None):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps({"seed": 7 if seed is None else seed + 1}))


def made(folder):
    name = folder.name
    student = nbformat.read(build.student_notebook(name), as_version=4)
    return student, nbformat.read(build.solution_notebook(name), as_version=4)


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_the_students_notebook(workshop):
    assert build.main([]) == 0
    student, _ = made(workshop)
    nbformat.validate(student)
    assert code(student) == [
        'import otter\n\ngrader = otter.Notebook("ps9.ipynb")',
        "def times(a, b):\n    return a * b",
        'def double(x):\n    ...\n\n\ntwo = {}\n\ntwo["of two"] = ...',
        "explain = '''\n...\n'''",
        'grader.check("q1")',
        "print(double(3))",
    ]
    title, introduction, *_ = student.cells
    assert title.source.startswith("# Problem set 9: Small")
    assert introduction.source.startswith("**1.5 points, about 60 minutes.** Builds on: Gradient descent")
    assert "the book's package" not in introduction.source
    assert any(cell.source.startswith("## Question 1: Double it (1.5 points)") for cell in student.cells)


def test_the_solution_is_code_as_one_writes_it(workshop):
    build.main([])
    _, solution = made(workshop)
    assert code(solution)[2:4] == [
        'def double(x):\n    return times(2, x)\n\n\ntwo = {}\n\ntwo["of two"] = 4',
        'explain = "It is twice as much."',
    ]


def test_the_books_package_is_asked_for_where_it_is_used(workshop):
    (workshop / "given.py").write_text('"""Given."""\nfrom d2l_utils import bowl\n\n\ndef times(): ...\n')
    build.main([])
    assert "the book's package" in made(workshop)[0].cells[1].source


def test_an_unchanged_set_is_left_alone(workshop, capsys):
    build.main([])
    assert capsys.readouterr().out == "Making ps9 ...\n"
    build.main(["ps9"])
    assert capsys.readouterr().out == ""
    build.autograder("ps9").unlink()
    build.main([])
    assert capsys.readouterr().out == "Making ps9 ...\n"


def test_a_change_is_made_again_and_keeps_the_cases(workshop):
    build.main([])
    before = build.student_notebook("ps9").stat().st_mtime_ns
    (workshop / "cases.py").write_text("hidden = 1\n")
    build.main([])
    assert build.seed(build.autograder("ps9")) == 8  # the fake writes one more than the seed that it is given
    assert build.student_notebook("ps9").stat().st_mtime_ns == before
    (workshop / "ps9.md").write_text(SMALL.replace("Try.", "Try again."))
    build.main([])
    assert "Try again." in made(workshop)[0].cells[0].source


def test_the_page_of_a_set_that_is_gone_goes_too(workshop):
    build.main([])
    (workshop / "ps9.md").unlink()
    build.main([])
    assert not build.student_notebook("ps9").exists()


@pytest.mark.parametrize("name", sets.NAMES[:1])
def test_every_build_makes_the_same(name):
    again = sets.notebooks.__wrapped__(name)
    assert list(map(sets.file, again)) == list(map(sets.file, sets.notebooks(name)))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("minutes: 60", "minutes: 45", "minutes must be a whole number from 60 to 130; got 45"),
        ("minutes: 60\n", "", "got None"),
        ("03-gradient-descent", "01-newton", "builds_on must list chapters.*'01-newton'"),
        ("builds_on: [03-gradient-descent]\n", "", "builds_on must list chapters.*None"),
        ("# Problem set 9: Small", "# Set 9", "begin with '# Problem set 9: …'; got '# Set 9"),
        ("# Problem set 9", "# Problem set 8", "begin with '# Problem set 9: …'"),
        ("name: q1", "name: q2", "expected question q1 with .*; got q2"),
        ("## Question 1: ", "### Question 1: ", "expected question q1 .*'### Question 1: Double it'"),
        ("points: 1.5\n", "", "BEGIN QUESTION must say name and points"),
    ],
)
def test_a_fault_is_told_in_words(workshop, capsys, right, wrong, told):
    assert right in SMALL
    (workshop / "ps9.md").write_text(SMALL.replace(right, wrong))
    assert build.main([]) == 1
    assert re.search(f"^ps9 was not made: .*{told}", capsys.readouterr().err)
    with pytest.raises(Fault, match=told):
        master.read(workshop)
    assert not build.student_notebook("ps9").exists()


def test_an_unknown_name_is_refused(workshop, capsys):
    with pytest.raises(SystemExit):
        build.main(["ps7"])
    assert "there is no master of ps7; there are ps9" in capsys.readouterr().err


def test_the_page_shows_what_needs_no_kernel(workshop):
    build.main([])
    text = build.student_notebook("ps9").read_text(encoding="utf-8")
    source = [text]
    problem_sets.read_page(None, "exercises/ps9", source)
    page = nbformat.reads(source[0], as_version=4)
    assert page.metadata == {
        "kernelspec": page.metadata.kernelspec,
        "mystnb": {"execution_mode": "off"},
    }
    assert not any("otter" in source or "grader" in source for source in code(page))
    folded = [cell.source for cell in page.cells if "hide-input" in cell.metadata.get("tags", [])]
    assert folded == ["def times(a, b):\n    return a * b", "print(double(3))"]
    box = page.cells[1].source
    assert box.startswith(":::{admonition} 1.5 points, about 60 minutes\n")
    assert "[](../chapters/03-gradient-descent.ipynb)" in box
    assert '<a class="sd-btn sd-btn-primary" href="../_sources/exercises/ps9.ipynb" download>' in box
    assert "fill in every cell" in box


def test_other_pages_are_as_they_were():
    for name in ("exercises/instructors", "chapters/03-gradient-descent"):
        source = ["text"]
        problem_sets.read_page(None, name, source)
        assert source == ["text"]


@pytest.mark.parametrize("name", sets.NAMES)
def test_the_text_of_a_notebook_is_plain_markdown(name):
    for cell in sets.notebooks(name)[0].cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"^(`{3,}|:{3,})\{|\{[a-z:-]+\}`|\]\(\.\.?/", cell.source, re.MULTILINE)
