"""The checks of a page find what they look for: faults are put into a good page, and each is reported."""

import pytest

from tests.browser import audit, faults
from tests.browser.visit import NARROW, WIDE, Visit, until

PLANT = """html => {
  document.getElementById("planted")?.remove();
  const planted = Object.assign(document.createElement("div"), { id: "planted", innerHTML: html });
  document.querySelector("article").append(planted);
}"""
FOLDED = "<details><summary>More</summary>{}</details>"
PALE = "<p style='color: #ccc; background: #fff'>Nobody can read this.</p>"
# A repetition is left out of the audit, and the second of these texts is none.
SECOND = "<p>Good</p>" + PALE
DIM = "<style>{} {{ .dim {{ color: #aaa; background: #fff }} }}</style><p class='dim'>Dim</p>"
IN_THE_DARK = DIM.format("html[data-theme=dark]")
ON_A_PHONE = DIM.format("@media (max-width: 500px)")


@pytest.fixture(scope="module")
def good(context, server):
    visit = Visit(context, server, "intro.html")
    yield visit
    visit.page.close()


@pytest.fixture
def spoilt(good):
    """Put HTML into a good page, in the place of what was put there before, and unfold it."""

    def spoil(html, width=WIDE, theme="light"):
        good.page.evaluate(PLANT, html)
        good.unfold()
        return good.look(width, theme)

    return spoil


@pytest.mark.parametrize(
    ("check", "html"),
    [
        (faults.raw_equations, "<p>The rate $\\eta$</p>"),
        (faults.raw_equations, "<p>The rate \\(x\\)</p>"),
        (faults.raw_equations, "<span class='math'>x</span>"),
        (faults.nameless_pictures, "<img src='data:,'>"),
        (faults.nameless_pictures, "<svg role='img'></svg>"),
        (faults.too_wide, "<p style='width: 2000px'>Wide</p>"),
        (audit.structure_faults, "<input>"),
        (audit.structure_faults, FOLDED.format("<button></button>")),
    ],
)
def test_a_fault_is_found(spoilt, check, html):
    assert check(spoilt("<p>Good</p>")) == []
    assert len(check(spoilt(html))) > 0


@pytest.mark.parametrize(
    "link",
    ["nowhere.html", "chapters/nowhere.html#here", "#nowhere", "intro.html#nowhere", "#figure=9&seed=0"],
)
def test_a_dead_link_is_found(spoilt, server, link):
    assert faults.dead_links(spoilt("<a href='intro.html'>Good</a>"), server.address) == []
    for html in (f"<a href='{link}'>Dead</a>", f"<svg><a href='{link}'><text>Dead</text></a></svg>"):
        assert len(faults.dead_links(spoilt(html), server.address)) == 1


def test_a_second_search_box_is_found(spoilt):
    assert len(faults.search_boxes(spoilt("<input type=search>"))) == 2


@pytest.mark.parametrize(
    ("html", "width", "theme"),
    [
        (PALE, WIDE, "light"),
        (FOLDED.format(PALE), WIDE, "light"),
        (SECOND, WIDE, "light"),
        (IN_THE_DARK, WIDE, "dark"),
        (ON_A_PHONE, NARROW, "light"),
    ],
)
def test_a_text_that_nobody_can_read_is_found(spoilt, html, width, theme):
    page = spoilt("<p>Good</p>", width, theme)
    assert audit.colour_faults(page) == []
    spoilt(html, width, theme)
    with audit.one_of_each_kind(page):
        assert len(audit.colour_faults(page)) == 1


def test_a_repetition_is_audited_once_and_put_back(spoilt):
    page = spoilt("<ul>" + "<li>Good</li>" * 9 + "</ul>" + PALE * 9 + "<pre>p <b>=</b> 1<i></i></pre>")
    before = page.content()
    assert audit.structure_faults(page) == []
    assert page.content() == before
    with audit.one_of_each_kind(page):
        assert page.locator("#planted li").count() == 1
        assert len(audit.colour_faults(page)) == 1
    assert page.content() == before


@pytest.mark.parametrize(
    ("html", "record"),
    [
        ("<img src='http://example.org/a.png' alt='a'>", lambda visit, _: visit.elsewhere),
        ("<img src='http://example.org/a.png' alt='a'>", lambda visit, _: visit.complaints),
        ("<img src='nowhere.png' alt='a'>", lambda visit, _: visit.complaints),
        ("<img src='nowhere.png' alt='a'>", lambda _, server: server.refused),
        ("<img src='data:,' alt='a' onerror='console.error(1)'>", lambda visit, _: visit.complaints),
        ("<img src='data:,' alt='a' onerror='nothing()'>", lambda visit, _: visit.complaints),
    ],
)
def test_the_record_of_a_visit_holds_what_went_wrong(visit, server, html, record):
    server.refused.clear()
    opened = visit("intro.html")
    assert record(opened, server) == []
    opened.page.evaluate(PLANT, html)
    until(opened.page, "() => document.querySelector('#planted img').complete")
    opened.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert len(record(opened, server)) >= 1
    server.refused.clear()
