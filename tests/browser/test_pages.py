"""Every page: quiet, whole, and at home in its folder."""

import pytest

from tests.browser.server import SITE
from tests.browser.visit import NARROW

RAW_TEX = r"""() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const { data, parentElement: parent } = words.currentNode;
    if (parent.closest("pre, code, script, style, template, mjx-container, dialog")) continue;
    if (/\$|\\[()[\]]|\\[a-zA-Z]+\{/.test(data)) found.push(data.trim().slice(0, 120));
  }
  return found;
}"""
NOT_SET = """() => [...document.querySelectorAll(".math")]
  .filter(element => !element.querySelector("mjx-container") || element.querySelector("mjx-merror"))
  .map(element => element.outerHTML.slice(0, 200))"""
NAMELESS = """() => [...document.querySelectorAll("img, svg[role=img]")]
  .filter(image => !["alt", "aria-label", "aria-labelledby", "aria-hidden"].some(n => image.getAttribute(n)))
  .map(image => image.outerHTML.slice(0, 200))"""
LINKS = """() => [...document.querySelectorAll("a[href]")].map(a => a.href)"""
SEARCHES = """() => [...document.querySelectorAll("input[type=search], .search-button__button")]
  .filter(element => element.checkVisibility()).length"""
# What is wider than its room, and neither scrolls by itself nor is cut on purpose.
TOO_WIDE = """() => {
  const inside = element => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement)
      if (e.localName !== "main" && getComputedStyle(e).overflowX !== "visible") return true;
    return false;
  };
  const room = document.documentElement.clientWidth;
  return [...document.querySelectorAll(".bd-article *")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > room + 1 && !inside(e))
    .map(e => e.outerHTML.slice(0, 160));
}"""


@pytest.fixture
def page(opened):
    return opened.page


def test_asks_no_other_site_and_complains_of_nothing(opened, server):
    assert opened.elsewhere == []
    assert opened.complaints == []
    assert server.refused == []


def test_every_equation_is_set(page):
    assert page.evaluate(NOT_SET) == []
    assert page.evaluate(RAW_TEX) == []


def test_every_picture_says_what_it_shows(page):
    assert page.evaluate(NAMELESS) == []


def test_every_link_into_the_site_resolves(opened, page, server):
    inside = {link for link in page.evaluate(LINKS) if link.startswith(server.address)}
    paths = {link.removeprefix(server.address).partition("#")[0].partition("?")[0] for link in inside}
    assert [path for path in sorted(paths) if not (SITE / path).is_file()] == []
    assert "intro.html" in paths
    here = server.address + opened.name + "#"
    anchors = [link.removeprefix(here) for link in inside if link.startswith(here) and link != here]
    missing = page.evaluate("ids => ids.filter(id => !document.getElementById(id))", anchors)
    assert missing == []


def test_one_search_box(page):
    assert page.evaluate(SEARCHES) == 1


def test_nothing_sticks_out_on_a_phone(opened):
    page = opened.look(NARROW)
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= NARROW
    assert page.evaluate(TOO_WIDE) == []
