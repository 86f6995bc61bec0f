"""The desk in a real browser: keys mark and lead on, and what a student wrote runs nothing."""

import pytest
from playwright.sync_api import sync_playwright

from exercises.grading.desk.pile import Pile
from tests.browser import chromium
from tests.grading.test_desk import graded, in_table, serving

pytestmark = pytest.mark.needs("chromium")

HOSTILE = (
    "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
    "<a href='javascript:alert(1)'>go</a> \u202esdrawkcab\u202c <form action=http://evil.example>"
)
STUDENTS = {
    "ada": {"q5": "Because of Taylor."},
    "bob": {"q5": HOSTILE},
    "cleo": {"q5": "long\n" * 800 + "W" * 1000 + "Z" + "\u0301\u0489" * 500},
    "dan": {"q5": "\u05d0\u05d1\u05d2 \u05d3"},
}


@pytest.fixture(scope="module")
def browser():
    """A Chromium of this file's own."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page that keeps a record of what went wrong in it."""
    with browser.new_context() as context:
        page = context.new_page()
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("dialog", lambda dialog: (page.troubles.append(dialog.message), dialog.accept()))
        page.on("console", lambda line: page.troubles.append(line.text) if line.type == "error" else None)
        yield page


def test_a_class_is_marked_with_keys_alone(tmp_path, page):
    out = graded(tmp_path, STUDENTS)
    with serving(Pile(out)) as desk:
        page.goto(desk.address)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.keyboard.press("2")
        page.wait_for_selector("text=Saved: 2")
        page.keyboard.press(".")
        page.wait_for_selector("text=Saved: 2.5")
        assert in_table(out)["ada"] == ("2.5", "")
        page.keyboard.press("c")
        page.keyboard.type("Which term? 5 x")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("text=bob")
        assert in_table(out)["ada"] == ("2.5", "Which term? 5 x")
        page.keyboard.press("a")  # the first comment again
        page.keyboard.press("0")
        page.wait_for_selector("text=Saved: 0")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=cleo")
        assert in_table(out)["bob"] == ("0", "Which term? 5 x")
        page.keyboard.press("ArrowLeft")
        page.wait_for_selector("text=bob")
        page.keyboard.press("x")
        page.wait_for_selector("text=Not marked yet")
        for who in ("bob", "cleo", "dan"):
            page.wait_for_selector(f"text={who}")
            page.keyboard.press("1")
            page.wait_for_selector("text=Saved: 1")
            page.keyboard.press("Enter")
        page.wait_for_selector("text=Every answer has a mark.")
        page.get_by_role("button", name="Finish").click()
        page.wait_for_selector("text=You may close this page.")
        assert all(url.startswith(desk.address) for url in asked)
    assert [mark for mark, _ in in_table(out).values()] == ["2.5", "1", "1", "1"]
    assert page.troubles == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_what_a_student_wrote_runs_nothing_and_stays_in_its_frame(tmp_path, browser, width, scheme):
    out = graded(tmp_path, STUDENTS)
    with (
        serving(Pile(out)) as desk,
        browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context,
    ):
        page = context.new_page()
        for number in range(len(STUDENTS)):
            page.goto(f"{desk.address}answer/{number}")
            assert "marking q5" in page.title()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.locator(".text :not(span.unseen)").count() == 0
            frame, text = (
                page.locator(".desk > section").first.bounding_box(),
                page.locator(".text").bounding_box(),
            )
            assert text["y"] + text["height"] <= frame["y"] + frame["height"]
            assert text["height"] <= 34 * 16 + 1
            targets = page.locator("button:visible:not(.hidden)").evaluate_all(
                "all => all.map(each => Math.min(each.offsetWidth, each.offsetHeight))"
            )
            assert min(targets) >= 44
        page.goto(f"{desk.address}answer/1")
        assert page.locator(".unseen").all_inner_texts() == ["U+202E", "U+202C"]


def test_a_comment_that_was_not_saved_is_not_left_without_a_word(tmp_path, page):
    with serving(Pile(graded(tmp_path, STUDENTS))) as desk:
        page.goto(desk.address)
        page.keyboard.press("c")
        page.keyboard.type("half a")
        page.goto(f"{desk.address}end")
    assert page.troubles == [""]  # the browser's own question


def test_another_page_can_neither_send_a_mark_nor_show_the_desk(tmp_path, page):
    out = graded(tmp_path, STUDENTS)
    with serving(Pile(out)) as desk:
        page.goto("about:blank")
        page.set_content(
            f"<iframe src='{desk.address}answer/0'></iframe>"
            f"<form method=post action='{desk.address}answer/0'><input name=mark value=5></form>"
        )
        page.evaluate("document.forms[0].submit()")
        page.wait_for_selector("text=Forbidden")
        assert all("Taylor" not in frame.content() for frame in page.frames)
    assert in_table(out)["ada"] == ("", "")
