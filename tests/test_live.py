"""The live figure: what it shows agrees with `descend`, stays the same on each run, and answers quickly."""

import math
import re
import subprocess
import sys
import time
from xml.etree import ElementTree

import numpy as np
import pytest

from d2l_utils import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    bowl,
    descend,
    objectives,
    parabola,
    quadratic,
)
from d2l_utils.live import BOOK, explore
from d2l_utils.live.constants import INNER_HEIGHT, INNER_WIDTH, LEFT, LOOKS, MOST_STEPS, TOP
from d2l_utils.live.svg import framed, looks, loss_panel, path_panel, preferred_look
from d2l_utils.schedules import Constant

RACE = {"SGD": SGD(0.3), "momentum": Momentum(0.1), "Nesterov": Nesterov(0.1), "Adam": Adam(0.3)}


def sliders(figure):
    from d2l_utils.live.sliders import controls

    box, picture = controls(figure, MOST_STEPS, 2.0).children
    rows = {getattr(row, "children", [row])[0].description: row for row in box.children}
    return rows, picture


def number(row):
    """Return the field of a slider with the number itself."""
    return row.children[1]


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
    drawn = re.search(r'class="line look-1" d="M([^"]*)"', path_panel({"ball": trace})).group(1)
    pixels = np.array([point.split() for point in drawn.split("L")], dtype=float)
    (x_low, x_high), (y_low, y_high) = framed(bowl.window)
    x = x_low + (pixels[:, 0] - LEFT) / INNER_WIDTH * (x_high - x_low)
    y = y_high - (pixels[:, 1] - TOP) / INNER_HEIGHT * (y_high - y_low)
    np.testing.assert_allclose(np.c_[x, y], trace.points, atol=0.03)


@pytest.mark.parametrize("objective", objectives.ALL, ids=lambda objective: objective.name)
def test_both_axes_have_the_same_scale_and_the_whole_window_is_in_the_picture(objective):
    frame = framed(objective.window)
    across, up = (high - low for low, high in frame)
    assert np.isclose(across / INNER_WIDTH, up / INNER_HEIGHT)
    for (low, high), (window_low, window_high) in zip(frame, objective.window, strict=True):
        assert low <= window_low + 1e-12
        assert high >= window_high - 1e-12


def test_a_look_belongs_to_the_optimizer_and_not_to_its_place():
    assert looks([SGD(), Momentum(), Adam()]) == [0, 1, 6]
    assert looks([Momentum(), Adam()]) == [1, 6]
    assert looks([SGD(0.1), SGD(0.9), Momentum()]) == [0, 2, 1]
    assert looks([AdamW(), Adam(), SGD()]) == [6, 1, 0]
    assert looks([Strange(), Strange()]) == [0, 1]
    first = list(BOOK.values())[: len(LOOKS)]
    assert {preferred_look(optimizer) for optimizer in first} == set(range(len(first)))
    with_sgd = explore({"SGD": SGD(0.3), "momentum": Momentum(0.1)}).frame()
    without = explore({"momentum": Momentum(0.1)}).frame()
    for panel in (with_sgd, without):
        assert 'look-1" d="M1 5H33"/></svg> <b>momentum</b>' in panel
        assert panel.count('class="line look-1"') == 3  # the legend, the path, the loss
    assert "look-0" not in without


class Strange(Optimizer):
    rule = staticmethod(lambda p, g, lr: p - lr * g)

    def __init__(self):
        super().__init__(lr=0.1)


