"""On a telephone: a finger scrolls past a slider or moves it, and the picture is there while it does."""

import pytest

from tests.browser.figures import Figure
from tests.browser.visit import Visit, reader, until

PORTRAIT, SMALL, LANDSCAPE, ZOOMED = (390, 844), (375, 553), (844, 390), (640, 450)
ADAM, MOMENTUM = "chapters/12-adam.html", "chapters/07-momentum.html"
TO = """(element, y) =>
  scrollTo({ top: element.getBoundingClientRect().top + scrollY - y, behavior: "instant" })"""
THUMB, MOUSE = 44, 24  # pixels that a target has at least in each direction


@pytest.fixture
def phone(browser, server):
    """A chapter's first figure on a telephone: ``phone(size)``."""
    contexts = []

    def start(size=PORTRAIT, name=MOMENTUM, touch=True):
        context = reader(
            browser,
            viewport=dict(zip(("width", "height"), size, strict=True)),
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        visit = Visit(context.__enter__(), server, name, equations=False)
        figure = Figure(visit.page)
        figure.element.evaluate(TO, 100)
        visit.page.evaluate("customElements.whenDefined('descent-figure').then(() => true)")
        figure.element.evaluate("figure => figure.wake()")
        until(visit.page, "figure => figure.paths.length > 0", figure.element.element_handle())
        return figure.rest()

    yield start
    for context in contexts:
        context.__exit__(None, None, None)


def swipe(figure, slider, across=0, down=0, at=0.85, steps=10):
    """Draw a finger over the page, beginning on a slider at a share of its width."""
    page, box = figure.page, slider.bounding_box()
    x, y = box["x"] + at * box["width"], box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})
        page.wait_for_timeout(20)

    touch("touchStart", {"x": x, "y": y})
    for i in range(1, steps + 1):
        touch("touchMove", {"x": x + across * i / steps, "y": y + down * i / steps})
    touch("touchEnd")
    return figure.rest()


def test_a_finger_that_scrolls_over_a_slider_leaves_it_as_it_is(phone):
    figure = phone()
    before = figure.state
    for slider in figure.sliders.values():
        for across, down in ((0, -260), (12, 200), (-30, -200)):
            slider.evaluate(TO, 600)
            place = figure.page.evaluate("scrollY")
            swipe(figure, slider, across, down)
            assert figure.state == before
            until(figure.page, "before => scrollY !== before", place)
            assert slider.evaluate("slider => slider.parentElement.querySelector('[type=text]').value") == (
                slider.get_attribute("aria-valuetext")
            )


def test_a_finger_that_slides_moves_a_slider_and_a_tap_sets_it(phone):
    figure = phone()
    slider = figure.racer_slider
    label = slider.get_attribute("aria-label")

    def value():
        return figure.state["racers"][0]["settings"][0]["value"]

    slider.evaluate(TO, 600)
    place, before = figure.page.evaluate("scrollY"), value()
    swipe(figure, slider, across=70, down=-8, at=0.5)
    assert value() > 3 * before, label
    moved = value()
    swipe(figure, slider, across=-60, down=5, at=0.8)
    assert value() < moved
    box = slider.bounding_box()
    figure.page.touchscreen.tap(box["x"] + 20, box["y"] + box["height"] / 2)
    assert figure.rest().state["racers"][0]["settings"][0]["value"] < 0.01
    assert figure.page.evaluate("scrollY") == place
    figure.check()


@pytest.mark.parametrize("objective", ["bowl", "Rosenbrock's valley"])
@pytest.mark.parametrize("size", [PORTRAIT, SMALL, LANDSCAPE, ZOOMED])
def test_path_loss_and_a_slider_share_the_screen(phone, size, objective):
    figure = phone(size, ADAM, touch=size != ZOOMED)
    figure.element.get_by_label("Objective").select_option(objective)
    figure.rest().element.evaluate(TO, 60)
    for slider in figure.sliders.values():
        slider.focus()
        box = slider.bounding_box()
        assert 0 <= box["y"] <= size[1] - box["height"] + 1
        for stage in figure.element.locator(".descent-stage").all():
            panel = stage.bounding_box()
            assert panel["y"] >= 0
            assert panel["y"] + panel["height"] <= size[1]
            beside = panel["x"] + panel["width"] <= box["x"]
            assert beside or panel["y"] + panel["height"] <= box["y"]
        texts = figure.element.locator("svg[role=img] text.tick").all()
        assert min(each.bounding_box()["height"] for each in texts) >= 9


@pytest.mark.parametrize("touch", [True, False])
def test_what_is_pressed_is_large_enough_for_a_thumb_or_a_mouse(phone, touch):
    figure = phone(touch=touch)
    least = THUMB if touch else MOUSE
    figure.element.locator(".descent-rule summary").click()
    figure.element.locator("textarea").wait_for()
    targets = figure.element.locator(":is(button, select, input, summary):visible").all()
    assert len(targets) > 15
    practice = figure.page.locator(".descent-practice :is(button, label):visible").all()
    for target in [*targets, *practice]:
        box = target.bounding_box()
        assert box["height"] >= least, target.evaluate("element => element.outerHTML")
        assert box["width"] >= least, target.evaluate("element => element.outerHTML")


