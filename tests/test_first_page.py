"""The first page's numbers are counted, its race runs there, and its map shows what the chapters say."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from descent_book import chapter_list, concept_map, numbers, race
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BUILT = Path("_build/html/intro.html")
CHAPTERS = chapter_list.all_of(Path("chapters"))
NUMBERS = re.compile(r"-?[\d.]+")


@pytest.fixture
def book(tmp_path):
    """A small book in which everything can be counted by hand."""
    cells = [
        new_markdown_cell("# Toys\n\nAs {cite:t}`a1900` and {cite:p}`b1900, a1900` say."),
        new_code_cell("assert 1\nnp.testing.assert_allclose(a, b)\nprint('assert')"),
        new_code_cell("explore(SGD(0.1))"),
        new_markdown_cell("\n## Exercises\n\n**1.** Play.\n\n**2.** Play on."),
    ]
    files = {
        "tests/parity/recorded/sgd.json": json.dumps(
            {"frameworks": {"torch": {"steps": {"a": [], "b": []}}, "keras": {"steps": {"a": []}}}}
        ),
        "tests/parity/recorded/signatures.json": json.dumps({"torch": {}}),
        "tests/test_a.py": "def test_one(): ...\ndef helper():\n    def test_two(): ...\n",
        "tests/helpers.py": "def test_not(): ...\n",
        "reference/what-the-notes-say.md": "| | a |\n|---|---|\n| S1 | b |\n| K12 | c |\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "chapters").mkdir()
    nbformat.write(new_notebook(cells=cells), tmp_path / "chapters" / "01-toys.ipynb")
    return tmp_path


@pytest.mark.parametrize(
    ("count", "number"),
    [
        (numbers.chapters, 1),
        (numbers.cells, 2),
        (numbers.checks, 2),
        (numbers.parity, 3),
        (numbers.tests, 2),
        (numbers.figures, 1),
        (numbers.exercises, 2),
        (numbers.sources, 2),
        (numbers.lines, 2),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_it_is_counted(book, count, number):
    assert count(book) == number


@pytest.mark.parametrize("count", [count for count, _ in numbers.COUNTED], ids=lambda count: count.__name__)
def test_there_is_something_to_count(count):
    assert count(Path()) > 1


def ends(path):
    """Return the rows at which an arc begins and ends, and how far it reaches to the left."""
    x0, y0, x1, _, _, _, x3, y3 = map(float, NUMBERS.findall(path))
    assert x0 == x3 == concept_map.WIDTH
    return y0 - 0.5, y3 - 0.5, x0 / 4 + 3 * x1 / 4


def test_every_arc_goes_down_and_stays_in_the_drawing():
    drawn = re.findall(r' d="([^"]+)"', concept_map.drawing(CHAPTERS))
    names = [each.path.stem for each in CHAPTERS]
    expected = {
        (names.index(each), row) for row, chapter in enumerate(CHAPTERS) for each in chapter.builds_on
    }
    found = [ends(path) for path in drawn]
    assert {(first, last) for first, last, _ in found} == expected
    assert len(found) == len(expected)
    assert all(first < last and left >= 0 for first, last, left in found)
    for one in found:
        for other in found:  # a longer arc goes round a shorter one
            if one[1] - one[0] > other[1] - other[0]:
                assert one[2] < other[2]


def test_the_list_says_in_words_what_the_arcs_show():
    rows = concept_map.listed(CHAPTERS).split("\n\n")
    said = [row for row in rows if "minute" in row]
    assert len(said) == len(CHAPTERS)
    for words, chapter in zip(said, CHAPTERS, strict=True):
        numbers_said = re.findall(r"\d+", words.partition("leans on")[2])
        assert [CHAPTERS[int(each) - 1].path.stem for each in numbers_said] == list(chapter.builds_on)


def test_the_race_is_one_that_a_page_can_run():
    figure = race.race()
    assert figure.configuration() is not None
    assert len(figure._repr_html_()) < 40_000
    assert "gradient descent: after 60 steps" in figure.summary()
    ends_at = {label: trace.values[-1] for label, trace in figure.traces().items()}
    assert min(ends_at, key=ends_at.get) == "gradient descent"  # as the page says


@pytest.mark.skipif(not BUILT.exists(), reason="the site is not built; run make book")
def test_the_built_page_shows_race_map_and_numbers():
    page = BeautifulSoup(BUILT.read_text(encoding="utf-8"), "html.parser").article
    assert len(page.select("descent-figure")) == 1
    shown = [each.get_text().replace(",", "") for each in page.select(".descent-numbers strong")]
    counted = {count: int(each) for (count, _), each in zip(numbers.COUNTED, shown, strict=True)}
    assert counted.pop(numbers.tests) > 1000  # whoever writes a test need not build the site again
    assert counted == {count: count(Path()) for count in counted}
    assert len(BUILT.read_text(encoding="utf-8")) < 150_000
