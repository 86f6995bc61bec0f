"""A page shows what a chapter asks today: a changed sentence executes nothing and invalidates no mark."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from descent_book import execution
from descent_book.practice import Practice
from docutils import nodes
from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from d2l_utils import practice
from d2l_utils.practice.chapters import CHAPTERS, DATA, Bug, files
from d2l_utils.practice.shown import MIME
from exercises.grading.course import journal
from tools import notebooks

ROOT = Path(__file__).parents[1]
MOMENTUM = "d2l_utils/practice/data/momentum.toml"
CONF = """
extensions = ["myst_nb", "descent_book.execution"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
html_theme = "basic"
include_patterns = ["index.ipynb"]
"""
CELL = """\
with open("runs", "a") as stream:
    stream.write("run\\n")
from d2l_utils import practice

practice.chapter("momentum")"""


@pytest.fixture
def book(tmp_path):
    """A copy of what outputs depend on, with a page of one cell that shows a chapter's practice."""
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("d2l_utils", "exercises"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.ipynb").write_text(nbformat.writes(new_notebook(cells=[new_code_cell(CELL)])))
    return tmp_path


def change(path, right, wrong):
    text = path.read_text(encoding="utf-8")
    assert text.count(right) == 1
    path.write_text(text.replace(right, wrong), encoding="utf-8")


def build(book):
    """Build the page by a program of its own, which imports the copy; return its HTML and the runs so far."""
    command = (sys.executable, "-m", "sphinx", "-q", "-W", "-d", "trees", ".", "out")
    path = os.pathsep.join([str(book), str(ROOT / "_ext")])
    done = subprocess.run(
        command, cwd=book, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    runs = (book / "runs").read_text().count("run")
    return (book / "out" / "index.html").read_text(encoding="utf-8"), runs


@pytest.mark.slow
def test_a_changed_sentence_is_on_the_page_and_executes_nothing(book):
    page, runs = build(book)
    assert practice.chapter("momentum")._repr_html_() in page
    assert "That is the first step only." in page
    assert runs == 1
    change(book / MOMENTUM, "That is the first step only.", "Only the first step is so long.")
    change(book / DATA.relative_to(ROOT) / "shared.toml", '"v += lr * g"', '"v += 2 * lr * g"')  # of a bug
    page, runs = build(book)
    assert "Only the first step is so long." in page
    assert "That is the first step only." not in page
    assert "v += 2 * lr * g" in page
    assert runs == 1


@pytest.mark.parametrize(
    ("file", "right", "decides"),
    [
        (MOMENTUM, "That is the first step only.", False),
        ("d2l_utils/practice/data/shared.toml", "Forget the old velocity", False),
        ("d2l_utils/practice/asking.py", 'Find the bug."', True),
        ("d2l_utils/practice/feedback.py", "TOLERANCE = 1e-9", True),
        ("d2l_utils/practice/lessons.py", "p -= g / t", True),
    ],
)
def test_data_of_practice_decides_about_no_output_and_no_mark_and_its_code_does(
    book, monkeypatch, file, right, decides
):
    monkeypatch.setattr(journal, "ROOT", book)
    before = execution.cache_key(book), journal.fingerprint("ps4")
    change(book / file, right, right + "0")
    key, fingerprint = execution.cache_key(book), journal.fingerprint("ps4")
    assert (key != before[0], fingerprint != before[1]) == (decides, decides)


def test_a_new_file_of_practice_decides_about_no_output_and_no_mark(book, monkeypatch):
    monkeypatch.setattr(journal, "ROOT", book)
    before = execution.cache_key(book), journal.fingerprint("ps4")
    shutil.copy(book / MOMENTUM, book / DATA.relative_to(ROOT) / "muon.toml")
    assert (execution.cache_key(book), journal.fingerprint("ps4")) == before


def test_a_kernel_shows_the_questions_and_says_which_chapter_it_is():
    shown = practice.chapter("momentum")
    data, _ = DisplayFormatter().format(shown)
    assert data == shown._repr_mimebundle_()
    assert data == {
        MIME: {"chapter": "momentum"},
        "text/html": shown._repr_html_(),
        "text/plain": 'As text: print(practice.chapter("momentum"))',
    }


def test_a_stored_notebook_says_which_chapter_it_is_and_asks_nothing():
    data = practice.chapter("adam")._repr_mimebundle_()
    other = {"text/html": "<i>kept</i>", "text/plain": "x"}
    outputs = [new_output("execute_result", data=data), new_output("display_data", data=other)]
    notebook = new_notebook(cells=[new_code_cell("practice.chapter('adam')", outputs=outputs)])
    notebooks.strip(notebook)
    asked, kept = notebook.cells[0].outputs
    assert asked.data == {MIME: {"chapter": "adam"}, "text/plain": data["text/plain"]}
    assert kept.data == other


@pytest.mark.parametrize("path", sorted(Path("chapters").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_chapter_stores_what_does_not_change_with_its_questions(path):
    slug = path.stem.split("-", 1)[1]
    (cell,) = [cell for cell in nbformat.read(path, as_version=4).cells if "practice.chapter(" in cell.source]
    (output,) = cell.outputs
    text = practice.chapter(slug)._repr_mimebundle_()["text/plain"]
    assert output.data == {MIME: {"chapter": slug}, "text/plain": text}
    assert "nbval-ignore-output" not in cell.metadata.tags


@pytest.mark.parametrize("slug", CHAPTERS)
def test_a_page_depends_on_the_files_that_it_shows(slug):
    noted = []
    env = SimpleNamespace(note_dependency=noted.append)
    renderer = SimpleNamespace(renderer=SimpleNamespace(sphinx_env=env))
    data = SimpleNamespace(mime_type=MIME, content={"chapter": slug})
    (node,) = Practice.handle_mime(renderer, data, False)
    assert isinstance(node, nodes.raw)
    assert node.astext() == practice.chapter(slug)._repr_html_()
    assert {str(DATA / f"{slug}.toml"), str(DATA / "shared.toml")} <= set(noted)
    assert Practice.handle_mime(renderer, SimpleNamespace(mime_type="text/html"), False) is None


def test_a_bug_from_another_chapter_s_slips_makes_the_page_depend_on_that_file(monkeypatch):
    assert files("adam") == [DATA / "shared.toml", DATA / "adam.toml"]
    borrowed = Bug("momentum", "climb", "It climbs.", "")
    monkeypatch.setitem(CHAPTERS, "adam", replace(CHAPTERS["adam"], bugs={"borrowed": borrowed}))
    assert files("adam") == [DATA / "shared.toml", DATA / "adam.toml", DATA / "momentum.toml"]


def test_a_question_that_stands_apart_is_shown_alone_and_not_among_the_others():
    asked = practice.question("ward-a")
    data, _ = DisplayFormatter().format(asked)
    assert data[MIME] == {"question": "ward-a"}
    assert data["text/html"] == asked.quiz._repr_html_()
    assert data["text/plain"] == 'As text: print(practice.question("ward-a"))'
    assert repr(asked) == repr(asked.quiz)
    others = practice.chapter("training-a-network").items
    assert others
    assert asked.quiz not in others


def test_only_what_stands_apart_is_shown_apart():
    with pytest.raises(
        ValueError, match="there is no question that stands apart 'first-loss'; there are ward-a"
    ):
        practice.question("first-loss")


def test_the_page_of_a_question_that_stands_apart_depends_on_its_file():
    noted = []
    env = SimpleNamespace(note_dependency=noted.append)
    renderer = SimpleNamespace(renderer=SimpleNamespace(sphinx_env=env))
    data = SimpleNamespace(mime_type=MIME, content={"question": "ward-j"})
    (node,) = Practice.handle_mime(renderer, data, False)
    assert node.astext() == practice.question("ward-j")._repr_html_()
    assert str(DATA / "training-a-network.toml") in noted


def test_every_question_that_stands_apart_is_put_somewhere():
    shown = "".join(path.read_text(encoding="utf-8") for path in Path("chapters").glob("*.ipynb"))
    apart = [name for asked in CHAPTERS.values() for name, each in asked.questions.items() if each.apart]
    assert len(apart) == 10
    assert [name for name in apart if f'practice.question(\\"{name}\\")' not in shown] == []
