"""A citation shows its entry: to a pointer, to the keyboard, and to a finger."""

import pytest

from tests.browser.visit import CHAPTER, NARROW, reader, until
from tests.browser.visit import Visit as Opened

CITATION = "article a[href*='#cite-polyak1964']"
NOTE = "#descent-citation"


@pytest.fixture
def page(visit):
    return visit(CHAPTER, equations=False).page


def test_it_is_called_by_authors_and_year(page):
    assert page.locator(CITATION).first.inner_text() == "Polyak 1964"


def test_a_pointer_shows_the_entry_with_its_links(page):
    citation, note = page.locator(CITATION).first, page.locator(NOTE)
    assert not note.is_visible()
    citation.hover()
    note.wait_for()
    assert "Some Methods of Speeding up" in note.inner_text()
    link = note.get_by_role("link", name="doi:10.1016")
    assert link.get_attribute("href") == "https://doi.org/10.1016/0041-5553(64)90137-5"
    link.hover()
    page.wait_for_timeout(500)  # longer than it waits before it goes
    assert note.is_visible()
    page.mouse.move(5, 5)
    note.wait_for(state="hidden")


def test_the_keyboard_shows_it_and_escape_puts_it_away(page):
    citation, note = page.locator(CITATION).first, page.locator(NOTE)
    citation.focus()
    note.wait_for()
    assert citation.get_attribute("aria-describedby") == NOTE.removeprefix("#")
    assert note.get_attribute("role") == "tooltip"
    page.keyboard.press("Escape")
    assert not note.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bibliography.html#cite-polyak1964")
    assert "Polyak 1964" in page.locator("#cite-polyak1964").inner_text()


def test_a_first_tap_shows_it_and_a_second_goes_there(browser, server):
    narrow = {"width": NARROW, "height": 844}
    with reader(browser, viewport=narrow, is_mobile=True, has_touch=True) as context:
        page = Opened(context, server, CHAPTER, equations=False).page
        citation, note = page.locator(CITATION).first, page.locator(NOTE)
        citation.tap()
        note.wait_for()
        box = note.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW
        assert note.get_by_role("link", name="Go to the bibliography").is_visible()
        citation.tap()
        until(page, "() => location.hash === '#cite-polyak1964'")


def test_without_a_script_the_entry_is_the_links_title(browser, server):
    with reader(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(server.address + CHAPTER)
        assert "Some Methods of Speeding up" in page.locator(CITATION).first.get_attribute("title")
