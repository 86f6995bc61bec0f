"""Nothing that only the instructor may see is in anything that is published, or in a student's notebook."""

import html
import json
import re
import zipfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
from descent_book.hashing import files
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from d2l_utils.practice.slips import SLIPS
from exercises import build
from exercises.grading.question import Function, Value, load
from tests.grading import sets

SITE = Path("_build/html")
SOLVED = "otter_assign_solution_cell"  # the tag by which otter knows a solution
SHORTEST = 20  # a line of fewer characters, blanks not counted, is everywhere
MARKS = ("#BEGINSOLUTION", "#ENDSOLUTION", "#SOLUTION", "#BEGINTESTS", "#BEGINQUESTION")
TAG = re.compile(r"<[^>]*>")
BLANK = re.compile(r"\s+")
CODE_CELL = re.compile(r"^```\{code-cell\}$(.*?)^```$", re.MULTILINE | re.DOTALL)
SOLUTION = re.compile(
    r"^[ \t]*# BEGIN SOLUTION.*?# END SOLUTION$|^[^\n]*# SOLUTION$", re.MULTILINE | re.DOTALL
)
IMPORT = re.compile(r"^(?:from (?!exercises)\S+ )?import .*$", re.MULTILINE)
ESCAPED = re.compile(r"\\(?:[nrt]|u[0-9a-fA-F]{4}|.)", re.DOTALL)


def dense(text):
    """Return a text without its blanks: how it is indented and wrapped does not matter."""
    return BLANK.sub("", text)


def unescaped(match):
    """Return what an escape in a string of JavaScript or JSON stands for; a blank is left out."""
    code = match[0][1:]
    return "" if code in "nrt" else chr(int(code[1:], 16)) if code[0] == "u" else code


def text_of(name, content):
    """Return what a published file says, without blanks and without its own way to write it."""
    text = content.decode("utf-8", "replace")
    if name.endswith((".html", ".svg", ".xml")):
        return dense(html.unescape(TAG.sub("", text)))
    return dense(ESCAPED.sub(unescaped, text)) if name.endswith((".ipynb", ".js", ".json")) else dense(text)


def published(folder):
    """Yield the name and the text of every file below a folder, also of those in archives."""
    for path in files(folder):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for inside in archive.namelist():
                    yield f"{path.name}/{inside}", text_of(inside, archive.read(inside))
        else:
            yield path.relative_to(folder).as_posix(), text_of(path.name, path.read_bytes())


def lines(text, shortest=SHORTEST):
    """Return the lines of a text that are long enough to be its own."""
    return {line for line in map(dense, text.splitlines()) if len(line) >= shortest}


def sources(notebook):
    """Return the text of all cells of code of a notebook."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@cache
def printed_in_the_book():
    """Return what the book prints anyway: the code of its chapters and its module, the slips of practice."""
    chapters = [nbformat.read(path, as_version=4) for path in sorted(Path("chapters").glob("*.ipynb"))]
    module = [path.read_text(encoding="utf-8") for path in sorted(Path("d2l_utils").rglob("*.py"))]
    known = [text for slips in SLIPS.values() for slip in slips for text in (slip.hint, slip.button)]
    return dense("\n".join([*map(sources, chapters), *module, *known]))


def handed_out(name):
    """Return the code that a master means to hand out, found without otter: all but the marked solutions."""
    folder = build.HERE / name
    code = "".join(CODE_CELL.findall((folder / f"{name}.md").read_text(encoding="utf-8")))
    given = folder / "given.py"
    return dense(SOLUTION.sub("", code) + (given.read_text(encoding="utf-8") if given.exists() else ""))


def messages(name):
    """Yield what a set says about known wrong answers."""
    for question in load(name).questions:
        if isinstance(question, Function):
            yield from (slip.told() for slip in question.slips)
        if isinstance(question, Value):
            yield from question.wrong.values()


def modules(name):
    """Return the code of a set's cases, references and slips, without what it imports from elsewhere."""
    paths = [path for path in files(build.HERE / name) if path.suffix == ".py" and path.stem != "given"]
    return IMPORT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in paths))


def solutions(name):
    """Return the code of a set's solved cells."""
    solved = [cell for cell in sets.notebooks(name)[1].cells if sets.tagged(cell, SOLVED)]
    return "\n".join(cell.source for cell in solved)


@cache
def secrets(name):
    """Return the lines of a set that nobody but the instructor may see."""
    known = lines(solutions(name)) | set(map(dense, messages(name)))
    fresh = {line for line in known if line not in printed_in_the_book()}
    public = handed_out(name)
    return frozenset(line for line in fresh | lines(modules(name), shortest=30) if line not in public)


def leaks(text, name):
    """Return the secrets of a set that a text holds."""
    return [secret for secret in secrets(name) if secret in text]


@pytest.mark.parametrize("name", sets.NAMES)
def test_there_are_secrets_of_every_kind(name):
    assert len(leaks(dense(solutions(name)), name)) > 5
    assert len(leaks(dense(modules(name)), name)) > 50
    assert len(secrets(name) & set(map(dense, messages(name)))) > 5


@pytest.mark.parametrize("name", sets.NAMES)
def test_a_students_notebook_tells_nothing(name):
    text = text_of("x.ipynb", sets.file(sets.notebooks(name)[0]))
    assert leaks(text, name) == []
    assert [mark for mark in MARKS if mark in text] == []


@pytest.mark.skipif(not SITE.exists(), reason="the site is not built; run make book")
def test_no_published_file_tells_anything():
    found = {}
    for path, text in published(SITE):
        told = [secret for name in sets.NAMES for secret in leaks(text, name)]
        told += [mark for mark in MARKS if mark in text]
        if told:
            found[path] = told[:3]
    assert found == {}
    names = {path.name for path in files(SITE)}
    assert names & {"cases.py", *(build.autograder(name).name for name in sets.NAMES)} == set()


SECRET = '    predict_q3["exponent_central"] = -5'
SLIP = "Your slope is twice what it should be: the points are 2h apart."


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("page.html", highlight(f"def f(x):\n{SECRET}\n", PythonLexer(), HtmlFormatter())),
        ("page.html", f"<p>{SLIP.replace(' ', chr(10))}</p>"),
        ("saved.ipynb", json.dumps({"cells": [{"source": ["x\n", SECRET]}]})),
        ("searchindex.js", "Search.setIndex(" + json.dumps({"text": f'a "b"\n{SECRET}\n'}) + ")"),
        ("_static/cases.txt", SECRET),
        ("saved.json", json.dumps("It says: ‖a‖ + ‖m‖ adds two lengths; you took the length of the sum.")),
    ],
)
def test_a_planted_leak_is_found(tmp_path, file, content):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    ((name, text),) = published(tmp_path)
    assert name == file
    assert leaks(text, "ps1")


def test_a_leak_in_an_archive_is_found(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(build.HERE / "ps1" / "cases.py", "exercises/ps1/cases.py")
    ((name, text),) = published(tmp_path)
    assert name == "all.zip/exercises/ps1/cases.py"
    assert leaks(text, "ps1")
