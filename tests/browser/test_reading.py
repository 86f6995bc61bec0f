"""What a reader does with a page works without a network: search, copy, download, light and dark."""

import posixpath
import re
from pathlib import Path

import nbformat
import pytest

from tests.browser.faults import contrast
from tests.browser.server import SITE
from tests.browser.visit import CHAPTER, NARROW, reader, until

CHAPTERS = sorted(path.stem for path in Path("chapters").glob("*.ipynb"))
SCROLL = (
    "place => { scrollTo({ top: place, behavior: 'instant' }); return new Promise(requestAnimationFrame) }"
)
READ_CLIPBOARD = "() => navigator.clipboard.readText()"


@pytest.fixture
def search(visit):
    def find(words, width=None):
        visited = visit("intro.html")
        page = visited.page
        if width:
            page.set_viewport_size({"width": width, "height": 844})
        page.locator(".search-button__button:visible").first.click()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?**")
        visited.complaints.clear()  # a figure of the page that was left may have been starting
        page.locator("#search-results .search-summary", has_text=re.compile("found|did not match")).wait_for()
        return visited

    return find


@pytest.mark.parametrize("width", [None, NARROW])
def test_search_finds_a_chapter_and_opens_it(search, width):
    visited = search("Nesterov", width)
    results = visited.page.locator("#search-results li > a")
    assert "Momentum" in " ".join(results.all_inner_texts())
    results.first.click()
    visited.page.wait_for_load_state()
    assert "nesterov" in visited.page.locator("article").inner_text().lower()
    assert visited.elsewhere == []
    assert visited.complaints == []


def test_search_says_when_nothing_is_found(search):
    page = search("quokka").page
    assert "did not match any documents" in page.locator("#search-results").inner_text()


def neighbours(name):
    """Return the pages before and after a page, as its buttons lead to them, or None."""
    text = (SITE / name).read_text(encoding="utf-8")
    found = (re.search(rf'<a class="{side}"\s+href="([^"#]+)"', text) for side in ("left-prev", "right-next"))
    return [each and posixpath.normpath(posixpath.join(posixpath.dirname(name), each[1])) for each in found]


def test_previous_and_next_lead_through_the_book():
    names = ["intro.html"]
    while (after := neighbours(names[-1])[1]) is not None:
        assert after not in names
        names.append(after)
    assert [neighbours(name)[0] for name in names] == [None, *names[:-1]]
    assert {f"chapters/{stem}.html" for stem in CHAPTERS} <= set(names)


def test_the_buttons_of_a_page_lead_to_its_neighbours(visit):
    page = visit(CHAPTER, equations=False).page
    before, after = neighbours(CHAPTER)
    page.locator("a.right-next").click()
    page.wait_for_url("**/" + after)
    page.locator("a.left-prev").click()
    page.wait_for_url("**/" + CHAPTER)
    page.locator("a.left-prev").click()
    page.wait_for_url("**/" + before)


def test_a_copy_button_copies_the_code(context, visit):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit(CHAPTER, equations=False).page
    blocks = page.locator(".cell_input .highlight:visible")
    assert blocks.count() > 5
    for i in (0, blocks.count() - 1):
        blocks.nth(i).hover()
        blocks.nth(i).locator("button.copybtn").click()
        page.locator("button.copybtn.success").wait_for()
        # Not the inner text, which counts the end of a line twice where the line is a block.
        code = blocks.nth(i).locator("pre").text_content()
        assert page.evaluate(READ_CLIPBOARD).strip() == code.strip()
        page.locator("button.copybtn.success").wait_for(state="detached")


def test_the_download_is_the_notebook(visit, tmp_path):
    page = visit(CHAPTER, equations=False).page
    page.get_by_role("button", name="Download this page").click()
    assert page.locator("a.btn-download-source-button").get_attribute("download") == ""
    with page.expect_download() as download:
        page.locator("a.btn-download-source-button").click()
    assert download.value.suggested_filename == Path(CHAPTER).stem + ".ipynb"
    download.value.save_as(tmp_path / "saved.ipynb")
    nbformat.validate(nbformat.read(tmp_path / "saved.ipynb", as_version=4))
    assert (tmp_path / "saved.ipynb").read_bytes() == Path(CHAPTER).with_suffix(".ipynb").read_bytes()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_offers_its_own_notebook(chapter):
    text = (SITE / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")
    link = re.search(r'<a href="([^"]+)"[^>]*\sclass="[^"]*btn-download-source-button', text)[1]
    assert (SITE / "chapters" / link).read_bytes() == Path("chapters", f"{chapter}.ipynb").read_bytes()


def test_the_theme_button_darkens_the_page_and_its_figures_stay_readable(visit):
    page = visit(CHAPTER, equations=False).page
    root = page.locator("html")
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    for _ in range(3):
        if root.get_attribute("data-theme") == "dark":
            break
        page.get_by_role("button", name="Color mode").first.click()
    assert root.get_attribute("data-theme") == "dark"
    assert page.evaluate(background) != light
    texts = page.locator("descent-figure text").all()
    assert len(texts) > 10
    assert min(contrast(text) for text in texts) >= 4.5
    page.reload()
    assert root.get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_button_back_to_the_top_can_be_read(visit, theme):
    opened = visit(CHAPTER, equations=False)
    page = opened.look(NARROW, theme)
    for place in (3000, 2500):  # it comes on a telephone when a reader goes up
        page.evaluate(SCROLL, place)
    button = page.get_by_role("button", name="Back to top")
    button.wait_for()
    assert contrast(button) >= 4.5
    button.click()
    until(page, "() => scrollY === 0")


def test_a_chapter_is_whole_without_javascript(browser, server):
    with reader(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(server.address + CHAPTER)
        figure = page.locator("descent-figure").first
        assert figure.locator("svg[role=img]").count() == 2
        assert figure.locator("svg[role=img]").first.bounding_box()["width"] > 200
        assert "η" in figure.inner_text()
        assert page.locator("descent-figure :is(input, select, button):visible").count() == 0
