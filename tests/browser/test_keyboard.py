"""A chapter by keyboard: what is passed by, where one may skip to, and that the place is always seen."""

import re

import pytest

from tests.browser.visit import CHAPTER, until

STOPS = """() => {
  const STOP = "a[href], button, input, select, textarea, summary, iframe, [tabindex]";
  const stops = [...document.querySelectorAll(STOP)]
    .filter(element => element.tabIndex >= 0 && !element.disabled && element.checkVisibility());
  const figure = document.querySelector("descent-figure");
  const article = document.querySelector("article");
  return stops.filter(stop => article.contains(stop)
      && stop.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING)
    .map(stop => stop.localName);
}"""
SEEN = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  document.getAnimations().forEach(each => each.effect.getComputedTiming().endTime < 1e9 && each.finish());
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const outline = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return [element.outerHTML.slice(0, 120), outline || boxShadow !== "none"];
}"""
INSIDE = "selector => document.activeElement.matches(selector)"
SPOKEN = """() => [...document.querySelectorAll("mjx-container")]
  .filter(formula => !formula.querySelector("mjx-assistive-mml > math")).length"""


@pytest.fixture
def page(visit):
    return visit(CHAPTER).page


def test_formulas_are_passed_by_and_still_spoken(page):
    formulas = page.locator("mjx-container")
    assert formulas.count() > 100
    assert page.locator("mjx-container[tabindex], mjx-container [tabindex]").count() == 0
    assert page.evaluate(SPOKEN) == 0


def test_few_stops_before_the_figure(page):
    stops = page.evaluate(STOPS)
    assert set(stops) <= {"a", "button", "summary"}
    assert len(stops) < 60  # a button for each cell's code, the folded cells, references


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("Skip to the live figure", "descent-figure *"),
        ("Skip to the questions", ".descent-practice *"),
        ("Skip to the exercises", "#exercises *"),
    ],
)
def test_a_link_skips_to_what_a_reader_comes_back_for(page, words, inside):
    link = page.get_by_role("link", name=words)
    for _ in range(6):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    until(page, "link => link.getBoundingClientRect().top >= 0", link.element_handle())
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(INSIDE, inside)


def test_the_place_of_the_keyboard_is_seen_everywhere(page):
    page.add_style_tag(content="descent-figure, .descent-practice { display: none !important }")
    unseen, stops = [], 0
    for _ in range(400):
        page.keyboard.press("Tab")
        found = page.evaluate(SEEN)
        if found is None:
            break
        stops += 1
        html, seen = found
        if not seen:
            unseen.append(html)
    assert unseen == []
    assert stops > 50
    assert found is None


def test_a_folded_cell_says_what_it_holds(page):
    shown = page.locator("details.hide > summary .collapsed").all_inner_texts()
    assert len(shown) > 3
    assert "Show the plotting code" in shown
    assert [words for words in shown if not re.match(r"Show (the|what) ", words)] == []
