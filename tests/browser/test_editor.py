"""In a real browser: a rule is edited beside its figure, which walks with it and says what breaks."""

import pytest
from front import check as judge
from front import page as python

from tests.browser.tried import expect
from tests.browser.visit import until

MOMENTUM, ADAM = "chapters/07-momentum.html", "chapters/12-adam.html"
DRAWN = """([figure, act]) => new Promise(done => {
  figure.addEventListener("descent-drawn", () => done(figure.paths), { once: true });
  act.click();
})"""

# As a hand does it whose line stands at the lower edge of the window; Playwright would scroll.
TYPE = """(area, text) => {
  const { top } = area.getBoundingClientRect();
  scrollTo({ top: top + scrollY - innerHeight + 120, behavior: "instant" });
  area.focus({ preventScroll: true });
  area.value = text;
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""


@pytest.fixture
def figure(visit):
    """The rule editor of a chapter's first figure, opened: ``figure(name)`` -> figure, editor."""

    def open_editor(name):
        figure = visit(name, equations=False).page.locator("descent-figure").first
        editor = figure.locator(".descent-rule")
        editor.locator("summary").click()
        editor.locator(".descent-buttons[role=group] button").first.wait_for()
        return figure, editor

    return open_editor


def paths(figure, button):
    """Click a button and return the paths that the figure draws then."""
    return until(figure.page, DRAWN, [figure.element_handle(), button.element_handle()])


@pytest.mark.parametrize(("name", "rule"), [(MOMENTUM, "momentum"), (ADAM, "adam")])
def test_each_edit_on_offer_runs_in_the_figure_as_in_python(figure, name, rule):
    live, editor = figure(name)
    config = live.evaluate("figure => figure.state")
    at = [racer["rule"] for racer in config["racers"]].index(rule)
    racer = config["racers"][at]
    assert editor.locator("select").input_value() == str(at)
    offered = judge.suggestions(racer["rule"])
    buttons = editor.locator(".descent-buttons[role=group] button")
    assert buttons.all_inner_texts() == offered[::2]
    values = [setting["value"] for setting in racer["settings"]]
    given = [racer["kind"], racer["clock"], racer["slots"], values, config["objective"], config["start"]]
    given += [config["num_steps"], config["noise"], config["seed"]]
    notice = live.locator(".descent-edited")
    book = python.path(racer["rule"], *given)
    for button, text in zip(buttons.all(), offered[1::2], strict=True):
        python.define("edited", text)
        expected = python.path("edited", *given)
        assert expected != book
        walked = paths(live, button)[at]
        whole = len(expected) // 3 * 3  # one number more says that the rule divided by zero
        assert walked == pytest.approx(expected[:whole], rel=1e-12, abs=1e-300, nan_ok=True)
        assert "an edited rule runs, not the book's" in notice.inner_text()
    reset = editor.get_by_role("button", name="Back to the book's text")
    assert paths(live, reset)[at] == pytest.approx(book, rel=1e-12)
    assert not notice.is_visible()
    assert editor.locator("textarea").input_value() == judge.source(racer["rule"]).rstrip()


def test_typing_runs_the_rule_and_says_what_breaks(figure):
    live, editor = figure(MOMENTUM)
    area, said, notice = (
        editor.locator("textarea"),
        editor.get_by_role("alert"),
        live.locator(".descent-edited"),
    )
    source = judge.source("momentum").rstrip()
    area.fill(source.replace("p += v", "p -= v"))
    expect(notice, "an edited rule runs")
    area.fill(source.replace("p += v", "p -= vv"))
    expect(said, "Line 5: name 'vv' isn't defined — did you mean v?")
    assert "fails" in notice.inner_text()
    area.fill(source)
    notice.wait_for(state="hidden")
    assert not said.is_visible()


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("return p, v", "return p", "It returned 1 value; its last line is to be return p, v"),
        ("p += v", "p += momentum(p, g, v, lr, momentum)", "is there a * missing before a bracket?"),
        ("p += v", "p += v[0]", "leave the square brackets out"),
        ("p += v", "p += v / 0", "Step 1 divides by zero. The path ends there."),
        ("p += v", "p += v / (p - p)", "Step 1 divides by zero. The path ends there."),
    ],
)
def test_errors_are_said_in_a_student_s_words(figure, line, instead, words):
    live, editor = figure(MOMENTUM)
    source = judge.source("momentum").rstrip()
    editor.locator("textarea").fill(source.replace(line, instead))
    expect(editor.get_by_role("alert"), words)
    verdict = live.locator(".descent-verdict").first.inner_text()
    assert ("ends here: step 1 divides by zero" in verdict) == ("divides" in words)
    editor.locator("textarea").fill(source.replace("p += v", "p += 2 * v"))
    expect(live.locator(".descent-edited"), "an edited rule runs")
    assert not editor.get_by_role("alert").is_visible()


