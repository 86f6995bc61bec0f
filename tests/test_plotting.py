"""Figures show the data they are given, and refuse what they cannot show."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from descent_book import ink
from matplotlib.colors import to_hex

from d2l_utils import SGD, Momentum, beale, bowl, descend, parabola, saddle
from d2l_utils.plotting import plot_contours, plot_convergence, plot_loss, plot_paths
from d2l_utils.training import History


@pytest.fixture(autouse=True)
def closed_figures():
    with plt.style.context("d2l_utils.descent"):
        yield
    plt.close("all")


@pytest.fixture
def history():
    loss = np.array([4.0, 2.0, 1.0, 0.5])
    return History(loss, np.arange(4) / 2, loss[::2], np.empty(0), np.empty(0))


def test_the_style_tells_series_apart_by_colour_and_by_line():
    cycle = plt.rcParams["axes.prop_cycle"].by_key()
    assert len(set(cycle["color"])) == len(set(map(str, cycle["linestyle"]))) == len(cycle["color"])


def test_the_styles_colours_stand_out_from_light_and_dark_paper():
    for colour in plt.rcParams["axes.prop_cycle"].by_key()["color"]:
        for _, paper in ink.THEMES:
            assert ink.contrast(ink.parts(to_hex(colour)), ink.parts(paper)) >= 3


def test_paths_show_start_end_minimum_and_label():
    trace = descend(SGD(0.3), bowl, num_steps=5)
    fig, ax = plot_paths({"plain": trace})
    drawn = [line.get_xydata() for line in ax.lines]
    for expected in (trace.points, trace.points[:1], trace.points[-1:], np.zeros((1, 2))):
        assert any(xy.shape == expected.shape and np.allclose(xy, expected) for xy in drawn)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["plain"]
    assert fig is ax.figure


def test_convergence_draws_the_distance_and_the_prediction():
    trace = descend(SGD(0.3), bowl, num_steps=5)
    _, ax = plot_convergence({"plain": trace}, {"plain": 0.97})
    measured, predicted = (line.get_ydata() for line in ax.lines)
    np.testing.assert_allclose(measured, np.hypot(*trace.points.T))
    np.testing.assert_allclose(predicted, measured[0] * 0.97 ** np.arange(6))
    assert ax.get_yscale() == "log"


@pytest.mark.parametrize(("against", "at"), [("epoch", [0.5, 1.0, 1.5]), ("step", [1, 2, 3])])
def test_loss_is_the_mean_of_the_window_that_ends_there(history, against, at):
    _, ax = plot_loss(history, against=against, smooth=2)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), np.c_[at, [3.0, 1.5, 0.75]])


def test_a_given_axes_is_used(history):
    fig, axes = plt.subplots(1, 2)
    assert plot_contours(beale, axes[0]) == (fig, axes[0])
    assert plot_loss(history, ax=axes[1]) == (fig, axes[1])


@pytest.mark.parametrize(
    ("draw", "error", "words"),
    [
        (lambda h: plot_contours(parabola), ValueError, "two coordinates"),
        (lambda h: plot_paths({}), ValueError, "one objective"),
        (lambda h: plot_paths("path"), TypeError, "expected a Trace"),
        (lambda h: plot_paths({"a": descend(SGD(), bowl), "b": descend(SGD(), beale)}), ValueError, "share"),
        (lambda h: plot_paths(descend(SGD(np.array([0.1, 0.2])), bowl)), ValueError, "sweep"),
        (lambda h: plot_convergence(descend(SGD(), saddle)), ValueError, "no known minimum"),
        (lambda h: plot_convergence({"a": descend(Momentum(), bowl)}, {"b": 0.9}), ValueError, "'b'"),
        (lambda h: plot_loss(h, against="time"), ValueError, "'epoch' or 'step'"),
        (lambda h: plot_loss(h, smooth=5), ValueError, "smooth"),
        (lambda h: plot_loss([1.0, 2.0]), TypeError, "expected a History"),
    ],
)
def test_what_cannot_be_shown_is_refused(history, draw, error, words):
    with pytest.raises(error, match=words):
        draw(history)
