"""Files that call themselves notebooks: what is read, and what is refused in words."""

import json
import os

import pytest

from exercises.grading.sandbox import notebook
from exercises.grading.sandbox.notebook import Cell, InvalidNotebook


def document(*cells, **changes):
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | changes
    ).encode()


def code(source, **changes):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []} | changes


def test_code_cells_are_read_in_order():
    text = {"cell_type": "markdown", "source": "words"}
    tagged = code(["import math\n", "x = 1"], metadata={"tags": ["figure", 3]})
    cells = notebook.read(document(text, tagged, text, code("y = 2", metadata=None))).cells
    assert cells == (Cell(1, "import math\nx = 1", ("figure",)), Cell(2, "y = 2"))


def test_a_path_is_read_as_its_bytes_are(tmp_path):
    path = tmp_path / "ps1.ipynb"
    path.write_bytes(document(code("x = 1")))
    assert notebook.read(path) == notebook.read(str(path)) == notebook.read(path.read_bytes())
    assert notebook.load(path) == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"x" * (notebook.LARGEST + 1), "it has 5,000,001 bytes; at most 5,000,000 are read"),
        (b"\xff\xfe{}", r"it is not UTF-8 text \(byte 0 cannot be read\)"),
        (document(code("x"))[:-5], "it is not JSON, or its end is missing, at line 1"),
        (b"print('a program')", "it is not JSON"),
        (b"[" * 100_000, "its JSON is nested too deeply"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "it is not JSON"),
        (b"[1, 2]", "it is JSON, but not a notebook"),
        (b'{"a": 1}', "it is JSON, but not a notebook"),
        (b"null", "it is JSON, but not a notebook"),
        (document(code("x"), nbformat=3), "its notebook format is 3, not 4: open and save it"),
        (json.dumps({"worksheets": [], "nbformat": 3}).encode(), "its notebook format is 3"),
        (json.dumps({"cells": []}).encode(), "its notebook format is unknown"),
        (document(code("x"), nbformat="<b>4</b>"), "its notebook format is unknown"),
        (json.dumps({"nbformat": 4}).encode(), "it has no list of cells"),
        (document(cells={"a": 1}), "it has no list of cells"),
        (document("cell"), "it has no list of cells"),
        (document(), "it has no code cell"),
        (document({"cell_type": "markdown", "source": "x"}), "it has no code cell"),
        (document(code(3)), "the source of a cell is not text"),
        (document(code(["x", 3])), "the source of a cell is not text"),
        (document(*[code("x")] * 501), "it has 501 code cells; at most 500 are run"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_no_notebook_is_refused_in_words(content, reason):
    with pytest.raises(InvalidNotebook, match=reason):
        notebook.read(content)


def test_text_that_python_could_not_hold_is_read():
    assert notebook.read(document(code("x = '\ud800'"))).cells[0].source == "x = '?'"
    assert notebook.read(b"\xef\xbb\xbf" + document(code("η = 1"))).cells[0].source == "η = 1"


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "real.ipynb").write_bytes(document(code("x")))
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    with pytest.raises(InvalidNotebook, match="it is a symbolic link, not a file"):
        notebook.read(tmp_path / "link.ipynb")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(InvalidNotebook, match="it is not a regular file"):
        notebook.read(tmp_path / "pipe.ipynb")


def test_devices_folders_and_nothing_are_refused(tmp_path):
    with pytest.raises(InvalidNotebook, match="it is not a regular file"):
        notebook.read("/dev/zero")
    with pytest.raises(
        InvalidNotebook, match=r"it is not a regular file|it cannot be opened \(is a directory\)"
    ):
        notebook.read(tmp_path)
    with pytest.raises(InvalidNotebook, match=r"it cannot be opened \(no such file or directory\)"):
        notebook.read(tmp_path / "none.ipynb")
    with pytest.raises(InvalidNotebook, match=r"it cannot be opened \(embedded null byte\)"):
        notebook.read("a\0b")


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.ipynb"
    with open(path, "wb") as file:
        file.truncate(1 << 40)  # a hole: it takes no room
    with pytest.raises(InvalidNotebook, match="it has 1,099,511,627,776 bytes"):
        notebook.read(path)
