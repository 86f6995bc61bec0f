"""What a figure's controls say and show: exact numbers, what is wrong with one, looks, links, keyboard."""

import itertools

import pytest

from tests.browser import audit
from tests.browser.figures import Figure
from tests.browser.tried import expect
from tests.browser.visit import Visit, reader, until

RACE = "chapters/12-adam.html"  # SGD, momentum, RMSProp, Adam
LOOKS = "figure => figure.state.racers.map(({ label, look }) => [label, look])"
STROKES = """(figure, lines) => [...figure.querySelectorAll(lines)].map(line => {
  const { stroke, strokeDasharray } = getComputedStyle(line);
  return [line.getAttribute("class"), stroke, strokeDasharray];
})"""
TEXTS = """svg => [...svg.querySelectorAll("text")].filter(text => text.textContent).map(text => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return [text.textContent, left, right, top, bottom];
})"""
PIECES = "figure => [...figure.querySelectorAll('.descent-number')].map(each => each.getClientRects().length)"
FOCUS = """() => {
  const element = document.activeElement;
  const shown = element.matches(".descent-handle") ? getComputedStyle(element, "::before")
    : getComputedStyle(element.matches("textarea") ? element.closest(".descent-code-box") : element);
  const outlined = shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2;
  return {
    inside: Boolean(element.closest("descent-figure")),
    name: element.getAttribute("aria-label") ?? element.textContent,
    visible: outlined || shown.boxShadow !== "none",
  };
}"""


@pytest.fixture(scope="module")
def live(context, server):
    """The figure of the chapter on Adam, which every test leaves as it was."""
    visit = Visit(context, server, RACE, equations=False)
    yield Figure(visit.page).touch()
    assert visit.complaints == []
    visit.page.close()


@pytest.fixture
def figure(live):
    yield live
    live.element.get_by_role("button", name="Reset").click()
    live.rest()


def drawn(figure):
    """Return the look of each line in the picture of the paths."""
    return figure.element.evaluate(STROKES, ".descent-stage:first-child path.line:not(.dots)")


def legend(figure):
    """Return the look of each line beside a name."""
    return figure.element.evaluate(STROKES, ".descent-racer .descent-swatch path")


def field(figure, label):
    return figure.element.get_by_label(f"{label}, as a number", exact=True)


@pytest.mark.parametrize("number", ["0.123456789", "0.1", "3e-5", "0,25", "1e-12"])
def test_a_number_that_is_typed_is_shown_and_kept_exactly(figure, number):
    figure.type("SGD η", number)
    value = float(number.replace(",", "."))
    assert figure.state["racers"][0]["settings"][0]["value"] == value
    assert float(field(figure, "SGD η").input_value()) == value
    figure.check()


def test_a_size_can_be_0_and_the_slider_keeps_it(figure):
    slider = figure.sliders["SGD η"]
    slider.focus()
    figure.page.keyboard.press("Home")
    figure.rest()
    assert figure.state["racers"][0]["settings"][0]["value"] == 0
    assert (field(figure, "SGD η").input_value(), slider.get_attribute("aria-valuetext")) == ("0", "0")
    figure.check()
    figure.page.keyboard.press("End")
    figure.type("SGD η", "0")
    low = "slider => Number(slider.value) === Number(slider.min)"
    assert slider.evaluate(low)
    for _ in range(10):
        slider.press("ArrowRight")
    figure.rest()
    assert figure.state["racers"][0]["settings"][0]["value"] == 0.001


