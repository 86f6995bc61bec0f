"""Three ways through the book: every stop is there, and the minutes are those of the chapters."""

import io
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from descent_book import paths, sections
from nbformat.v4 import new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path()
TEXT = Path("reading-paths.md").read_text(encoding="utf-8")
CHAPTERS = sorted(path.stem for path in Path("chapters").glob("*.ipynb"))
SETS = sorted(path.name for path in Path("exercises").glob("ps*") if path.is_dir())
BUILT = Path("_build/html/reading-paths.html")


def typed(text):
    """Return the rows of each path of a page, by its heading."""
    found = {}
    for part in text.split("\n## ")[1:]:
        body = re.search(r"```\{path\}\n(.*?)```", part, re.DOTALL)
        found[part.splitlines()[0]] = body[1].splitlines()
    return found


WAYS = typed(TEXT)
WEEKEND, COURSE, PRACTICE = WAYS
TARGETS = sorted(
    {each.strip() for way in WAYS.values() for row in way for each in row.split(":")[1].split(";")}
)


def test_there_are_three():
    assert (WEEKEND, COURSE, PRACTICE) == ("A weekend", "A course of twelve weeks", "I only train networks")


@pytest.mark.parametrize("target", TARGETS)
def test_every_stop_is_there(target):
    assert paths.stop(ROOT, target).minutes >= 1


def test_the_course_has_twelve_weeks_with_every_chapter_and_every_set_once():
    rows = [row.split(":") for row in WAYS[COURSE]]
    assert [row[0] for row in rows] == [str(week) for week in range(1, 13)]
    stops = [each.strip() for row in rows for each in row[1].split(";")]
    assert len(set(stops)) == len(stops)
    assert set(stops) >= {*CHAPTERS, *SETS}
    assert [each for each in stops if each.startswith("ps")] == [f"ps{i}" for i in range(1, 8)]


def test_no_week_asks_for_more_than_four_hours():
    for row in WAYS[COURSE]:
        stops = (each.strip() for each in row.split(":")[1].split(";"))
        known = [each for each in stops if each in CHAPTERS or each in SETS]
        assert sum(paths.stop(ROOT, each).minutes for each in known) <= 240, row


def test_a_stop_takes_what_its_section_takes():
    target = "07-momentum#the-idea-remember"
    assert paths.stop(ROOT, target).minutes == sections.find(Path("chapters"), target).minutes
    assert paths.stop(ROOT, "ps1").minutes == 110


def test_the_last_row_is_the_sum():
    path = paths.rows(ROOT, ["early: 07-momentum#the-idea-remember; ps1", "", "late: 08-nesterov"])
    lines = paths.table(path).splitlines()
    total = sum(each.minutes for _, stops in path for each in stops)
    assert "| early | {section}`07-momentum#the-idea-remember` · [](/exercises/ps1.ipynb) |" in lines[2]
    assert lines[-1] == f"| **all of it** |  | **{paths.spoken(total)}** |"
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1 min"), (119, "119 min"), (120, "2 h 00 min"), (195, "3 h 15 min")]
)
def test_a_time_is_said(minutes, words):
    assert paths.spoken(minutes) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("early 07-momentum", "a row of a path is 'when: what; what'"),
        ("early: 77-toys", "77-toys: there is no chapters/77-toys.ipynb"),
        ("early: 07-momentum#toys", "07-momentum#toys: 07-momentum.ipynb has no such heading"),
        ("early: ps99", "ps99: there is no exercises/ps99/ps99.md"),
    ],
)
def test_what_is_not_there_is_told(row, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        paths.rows(ROOT, [row])


def test_a_small_book_shows_its_path(tmp_path):
    words = {"01-toys": "# Toys: all\n\n## Oak\n\n" + "word " * 540, "02-tin": "# Tin\n\n" + "word " * 180}
    metadata = {"language_info": {"name": "python"}}
    (tmp_path / "chapters").mkdir()
    for name, text in words.items():
        notebook = new_notebook(cells=[new_markdown_cell(text)], metadata=metadata)
        nbformat.write(notebook, tmp_path / "chapters" / f"{name}.ipynb")
    path = "```{path}\nearly: 01-toys#oak; 02-tin\nlate: 01-toys\n```\n\n"
    toctree = "```{toctree}\n:glob:\nchapters/*\n```\n"
    (tmp_path / "index.md").write_text(f"# Book\n\n{path}{toctree}")
    warnings, out = io.StringIO(), tmp_path / "out"
    settings = {"extensions": ["myst_nb", "descent_book.sections", "descent_book.paths"]}
    settings |= {"nb_execution_mode": "off", "exclude_patterns": ["out"]}
    with docutils_namespace():
        Sphinx(tmp_path, None, out, out, "html", settings, status=None, warning=warnings).build()
    table = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser").table
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]
    assert rows == [["early", "Toys,Oak·Tin", "4 min"], ["late", "Toys", "3 min"], ["all of it", "", "7 min"]]
    links = [link["href"] for link in table.select("a")]
    assert links == ["chapters/01-toys.html#oak", "chapters/02-tin.html", "chapters/01-toys.html"]
    assert warnings.getvalue() == ""


@pytest.mark.skipif(not BUILT.exists(), reason="the site is not built; run make book")
def test_the_built_page_has_the_minutes():
    page = BeautifulSoup(BUILT.read_text(encoding="utf-8"), "html.parser").article
    tables = page.select("table")
    assert len(tables) == len(WAYS)
    for table, way in zip(tables, WAYS.values(), strict=True):
        times = [row.select("td")[-1].get_text(" ", strip=True) for row in table.select("tbody tr")]
        path = paths.rows(ROOT, way)
        expected = [paths.spoken(sum(each.minutes for each in stops)) for _, stops in path]
        assert [time.removeprefix("time ").strip() for time in times[:-1]] == expected
