"""The built site asks no other site for anything and carries nothing that needs a kernel."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

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
        if tag == "script":
            self.types.append(given.get("type"))


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