@pytest.mark.parametrize(
    ("label", "typed", "why"),
    [
        ("SGD η", "abc", "“abc” is not a number; η stays 0.9"),
        ("SGD η", "", "a number is missing here; η stays 0.9"),
        ("SGD η", "-1", "the least is 0; η stays 0.9"),
        ("SGD η", "1e9", "the most is 1000000; η stays 0.9"),
        ("momentum β", "1", "it must be below 1; β stays 0.9"),
        ("momentum β", "-0.1", "the least is 0; β stays 0.9"),
        ("Number of steps", "201", "the most is 200; steps stays 60"),
        ("Number of steps", "0", "the least is 1; steps stays 60"),
        ("Noise σ of the gradient", "3", "the most is 2; noise σ stays 0"),
    ],
)
def test_a_number_that_cannot_be_says_why_beside_its_field(figure, label, typed, why):
    before = figure.state
    figure.type(label, typed)
    shown = field(figure, label)
    said = figure.page.locator(f"#{shown.get_attribute('aria-describedby')}")
    assert said.inner_text() == why
    assert (said.get_attribute("role"), shown.get_attribute("aria-invalid")) == ("alert", "true")
    box, below = shown.bounding_box(), said.bounding_box()
    assert 0 <= below["y"] - (box["y"] + box["height"]) < 20
    assert figure.state == before
    figure.type(label, "0.5" if "steps" not in label else "50")
    assert not said.is_visible()
    assert shown.get_attribute("aria-invalid") == "false"


def test_a_look_belongs_to_the_racer_and_comes_with_a_link(figure, visit):
    assert figure.element.evaluate(LOOKS) == [["SGD", 0], ["momentum", 1], ["RMSProp", 4], ["Adam", 6]]
    before = drawn(figure)
    assert legend(figure) == before
    assert len({tuple(look[1:]) for look in before}) == 4
    figure.element.get_by_role("button", name="Remove SGD").click()
    figure.rest()
    assert drawn(figure) == legend(figure) == before[1:]
    looks = figure.add("Momentum").element.evaluate(LOOKS)
    assert looks == [["momentum", 1], ["RMSProp", 4], ["Adam", 6], ["Momentum", 0]]
    figure.element.get_by_role("button", name="Copy link").click()
    hash = until(figure.page, "() => location.hash")
    found = Figure(visit(RACE + hash, equations=False).page).touch()
    assert found.element.evaluate(LOOKS) == looks


def test_legend_and_lines_can_be_told_apart_in_forced_colours(browser, server):
    with reader(browser, forced_colors="active") as context:
        figure = Figure(Visit(context, server, RACE, equations=False).page).touch()
        assert legend(figure) == drawn(figure)
        assert len({dash for _, _, dash in legend(figure)}) == 4
        pictures = {
            each.screenshot() for each in figure.element.locator(".descent-racer .descent-swatch").all()
        }
        assert len(pictures) == 4
        figure.handle.focus()
        figure.page.keyboard.press("ArrowLeft")
        outline = "element => getComputedStyle(element, '::before').outlineStyle"
        assert figure.handle.evaluate(outline) == "solid"


def test_who_leaves_does_not_flatten_the_others_and_is_named(figure):
    figure.element.get_by_label("Objective").select_option("Rosenbrock's valley")
    loss = figure.rest().element.locator("svg[role=img]").nth(1)
    assert loss.locator("text.note").text_content() == "SGD and momentum go on above"
    assert loss.get_attribute("aria-label").endswith("; SGD and momentum go on above")
    highest = max(int(each) for each in loss.locator("tspan.power").all_text_contents())
    assert highest <= 3
    for label in ("SGD", "momentum"):
        figure.element.get_by_role("button", name=f"Remove {label}", exact=True).click()
    figure.rest()
    assert loss.locator("text.note").text_content() == ""


def test_a_division_by_zero_is_said_with_its_step(figure):
    figure.type("RMSProp ε", 0)
    handle = figure.handle
    figure.element.evaluate("figure => { figure.state.start = [-7, 0]; figure.request() }")
    said = figure.rest().element.locator(".descent-verdict").nth(2)
    assert said.inner_text() == "ends here: step 1 divides by zero."
    assert handle.is_visible()


