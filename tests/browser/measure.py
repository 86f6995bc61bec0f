"""How quickly a live figure answers and how much it loads, measured in the browser."""

import gzip
from urllib.parse import urlsplit

import numpy as np

from tests.browser.figures import Figure
from tests.browser.server import FOLDER, SITE
from tests.browser.visit import HEIGHT, WIDE, Visit

MEDIAN, P95, READY = 16.7, 50.0, 300.0  # milliseconds
SIZE = 300_000  # bytes, compressed
FRONT = "_static/descent/"
STEPS = 200
PRESSES = 100


def opened(browser, server, name):
    """Open a page as a reader who comes for the first time, with nothing in a cache."""
    context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, reduced_motion="reduce")
    return context, Visit(context, server, name)


def ready_time(browser, server, name):
    """Return the milliseconds from the first touch to the first path, and what was loaded for it."""
    context, visit = opened(browser, server, name)
    with context:
        figure = Figure(visit.page).touch()
        first = figure.element.evaluate("figure => figure.drawings[0]")
        return first["drawn"] - first["since"], visit.requests


def answer_times(browser, server, name, presses=PRESSES):
    """Return the milliseconds from each key on a slider to the drawn path of 200 steps, as an array."""
    context, visit = opened(browser, server, name)
    with context:
        figure = Figure(visit.page).touch().type("Number of steps", STEPS)
        figure.racer_slider.focus()
        figure.element.evaluate("figure => { figure.drawings = [] }")
        for i in range(presses):
            visit.page.keyboard.press("ArrowLeft" if i // 20 % 2 else "ArrowRight")
            visit.page.wait_for_timeout(20)
        drawings = figure.rest().element.evaluate("figure => figure.drawings")
    return np.array([each["drawn"] - each["since"] for each in drawings])


def compressed_size(requests):
    """Return how many bytes the live part of ``requests`` is, compressed as servers do."""
    paths = {urlsplit(address).path.removeprefix(FOLDER) for address in requests}
    return sum(len(gzip.compress((SITE / path).read_bytes(), 6)) for path in paths if path.startswith(FRONT))
