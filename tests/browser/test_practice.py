"""In a real browser: rules are edited beside their figure, exercises are judged, questions explain."""

import re
import time

import pytest
from front import check as judge
from front import page as python

from d2l_utils import Adam, Momentum, practice
from d2l_utils.labs import BUGS, GAPS
from d2l_utils.live import explore
from d2l_utils.questions import CHAPTERS
from tests.browser import audit
from tests.browser.server import SITE
from tests.browser.visit import NARROW, RESIZED, WIDE, Visit

MOMENTUM, ADAM = "chapters/04-momentum.html", "chapters/08-adam.html"
TRIED = "chapters/practice-tried.html"
LIVE = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.glob("chapters/*.html")
    if "<descent-figure" in path.read_text(encoding="utf-8")
)
EXERCISES = [practice.complete(rule) for rule in GAPS] + [practice.find_bug(name) for name in BUGS]
QUESTIONS = [
    item for slug in CHAPTERS for item in practice.chapter(slug).items if isinstance(item, practice.Quiz)
]
JUDGED = """element => new Promise(done => {
  element.addEventListener("descent-judged", event => done(event.detail), { once: true });
  element.querySelector(".descent-run").click();
})"""
DRAWN = """([figure, act]) => new Promise(done => {
  figure.addEventListener("descent-drawn", () => done(figure.paths), { once: true });
  act.click();
})"""
FADED = "() => Promise.allSettled(document.getAnimations().map(each => each.finished))"
OVERLAP = """editor => {
  const [area, colours] = [editor.querySelector("textarea"), editor.querySelector(".descent-code-colours")];
  const style = element => {
    const { fontSize, lineHeight, fontFamily, paddingLeft, paddingTop, tabSize } = getComputedStyle(element);
    return [fontSize, lineHeight, fontFamily, paddingLeft, paddingTop, tabSize].join();
  };
  const [a, b] = [area, colours].map(element => element.getBoundingClientRect());
  return [style(area) === style(colours), a.left - b.left, a.top - b.top];
}"""


def chapter_with(*shown):
    """Return a chapter's page whose text is only what it is given, so that it loads at once."""
    page = (SITE / MOMENTUM).read_text(encoding="utf-8")
    page = re.sub(r'<a class="reference internal nav-link" href="#.*?</a>', "", page)
    inner = "".join(each._repr_html_() for each in shown)
    body = f"<section><h1>Tried</h1>{inner}</section>"
    return re.sub(r"(<article[^>]*>).*(</article>)", lambda m: m[1] + body + m[2], page, flags=re.DOTALL)


@pytest.fixture(scope="module")
def tried(context, server):
    """A page that shows what it is given: ``tried(practice.complete("adam"))`` -> the locator of it.

    The same things are shown by the same page, which is loaded once.
    """
    visits = {}

    def show(*shown):
        content = chapter_with(*shown)
        if content not in visits:
            context.route(f"**/{TRIED}", lambda route: route.fulfill(body=content, content_type="text/html"))
            visits[content] = Visit(context, server, TRIED)
            context.unroute_all()
        assert visits[content].complaints == []
        return visits[content].page.locator("article")

    yield show
    for visited in visits.values():
        visited.page.close()


@pytest.fixture
def figure(visit):
    """The rule editor of a chapter's first figure, opened: ``figure(name)`` -> figure, editor."""

    def open_editor(name):
        figure = visit(name).page.locator("descent-figure").first
        editor = figure.locator(".descent-rule")
        editor.locator("summary").click()
        editor.locator(".descent-buttons[role=group] button").first.wait_for()
        return figure, editor

    return open_editor


def run(exercise, text=None):
    if text is not None:
        exercise.locator("textarea").fill(text)
    told = exercise.evaluate(JUDGED)
    assert exercise.locator(".descent-feedback").inner_text() == told["words"]
    return told


def paths(figure, button):
    """Click a button and return the paths that the figure draws then."""
    return figure.page.evaluate(DRAWN, [figure.element_handle(), button.element_handle()])


def expect(locator, words):
    locator.filter(has_text=words).wait_for()


@pytest.mark.parametrize("exercise", EXERCISES, ids=[*GAPS, *BUGS])
def test_an_exercise_judges_what_it_starts_with_and_its_answer(tried, exercise):
    element = tried(*EXERCISES).locator("descent-exercise").nth(EXERCISES.index(exercise))
    assert element.locator("textarea").input_value() == exercise.start.rstrip()
    assert run(element) == {"right": False, "words": judge.verdict(exercise.rule, exercise.start)[1]}
    answer = element.locator("details pre").text_content()
    assert run(element, answer) == {"right": True, "words": "Right: all 8 steps agree with the book's rule."}
    element.get_by_role("button", name="Start again").click()
    assert element.locator("textarea").input_value() == exercise.start.rstrip()
    assert not element.locator(".descent-feedback").is_visible()


def test_the_page_names_the_step_and_the_slip_as_python_does(tried):
    element = tried(*EXERCISES).locator("descent-exercise").nth(list(GAPS).index("adam"))
    for text in judge.suggestions("adam")[1::2]:
        assert run(element, text) == {"right": False, "words": judge.verdict("adam", text)[1]}


