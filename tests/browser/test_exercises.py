"""In a real browser: a rule is completed or mended, run, and judged in words."""

import pytest
from front import check as judge

from d2l_utils import Adam, Momentum, practice
from d2l_utils.live import explore
from d2l_utils.practice.chapters import BUGS, GAPS
from tests.browser import audit, faults
from tests.browser.tried import expect, run
from tests.browser.visit import HEIGHT, NARROW, WIDE, look

EXERCISES = [practice.complete(rule) for rule in GAPS] + [practice.find_bug(name) for name in BUGS]
OVERLAP = """editor => {
  const [area, colours] = [editor.querySelector("textarea"), editor.querySelector(".descent-code-colours")];
  const style = element => {
    const { fontSize, lineHeight, fontFamily, paddingLeft, paddingTop, tabSize } = getComputedStyle(element);
    return [fontSize, lineHeight, fontFamily, paddingLeft, paddingTop, tabSize].join();
  };
  const [a, b] = [area, colours].map(element => element.getBoundingClientRect());
  const sides = ["left", "top", "right", "bottom"].map(side => a[side] - b[side]);
  return [style(area) === style(colours), ...sides];
}"""
# What of the text is cut, and how many rows its lines take where they are drawn.
ROWS = """editor => {
  const [area, colours] = [editor.querySelector("textarea"), editor.querySelector(".descent-code-colours")];
  const row = parseFloat(getComputedStyle(area).lineHeight);
  const rows = [...colours.children].map(line => Math.round(line.getBoundingClientRect().height / row));
  return [area.scrollWidth - area.clientWidth, area.scrollHeight - area.clientHeight, rows];
}"""


@pytest.fixture
def exercise(tried):
    """The exercise that completes a rule: ``exercise("adam")``."""
    return lambda rule: tried(*EXERCISES).locator("descent-exercise").nth(list(GAPS).index(rule))


@pytest.mark.parametrize("exercise", EXERCISES, ids=[*GAPS, *BUGS])
def test_an_exercise_judges_what_it_starts_with_and_its_answer(tried, exercise):
    element = tried(*EXERCISES).locator("descent-exercise").nth(EXERCISES.index(exercise))
    assert element.locator("textarea").input_value() == exercise.start.rstrip()
    words = judge.judged(exercise.rule, exercise.start, exercise.start)[1]
    assert run(element) == {"right": False, "words": words}
    answer = element.locator("details pre").text_content()
    assert run(element, answer) == {"right": True, "words": "Right: all 8 steps agree with the book's rule."}
    element.get_by_role("button", name="Start again").click()
    assert element.locator("textarea").input_value() == exercise.start.rstrip()
    assert not element.locator(".descent-feedback").is_visible()


def test_the_page_names_the_step_and_the_slip_as_python_does(exercise):
    element = exercise("adam")
    for text in judge.suggestions("adam")[1::2]:
        assert run(element, text) == {"right": False, "words": judge.judged("adam", text)[1]}


def test_an_error_is_said_in_words_with_its_line(exercise):
    element = exercise("momentum")
    source = judge.source("momentum")
    said = run(element, source.replace("p += v", "p += vv"))["words"]
    assert said == "Line 5: name 'vv' isn't defined — did you mean v?"
    assert element.locator(".descent-code-bad").inner_text() == "5"
    assert "a bracket that is never closed" in run(element, source.replace("lr * g", "(lr * g"))["words"]


def test_an_endless_loop_is_stopped_and_the_page_lives_on(exercise):
    element = exercise("momentum")
    source = judge.source("momentum")
    run(element)
    said = run(element, source.replace("    return", "    while True: pass\n    return"))
    assert not said["right"]
    assert said["words"].startswith("Stopped: it ran for more than 2 seconds")
    assert run(element, source)["right"]


def test_the_editor_by_keyboard(exercise):
    element = exercise("sgd")
    area, keyboard = element.locator("textarea"), element.page.keyboard
    area.fill("def sgd(p, g, lr):")
    area.focus()
    keyboard.press("End")
    keyboard.press("Enter")
    keyboard.type("return p")
    assert area.input_value() == "def sgd(p, g, lr):\n    return p"
    keyboard.press("Home")
    keyboard.press("Tab")
    assert area.input_value().endswith("\n        return p")
    keyboard.press("Shift+Tab")
    assert area.input_value().endswith("\n    return p")
    keyboard.press("Control+End")
    keyboard.type(" - lr * g")
    assert area.evaluate("area => document.activeElement === area")
    keyboard.press("Control+Enter")
    expect(element.locator(".descent-feedback"), "Right: all 8 steps agree")
    keyboard.press("Escape")
    keyboard.press("Tab")
    assert element.page.evaluate("document.activeElement.textContent") == "Run"
    assert area.input_value() == "def sgd(p, g, lr):\n    return p - lr * g"


def test_the_text_and_its_colours_lie_on_each_other(exercise):
    element = exercise("adam")
    area = element.locator("textarea")
    source, taken = judge.source("adam"), {}
    for width in (WIDE, NARROW, 320):
        element.page.set_viewport_size({"width": width, "height": HEIGHT})
        for text in (source, source + "\n\n", "a" * 300 + " b\n" + "a b  " * 50, ""):
            area.fill(text)
            assert element.locator(".descent-code").evaluate(OVERLAP) == [True, 0, 0, 0, 0]
            across, down, rows = element.locator(".descent-code").evaluate(ROWS)
            assert (across, down) == (0, 0)
            assert len(rows) == text.count("\n") + 1
            taken[width, text] = sum(rows)
    assert taken[WIDE, source] < taken[NARROW, source] < taken[320, source]
    assert element.locator(".descent-code-number").all_inner_texts() == ["1"]
    element.get_by_role("button", name="Start again").click()
    element.page.set_viewport_size({"width": WIDE, "height": HEIGHT})


def test_everyone_can_use_them(tried):
    optimizers = {"momentum": Momentum(0.1), "Adam": Adam(0.3)}
    shown = tried(explore(optimizers), practice.chapter("momentum"))
    page, exercise = shown.page, shown.locator("descent-exercise").first
    editor = page.locator(".descent-rule").first
    editor.locator("summary").click()
    editor.locator(".descent-buttons[role=group] button").first.wait_for()
    run(exercise, judge.source("momentum").replace("p += v", "p += vv"))
    shown.get_by_role("button", name="Check").first.click()
    for width in (WIDE, NARROW):
        assert audit.faults(look(page, width)) == []
        assert faults.too_wide(page) == []
