"""The chapters' prose goes the way of Sphinx: its gettext builder collects it, its reader translates it."""

import shutil
import subprocess
import sysconfig

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.words import pseudo
from tools import words as collected

CONFIG = f"""
title: Tiny
execute: {{execute_notebooks: "off"}}
sphinx:
  config: {{language: {pseudo.NAME}, locale_dirs: [locale], gettext_compact: false}}
"""
PROSE = ["A title", "A paragraph with $x$ and *stress*.", "An item", "A section", "Its paragraph."]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book of one chapter, with its catalogue in the pseudo-language; nothing in it can be executed."""
    book = tmp_path_factory.mktemp("book")
    title, paragraph, item, section, rest = PROSE
    cells = [
        new_markdown_cell(f"# {title}\n\n{paragraph}\n\n- {item}"),
        new_code_cell("raise SystemExit"),
        new_markdown_cell(f"## {section}\n\n{rest}"),
    ]
    (book / "chapters").mkdir()
    nbformat.write(new_notebook(cells=cells), book / "chapters" / "01-tiny.ipynb")
    (book / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (book / "_toc.yml").write_text("format: jb-book\nroot: chapters/01-tiny\n", encoding="utf-8")
    collected.chapters(book / "words", root=book)
    return book


def template(book):
    return collected.stored(book / "words" / "_build" / "gettext" / "chapters" / "01-tiny.pot")


def test_every_paragraph_is_collected(book):
    assert {message.id for message in template(book) if message.id} == set(PROSE)


def test_a_page_shows_translated_prose(book):
    catalog = pseudo.translated(template(book))
    collected.store(catalog, book / "locale" / pseudo.NAME / "LC_MESSAGES" / "chapters" / "01-tiny.po")
    command = [f"{sysconfig.get_path('scripts')}/jupyter-book", "build", str(book), "-q"]
    subprocess.run(command, check=True, capture_output=True, cwd=book)
    page = (book / "_build" / "html" / "chapters" / "01-tiny.html").read_text(encoding="utf-8")
    article = BeautifulSoup(page, "html.parser").select_one("article")
    for untranslated in article.select("div.highlight, a.headerlink, .math"):
        untranslated.decompose()
    assert pseudo.bare(article.get_text()) == []
    assert article.get_text().count("⟦") == len(PROSE)
    shutil.rmtree(book / "_build")
