"""The built site asks no other site for anything and carries nothing that needs a kernel."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

SITE = Path("_build/html")
FORWARD = SITE / "index.html"  # holds nothing but the address of the first page
PAGES = sorted(path for path in SITE.glob("**/*.html") if path != FORWARD and "_static" not in path.parts)
LOADS = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src", "video": "src"}

pytestmark = pytest.mark.skipif(not PAGES, reason="the site is not built; run make book")


class Page(HTMLParser):
    """Collects what a page loads, its pictures and its scripts' types."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.without_alt, self.types = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in LOADS and given.get("rel") not in {"canonical", "next", "prev", "author"}:
            self.loads.append(given.get(LOADS[tag]) or "")
        if tag == "img" and not given.get("alt"):
            self.without_alt.append(given.get("src"))
        if tag == "svg" and given.get("role") == "img" and not given.get("aria-label"):
            self.without_alt.append(given.get("class"))
        if tag == "script":
            self.types.append(given.get("type"))


@cache
def words(path):
    """Return what a page says in words, without code and formulas, and the formulas."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    article = soup.article or soup.body  # the page of the search has none
    formulas = [formula.extract().get_text() for formula in article.select(".math")]
    for element in article(["pre", "code", "script", "style", "template", "textarea"]):
        element.decompose()
    labels = [element["aria-label"] for element in article.select("[aria-label]")]
    return "\n".join([article.get_text("\n"), *labels]), formulas


@pytest.fixture(params=PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def page(request):
    return Page(request.param.read_text(encoding="utf-8"))


def test_nothing_is_loaded_from_another_site(page):
    assert [address for address in page.loads if address.startswith(("http:", "https:", "//"))] == []
    assert any(page.loads)


def test_every_picture_has_alt_text(page):
    assert page.without_alt == []


def test_no_widget_waits_for_a_kernel(page):
    widgets = [kind for kind in page.types if kind and "jupyter.widget" in kind]
    assert widgets == []


def test_the_equations_renderer_is_served_here():
    assert (SITE / "_static" / "vendor" / "mathjax" / "tex-mml-chtml.js").exists()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def test_no_markup_stands_in_the_text(path):
    text, _ = words(path)
    stars = "" if path.name == "api.html" else r"|\*\*"  # a signature has **settings
    markup = re.compile(r"[`$]|\\[a-zA-Z]+\{|\{[a-z:]+\}" + stars)
    assert [line for line in text.splitlines() if markup.search(line)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def test_epsilon_is_written_in_one_way(path):
    _, formulas = words(path)
    assert "\u03f5" not in path.read_text(encoding="utf-8")
    assert [formula for formula in formulas if re.search(r"\\epsilo[n]\b", formula)] == []


CHAPTERS = [path for path in PAGES if path.parent.name == "chapters"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_figure_of_a_chapter_is_a_picture_of_its_page(path):
    cells = nbformat.read(Path("chapters", f"{path.stem}.ipynb"), as_version=4).cells
    plain = [out.get("data", {}).get("text/plain", "") for cell in cells for out in cell.get("outputs", [])]
    page = path.read_text(encoding="utf-8")
    assert page.count('<svg class="descent-picture"') == sum("<Figure" in text for text in plain)
    assert "<img" not in page[page.index("<article") : page.index("</article>")]


def test_the_first_page_leads_to_every_chapter():
    page = BeautifulSoup((SITE / "intro.html").read_text(encoding="utf-8"), "html.parser")
    rows = page.select(".descent-map > ol > li")
    assert [row.a["href"] for row in rows] == [f"chapters/{path.name}" for path in CHAPTERS]
    lean = [row.select("p")[-1].get_text() for row in rows]
    assert len(page.select(".descent-arcs path")) == sum(
        words.count(",") + ("leans" in words) for words in lean
    )


def test_the_letters_of_figures_are_served_here():
    style = (SITE / "_static" / "custom.css").read_text(encoding="utf-8")
    fonts = re.findall(r'url\("(letters/[^"]+)"\)', style)
    assert len(fonts) == 3
    assert all((SITE / "_static" / font).exists() for font in fonts)
