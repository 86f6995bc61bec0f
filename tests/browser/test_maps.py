"""A map of settings is live: a dot sets the figure below it, which says what the dot says."""

import re

import pytest

from tests.browser.figures import Figure
from tests.browser.visit import NARROW, WIDE, Visit, until

ATLAS = "reference/stability-atlas.html"
NAME = re.compile(r"η = (\S+), β = (\S+): (converges|diverges)")
MAPS = ".descent-picture:has(a)"
# The links of a map as they lie on the page; a pointer must be able to meet each.
SEEN = """picture => [...picture.querySelectorAll("a")].map(link => {
  const { left, top, width, height } = link.getBoundingClientRect();
  const met = document.elementFromPoint(left + width / 2, top + height / 2);
  return link.contains(met);
})"""
SET = """([figure, rate]) => figure.frame && !figure.busy && !figure.wanted
  && figure.frame.state.racers[0].settings[0].value === rate"""


@pytest.fixture(scope="module")
def atlas(context, server):
    opened = Visit(context, server, ATLAS, equations=False)
    yield opened
    assert opened.complaints == []
    opened.page.close()


def named(link):
    """Return the rate, the momentum and the verdict of a link."""
    lr, beta, verdict = NAME.fullmatch(link.locator("title").text_content()).groups()
    return float(lr), float(beta), verdict


def border(picture):
    """Return the last dot and the first ring of each row."""
    rows = {}
    for i, title in enumerate(picture.locator("a title").all_text_contents()):
        lr, beta, verdict = NAME.fullmatch(title).groups()
        rows.setdefault(beta, {}).setdefault(verdict, []).append((float(lr), i))
    ends = [(max(row["converges"]), min(row["diverges"])) for row in rows.values()]
    assert all(dot < ring for dot, ring in ends)
    return [picture.locator("a").nth(i) for pair in ends for _, i in pair]


@pytest.mark.parametrize("which", [0, 1])
def test_a_dot_sets_the_figure_below_its_map_which_agrees_with_it(atlas, which):
    page = atlas.look(WIDE)
    picture, figure = page.locator(MAPS).nth(which), Figure(page, which)
    others = [Figure(page, i) for i in range(page.locator("descent-figure").count()) if i != which]
    before = [other.touch().state for other in others]
    found = []
    for link in border(picture):
        lr, beta, verdict = named(link)
        link.click()
        until(page, SET, [figure.element.element_handle(), lr])
        racers = {each["label"]: each["settings"] for each in figure.state["racers"]}
        for settings in racers.values():
            assert [each["value"] for each in settings] == [lr, beta][: len(settings)]
        words = figure.element.locator(".descent-verdict").first.inner_text()
        assert words.startswith("diverges: ") == (verdict == "diverges"), (lr, beta, words)
        assert page.evaluate("() => scrollY") > 0
        assert figure.element.locator(".descent-stage").first.is_visible()
        found.append(verdict)
    assert found == ["converges", "diverges"] * 8
    figure.check()
    assert [other.rest().state for other in others] == before


def test_what_a_reader_moved_is_set_again_and_the_way_back_leads_to_the_dot_before(atlas):
    page = atlas.look(WIDE)
    figure, links = Figure(page), page.locator(MAPS).first.locator("a")
    for link in (links.nth(0), links.nth(3)):
        link.click()
        until(page, SET, [figure.element.element_handle(), named(link)[0]])
    figure.type("heavy ball η", 0.123)
    links.nth(3).click()
    until(page, SET, [figure.element.element_handle(), named(links.nth(3))[0]])
    page.go_back()
    until(page, SET, [figure.element.element_handle(), named(links.nth(0))[0]])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_dot_can_be_met_and_none_holds_the_keyboard_up(atlas, width):
    page = atlas.look(width)
    assert page.locator(MAPS).count() == 2
    for picture in page.locator(MAPS).all():
        picture.evaluate("picture => picture.scrollIntoView({ block: 'center', behavior: 'instant' })")
        met = picture.evaluate(SEEN)
        assert len(met) == 112
        assert all(met)
        assert picture.locator("a:not([tabindex='-1'])").count() == 0
