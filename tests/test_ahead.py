"""Chapters that changed are executed side by side, and each page shows what its own notebook printed."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parent.parent
SETTINGS = f"""
import sys
sys.path.append({str(ROOT / "_ext")!r})
extensions = ["myst_nb", "descent_book.ahead"]
nb_execution_mode = "cache"
nb_merge_streams = True
"""
MEET = """
import time
from pathlib import Path
Path({mine!r}).touch()
with open("runs", "a") as runs:
    runs.write({mine!r})
until = time.monotonic() + 60
while not Path({other!r}).exists():
    assert time.monotonic() < until, "the other notebook has not begun"
    time.sleep(0.01)
print("printed by", {mine!r})
"""


def write(folder, name, code):
    """Write a page with one cell."""
    cells = [new_markdown_cell(f"# {name}"), new_code_cell(code)]
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}),
        folder / f"{name}.ipynb",
    )


@pytest.fixture
def book(tmp_path):
    """A folder with a contents page of two notebooks, each of which waits for the other to begin."""
    source = tmp_path / "book"
    source.mkdir()
    (source / "index.md").write_text("# Title\n\n```{toctree}\na\nb\n```\n")
    (source / "conf.py").write_text(f"{SETTINGS}nb_execution_cache_path = {str(tmp_path / 'cache')!r}\n")
    write(source, "a", MEET.format(mine="a", other="b"))
    write(source, "b", MEET.format(mine="b", other="a"))
    return source


def build(source):
    """Build the pages; return their text and what was said."""
    out = source.parent / "out"
    command = (sys.executable, "-m", "sphinx", "-q", "-b", "text", source, out)
    done = subprocess.run(command, capture_output=True, text=True)
    return {page.stem: page.read_text() for page in out.glob("*.txt")}, done.stderr


def test_two_notebooks_run_at_the_same_time_and_not_again_until_they_change(book):
    pages, said = build(book)
    assert said == ""
    assert "printed by a" in pages["a"]
    assert "printed by b" in pages["b"]
    assert sorted((book / "runs").read_text()) == ["a", "b"]  # one that waits in vain is executed again

    for name in ("a", "b"):
        (book / name).unlink()
    write(book, "b", "print('changed')")
    pages, said = build(book)
    assert said == ""
    assert "changed" in pages["b"]
    assert not (book / "a").exists()


def test_a_notebook_that_fails_is_executed_again_and_reported(book):
    write(book, "a", "open('runs', 'a').write('a'); print(1 / 0)")
    write(book, "b", "print('well')")
    pages, said = build(book)
    assert "Executing notebook failed: CellExecutionError" in said
    assert (book / "runs").read_text() == "aa"
    assert "well" in pages["b"]


def test_a_kernel_that_dies_ends_the_build(book):
    write(book, "a", "import os; os._exit(1)")
    write(book, "b", "print('well')")
    pages, said = build(book)
    assert "Kernel died" in said
    assert pages == {}
