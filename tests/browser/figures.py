"""A live figure in an open page: what it shows, what it walked, and how soon it drew."""

import itertools

import numpy as np

import d2l_utils
from d2l_utils import Optimizer, descend, objectives
from d2l_utils.live import specification
from d2l_utils.live.constants import MOST_RACERS
from tests.browser.visit import until

OBJECTIVES = {objective.name: objective for objective in objectives.ALL}
CLASSES = [
    each for each in vars(d2l_utils).values() if isinstance(each, type) and Optimizer in each.__mro__[1:]
]
SWITCHES = (
    ("lr_in_velocity", False), ("amsgrad", True), ("eps_hat", True), ("bias_correction", False),
    ("guarded", True), ("searched", False), *(("memory", kept) for kept in range(1, 10)),
)  # fmt: skip
CALM, CLOSE = 1e-13, 1e-12
SURE_STEPS = 20
# The frame on the page belongs to what the controls say, and nothing is under way.
AT_REST = """figure => figure.frame && !figure.busy && !figure.wanted
  && JSON.stringify(figure.frame.state) === JSON.stringify(figure.state)"""
RECORD = """figure => {
  figure.drawings = [];
  figure.addEventListener("descent-drawn", ({ detail }) => detail.since && figure.drawings.push(detail));
}"""


class Figure:
    """One ``<descent-figure>`` of an open page, addressed as a reader would."""

    def __init__(self, page, index=0):
        self.page = page
        self.element = page.locator("descent-figure").nth(index)
        self.element.evaluate(RECORD)

    def touch(self):
        """Start it by moving the pointer over it, and wait until it has drawn."""
        self.element.locator(".descent-stage").first.scroll_into_view_if_needed()
        self.element.locator(".descent-stage").first.hover(position={"x": 150, "y": 10})
        return self.rest()

    def rest(self):
        """Wait until it shows what its controls say."""
        until(self.page, AT_REST, self.element.element_handle())
        return self

    @property
    def state(self):
        """What it shows, as plain data."""
        return self.element.evaluate("figure => figure.state")

    @property
    def handle(self):
        """The start of the path, which can be dragged."""
        return self.element.locator(".descent-handle")

    @property
    def sliders(self):
        """Every slider by its label."""
        ranges = self.element.locator("input[type=range]")
        names = [each.get_attribute("aria-label") for each in ranges.all()]
        return {name: ranges.nth(i) for i, name in enumerate(names)}

    @property
    def racer_slider(self):
        """The first slider of the first racer."""
        return self.element.locator(".descent-racer input[type=range]").first

    def type(self, label, text):
        """Type a number into the field beside a slider."""
        field = self.element.get_by_label(f"{label}, as a number", exact=True)
        field.fill(str(text))
        field.press("Enter")
        return self.rest()

    @property
    def racers(self):
        """The boxes of the optimizers that race."""
        return self.element.locator(".descent-racer")

    def add(self, name):
        """Let one more optimizer race. Its box comes when the page has read what optimizers there are."""
        count = self.racers.count()
        self.element.get_by_label("Optimizer to add to the race").select_option(name)
        self.element.get_by_role("button", name="Add to the race").click()
        self.racers.nth(count).wait_for()
        return self.rest()

    def fill(self):
        """Let as many optimizers race as there may be."""
        while self.racers.count() < MOST_RACERS:
            self.add("Adam")
        return self

    def paths(self):
        """Return the path of each racer: ndarray, shape (steps + 1, 3), of x, y and the loss."""
        flat = self.element.evaluate("figure => figure.paths.map(path => Array.from(path, Number))")
        return [np.array(path, dtype=float).reshape(-1, 3) for path in flat]

    def check(self):
        """Assert that each racer's path is that of `descend` in this Python."""
        state, paths = self.rest().state, self.paths()
        assert len(paths) == len(state["racers"])
        for racer, path in zip(state["racers"], paths, strict=True):
            assert_same(path, optimizer(racer), state)
        return self


def optimizer(racer):
    """Make the optimizer that a racer of the page's state stands for."""
    given = {setting["name"]: setting["value"] for setting in racer["settings"]}
    for each, switches in itertools.product(CLASSES, [{}, *({name: on} for name, on in SWITCHES)]):
        try:
            made = each(**given, **switches)
        except TypeError:  # another optimizer's settings or switches
            continue
        told = specification(racer["label"], made)
        if all(told[key] == racer[key] for key in ("rule", "kind", "clock", "slots")):
            return made
    raise AssertionError(f"no optimizer of the book walks as {racer}")


def walk(made, state, start):
    """Return the path that `descend` takes here, shape (steps + 1, 3)."""
    trace = descend(
        made,
        OBJECTIVES[state["objective"]],
        start,
        state["num_steps"],
        noise=float(state["noise"]),
        seed=state["seed"],
    )
    return np.column_stack([trace.points, trace.values])


def apart(path, other):
    """Return the largest relative difference of two paths, where both are finite."""
    good = np.isfinite(path) & np.isfinite(other) & (path != other)
    with np.errstate(divide="ignore"):
        return float(np.max(np.abs(path - other)[good] / np.abs(other)[good], initial=0.0))


def assert_same(path, made, state):
    """Compare all steps where the walk is calm, and the first twenty where one ulp decides."""
    start = [float(x) for x in state["start"]]
    expected = walk(made, state, start)
    walked = np.isfinite(expected).all(axis=1)
    steps = min(len(path), len(expected)) if walked.all() else int(np.argmin(walked))
    assert len(path) >= steps
    neighbour = walk(made, state, [float(np.nextafter(x, np.inf)) for x in start])
    if apart(neighbour[:steps], expected[:steps]) >= CALM:
        steps = min(steps, SURE_STEPS + 1)
    assert steps > 1
    np.testing.assert_allclose(path[:steps], expected[:steps], rtol=CLOSE, atol=0)
