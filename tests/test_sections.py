"""How long one reads is counted as the page of paths says, and names of sections are those of the pages."""

import io
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from descent_book import sections
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

BUILT = Path("_build/html/chapters")
PATHS = sorted(Path("chapters").glob("*.ipynb"))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("word " * 180, 60),
        ("*one* **two** `three` [four](07-momentum.ipynb) {cite:p}`five2000`", 5 / 3),
        ("$$\na = b + c \\quad (d)\n$$\n\n$$ e $$", 40),
        ("Let $\\eta$ be", 1),
        ("```python\na = 1\n\nb = 2\n```", 12),
        ("| a | b |\n|---|---|\n| c | d |", 4 / 3),
        ("<details><summary>Hint</summary>\n\nmany words of help\n\n</details>", 0),
        ("", 0),
    ],
)
def test_reading_takes(text, seconds):
    assert sections.read_seconds(text) == pytest.approx(seconds)


def test_a_folded_cell_takes_no_time():
    assert sections.code_seconds(new_code_cell("a = 1\n\nb = 2")) == 8
    for tag in ("hide-input", "hide-cell"):
        assert sections.code_seconds(new_code_cell("a = 1", metadata={"tags": [tag]})) == 0


@pytest.fixture
def chapter(tmp_path):
    cells = [
        new_markdown_cell("# Toys: all of them\n\n" + "word " * 180),
        new_markdown_cell("## Wood: *it* burns at $T$\n\n" + "word " * 90 + "\n\n### Oak\n\n" + "word " * 90),
        new_code_cell("\n".join(15 * ["a = 1"])),
        new_markdown_cell("```\n# no heading\n```\n\n## Exercises\n\n" + "word " * 1800),
    ]
    path = tmp_path / "01-toys.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"language_info": {"name": "python"}}), path)
    return path


def test_a_section_holds_those_below_it_and_the_chapter_no_exercises(chapter):
    found = sections.sections(chapter)
    minutes = {name: each.seconds / 60 for name, each in found.items()}
    fenced = 4 / 60
    assert minutes == pytest.approx(
        {
            "toys-all-of-them": 3 + fenced,
            "wood-it-burns-at-t": 2 + fenced,
            "oak": 1.5 + fenced,
            "exercises": 10,
        },
        abs=0.05,
    )
    assert sections.whole(chapter).title == "Toys: all of them"
    assert sections.find(chapter.parent, "01-toys#oak").level == 3
    assert sections.find(chapter.parent, "01-toys").minutes == 3


def test_a_changed_chapter_is_read_again(chapter):
    assert "oak" in sections.sections(chapter)
    text = chapter.read_text(encoding="utf-8").replace("### Oak", "### Beech")
    chapter.write_text(text, encoding="utf-8")
    assert "beech" in sections.sections(chapter)


@pytest.mark.parametrize("target", ["02-toys", "01-toys#", "01-toys#plastic"])
def test_what_is_not_there_is_told(chapter, target):
    if target.endswith("#"):
        assert sections.find(chapter.parent, target) == sections.whole(chapter)
        return
    with pytest.raises(ValueError, match=f"{target}: "):
        sections.find(chapter.parent, target)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_name_is_that_of_the_page(path):
    page = BUILT / f"{path.stem}.html"
    if not page.exists():
        pytest.skip("the site is not built; run make book")
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert list(sections.sections(path)) == [each["id"] for each in soup.article.select("section[id]")]


def built(book):
    """Build a small book; return its first page and the warnings."""
    warnings, out = io.StringIO(), book / "_build" / "html"
    settings = {"extensions": ["myst_nb", "descent_book.sections"], "exclude_patterns": ["_build"]}
    settings["nb_execution_mode"] = "off"
    with docutils_namespace():
        Sphinx(book, None, out, out, "html", settings, status=None, warning=warnings).build()
    return (out / "index.html").read_text(encoding="utf-8"), warnings.getvalue()


def test_a_link_says_chapter_and_heading_and_follows_them(chapter, tmp_path):
    folder = tmp_path / "chapters"
    folder.mkdir()
    chapter = chapter.rename(folder / chapter.name)
    first = "# Book\n\n{section}`01-toys#wood-it-burns-at-t` and {section}`01-toys`.\n\n"
    (tmp_path / "index.md").write_text(first + "```{toctree}\nchapters/01-toys\n```\n")
    page, warnings = built(tmp_path)
    links = re.findall(r'<a class="reference internal" href="(chapters/[^"]+)"><span>(.*?)</span></a>', page)
    assert [link for link, _ in links] == [
        "chapters/01-toys.html#wood-it-burns-at-t",
        "chapters/01-toys.html",
    ]
    assert links[0][1].startswith("Toys, <em>Wood: <em>it</em> burns at ")
    assert links[1][1] == "Toys"
    assert warnings == ""
    text = chapter.read_text(encoding="utf-8").replace("## Wood", "## Tin")
    chapter.write_text(text, encoding="utf-8")
    assert "01-toys#wood-it-burns-at-t: 01-toys.ipynb has no such heading" in built(tmp_path)[1]
