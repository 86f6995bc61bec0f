"""A chapter says what other pages need of it, and whatever is forgotten is told with its file."""

import io
import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from descent_book import chapter_list
from nbformat.v4 import new_markdown_cell, new_notebook
from pybtex.database import parse_file
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from sphinx.util.matching import patmatch

from d2l_utils.practice.chapters import CHAPTERS as ASKED

PATHS = sorted(Path("chapters").glob("*.ipynb"))
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
each_chapter = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def uncited(text, known):
    """Return the keys that a text cites and ``references.bib`` lacks."""
    keys = {key.strip() for group in CITED.findall(text) for key in group.split(",")}
    return sorted(keys - set(known))


def unnamed(title, changelog):
    """Tell whether the changelog does not name a chapter."""
    return f"*{title}*" not in " ".join(changelog.split())


@each_chapter
def test_a_chapter_says_what_the_introduction_lists(path):
    assert chapter_list.read(path).failure


@each_chapter
def test_a_chapter_says_on_which_it_leans(path):
    names = chapter_list.read(path).builds_on
    assert path == PATHS[0] or 1 <= len(names) <= 5, f"{path} must say what it builds_on; got {names}"
    assert len(set(names)) == len(names)


def test_chapters_lean_on_earlier_ones_only():
    assert len(chapter_list.all_of(Path("chapters"))) == len(PATHS)


@each_chapter
def test_practice_asks_something_in_it(path):
    slug = chapter_list.read(path).slug
    assert slug in ASKED, f"there is no d2l_utils/practice/data/{slug}.toml"


@each_chapter
def test_the_changelog_names_it(path):
    title = chapter_list.read(path).title
    text = Path("CHANGELOG.md").read_text(encoding="utf-8")
    assert not unnamed(title, text), f"CHANGELOG.md does not name the chapter: *{title}*"


@each_chapter
def test_what_it_cites_is_in_the_bibliography(path):
    lacking = uncited(path.read_text(encoding="utf-8"), parse_file("references.bib").entries)
    assert lacking == [], f"references.bib has no entry for {', '.join(lacking)}, which {path} cites"


@pytest.mark.parametrize("slug", ASKED)
def test_what_practice_asks_belongs_to_a_chapter(slug):
    known = [path for path in PATHS if path.stem.split("-", 1)[1] == slug]
    assert known, f"there is no chapters/NN-{slug}.ipynb; d2l_utils/practice/data/{slug}.toml asks for it"


def write(path, source="# Toys: a first look", **metadata):
    cell = new_markdown_cell(source, metadata=metadata)
    nbformat.write(new_notebook(cells=[cell]), path)
    return path


def parts(chapter, contents):
    """Return the captions of the parts of a table of contents that take a chapter."""
    return [
        part["caption"]
        for part in contents["parts"]
        for entry in part["chapters"]
        if "glob" in entry and patmatch(chapter, entry["glob"])
    ]


def test_each_chapter_stands_in_one_part_of_the_contents():
    contents = yaml.safe_load(Path("_toc.yml").read_text(encoding="utf-8"))
    order = [part["caption"] for part in contents["parts"]]
    found = [parts(path.with_suffix("").as_posix(), contents) for path in PATHS]
    assert [len(each) for each in found] == [1] * len(PATHS)
    assert found == sorted(found, key=lambda each: order.index(each[0]))
    for number in range(1, 100):
        assert len(parts(f"chapters/{number:02}-later", contents)) == 1
    part = next(each for each in contents["parts"] if each["caption"] == "Before you step")
    part["chapters"][0]["glob"] = "chapters/1*"
    assert parts("chapters/02-later", contents) == []


def test_the_title_ends_at_the_colon(tmp_path):
    path = write(tmp_path / "10-wooden-toys.ipynb", failure="nothing to play with")
    assert chapter_list.read(path) == chapter_list.ListedChapter(
        path, "wooden-toys", "Toys", "nothing to play with"
    )


@pytest.mark.parametrize(
    ("name", "source", "metadata", "words"),
    [
        ("toys", "# Toys", {"failure": "x"}, r"chapters/toys.ipynb: a chapter is named NN-slug.ipynb"),
        ("10-Toys", "# Toys", {"failure": "x"}, r"chapters/10-Toys.ipynb: a chapter is named NN-slug.ipynb"),
        (
            "10-toys",
            "Toys",
            {"failure": "x"},
            r"chapters/10-toys.ipynb: must begin with '# Title'; got 'Toys'",
        ),
        ("10-toys", "# Toys", {}, r"must say which failure starts it, as .*; got \{\}"),
    ],
)
def test_what_a_chapter_lacks_is_told(tmp_path, name, source, metadata, words):
    with pytest.raises(ValueError, match=words):
        chapter_list.read(write(tmp_path / f"{name}.ipynb", source, **metadata))


@pytest.mark.parametrize("name", ["02-b", "03-c", "00-nothing", "a"])
def test_a_chapter_that_leans_on_itself_or_on_a_later_one_is_told(tmp_path, name):
    write(tmp_path / "01-a.ipynb", failure="x")
    write(tmp_path / "02-b.ipynb", failure="x", builds_on=["01-a", name])
    write(tmp_path / "03-c.ipynb", failure="x", builds_on=["02-b"])
    with pytest.raises(ValueError, match=f"chapters/02-b.ipynb: builds on {name}; before it come 01-a"):
        chapter_list.all_of(tmp_path)


def test_a_key_without_an_entry_is_found():
    assert uncited("{cite:p}`a1900, b1900` and {cite:t}`c1900`", {"a1900": 1}) == ["b1900", "c1900"]


def test_a_chapter_that_is_not_named_is_found():
    assert unnamed("Toys", "Toys, and *Momentum*")
    assert not unnamed("Two toys", "The chapters *Two\n  toys*, *Momentum*")


def built(book):
    """Build a small book whose first page lists its chapters; return that page and the warnings."""
    warnings, out = io.StringIO(), book / "_build" / "html"
    settings = {"extensions": ["myst_nb", "descent_book.concept_map"], "exclude_patterns": ["_build"]}
    with docutils_namespace():
        app = Sphinx(book, None, out, out, "html", settings, status=None, warning=warnings)
        app.build()
    return (out / "index.html").read_text(encoding="utf-8"), warnings.getvalue()


def test_the_first_page_lists_the_chapters_as_they_are_now(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.md").write_text("# Book\n\n```{chapters}\n```\n\n```{toctree}\nmore\n```\n")
    (tmp_path / "more.md").write_text("# More\n\n```{toctree}\n:glob:\nchapters/*\n```\n")
    write(tmp_path / "chapters" / "02-b.ipynb", "# B: more", failure="A *fails*")
    write(tmp_path / "chapters" / "01-a.ipynb", "# A: first", failure="nothing works")
    page, warnings = built(tmp_path)
    rows = re.findall(r'href="chapters/(.*?)".*?>(\w)</span></a></p>\n<p>(.*?)</p>', page, re.S)
    assert rows == [("01-a.html", "A", "nothing works"), ("02-b.html", "B", "A <em>fails</em>")]
    assert warnings == ""
    write(tmp_path / "chapters" / "03-c.ipynb", "# C: all", failure="B is lost")
    assert "B is lost" in built(tmp_path)[0]
    path = write(tmp_path / "chapters" / "02-b.ipynb", "# B: more", failure="A is slow")
    assert "A is slow" in built(tmp_path)[0]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"cells": []}))
    assert "chapters/02-b.ipynb: must begin with '# Title'; got ''" in built(tmp_path)[1]