def test_turning_the_telephone_keeps_the_figure(phone):
    figure = phone(PORTRAIT)
    state = figure.state
    for width, height in (LANDSCAPE, PORTRAIT, (1300, 900)):
        figure.page.set_viewport_size({"width": width, "height": height})
        stages = figure.element.locator(".descent-stage")
        until(
            figure.page,
            "([a, b]) => a.clientHeight > 0 && b.clientHeight > 0",
            [each.element_handle() for each in stages.all()],
        )
        figure.page.wait_for_timeout(300)
        ring, inside = figure.handle.bounding_box(), stages.first.bounding_box()
        assert inside["y"] < ring["y"] + 22 < inside["y"] + inside["height"]
        assert figure.rest().state == state
    heights = [each.bounding_box()["height"] for each in stages.all()]
    assert heights[0] == pytest.approx(heights[1], abs=1)


def test_a_reader_who_turns_the_telephone_finds_the_place_again(phone):
    figure = phone(PORTRAIT)
    page = figure.page
    # A browser may let the first turn pass, so go there and back.
    for size in (LANDSCAPE, PORTRAIT, LANDSCAPE):
        for read in (figure.racer_slider, page.locator("#summary :is(p, li)").nth(1)):
            read.evaluate(TO, page.viewport_size["height"] / 2)
            page.wait_for_timeout(400)
            before = page.viewport_size
            page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
            page.wait_for_timeout(400)
            box = read.bounding_box()
            assert 0 < box["y"] < page.viewport_size["height"], size
            page.set_viewport_size(before)
            page.wait_for_timeout(400)
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))


def test_nothing_of_the_page_lies_over_what_a_finger_moves(phone):
    figure = phone(PORTRAIT)
    button = figure.page.get_by_role("button", name="Back to top")

    def up_to(element):
        for y in (200, 500):  # the button comes when a reader goes up
            element.evaluate(TO, y)
            figure.page.wait_for_timeout(300)

    for element in (figure.racer_slider, figure.page.locator("descent-exercise .descent-run").first):
        up_to(element)
        assert not button.is_visible()
    up_to(figure.page.locator("#summary :is(p, li)").nth(1))
    button.wait_for()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_the_names_of_the_lines_stand_beside_the_buttons_that_move_them(phone, size):
    figure = phone(size)
    legend = figure.element.locator(".descent-legend")
    assert legend.inner_text().split("\n") == ["heavy ball", "Nesterov"]
    figure.element.get_by_role("button", name="Remove heavy ball").click()
    assert figure.rest().element.locator(".descent-legend").inner_text() == "Nesterov"
    classes = "element => element.getAttribute('class')"
    line = figure.element.locator(".descent-stage:first-child path.line:not(.dots)")
    assert legend.locator("path").evaluate(classes) == line.evaluate(classes)


def test_no_field_is_so_small_that_a_phone_zooms_in(phone):
    figure = phone()
    figure.element.locator(".descent-rule summary").click()
    figure.element.locator("textarea").wait_for()
    fields = figure.page.locator(":is(descent-figure, .descent-practice) :is(select, textarea, [type=text])")
    sizes = fields.evaluate_all("all => all.map(each => parseFloat(getComputedStyle(each).fontSize))")
    assert len(sizes) > 10
    assert min(sizes) >= 16


@pytest.mark.parametrize("touch", [True, False])
def test_the_longest_name_of_a_surface_is_not_cut(phone, touch):
    select = phone(touch=touch).element.get_by_label("Objective")
    select.select_option("Himmelblau's function")
    free = """select => {
      const style = getComputedStyle(select);
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = style.font;
      const words = pen.measureText(select.value).width;
      return select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - words;
    }"""
    assert select.evaluate(free) >= 12  # the arrow


def test_the_cell_above_is_whole(phone):
    figure = phone()
    figure.element.evaluate(TO, 200)
    gap = """figure => {
      const panels = figure.querySelector(".descent-panels");
      const cell = figure.closest(".cell").querySelector(".cell_input");
      const drawn = getComputedStyle(panels).boxShadow.match(/-?[\\d.]+px/g).map(parseFloat);
      return panels.getBoundingClientRect().top + drawn[1] - cell.getBoundingClientRect().bottom;
    }"""
    assert figure.element.evaluate(gap) >= 0
    # Nor does anything peep out between the header and the picture.
    figure.racer_slider.evaluate(TO, 600)
    sides = figure.page.evaluate(
        """() => [".bd-header-article", "descent-figure .descent-panels"].map(each =>
          document.querySelector(each).getBoundingClientRect())"""
    )
    assert sides[1]["top"] - sides[0]["bottom"] <= 16
