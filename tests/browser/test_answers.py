"""Answers stay in the reader's browser until it is told to forget them, and nothing leaves the machine."""

import pytest
from front import check as judge

from d2l_utils import practice
from tests.browser import tried as page_of
from tests.browser.tried import expect, run
from tests.browser.visit import reader

CHAPTER = practice.chapter("adam")
QUIZ = CHAPTER.items[0]
WRONG = next(answer for answer in QUIZ.answers if answer != QUIZ.right)
ANSWER = judge.source("adam").rstrip()
FORGET = "Forget my answers on this page"
REFUSE = """() => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no") } })"""
FULL = (
    """() => { Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") } }"""
)


@pytest.fixture
def page(browser, server):
    """The questions of a chapter on a page of their own, in a session of their own."""
    with reader(browser) as context:
        page_of.serve(context, page_of.chapter_with(CHAPTER))
        page = context.new_page()
        page.requested = []
        page.on("request", lambda request: page.requested.append((request.method, request.url)))
        page.goto(server.address + page_of.NAME)
        page.locator("descent-quiz fieldset").first.wait_for()
        yield page


def reload(page):
    page.reload()
    page.locator("descent-quiz fieldset").first.wait_for()
    page.locator("descent-exercise textarea").first.wait_for()
    return page


def answer_all(page):
    """Answer the first question, judge the first exercise and begin the second."""
    quiz, exercises = page.locator("descent-quiz").first, page.locator("descent-exercise")
    quiz.get_by_role("radio", name=WRONG, exact=True).check()
    quiz.get_by_role("button", name="Check").click()
    told = run(exercises.nth(0), ANSWER)
    assert told["right"]
    exercises.nth(1).locator("textarea").fill("def nesterov(p):\n    return 'η & <p>'")


def test_answers_survive_a_reload(page, server):
    answer_all(page)
    quizzes, exercises = page.locator("descent-quiz"), page.locator("descent-exercise")
    reload(page)
    first = quizzes.first
    assert first.get_by_role("radio", name=WRONG, exact=True).is_checked()
    assert first.locator(".descent-feedback").inner_text() == f"Not this one. {QUIZ.answers[WRONG]}"
    assert quizzes.nth(1).locator("input:checked").count() == 0
    assert exercises.nth(0).locator("textarea").input_value() == ANSWER
    assert exercises.nth(0).locator(".descent-feedback").inner_text().startswith("Right: all 8 steps")
    assert exercises.nth(1).locator("textarea").input_value() == "def nesterov(p):\n    return 'η & <p>'"
    assert exercises.nth(2).locator("textarea").input_value() == CHAPTER.items[4].start.rstrip()
    assert {method for method, _ in page.requested} == {"GET"}
    assert all(url.startswith((server.address, "blob:", "data:")) for _, url in page.requested)
    assert page.context.cookies() == []


def test_a_button_forgets_them(page):
    forget = page.get_by_role("button", name=FORGET)
    assert not forget.is_visible()
    answer_all(page)
    page.evaluate("() => localStorage.setItem('another', 'kept')")
    forget.click()
    expect(page.locator("descent-footer").get_by_role("status"), "Forgotten.")
    assert not forget.is_visible()
    for _ in range(2):
        assert page.locator("descent-quiz input:checked").count() == 0
        assert page.locator("descent-practice .descent-feedback:visible").count() == 0
        for shown, exercise in zip(page.locator("descent-exercise").all(), CHAPTER.items[2:], strict=True):
            assert shown.locator("textarea").input_value() == exercise.start.rstrip()
        names = page.evaluate("() => Object.keys(localStorage).filter(name => name.startsWith('descent:'))")
        assert names == []
        reload(page)
    assert page.evaluate("() => localStorage.getItem('another')") == "kept"


def test_what_is_begun_anew_or_changed_is_not_remembered_as_right(page):
    exercise = page.locator("descent-exercise").first
    assert run(exercise, ANSWER)["right"]
    exercise.locator("textarea").fill(ANSWER.replace("+=", "-="))
    shown = reload(page).locator("descent-exercise").first
    assert shown.locator("textarea").input_value() == ANSWER.replace("+=", "-=")
    assert not shown.locator(".descent-feedback").is_visible()
    shown.get_by_role("button", name="Start again").click()
    assert reload(page).locator("textarea").first.input_value() == CHAPTER.items[2].start.rstrip()
    assert not page.get_by_role("button", name=FORGET).is_visible()


@pytest.mark.parametrize("how", [REFUSE, FULL])
def test_where_storage_is_refused_everything_else_works(browser, server, how):
    with reader(browser) as context:
        page_of.serve(context, page_of.chapter_with(CHAPTER))
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(error.stack or ""))
        page.add_init_script(f"({how})()")
        page.goto(server.address + page_of.NAME)
        page.locator("descent-quiz fieldset").first.wait_for()
        answer_all(page)
        assert [each for each in complaints if "_static/descent/" in each] == []  # the theme has its own
        assert not page.get_by_role("button", name=FORGET).is_visible()
        assert page.locator("descent-quiz .descent-feedback").first.inner_text().startswith("Not this one.")


def test_the_footer_says_so(page):
    words = page.locator("descent-footer").inner_text()
    assert "nothing is sent." in words
    assert "A page keeps your answers in your browser until you tell it to forget them." in words


def test_another_page_has_its_own_answers(page, server):
    answer_all(page)
    text = page_of.chapter_with(CHAPTER)
    page.context.route(
        "**/chapters/another.html", lambda route: route.fulfill(body=text, content_type="text/html")
    )
    page.goto(server.address + "chapters/another.html")
    page.locator("descent-quiz fieldset").first.wait_for()
    assert page.locator("descent-quiz input:checked").count() == 0
