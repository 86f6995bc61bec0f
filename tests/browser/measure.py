"""How quickly a live figure answers and how much it loads, measured in the browser."""

import gzip
from urllib.parse import urlsplit

import numpy as np

from tests.browser.figures import Figure
from tests.browser.server import FOLDER, SITE
from tests.browser.visit import Visit, reader

MEDIAN, P95, READY = 16.7, 50.0, 300.0  # milliseconds; a frame is 16.7
RACE = 2 * MEDIAN  # four paths at once may take two frames
SIZE = 300_000  # bytes, compressed
LIVE_PARTS = ("_static/descent/", "_static/vendor/micropython/")
STEPS = 200
PRESSES, PAUSE = 100, 20  # how many events, and the milliseconds between two


def ready_time(browser, server, name):
    """Return the milliseconds from the first touch to the first path, and what was loaded for it."""
    with reader(browser) as context:
        visit = Visit(context, server, name)
        figure = Figure(visit.page).touch()
        first = figure.element.evaluate("figure => figure.drawings[0]")
        return first["drawn"] - first["since"], visit.requests


def _times(figure, act):
    """Return the milliseconds from each event of ``act()`` to the path drawn for it, as an array."""
    figure.element.evaluate("figure => { figure.drawings = [] }")
    act()
    drawings = figure.rest().element.evaluate("figure => figure.drawings")
    return np.array([each["drawn"] - each["since"] for each in drawings])


def answer_times(browser, server, name, presses=PRESSES):
    """Return the milliseconds from each key on a slider to the drawn path of 200 steps, as an array."""
    with reader(browser) as context:
        page = Visit(context, server, name).page
        figure = Figure(page).touch().type("Number of steps", STEPS)
        figure.racer_slider.focus()

        def press():
            for i in range(presses):
                page.keyboard.press("ArrowLeft" if i // 20 % 2 else "ArrowRight")
                page.wait_for_timeout(PAUSE)

        return _times(figure, press)


def drag_times(browser, server, name, moves=PRESSES):
    """Return the milliseconds from each move of a dragged start to four drawn paths of 200 steps."""
    with reader(browser) as context:
        page = Visit(context, server, name).page
        figure = Figure(page).touch().fill().type("Number of steps", STEPS)
        figure.handle.scroll_into_view_if_needed()
        box = figure.handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()

        def drag():
            for i in range(1, moves + 1):
                page.mouse.move(x + i % 50, y - i % 30)
                page.wait_for_timeout(PAUSE)

        times = _times(figure, drag)
        page.mouse.up()
        return times


def compressed_size(requests):
    """Return how many bytes the live part of ``requests`` is, compressed as servers do."""
    paths = {urlsplit(address).path.removeprefix(FOLDER) for address in requests}
    return sum(
        len(gzip.compress((SITE / path).read_bytes(), 6)) for path in paths if path.startswith(LIVE_PARTS)
    )