def test_an_error_is_said_in_words_with_its_line(tried):
    element = tried(*EXERCISES).locator("descent-exercise").nth(list(GAPS).index("momentum"))
    source = judge.source("momentum")
    said = run(element, source.replace("p += v", "p += vv"))["words"]
    assert said == "Line 5: name 'vv' isn't defined — did you mean v?"
    assert element.locator(".descent-code-bad").inner_text() == "5"
    assert "a bracket that is never closed" in run(element, source.replace("lr * g", "(lr * g"))["words"]


def test_an_endless_loop_is_stopped_and_the_page_lives_on(tried):
    element = tried(*EXERCISES).locator("descent-exercise").nth(list(GAPS).index("momentum"))
    source = judge.source("momentum")
    run(element)
    began = time.monotonic()
    said = run(element, source.replace("    return", "    while True: pass\n    return"))
    assert time.monotonic() - began < 3.5
    assert not said["right"]
    assert said["words"].startswith("Stopped: it ran for more than 2 seconds")
    assert run(element, source)["right"]


def test_the_editor_by_keyboard(tried):
    element = tried(*EXERCISES).locator("descent-exercise").nth(list(GAPS).index("sgd"))
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


def test_the_text_and_its_colours_lie_on_each_other(tried):
    element = tried(*EXERCISES).locator("descent-exercise").nth(list(GAPS).index("adam"))
    for width in (WIDE, NARROW):
        element.page.set_viewport_size({"width": width, "height": 900})
        assert element.locator(".descent-code").evaluate(OVERLAP) == [True, 0, 0]
    area = element.locator("textarea")
    area.evaluate("area => { area.scrollLeft = 50 }")
    assert area.evaluate("area => area.scrollLeft") == 50
    element.page.wait_for_function(
        "colours => colours.scrollLeft === 50", arg=element.locator(".descent-code-colours").element_handle()
    )
    element.page.set_viewport_size({"width": WIDE, "height": 900})


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
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        content = chapter_with(practice.chapter("momentum"))
        page.route(f"**/{TRIED}", lambda route: route.fulfill(body=content, content_type="text/html"))
        page.goto(server.address + TRIED)
        shown = page.locator("article")
        assert shown.locator("button, input, textarea").count() == 0
        assert shown.locator("pre.start").count() == 3
        for details in shown.locator("details").all():
            assert not details.locator("pre, li").first.is_visible()
            details.locator("summary").click()
            assert details.locator("pre, li").first.is_visible()


@pytest.mark.parametrize("name", LIVE)
def test_a_figure_shows_its_rule_as_it_stands_in_the_book(figure, name):
    live, editor = figure(name)
    for i, racer in enumerate(live.evaluate("figure => figure.state.racers")):
        menu = editor.locator("select")
        if menu.count():
            menu.select_option(str(i))
        area = editor.get_by_label(f"The rule {racer['rule']}")
        area.wait_for()
        assert area.input_value() == judge.source(racer["rule"]).rstrip()


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
    given = [racer["step"], racer["slots"], values, config["objective"], config["start"]]
    given += [config["num_steps"], config["noise"], config["seed"]]
    notice = live.locator(".descent-edited")
    book = python.path(racer["rule"], *given)
    for button, text in zip(buttons.all(), offered[1::2], strict=True):
        python.define("edited", text)
        expected = python.path("edited", *given)
        assert expected != book
        walked = paths(live, button)[at]
        assert walked == pytest.approx(expected, rel=1e-12, abs=1e-300, nan_ok=True)
        assert "your edited rule runs, not the book's" in notice.inner_text()
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
    expect(notice, "your edited rule runs")
    area.fill(source.replace("p += v", "p -= vv"))
    expect(said, "Line 5: name 'vv' isn't defined — did you mean v?")
    assert "fails" in notice.inner_text()
    area.fill(source)
    notice.wait_for(state="hidden")
    assert not said.is_visible()


@pytest.mark.parametrize("loop", ["    while True: pass\n    return", "while True: pass\n#"])
def test_an_endless_loop_gives_the_figure_back(figure, loop):
    live, editor = figure(MOMENTUM)
    area = editor.locator("textarea")
    book = live.evaluate("figure => { figure.wake(); return figure.state.racers[0].rule }")
    began = time.monotonic()
    area.fill(judge.source("momentum").replace("    return", loop))
    expect(editor.get_by_role("alert"), "Stopped: it ran for more than 2 seconds")
    assert time.monotonic() - began < 4
    assert live.evaluate("figure => figure.state.racers[0].rule") == book
    slider = live.locator("input[type=range]").first
    before = live.evaluate("figure => figure.paths[0].length")
    drawn = live.evaluate_handle(
        "f => ({ next: new Promise(d => f.addEventListener('descent-drawn', d, { once: true })) })"
    )
    slider.focus()
    live.page.keyboard.press("ArrowRight")
    drawn.evaluate("async ({ next }) => { await next }")
    live.page.wait_for_function(
        "([f, n]) => f.paths[0].length === n + 3", arg=[live.element_handle(), before]
    )


def test_reset_of_the_figure_brings_the_book_s_rule_back(figure):
    live, editor = figure(MOMENTUM)
    paths(live, editor.locator(".descent-buttons[role=group] button").first)
    assert live.locator(".descent-edited").is_visible()
    live.get_by_role("button", name="Reset").click()
    live.locator(".descent-edited").wait_for(state="hidden")
    assert editor.locator("textarea").input_value() == judge.source("momentum").rstrip()


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
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(RESIZED)
        assert audit.structure_faults(page) == []
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            page.evaluate(FADED)
            assert audit.colour_faults(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