def test_who_leaves_does_not_flatten_the_others_and_the_picture_says_so():
    race = {"SGD": SGD(0.9), "RMSProp": RMSProp(0.3)}
    traces = {label: descend(each, objectives.rosenbrock, num_steps=60) for label, each in race.items()}
    panel = loss_panel(traces)
    assert ">SGD goes on above<" in panel
    assert "; SGD goes on above" in panel  # in the picture's name, too
    alone = loss_panel({"RMSProp": traces["RMSProp"]})
    ticks = [re.findall(r'class="tick left"[^>]*>(.*?)</text>', each) for each in (panel, alone)]
    assert ticks[0] == ticks[1]
    assert "goes on" not in alone
    assert "goes on" not in loss_panel({"SGD": traces["SGD"]})
    saddle = {
        "a": descend(SGD(0.3), objectives.saddle, num_steps=30),
        "b": descend(SGD(0.01), objectives.saddle),
    }
    assert ">a goes on below<" in loss_panel(saddle)


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


def test_a_loss_beyond_all_bounds_has_an_axis():
    figure = explore(SGD(5.0), objectives.saddle, num_steps=200)
    assert "leaves the picture" in figure.summary()
    assert ">1e+300<" in figure.frame() or ">−1e+300<" in figure.frame()
    assert "inf" not in figure.frame()


def test_a_division_by_zero_is_said_with_its_step():
    figure = explore(AdaGrad(0.5, eps=0.0), start=(1.0, 0.0))
    assert figure.summary() == "AdaGrad: ends here: step 1 divides by zero."
    assert descend(AdaGrad(0.5, eps=0.0), bowl, (1.0, 0.0)).divides == 1
    assert descend(SGD(5.0), objectives.rosenbrock, num_steps=200).divides is None
    assert "nan" not in figure.frame()


CALM = [
    (SGD(0.9), objectives.rosenbrock, 60),  # the chapter on Adam sends its reader there
    (Momentum(0.1), objectives.rosenbrock, 60),
    (SGD(0.95), objectives.rosenbrock, 200),  # the chapter on AdaGrad, Play 4
    (AdaGrad(0.5), objectives.rosenbrock, 200),
    (RMSProp(0.3), objectives.rotated_bowl, 60),  # it converges, though rounding grows a millionfold
    (RMSProp(0.3), objectives.rotated_bowl, 200),
    (RMSProp(0.3), objectives.beale, 200),
    (Adam(0.3), objectives.himmelblau, 200),
]
WILD = [
    (RMSProp(0.3), objectives.rosenbrock, 200),
    (RMSProp(0.5), objectives.double_well, 200),
    (Adam(0.3, beta2=0.0), objectives.himmelblau, 200),
]


@pytest.mark.parametrize(("optimizer", "objective", "num_steps"), CALM)
def test_a_calm_run_is_not_called_chaotic(optimizer, objective, num_steps):
    assert "chaotic" not in explore(optimizer, objective, num_steps=num_steps).summary()


