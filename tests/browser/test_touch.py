"""On a telephone: a finger scrolls past a slider or moves it, and the picture is there while it does."""

import pytest

from tests.browser.figures import Figure
from tests.browser.visit import Visit, reader, until

PORTRAIT, SMALL, LANDSCAPE, ZOOMED = (390, 844), (375, 553), (844, 390), (640, 450)
ADAM, MOMENTUM = "chapters/08-adam.html", "chapters/04-momentum.html"
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