@pytest.mark.parametrize("width", [1300, 820, 600, 390])
@pytest.mark.parametrize("objective", ["bowl", "narrow valley", "saddle", "Himmelblau's function"])
def test_no_writing_lies_over_other_writing(figure, objective, width):
    figure.page.set_viewport_size({"width": width, "height": 900})
    figure.element.get_by_label("Objective").select_option(objective)
    figure.rest().page.wait_for_timeout(200)
    for svg in figure.element.locator("svg[role=img]").all():
        for one, other in itertools.combinations(svg.evaluate(TEXTS), 2):
            across = min(one[2], other[2]) - max(one[1], other[1])
            down = min(one[4], other[4]) - max(one[3], other[3])
            assert across <= 1 or down <= 4, (one[0], other[0])  # a box is taller than its letters
    figure.page.set_viewport_size({"width": 1300, "height": 900})


def test_a_calm_run_is_not_called_chaotic_and_a_chaotic_one_is(figure):
    verdicts = figure.element.locator(".descent-verdict")
    figure.element.get_by_label("Objective").select_option("Rosenbrock's valley")
    figure.rest().page.wait_for_timeout(1000)
    assert "leaves the picture for good." in verdicts.all_inner_texts()
    assert "chaotic" not in " ".join(verdicts.all_inner_texts())
    figure.type("Number of steps", 200)
    verdicts.filter(has_text="these settings are chaotic").wait_for()
    assert ["chaotic" in words for words in verdicts.all_inner_texts()] == [False, False, True, False]
    figure.element.get_by_label("Objective").select_option("rotated bowl")
    figure.rest().page.wait_for_timeout(1000)
    assert "chaotic" not in " ".join(verdicts.all_inner_texts())


@pytest.mark.parametrize(
    ("link", "part"),
    [("#figure=0&start=1", "start"), ("#figure=9&start=1,2", "figure"), ("#figure=nothing", "figure")],
)
def test_a_damaged_link_says_so_until_the_next_action_and_reset_forgets_it(visit, link, part):
    page = visit(RACE + link, equations=False).page
    figure = Figure(page)
    error = figure.element.locator(".descent-error")
    expect(error, f"This link is damaged: its part “{part}” makes no sense here.")
    assert error.get_attribute("role") == "alert"
    figure.rest().check()
    figure.racer_slider.focus()
    page.keyboard.press("ArrowRight")
    error.wait_for(state="hidden")
    assert page.evaluate("() => location.hash") == link
    figure.element.get_by_role("button", name="Reset").click()
    assert page.evaluate("() => location.href.includes('#')") is False


def test_reset_forgets_a_link_but_no_other_anchor(figure):
    page, reset = figure.page, figure.element.get_by_role("button", name="Reset")
    figure.element.get_by_role("button", name="Copy link").click()
    until(page, "() => location.hash.startsWith('#figure=0')")
    reset.click()
    assert page.evaluate("() => location.hash") == ""
    page.evaluate("() => history.replaceState(null, '', '#play')")
    reset.click()
    assert page.evaluate("() => location.hash") == "#play"
    page.evaluate("() => history.replaceState(null, '', location.pathname)")


def test_all_is_reached_by_keyboard_in_order_and_the_focus_is_seen(figure):
    figure.element.locator(".descent-rule summary").click()
    figure.element.locator("textarea").wait_for()
    figure.handle.focus()
    figure.page.keyboard.press("ArrowLeft")
    names = []
    while (focus := figure.page.evaluate(FOCUS))["inside"]:
        names.append(focus["name"])
        assert focus["visible"], focus["name"]
        if names[-1].startswith("The rule"):
            figure.page.keyboard.press("Escape")
        figure.page.keyboard.press("Tab")
        assert len(names) < 60
    assert names[:4] == ["Start of the path; the arrow keys move it", "Play", "Step", "Reset"]
    assert names[5:7] == ["Objective", "Number of steps"]
    first = names.index("Remove SGD")
    assert names[first : first + 4] == ["Remove SGD", "SGD η", "SGD η, as a number", "Remove momentum"]
    assert "Back to the book's text" in names
    assert names.index("Adam ε, as a number") < names.index("Change the rule itself and see what breaks")
    figure.element.locator(".descent-rule summary").click()