def test_a_rule_that_calls_itself_without_end_is_stopped_in_words(figure):
    _, editor = figure(MOMENTUM)
    editor.locator("textarea").fill(
        "def mine(p, g, v, lr, momentum):\n    return mine(p, g, v, lr, momentum)"
    )
    expect(editor.get_by_role("alert"), "Line 2: the rule calls itself without end")


@pytest.mark.parametrize(("width", "height"), [(1300, 900), (1300, 620), (390, 844), (844, 390)])
def test_what_is_wrong_is_in_sight_without_scrolling(figure, width, height):
    live, editor = figure(ADAM)
    live.page.set_viewport_size({"width": width, "height": height})
    editor.locator("textarea").evaluate(TYPE, judge.source("adam").replace("return p, m, s", "return p, m"))
    place = editor.locator("textarea").bounding_box()["y"]
    said = editor.get_by_role("alert")
    expect(said, "It returned 2 values")
    box = said.bounding_box()
    assert 0 <= box["y"] <= height - box["height"]
    shown = (
        "e => { const { x, y, height } = e.getBoundingClientRect();"
        " return e.contains(document.elementFromPoint(x + 30, y + height / 2)) }"
    )
    assert said.evaluate(shown)
    assert editor.locator("textarea").bounding_box()["y"] == pytest.approx(place, abs=1)


@pytest.mark.parametrize("loop", ["    while True: pass\n    return", "while True: pass\n#"])
def test_an_endless_loop_gives_the_figure_back(figure, loop):
    live, editor = figure(MOMENTUM)
    area = editor.locator("textarea")
    area.fill(judge.source("momentum").replace("    return", loop))
    expect(editor.get_by_role("alert"), "Stopped: it ran for more than 2 seconds")
    assert not any(racer.get("edit") for racer in live.evaluate("figure => figure.state.racers"))
    slider = live.locator("input[type=range]").first
    before = until(live.page, "figure => figure.paths[0]?.length", live.element_handle())
    slider.focus()
    live.page.keyboard.press("ArrowRight")
    until(live.page, "([f, n]) => f.paths[0].length === n + 3", [live.element_handle(), before])


def test_reset_of_the_figure_brings_the_book_s_rule_back(figure):
    live, editor = figure(MOMENTUM)
    paths(live, editor.locator(".descent-buttons[role=group] button").first)
    assert live.locator(".descent-edited").is_visible()
    live.get_by_role("button", name="Reset").click()
    live.locator(".descent-edited").wait_for(state="hidden")
    assert editor.locator("textarea").input_value() == judge.source("momentum").rstrip()


@pytest.fixture
def linked(figure, visit):
    """Follow a link with a rule in it: ``linked(text)`` -> figure, editor."""

    def follow(text):
        live, _ = figure(MOMENTUM)
        live.evaluate("(figure, text) => { figure.state.racers[0].edit = text }", text)
        live.get_by_role("button", name="Copy link").click()
        hash = until(live.page, "() => location.hash")
        found = visit(MOMENTUM + hash, equations=False).page.locator("descent-figure").first
        found.get_by_role("button", name="Run it").wait_for()
        return found, found.locator(".descent-rule")

    return follow


def test_a_rule_in_a_link_is_shown_and_runs_when_the_reader_says_so(linked):
    text = judge.source("momentum").replace("p += v", "p -= v  # 'η' & 100% + 1").rstrip()
    live, editor = linked(text)
    notice = live.locator(".descent-edited")
    assert "this link brings an edited rule. It stands below and has not run." in notice.inner_text()
    assert editor.locator("textarea").input_value() == text
    book = until(live.page, "figure => figure.paths[0]", live.element_handle())
    assert live.evaluate("figure => figure.state.racers.map(({ edit }) => edit ?? null)") == [None, None]
    edited = paths(live, live.get_by_role("button", name="Run it"))[0]
    assert edited != book
    assert "an edited rule runs, not the book's" in notice.inner_text()
    assert paths(live, live.get_by_role("button", name="Reset"))[0] == book
    assert not notice.is_visible()
    assert editor.locator("textarea").input_value() == judge.source("momentum").rstrip()


@pytest.mark.parametrize(
    ("line", "words"),
    [("import js", "it cannot use import"), ("while True: pass", "Stopped: it ran for more than 2 seconds")],
)
def test_a_rule_in_a_link_reaches_nothing_and_does_not_hold_the_page_up(linked, line, words):
    live, editor = linked(judge.source("momentum").replace("    return", f"    {line}\n    return"))
    book = until(live.page, "figure => figure.paths[0]", live.element_handle())
    live.get_by_role("button", name="Run it").click()
    expect(editor.get_by_role("alert"), words)
    live.locator("input[type=range]").first.focus()
    live.page.keyboard.press("ArrowRight")
    until(live.page, "([f, n]) => f.paths[0].length === n + 3", [live.element_handle(), len(book)])