@pytest.mark.parametrize(("optimizer", "objective", "num_steps"), WILD)
def test_a_chaotic_run_is_called_so(optimizer, objective, num_steps):
    figure = explore(optimizer, objective, num_steps=num_steps)
    assert figure.summary().endswith("; these settings are chaotic: the last digits of the start decide.")
    assert "chaotic" in figure.frame()
    ends = [
        descend(optimizer, objective, start, num_steps=num_steps).points
        for start in (objective.start, np.nextafter(objective.start, np.inf))
    ]
    width = framed(objective.window)[0][1] - framed(objective.window)[0][0]
    assert abs(ends[0] - ends[1]).max() > 0.01 * width


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
        ((SGD(), bowl, (1e160, 0.0)), ValueError, "start must lie within ±1e+06"),
        ((SGD(), bowl, (0.0, math.nan)), ValueError, "start"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        explore(*arguments)


def test_there_is_no_link_to_what_no_page_can_run():
    with pytest.raises(ValueError, match="only the book's rules and objectives"):
        explore(SGD(0.1), quadratic((1.0, 3.0))).link()


def test_a_slider_changes_the_picture_and_not_the_reader_s_optimizer():
    mine = Momentum(lr=0.1, momentum=0.9)
    figure = explore(mine)
    widgets, picture = sliders(figure)
    before = picture.value
    number(widgets["Momentum β"]).value = 0.5
    assert picture.value != before
    assert figure.optimizers["Momentum"].momentum == 0.5
    assert mine.momentum == 0.9
    for widget, value in (
        (widgets["steps"], 7),
        (number(widgets["noise σ"]), 1.5),
        (widgets["objective"], objectives.beale),
    ):
        before, widget.value = picture.value, value
        assert picture.value != before
    assert (figure.num_steps, figure.noise, figure.objective) == (7, 1.5, objectives.beale)


def rendered(widget):
    """Do to a widget what a browser does that shows it: a slider goes to the nearest of its steps."""
    kind = type(widget).__name__
    if kind == "FloatLogSlider":
        at = round((np.log10(widget.value) - widget.min) / widget.step) * widget.step + widget.min
        widget.value = float(f"{10**at:.6g}")
    elif kind.endswith("Slider"):
        widget.value = type(widget.value)(
            round((widget.value - widget.min) / widget.step) * widget.step + widget.min
        )
    for child in getattr(widget, "children", ()):
        rendered(child)


def test_a_notebook_s_figure_shows_and_keeps_the_numbers_that_it_was_given():
    race = {"SGD": SGD(0.9), "momentum": Momentum(0.123456, 0.9995), "Adam": Adam(0.3, eps=1e-20)}
    figure = explore(race, bowl, (0.1, 2.0), 77, noise=0.123)
    before = figure.summary()
    widgets, _ = sliders(figure)
    shown = {name: number(row).value for name, row in widgets.items() if hasattr(row, "children")}
    given = {
        f"{label} {getattr(type(optimizer), name).symbol}": value
        for label, optimizer in race.items()
        for name, value in optimizer.hyperparameters.items()
        if name != "eps_root"
    }
    assert shown == given | {"noise σ": 0.123}
    for row in widgets.values():
        rendered(row)
    assert figure.summary() == before
    assert {label: each.hyperparameters for label, each in figure.optimizers.items()} == {
        label: each.hyperparameters for label, each in race.items()
    }


def test_a_notebook_s_slider_and_its_field_move_each_other():
    widgets, picture = sliders(figure := explore(SGD(0.9)))
    slider, field, why = widgets["SGD η"].children
    slider.value += 1
    assert figure.optimizers["SGD"].lr == field.value == 0.912
    field.value = 0.123456
    assert figure.optimizers["SGD"].lr == 0.123456
    before, place = picture.value, slider.value
    field.value = -1.0
    assert "lr must be finite and at least 0" in why.value
    assert (figure.optimizers["SGD"].lr, picture.value, slider.value) == (0.123456, before, place)
    field.value = 0.3
    assert why.value == ""
    noise = number(widgets["noise σ"])
    noise.value = 2.5
    assert "noise must be at most 2" in widgets["noise σ"].children[2].value
    assert figure.noise == 0.0


@pytest.mark.parametrize("value", [0.0, 0.05])
def test_a_slider_of_a_size_holds_0_and_comes_back_to_it(value):
    figure = explore(AdamW(0.3, weight_decay=value))
    slider, field, _ = sliders(figure)[0]["AdamW λ"].children
    assert field.value == value
    slider.value = slider.max
    assert figure.optimizers["AdamW"].weight_decay == field.value == 10.0
    slider.value = 0
    assert figure.optimizers["AdamW"].weight_decay == field.value == 0.0
    rendered(slider)
    assert field.value == 0.0
    slider.value = 1
    assert field.value == 0.001


def test_every_hyperparameter_of_the_rule_has_a_slider():
    widgets, _ = sliders(explore(Adam(0.3)))
    assert {"Adam η", "Adam β₁", "Adam β₂", "Adam ε"} < set(widgets)


def test_a_slider_answers_within_100_ms():
    widgets, _ = sliders(explore(RACE, num_steps=MOST_STEPS))
    times = []
    for value in np.linspace(0.05, 0.5, 20):
        begin = time.process_time()  # of this process alone, however busy the machine is
        number(widgets["SGD η"]).value = value
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