def test_every_control_is_called_what_it_shows(figure):
    page = figure.page
    page.evaluate(audit.script())
    found = page.evaluate(
        """async () => (await axe.run({ include: [["descent-figure"], [".descent-practice"]] },
          { preload: false, runOnly: ["label-content-name-mismatch", "target-size"] })).violations
          .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))"""
    )
    assert found == []
    for row in figure.element.locator(".descent-slider, .descent-menu").all():
        symbol = row.locator(".descent-symbol").inner_text()
        for control in row.locator("input, select").all():
            assert symbol.lower() in control.get_attribute("aria-label").lower()


def test_nothing_moves_while_the_steps_are_counted(figure):
    places = "figure => [...figure.querySelectorAll('.descent-slider')].map(each => each.offsetTop)"
    step = figure.element.get_by_role("button", name="Step", exact=True)
    for width in (1300, 1280, 1240, 1200, 1000, 820, 700):
        figure.page.set_viewport_size({"width": width, "height": 900})
        figure.rest().page.wait_for_timeout(200)
        before = figure.element.evaluate(places)
        for expected in ("step 1 of 60", "step 2 of 60"):
            step.click()
            assert figure.element.locator(".descent-position").inner_text() == expected
            assert figure.element.evaluate(places) == before, width
        figure.type("Number of steps", 61)
        figure.type("Number of steps", 60)
    figure.page.set_viewport_size({"width": 1300, "height": 900})


def test_who_wants_no_motion_steps_and_comes_back_to_the_whole_path(browser, server):
    with reader(browser, reduced_motion="reduce") as context:
        figure = Figure(Visit(context, server, RACE, equations=False).page).touch()
        position = figure.element.locator(".descent-position")
        assert figure.element.get_by_role("button", name="Play").count() == 0
        figure.type("SGD η", 0.5)
        for _ in range(3):
            figure.element.get_by_role("button", name="Step", exact=True).click()
        assert position.inner_text() == "step 3 of 60"
        figure.element.get_by_role("button", name="All steps").click()
        assert position.inner_text() == "step 60 of 60"
        assert figure.state["racers"][0]["settings"][0]["value"] == 0.5
        figure.page.emulate_media(reduced_motion="no-preference")
        figure.element.get_by_role("button", name="Play").wait_for()


def test_who_removes_a_racer_stands_at_the_one_that_takes_its_place(figure):
    focused = "() => document.activeElement.getAttribute('aria-label')"
    figure.element.get_by_role("button", name="Remove RMSProp").click()
    assert figure.page.evaluate(focused) == "Adam η"
    figure.element.get_by_role("button", name="Remove Adam").click()
    assert figure.page.evaluate(focused) == "momentum η"


def test_no_line_ends_within_a_number(figure):
    figure.element.get_by_label("Objective").select_option("bowl")
    figure.type("Number of steps", 200)
    numbers = figure.element.locator(".descent-verdict .descent-number")
    numbers.first.wait_for()
    for width in range(390, 700, 20):
        figure.page.set_viewport_size({"width": width, "height": 900})
        assert set(figure.element.evaluate(PIECES)) == {1}, width
    words = figure.element.locator(
        ".descent-verdict", has=figure.page.locator(".descent-number")
    ).first.inner_text()
    assert words.startswith("after 200 steps the loss is ")
    figure.page.set_viewport_size({"width": 1300, "height": 900})


def test_one_ring_marks_the_start_before_anything_has_run(visit):
    element = visit(RACE, equations=False).page.locator("descent-figure").first
    element.locator(".descent-handle").wait_for()
    assert element.evaluate("figure => !figure.frame")
    assert element.locator(".start").count() > 0
    assert element.locator(".start:visible").count() == 0
