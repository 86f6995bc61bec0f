"""The report of who is alike is for the instructor alone, and says how little it proves."""

import json
import re
import shutil
import stat

import nbformat
import pytest

from exercises.grading import __main__ as cli
from exercises.grading.course import run as course
from tests.grading import fakes
from tests.grading.test_feedback import Reader
from tests.grading.test_similar import GIVEN, ODD, forty


def write(folder, name, cells):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.ipynb").write_text(nbformat.writes(book), encoding="utf-8")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The results of the class, of whom two are hostile and one handed in no notebook."""
    tmp_path = tmp_path_factory.mktemp("class")
    for name, cells in forty().items():
        if name in ("s03", "s07"):
            cells = [
                *cells,
                "# <script>alert(1)</script>\n" + ODD.replace("lost my", "<img src=x> \u202elost my"),
            ]
        write(tmp_path / "in", name, cells)
    (tmp_path / "in" / "torn.ipynb").write_text('{"cells": [')
    write(tmp_path, "given", [GIVEN])
    course.grade(
        fakes.options(tmp_path / "in", tmp_path / "out"), lambda task: fakes.grade({**task, "notebook": "{}"})
    )
    return tmp_path


@pytest.fixture
def graded(once, tmp_path):
    """A copy of them."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest | {"source": str(tmp_path / "in")}))
    return tmp_path / "out"


def similar(out, *arguments):
    given = str(out.parent / "given.ipynb")
    return cli.main(["similar", str(out), *arguments, "--handed-out", given])


def test_the_report_is_for_the_instructor_alone_and_says_how_little_it_proves(graded, capsys):
    assert similar(graded) == 0
    assert "Pairs that stand out: 1." in capsys.readouterr().out
    path = graded / "similar.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "This proves nothing." in text
    assert "1 pair of 40 notebooks stands out" in text
    assert "default-src 'none'" in text.replace("&#39;", "'")
    page = Reader(text)
    assert not {"script", "img"} & page.elements
    assert '&lt;img src=x&gt; <span class="unseen">U+202E</span>lost' in text
    assert "\u202e" not in text
    assert "For comparison" in text
    assert "torn" in text
    marked = re.findall(r"<mark>(.*?)</mark>", text, flags=re.DOTALL)
    assert any("scaled.pop" in each for each in marked)
    assert not any("parabola" in each for each in marked)


def test_submissions_that_were_moved_are_named(graded, capsys):
    (graded.parent / "in").rename(graded.parent / "elsewhere")
    assert similar(graded) == 1
    assert "there is no" in capsys.readouterr().err
    assert similar(graded, str(graded.parent / "elsewhere")) == 0
    manifest = json.loads((graded / "manifest.json").read_text())
    del manifest["source"]
    (graded / "manifest.json").write_text(json.dumps(manifest))
    assert similar(graded) == 1
    assert "name the submissions" in capsys.readouterr().err


def test_a_file_that_was_changed_since_is_not_compared(graded):
    write(graded.parent / "in", "s07", ["x = 1"])
    assert similar(graded) == 0
    text = (graded / "similar.html").read_text(encoding="utf-8")
    assert "s07.ipynb is not the file that was graded" in text
    assert "0 pairs of 39 notebooks" in text


def test_what_was_handed_out_must_be_there(graded, capsys):
    assert cli.main(["similar", str(graded), "--handed-out", "nowhere.ipynb"]) == 1
    assert "nowhere.ipynb, which everybody was handed, cannot be read" in capsys.readouterr().err
    assert not (graded / "similar.html").exists()
