"""In a real browser: every answer to a question gets its own explanation."""

import pytest

from d2l_utils import practice
from d2l_utils.practice.chapters import CHAPTERS
from tests.browser import tried as page_of
from tests.browser.visit import reader

QUESTIONS = [
    item for slug in CHAPTERS for item in practice.chapter(slug).items if isinstance(item, practice.Quiz)
]


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_answer_gets_its_own_explanation(tried, slug):
    shown = tried(*QUESTIONS).locator("descent-quiz")
    for quiz in filter(QUESTIONS.count, practice.chapter(slug).items):
        element = shown.nth(QUESTIONS.index(quiz))
        check, said = element.get_by_role("button", name="Check"), element.locator(".descent-feedback")
        check.click()
        assert said.inner_text() == "Choose an answer first."
        for answer, why in quiz.answers.items():
            element.get_by_role("radio", name=answer.replace("`", ""), exact=True).check()
            assert said.inner_text() == ""
            check.click()
            judged = "Right. " if answer == quiz.right else "Not this one. "
            assert said.inner_text() == judged + why.replace("`", "")


def test_a_question_by_keyboard_and_for_a_screen_reader(tried):
    quiz = practice.chapter("momentum").items[0]
    element = tried(*QUESTIONS).locator("descent-quiz").nth(QUESTIONS.index(quiz))
    group = element.get_by_role("group", name=quiz.question)
    group.get_by_role("radio").first.focus()
    keyboard = element.page.keyboard
    for key in ("Space", "ArrowDown", "ArrowDown", "Tab", "Enter"):
        keyboard.press(key)
    said = element.get_by_role("status")
    assert said.inner_text() == f"Right. {quiz.answers[quiz.right]}"
    assert said.get_attribute("aria-live") == "polite"


def test_without_scripts_all_is_text_and_every_answer_can_be_opened(browser, server):
    with reader(browser, java_script_enabled=False) as context:
        page = context.new_page()
        asked = practice.chapter("momentum")
        exercises = [item for item in asked.items if isinstance(item, practice.Exercise)]
        page_of.serve(page, page_of.chapter_with(asked))
        page.goto(server.address + page_of.NAME)
        shown = page.locator("article")
        assert shown.locator("button, input, textarea").count() == 0
        assert shown.locator("pre.start").count() == len(exercises) == 2
        for details in shown.locator("details").all():
            assert not details.locator("pre, li").first.is_visible()
            details.locator("summary").click()
            assert details.locator("pre, li").first.is_visible()
