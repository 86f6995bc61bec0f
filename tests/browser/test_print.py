"""On paper a chapter shows its figures and its code whole, and nothing that can only be clicked."""

import pytest

from tests.browser.faults import contrast
from tests.browser.figures import Figure
from tests.browser.visit import CHAPTER, HEIGHT

PAPER = 700  # pixels between the margins of a sheet
CUT = """() => [...document.querySelectorAll(".bd-article pre")]
  .filter(pre => pre.checkVisibility() && pre.scrollWidth > pre.clientWidth + 1)
  .map(pre => pre.textContent)"""
NOTE_THE_THEME = """() => addEventListener("beforeprint", () => {
  window.printed = document.documentElement.dataset.theme;
})"""


@pytest.fixture
def printed(visit):
    """A chapter as it comes out of the printer, touched before or not."""

    def show(touched=False):
        page = visit(CHAPTER, equations=False).page
        if touched:
            Figure(page).touch()
        page.set_viewport_size({"width": PAPER, "height": HEIGHT})
        page.emulate_media(media="print")
        return page

    return show


@pytest.mark.parametrize("touched", [False, True])
def test_a_figure_is_whole_on_paper(printed, touched):
    figure = printed(touched).locator("descent-figure").first
    panels = figure.locator("svg[role=img]").all()
    assert len(panels) == 2
    assert all(panel.bounding_box()["width"] > 250 for panel in panels)
    texts = figure.locator("svg text").all()
    assert len(texts) > 10
    assert min(contrast(text) for text in texts) >= 4.5
    for words in ("heavy ball", "after 60 steps the loss is"):
        assert words in figure.inner_text()
    assert figure.locator("input[type=text]:visible").first.input_value() == "60"


def test_what_can_only_be_clicked_stays_off_the_paper(printed):
    shown = printed().locator("article")
    assert shown.locator("descent-figure :is(button, select, input[type=range]):visible").count() == 0
    assert shown.locator(".descent-practice button:visible").count() == 0
    assert shown.locator(".descent-rule:visible, .descent-hint:visible").count() == 0


def test_no_line_of_code_is_cut_off(printed):
    assert printed().evaluate(CUT) == []


def test_a_dark_page_is_printed_as_a_light_one(visit):
    opened = visit(CHAPTER, equations=False)
    page = opened.look(theme="dark")
    page.evaluate(NOTE_THE_THEME)
    assert page.pdf(format="A4").startswith(b"%PDF")
    assert page.evaluate("() => printed") == "light"
    assert page.locator("html").get_attribute("data-theme") == "dark"
