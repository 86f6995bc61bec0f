"""Every chapter's live figure, moved as a reader moves it, walks the path that `descend` walks here."""

import numpy as np
import pytest
from front import check as judge

from d2l_utils.live.constants import MOST_RACERS
from tests.browser import measure
from tests.browser.figures import OBJECTIVES, Figure
from tests.browser.server import LIVE
from tests.browser.visit import HEIGHT, NARROW, WIDE, Visit, until

RACE = "chapters/07-momentum.html"
SHARE = "slider => (slider.value - slider.min) / (slider.max - slider.min)"


@pytest.fixture
def figure(visit):
    def start(name=RACE, hash=""):
        visited = visit(name + hash, equations=False)
        started = Figure(visited.page).touch()
        assert visited.complaints == []
        return started

    return start


@pytest.fixture(scope="module", params=LIVE)
def untouched(request, context, server):
    """The first figure of one chapter after the other, before anybody comes near it."""
    visit = Visit(context, server, request.param, equations=False)
    yield Figure(visit.page)
    assert visit.complaints == []
    visit.page.close()


@pytest.fixture(scope="module")
def chapter(untouched):
    """The same figure, awake."""
    return untouched.touch()


def test_a_slider_shows_the_number_that_the_chapter_gave_it(untouched):
    element = untouched.element
    element.locator(".descent-racer").first.wait_for()
    for racer in element.evaluate("figure => figure.config.optimizers"):
        for setting in racer["settings"]:
            if not setting["hidden"]:
                shown = element.get_by_label(f"{racer['label']} {setting['symbol']}, as a number", exact=True)
                assert float(shown.input_value()) == setting["value"]


def test_the_figure_of_a_chapter_shows_its_rules_as_they_stand_in_the_book(chapter):
    editor = chapter.element.locator(".descent-rule")
    editor.locator("summary").click()
    for i, racer in enumerate(chapter.state["racers"]):
        editor.locator("textarea").wait_for()
        if len(chapter.state["racers"]) > 1:
            editor.locator("select").select_option(str(i))
        area = editor.get_by_label(f"The rule {racer['rule']}")
        area.wait_for()
        assert area.input_value() == judge.source(racer["rule"]).rstrip()


def test_the_figure_of_a_chapter_walks_the_path_of_descend(chapter):
    moved = chapter.check()
    page = moved.page
    begin = moved.state

    for label, slider in moved.sliders.items():
        before = moved.state
        box = slider.bounding_box()
        across = 0.3 if slider.evaluate(SHARE) > 0.5 else 0.7
        slider.click(position={"x": across * box["width"], "y": box["height"] / 2})
        assert moved.rest().state != before, label
        moved.check()

    moved.racer_slider.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "PageDown"):
        before = moved.state
        page.keyboard.press(key)
        assert moved.rest().state != before, key
    moved.check()

    before = moved.state["start"]
    moved.handle.scroll_into_view_if_needed()
    box = moved.handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    after = moved.rest().state["start"]
    assert after[0] > before[0]
    assert after[1] < before[1]
    moved.check()

    moved.handle.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    assert moved.rest().state["start"][1] > after[1]
    moved.check()

    moved.element.get_by_role("button", name="Reset").click()
    assert moved.rest().state == begin


@pytest.fixture(scope="module")
def noisy(context, server):
    """A figure at 200 steps, with noise, for all objectives."""
    visit = Visit(context, server, "chapters/12-adam.html", equations=False)
    yield Figure(visit.page).touch().type("Noise σ of the gradient", 0.3).type("Number of steps", 200)
    visit.page.close()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_with_noise(noisy, objective):
    noisy.element.get_by_label("Objective").select_option(objective)
    assert noisy.rest().state["objective"] == objective
    assert (noisy.state["noise"], noisy.state["num_steps"]) == (0.3, 200)
    noisy.check()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_rules_of_the_whole_point_race_too(noisy, objective):
    """MicroPython runs them on lists, as `descend` does here."""
    for name in ("Newton", "BFGS", "LBFGS"):
        if name not in [each["label"] for each in noisy.state["racers"]]:
            if noisy.racers.count() == MOST_RACERS:
                noisy.element.get_by_role("button", name="Remove").first.click()
            noisy.add(name)
    noisy.element.get_by_label("Objective").select_option(objective)
    noisy.type("Newton τ", 0.5)  # Huber's trough has no curvature at its start
    for sigma in (0.0, 0.3):
        state = noisy.type("Noise σ of the gradient", sigma).check().state
        assert [each["kind"] for each in state["racers"]].count("vector") == 3


