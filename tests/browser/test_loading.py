"""A file that does not come at first is missed in words, and asked for again at the next action."""

import pytest

from d2l_utils import practice
from tests.browser import tried as page_of
from tests.browser.tried import expect
from tests.browser.visit import reader, until

RACE = "chapters/07-momentum.html"
DRAWN = "figure => figure.paths[0]?.length > 3 && !figure.busy && figure.error.hidden"


@pytest.fixture
def visit(browser, server):
    """Open a page where some files fail once: ``visit(page, {file: status})``; status 0 is no connection."""
    with reader(browser) as context:

        def open_page(name, fails, content=None):
            page = context.new_page()
            if content:
                page_of.serve(page, content)
            for file, status in fails.items():
                fail_once(page, file, status)
            page.goto(server.bare + name, wait_until="load")
            return page

        yield open_page


def fail_once(page, name, status):
    """Let the first request for a file fail."""
    asked = []

    def answer(route):
        asked.append(route)
        if len(asked) > 1:
            route.continue_()
        elif status:
            route.fulfill(status=status)
        else:
            route.abort()

    page.route(f"**/{name}", answer)


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [
        ("objectives.json", 503, "the server says 503"),
        ("objectives.json", 0, "no connection"),
        ("micropython.wasm", 404, "the server says 404"),
        ("rules.py", 0, "no connection"),
        ("worker.js", 404, None),
    ],
)
def test_a_figure_says_what_is_missing_and_draws_at_the_next_move(visit, name, status, why):
    page = visit(RACE, {name: status})
    figure = page.locator("descent-figure").first
    slider = figure.locator("input[type=range]").first
    slider.focus()
    error = figure.locator(".descent-error")
    expect(error, f"A part is missing: {name} did not load" + (f" ({why})" if why else ""))
    assert error.get_attribute("role") == "alert"
    picture, box = figure.locator(".descent-panels").bounding_box(), error.bounding_box()
    assert picture["y"] <= box["y"] < picture["y"] + picture["height"]
    page.keyboard.press("ArrowRight")
    until(page, DRAWN, figure.element_handle())
    assert not error.is_visible()


def test_a_racer_that_cannot_be_added_is_missed_and_added_at_the_next_click(visit):
    page = visit(RACE, {"optimizers.json": 0})
    figure = page.locator("descent-figure").first
    racers, add = figure.locator(".descent-racer"), figure.get_by_role("button", name="Add to the race")
    racers.first.wait_for()
    count = racers.count()
    add.click()
    expect(figure.locator(".descent-error"), "optimizers.json did not load (no connection)")
    assert racers.count() == count
    add.click()
    racers.nth(count).wait_for()
    until(page, DRAWN, figure.element_handle())


def test_a_link_that_could_not_be_followed_is_followed_at_the_next_action(visit):
    link = "#figure=0&objective=bowl&start=1,2&steps=7&noise=0&seed=0&race=0:0.1,0.5"
    page = visit(RACE + link, {"optimizers.json": 503})
    figure = page.locator("descent-figure").first
    expect(figure.locator(".descent-error"), "optimizers.json did not load")
    assert figure.evaluate("figure => figure.state.num_steps") != 7
    figure.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    until(page, DRAWN, figure.element_handle())
    state = figure.evaluate("figure => figure.state")
    assert (state["num_steps"], state["start"], len(state["racers"])) == (7, [1, 2], 1)


@pytest.mark.parametrize("name", ["figure.js", "draw.js", "editor.js"])
def test_controls_that_did_not_load_are_missed_and_load_on_a_click(visit, name):
    page = visit(RACE, {name: 503})
    note = page.locator("article").get_by_role("alert").filter(has_text="A part of this page did not load")
    note.get_by_role("button", name="Try again").click()
    figure = page.locator("descent-figure").first
    figure.locator(".descent-rule summary").click()
    figure.locator("textarea").wait_for()
    assert note.count() == 0


@pytest.mark.parametrize("name", ["sources.json", "slips.py"])
def test_an_editor_says_what_it_lacks_and_gets_it_on_a_click(visit, name):
    page = visit(RACE, {name: 503})
    editor = page.locator("descent-figure .descent-rule").first
    editor.locator("summary").click()
    missed = editor.get_by_role("alert").filter(has_text=f"{name} did not load")
    missed.get_by_role("button", name="Try again").click()
    editor.locator("textarea").wait_for()
    editor.locator(".descent-buttons[role=group] button").first.wait_for()
    assert missed.count() == 0


@pytest.mark.parametrize("name", ["feedback.py", "micropython.mjs"])
def test_a_judge_that_is_missing_judges_at_the_next_run(visit, name):
    page = visit(page_of.NAME, {name: 503}, page_of.chapter_with(practice.complete("sgd")))
    exercise = page.locator("descent-exercise")
    button, said = exercise.get_by_role("button", name="Run"), exercise.locator(".descent-feedback")
    button.click()
    expect(said, f"A part is missing: {name} did not load (the server says 503)")
    button.click()
    expect(said, "A gap is still open")
