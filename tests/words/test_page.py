"""What the published page says comes from the catalogues: its figure, the editor, the errors of a rule."""

import pytest
from playwright.sync_api import sync_playwright

from d2l_utils.live import BOOK
from tests.browser import chromium
from tests.browser.server import serving
from tests.browser.visit import reader
from tests.words import pseudo, site

pytestmark = pytest.mark.needs("chromium")
NAMES = [*BOOK, "sgd", "momentum", "λmax", "ValueError", "NameError"]
WRONG = {  # a rule, and a piece of what is said to it
    "def sgd(p, g, lr):\n    p -= lr * (g\n    return p": "never closed",
    "def sgd(p, g, lr):\n    p -= lrr * g\n    return p": "did you mean lr",
    "def sgd(p, g, lr):\n    p -= lr * g\n    return p, p": "returned 2 values",
    "def sgd(p, g, lr):\n    p -= lr * open\n    return p": "cannot use",
    "def sgd(p, g, lr):\n    while True:\n        p -= 0": "more than 2 seconds",
    "def sgd(p, g, lr):\n    p -= lr / (p - p)\n    return p": "divides by zero",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page in the pseudo-language."""
    if not site.VENDOR.exists():
        pytest.skip("MicroPython was not fetched; run make book")
    folder = tmp_path_factory.mktemp("site")
    pseudo.write(folder / "locale")
    with pseudo.spoken(folder / "locale"):
        site.make(folder)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        with serving(folder) as server, reader(browser) as context:
            opened = context.new_page()
            opened.goto(server.address + "page.html")
            opened.locator(".descent-controls").wait_for()
            yield opened
        browser.close()


def unmarked(locator):
    """Return what stands outside of brackets, with where."""
    return {(where, word) for where, text in locator.evaluate(site.SEEN) for word in pseudo.bare(text, NAMES)}


def settled(page, event, act):
    """Do something and wait for the event of the figure that follows."""
    page.evaluate(
        "name => { window.settled = new Promise(done => document.querySelector('descent-figure')"
        ".addEventListener(name, done, {once: true})) }",
        event,
    )
    act()
    page.evaluate("() => window.settled.then(() => true)")


def test_the_figure_speaks_the_page_s_language(page):
    figure = page.locator("descent-figure")
    settled(page, "descent-drawn", figure.hover)
    assert unmarked(figure) == set()
    field = figure.locator('.descent-racer input[type="text"]').first
    for typed in ("", "many", "-1", "1e9"):
        field.fill(typed)
        field.press("Enter")
        assert "⟦" in figure.locator(".descent-why:visible").inner_text()
        assert unmarked(figure) - {("descent-why", "many")} == set()
    settled(page, "descent-drawn", lambda: (field.fill("1.5"), field.press("Enter")))
    figure.get_by_role("button", name=pseudo.wrapped("Copy link")).click()
    figure.get_by_role("button", name=pseudo.wrapped("Step"), exact=True).click()
    page.wait_for_function("() => document.querySelector('.descent-status').textContent.includes('⟦steep 1')")
    assert unmarked(figure) == set()


def test_a_damaged_link_is_told_in_the_page_s_language(page):
    page.evaluate("() => { location.hash = 'figure=0&objective=none' }")
    figure = page.locator("descent-figure")
    figure.locator(".descent-error").filter(has_text="⟦").wait_for()
    assert unmarked(figure) - {("descent-error", "objective")} == set()


def test_the_editor_speaks_the_page_s_language(page):
    editor = page.locator(".descent-rule")
    editor.locator("summary").click()
    page.locator(".descent-rule select").select_option("0")
    editor.locator("textarea").wait_for()
    for rule, piece in WRONG.items():
        settled(page, "descent-edited", lambda rule=rule: editor.locator("textarea").fill(rule))
        said = editor.locator(".descent-feedback")
        said.filter(has_text=pseudo.wrapped(piece)[1:-1]).wait_for()
        assert unmarked(page.locator("descent-figure")) == set(), rule


def test_questions_and_exercises_speak_the_page_s_language(page):
    quiz = page.locator("descent-quiz").first
    quiz.locator("input").first.check()
    quiz.get_by_role("button").click()
    quiz.locator(".descent-feedback").filter(has_text="⟦").wait_for()
    assert unmarked(quiz) == set()
    exercise = page.locator("descent-exercise").first
    exercise.locator("textarea").fill(
        "def momentum(p, g, v, lr, momentum):\n    p -= lr * g\n    return p, v"
    )
    exercise.locator(".descent-run").click()
    exercise.locator(".descent-feedback").filter(has_text=pseudo.wrapped("is not right yet")[1:-1]).wait_for()
    assert unmarked(exercise) - {("details", "p")} == set()


def test_a_bare_sentence_of_the_page_is_found(page):
    page.evaluate(
        "() => document.querySelector('descent-figure').append(Object.assign("
        "document.createElement('p'), {className: 'new', textContent: 'Drag it.'}))"
    )
    assert unmarked(page.locator("descent-figure")) == {("new", "Drag"), ("new", "it")}
