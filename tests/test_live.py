"""The live figure: what it shows agrees with `descend`, stays the same on each run, and answers quickly."""

import re
import subprocess
import sys
import time
from xml.etree import ElementTree

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, Nesterov, bowl, descend, objectives, parabola, quadratic
from d2l_utils.live import MOST_STEPS, explore
from d2l_utils.schedules import Constant
from d2l_utils.svg import LEFT, TOP, loss_panel, path_panel

RACE = {"SGD": SGD(0.3), "momentum": Momentum(0.1), "Nesterov": Nesterov(0.1), "Adam": Adam(0.3)}


def sliders(figure):
    from d2l_utils.sliders import controls

    box, picture = controls(figure, MOST_STEPS, 2.0).children
    return {widget.description: widget for widget in box.children}, picture


def test_the_same_settings_give_the_same_text():
    assert explore(RACE, noise=0.5, seed=3)._repr_html_() == explore(RACE, noise=0.5, seed=3)._repr_html_()


@pytest.mark.parametrize("objective", objectives.ALL, ids=lambda objective: objective.name)
def test_every_objective_gives_well_formed_panels(objective):
    traces = {label: descend(optimizer, objective, num_steps=60) for label, optimizer in RACE.items()}
    for panel in (path_panel(traces), loss_panel(traces)):
        root = ElementTree.fromstring(panel)
        assert root.get("role") == "img"
        assert "SGD" in root.get("aria-label")
        assert "nan" not in panel
        assert "inf" not in panel


def test_the_drawn_path_is_the_path_of_descend():
    trace = descend(Momentum(0.1), bowl, num_steps=5)
    drawn = re.search(r'class="series-0" d="M([^"]*)"', path_panel({"ball": trace})).group(1)
    pixels = np.array([point.split() for point in drawn.split("L")], dtype=float)
    (x_low, x_high), (y_low, y_high) = bowl.window
    x = x_low + (pixels[:, 0] - LEFT) / (360 - LEFT - 8) * (x_high - x_low)
    y = y_high - (pixels[:, 1] - TOP) / (270 - TOP - 38) * (y_high - y_low)
    np.testing.assert_allclose(np.c_[x, y], trace.points, atol=0.02)


@pytest.mark.parametrize(
    ("optimizer", "limit", "words"),
    [
        (SGD, 1.0, "above 2/λmax = 1"),
        (Momentum, 1.9, "above 2(1 + β)/λmax = 1.9"),
        (Nesterov, 1.9 / 1.4 / 2, "above 2(1 + β)/((1 + 2β) λmax) = 0.6786"),
    ],
)
def test_divergence_is_said_where_the_path_diverges(optimizer, limit, words):
    assert words in explore(optimizer(lr=1.001 * limit)).summary()
    assert "diverges" not in explore(optimizer(lr=0.999 * limit)).summary()
    ends = [descend(optimizer(lr=f * limit), bowl, num_steps=20_000).points[-1, 1] for f in (0.999, 1.001)]
    assert abs(ends[0]) < 1e-6
    assert abs(ends[1]) > 1e6


def test_overflow_is_drawn_and_said():
    figure = explore(SGD(5.0), objectives.rosenbrock, num_steps=200)
    assert "leaves the picture" in figure.summary()
    assert "NaN" not in figure.frame()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((SGD(np.array([0.1, 0.2])),), TypeError, "plain numbers"),
        ((SGD(Constant(0.1)),), TypeError, "plain numbers"),
        (({},), ValueError, "1 to 4"),
        ((SGD(), parabola), ValueError, "two coordinates"),
        ((SGD(), quadratic((1.0, 1.0, 1.0))), ValueError, "two coordinates"),
        ((SGD(), bowl, (1.0,)), ValueError, "takes 2 coordinates"),
        ((SGD(), bowl, None, 0), ValueError, "num_steps"),
        ((SGD(), bowl, None, 201), ValueError, "num_steps"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        explore(*arguments)


def test_a_slider_changes_the_picture_and_not_the_reader_s_optimizer():
    mine = Momentum(lr=0.1, momentum=0.9)
    figure = explore(mine)
    widgets, picture = sliders(figure)
    before = picture.value
    widgets["Momentum β"].value = 0.5
    assert picture.value != before
    assert figure.optimizers["Momentum"].momentum == 0.5
    assert mine.momentum == 0.9
    for name, value in (("steps", 7), ("noise σ", 1.5), ("objective", objectives.beale)):
        before, widgets[name].value = picture.value, value
        assert picture.value != before
    assert (figure.num_steps, figure.noise, figure.objective) == (7, 1.5, objectives.beale)


def test_every_hyperparameter_of_the_rule_has_a_slider():
    widgets, _ = sliders(explore(Adam(0.3)))
    assert {"Adam η", "Adam β₁", "Adam β₂", "Adam ε"} < set(widgets)


def test_a_slider_answers_within_100_ms():
    widgets, _ = sliders(explore(RACE, num_steps=MOST_STEPS))
    times = []
    for value in np.linspace(0.05, 0.5, 20):
        begin = time.process_time()  # of this process alone, however busy the machine is
        widgets["SGD η"].value = value
        times.append(time.process_time() - begin)
    assert np.median(times) < 0.1


def test_the_bundle_has_a_widget_with_a_kernel_and_html_without():
    bundle = explore(SGD(0.3))._repr_mimebundle_()
    assert {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"} <= set(bundle)
    without = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "from d2l_utils.live import explore; from d2l_utils import SGD\n"
        "print(sorted(explore(SGD(0.3))._repr_mimebundle_()))"
    )
    result = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['text/html', 'text/plain']"
