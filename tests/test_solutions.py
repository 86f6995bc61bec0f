"""Every exercise of the book has a hint that opens first, and a solution on a page of its own part."""

import io
import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from descent_book import solutions
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from tests.words import pseudo

CHAPTERS = sorted(Path("chapters").glob("*.ipynb"))
SITE = Path("_build/html")
FOLDED = re.compile(r"<details><summary>(\w+)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
EXERCISE = """\
**{number}.** Why {number}?

<details><summary>Hint</summary>

Count to {number}.

</details>

<details><summary>Answer</summary>

Since ${number}^2$, see [the other](01-a.ipynb) and {{cite:t}}`adam`.

</details>
"""


def exercises(path):
    """Return the text of each exercise of a chapter by its number, without its code."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    _, _, rest = text.partition("\n## Exercises\n")
    rest = re.split(r"^## ", rest, flags=re.MULTILINE)[0]
    _, *parts = solutions.STARTS.split(rest)
    return {int(number): part for number, part in zip(parts[::2], parts[1::2], strict=True)}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_exercise_has_a_hint_and_then_an_answer(path):
    found = exercises(path)
    assert list(found) == list(range(1, len(found) + 1)) == solutions.numbers(path)
    assert 6 <= len(found) <= 8
    for text in found.values():
        assert [kind for kind, _ in FOLDED.findall(text)] == ["Hint", "Answer"]
        hint, answer = (content.strip() for _, content in FOLDED.findall(text))
        assert hint
        assert len(answer) > len("Yes.")


@pytest.mark.skipif(not SITE.exists(), reason="the site is not built; run make book")
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_book_has_a_solution_for_each(path):
    chapter = (SITE / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
    page = (SITE / "solutions" / f"{path.stem}.html").read_text(encoding="utf-8")
    asked = exercises(path)
    _, _, chapter = chapter.partition('<section id="exercises">')
    assert "<summary>Answer</summary>" not in chapter
    assert chapter.count("<summary>Hint</summary>") == len(asked)
    links = re.findall(rf'href="\.\./solutions/{path.stem}\.html#(exercise-\d+)"', chapter)
    assert links == [f"exercise-{number}" for number in asked]
    assert {link for link in links if f'id="{link}"' in page} == set(links)
    assert len(re.findall(r'<div class="[^"]*\bposed\b', page)) == len(asked)


def a_chapter(title, *cells):
    first = new_markdown_cell(f"# {title}", metadata={"failure": "none"})
    metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    return nbformat.writes(new_notebook(cells=[first, *cells], metadata=metadata))


@pytest.fixture
def book(tmp_path):
    """A book of two chapters, the second with two exercises and a cell that belongs to the last answer."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\n:glob:\nchapters/*\nsolutions/*\n```\n")
    (tmp_path / "chapters" / "a.png").touch()  # a paragraph without a word
    (tmp_path / "bib.md").write_text("---\norphan: true\n---\n# Papers\n\n```{bibliography}\n```\n")
    (tmp_path / "a.bib").write_text("@article{adam, author={Ada, B}, title={C}, year={2015}, journal={D}}\n")
    (tmp_path / "chapters" / "01-a.ipynb").write_text(a_chapter("A", new_markdown_cell("No exercise.")))
    output = new_output("stream", name="stdout", text="printed by the answer\n")
    cells = [
        new_markdown_cell("## Exercises\n\n![](a.png)\n\n" + EXERCISE.format(number=1)),
        new_markdown_cell(EXERCISE.format(number=2)),
        new_code_cell("print('printed by ' + 'the answer')", outputs=[output]),
        new_markdown_cell("## References\n\nThe end."),
    ]
    (tmp_path / "chapters" / "02-b.ipynb").write_text(a_chapter("B: more", *cells))
    return tmp_path


def build(book):
    """Build it; return the text of a page by its name, and the warnings."""
    warnings, out = io.StringIO(), book / "_build" / "html"
    settings = {
        "extensions": ["myst_nb", "sphinxcontrib.bibtex", "descent_book.solutions"],
        "exclude_patterns": ["_build"],
        "nb_execution_mode": "off",
        "myst_enable_extensions": ["dollarmath"],
        "mathjax_path": "mathjax.js",
        "bibtex_bibfiles": ["a.bib"],
    }
    with docutils_namespace():
        Sphinx(book, None, out, out, "html", settings, status=None, warning=warnings).build()
    pages = {
        path.relative_to(out).with_suffix("").as_posix(): unescape(path.read_text(encoding="utf-8"))
        for path in out.rglob("*.html")
    }
    return pages, warnings.getvalue()


def test_an_answer_moves_with_its_cells_and_its_links(book):
    pages, warnings = build(book)
    assert warnings == ""
    assert not any(name.startswith("solutions/01") for name in pages)
    chapter, page = pages["chapters/02-b"], pages["solutions/02-b"]
    for told in ("1^2", "2^2", "printed by the answer"):
        assert told not in chapter
        assert told in page
    assert "mathjax.js" in page
    assert "The end." in chapter
    assert "The end." not in page
    assert page.index("Why 1?") < page.index("1^2") < page.index("Why 2?") < page.index("2^2")
    assert "Count to 1." in chapter
    assert "Count to 1." not in page
    assert "<details" not in page
    assert page.count('href="../chapters/01-a.html"') >= 2
    assert page.count('href="../bib.html#') == 2
    assert re.findall(r'href="\.\./solutions/02-b.html#(exercise-\d)"', chapter) == [
        "exercise-1",
        "exercise-2",
    ]
    assert re.findall(r'id="(exercise-\d)"', page) == ["exercise-1", "exercise-2"]


def test_a_page_of_solutions_follows_its_chapter(book):
    build(book)
    path = book / "chapters" / "02-b.ipynb"
    path.write_text(path.read_text().replace("Since $2^2$", "Because of $2^2$"))
    assert "Because of" in build(book)[0]["solutions/02-b"]
    path.unlink()
    build(book)
    assert list((book / "solutions").iterdir()) == []


def test_what_opens_a_hint_is_said_in_the_language_of_the_book(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write(folder, ["book"])
    with pseudo.spoken(folder):
        chapter = build(book)[0]["chapters/02-b"]
    assert chapter.count(f"<details><summary>{pseudo.wrapped('Hint')}</summary>") == 2
    assert "<summary>Hint" not in chapter


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Hint", "Clue", "has 0 hints and 1 answers"),
        ("Answer", "Hint", "has 2 hints and 0 answers"),
    ],
)
def test_an_exercise_without_hint_or_answer_stops_the_build(book, old, new, said):
    path = book / "chapters" / "02-b.ipynb"
    path.write_text(path.read_text().replace(f"<summary>{old}<", f"<summary>{new}<"))
    with pytest.raises(
        ExtensionError, match=f"02-b.ipynb, exercise 1: {said}; expected one hint, and one answer after it"
    ):
        build(book)
