"""A chapter's page that shows only what a test gives it, so that it loads at once."""

import re

from tests.browser.server import SITE
from tests.browser.visit import CHAPTER, until

NAME = "chapters/practice-tried.html"
JUDGED = """element => new Promise(done => {
  element.addEventListener("descent-judged", event => done(event.detail), { once: true });
  element.querySelector(".descent-run").click();
})"""


def chapter_with(*shown):
    """Return the text of the page."""
    page = (SITE / CHAPTER).read_text(encoding="utf-8")
    page = re.sub(r'<a class="reference internal nav-link" href="#.*?</a>', "", page)
    inner = "".join(each._repr_html_() for each in shown)
    body = f"<section><h1>Tried</h1>{inner}</section>"
    return re.sub(r"(<article[^>]*>).*(</article>)", lambda m: m[1] + body + m[2], page, flags=re.DOTALL)


def serve(target, content):
    """Let a page, or a session, find this text under `NAME`."""
    target.route(f"**/{NAME}", lambda route: route.fulfill(body=content, content_type="text/html"))


def run(exercise, text=None):
    """Put text into an exercise's editor, run it, and return what the judge says: right, words."""
    if text is not None:
        exercise.locator("textarea").fill(text)
    told = until(exercise.page, JUDGED, exercise.element_handle())
    assert exercise.locator(".descent-feedback").inner_text() == told["words"].replace("`", "")
    return told


def expect(locator, words):
    """Wait until an element says so."""
    locator.filter(has_text=words).wait_for()