def test_a_link_brings_the_picture_back(figure):
    told = figure().type("Number of steps", 77).type("Noise σ of the gradient", 0.25)
    told.element.get_by_label("Objective").select_option("Himmelblau's function")
    told.rest().handle.focus()
    told.page.keyboard.press("Shift+ArrowRight")
    told.rest().element.get_by_role("button", name="Copy link").click()
    until(told.page, "() => location.hash")
    found = figure(hash=told.page.evaluate("() => location.hash"))
    assert found.check().state == told.state
    for path, other in zip(found.paths(), told.paths(), strict=True):
        np.testing.assert_array_equal(path, other)


@pytest.mark.parametrize("link", ["#figure=0&start=1", "#figure=0&race=no:1", "#figure=nothing", "#%"])
def test_a_link_that_makes_no_sense_shows_the_figure_as_it_is(noisy, link):
    before = noisy.state
    noisy.page.evaluate("link => { location.hash = link }", link)
    noisy.type("Number of steps", 200)
    assert noisy.check().state == before


def test_divergence_is_said_in_words_and_to_a_screen_reader(figure):
    moved = figure("chapters/03-gradient-descent.html")
    label = moved.state["racers"][0]["label"]
    moved.type(f"{label} η", 1.2)
    words = "diverges: η = 1.2 is above 2/λmax = 1"
    assert words in moved.element.locator(".descent-verdict").first.inner_text()
    status = moved.element.get_by_role("status")
    status.filter(has_text=words).wait_for()


def test_overflow_is_said_and_never_freezes_the_page(figure):
    moved = figure("chapters/03-gradient-descent.html").type("Number of steps", 200)
    moved.element.get_by_label("Objective").select_option("Rosenbrock's valley")
    label = moved.rest().state["racers"][0]["label"]
    moved.type(f"{label} η", 5)
    assert "leaves the picture for good" in moved.element.locator(".descent-verdict").first.inner_text()
    assert "NaN" not in moved.element.inner_html()
    moved.type(f"{label} η", 0.001).check()


def test_a_race_gains_and_loses_racers(figure):
    moved = figure()
    labels = [racer["label"] for racer in moved.state["racers"]]
    moved.fill().check()
    assert len({racer["label"] for racer in moved.state["racers"]}) == 4
    moved.element.get_by_role("button", name=f"Remove {labels[0]}").click()
    assert labels[0] not in [racer["label"] for racer in moved.rest().state["racers"]]
    moved.check()


def test_play_pause_and_step(figure):
    moved = figure()
    position = moved.element.locator(".descent-position")
    steps = moved.state["num_steps"]
    assert position.inner_text() == f"step {steps} of {steps}"
    play = moved.element.locator(".descent-play")
    play.click()
    until(
        moved.page,
        "steps => { const shown = document.querySelector('.descent-position').textContent.split(' ')[1];"
        " return 2 <= shown && shown < steps; }",
        steps,
    )
    play.click()
    held = position.inner_text()
    moved.page.wait_for_timeout(200)
    assert position.inner_text() == held
    moved.element.get_by_role("button", name="Step").click()
    assert position.inner_text() != held


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_path_stays_in_sight_and_off_what_the_keyboard_comes_to(visit, width):
    opened = visit("chapters/12-adam.html", equations=False)
    opened.look(width)
    element = Figure(opened.page).touch().element
    last = element.locator(".descent-rule summary")
    last.scroll_into_view_if_needed()
    last.focus()
    while (focused := opened.page.locator(":focus")).get_attribute("aria-label") != "Objective":
        opened.page.keyboard.press("Shift+Tab")
        path, control = element.locator(".descent-stage").first.bounding_box(), focused.bounding_box()
        assert 0 <= path["y"] <= HEIGHT / 4
        assert control["y"] >= path["y"] + path["height"]


def test_a_figure_starts_on_a_server_that_knows_no_wasm_and_compresses_nothing(visit):
    opened = visit(RACE, equations=False)
    page, answers = opened.page, {}
    page.on("response", lambda answer: answers.update({answer.url.removeprefix(opened.address): answer}))
    Figure(page).touch().check()
    for kind in ("mjs", "wasm"):
        answer = answers[f"_static/vendor/micropython/micropython.{kind}"]
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "content-encoding" not in answer.headers


def test_a_live_figure_is_small(browser, server):
    _, requests = measure.ready_time(browser, server, RACE)
    assert any("micropython.wasm" in address for address in requests)
    assert measure.SIZE / 2 < measure.compressed_size(requests) <= measure.SIZE
