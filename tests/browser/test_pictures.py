"""What a chapter draws is readable in light and dark, on a telephone and in forced colours."""

import pytest

from tests.browser.faults import contrast
from tests.browser.visit import CHAPTER, NARROW, WIDE

SMALLEST = 10.9  # pixels; powers and indices are smaller
LETTERS = """() => [...document.querySelectorAll(".descent-picture text")].flatMap(text => {
  const { a: x, b: y } = text.getScreenCTM();
  const spans = text.children.length ? [...text.children] : [text];
  const size = Math.max(...spans.map(span => parseFloat(getComputedStyle(span).fontSize)));
  return [[text.textContent, size * Math.hypot(x, y)]];
})"""
FONTS = """async () => {
  await document.fonts.ready;
  return [...document.fonts].filter(face => face.status === "loaded").map(face => face.family);
}"""
# Everything that is drawn lies in the picture's own box, or it would be cut off.
OUTSIDE = """() => [...document.querySelectorAll(".descent-picture")].flatMap(picture => {
  const box = picture.getBoundingClientRect();
  return [...picture.querySelectorAll("text")].filter(text => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return left < box.left - 2 || right > box.right + 2 || top < box.top - 4 || bottom > box.bottom + 4;
  }).map(text => text.textContent);
})"""
INKS = """() => {
  const picture = document.querySelector(".descent-picture");
  const style = getComputedStyle(picture);
  const [ink, paper] = ["color", "--descent-paper"].map(name => style.getPropertyValue(name));
  return [ink === getComputedStyle(document.body).color, paper === "Canvas"];
}"""
IDS = "() => [...document.querySelectorAll('[id]')].map(element => element.id)"


@pytest.fixture(scope="module")
def chapter(context, server):
    from tests.browser.visit import Visit

    visit = Visit(context, server, CHAPTER, equations=False)
    visit.unfold()
    yield visit
    visit.page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_of_a_figure_can_be_read(chapter, theme):
    page = chapter.look(theme=theme)
    texts = page.locator(".descent-picture text").all()
    assert len(texts) > 50
    assert [text.text_content() for text in texts if contrast(text) < 4.5] == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_letters_are_large_enough(chapter, width):
    page = chapter.look(width)
    found = page.evaluate(LETTERS)
    assert len(found) > 50
    assert [words for words, size in found if size < SMALLEST] == []


def test_letters_are_those_of_the_drawing_and_nothing_is_cut_off(chapter):
    page = chapter.look(NARROW)
    assert "Descent letters" in page.evaluate(FONTS)
    assert page.evaluate(OUTSIDE) == []


def test_names_belong_to_one_element_of_the_page(chapter):
    ids = chapter.page.evaluate(IDS)
    assert sorted({each for each in ids if ids.count(each) > 1}) == []


def test_a_figure_follows_forced_colours(chapter):
    page = chapter.look()
    page.emulate_media(forced_colors="active")
    try:
        assert page.evaluate(INKS) == [True, True]
    finally:
        page.emulate_media(forced_colors="none")
