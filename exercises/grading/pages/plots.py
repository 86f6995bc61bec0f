"""The summary's figures, as SVG: the same bytes for the same numbers, legible on light and dark."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from exercises.grading.texts import worded

__all__ = ["question_scores", "seconds", "total_scores"]

# INK becomes the colour of the page's text; the others stand out from light and dark.
INK, BAR, MEDIAN = "#010203", "#3f86cc", "#d9622b"
STYLE: dict[Any, Any] = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "grading",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
WIDTH, HEIGHT, COLUMNS, MOST_BINS = 6.4, 2.6, 3, 20
NOTHING = {"Creator": None, "Date": None, "Format": None, "Type": None}


class Drawn(NamedTuple):
    """A figure for a page: what it shows in words, its ``viewBox``, and what stands inside its ``<svg>``."""

    alt: str
    view: str
    inside: Markup


def total_scores(scores: Sequence[float], points: float) -> Drawn:
    """Return the distribution of the students' scores."""
    fig = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    with mpl.rc_context(STYLE):
        ax = fig.subplots()
        _score_axis(ax, scores, points, 8)
        _mark_median(ax, worded("median", median=f"{np.median(scores):.3g}"), np.minimum(scores, points))
        ax.set(xlabel=worded("score_axis"), ylabel=worded("submissions_axis"))
        return _drawn(
            fig, "total", worded("total_alt", median=f"{np.median(scores):.3g}", points=f"{points:g}")
        )


def question_scores(scores: Mapping[str, Sequence[float]], points: Mapping[str, float]) -> Drawn:
    """Return the distribution of the scores of each question, side by side."""
    rows = math.ceil(len(scores) / COLUMNS)
    fig = Figure(figsize=(WIDTH, 1.9 * rows + 0.2), layout="constrained")
    with mpl.rc_context(STYLE):
        axes = fig.subplots(rows, COLUMNS, sharey=True, squeeze=False)
        for ax, name in zip(axes.flat, scores, strict=False):
            _score_axis(ax, scores[name], points[name], 6)
            ax.set_title(name, fontsize=10)
        for ax in axes.flat[len(scores) :]:
            ax.set_axis_off()
        fig.supxlabel(worded("score_axis"), fontsize=10)
        fig.supylabel(worded("submissions_axis"), fontsize=10)
        return _drawn(fig, "questions", worded("questions_alt", names=", ".join(scores)))


def seconds(times: Sequence[float]) -> Drawn:
    """Return the distribution of how long the submissions took."""
    shown = np.maximum(times, 1e-3)
    low, high = shown.min(), shown.max() * 1.01
    fig = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    with mpl.rc_context(STYLE):
        ax = fig.subplots()
        if high > 10 * low:
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_major_formatter("{x:g}")
            ax.xaxis.set_minor_locator(NullLocator())
            _histogram(ax, shown, np.geomspace(low, high, MOST_BINS + 1))
        else:
            _histogram(ax, shown, np.linspace(0, high, MOST_BINS + 1))
        _mark_median(ax, worded("median_seconds", median=f"{np.median(times):.2g}"), times)
        ax.set(xlabel=worded("seconds_axis"), ylabel=worded("submissions_axis"))
        alt = worded("seconds_alt", median=f"{np.median(times):.2g}", longest=f"{max(times):.3g}")
        return _drawn(fig, "seconds", alt)


def _edges(points: float) -> np.ndarray:
    """Return bins around whole points, or halves of them where there are few."""
    width = 0.5 if points <= 2 else float(math.ceil(points / MOST_BINS))
    return np.arange(-width / 2, points + width, width)


def _score_axis(ax: Axes, scores: Sequence[float], points: float, most_ticks: int) -> None:
    """Draw a histogram whose axis ends at the maximum, where extra credit counts too."""
    edges = _edges(points)
    _histogram(ax, np.minimum(scores, points), edges)
    ticks = [
        each for each in MaxNLocator(most_ticks, integer=True).tick_values(0, points) if 0 <= each < points
    ]
    if len(ticks) > 1 and points - ticks[-1] < 0.6 * (ticks[1] - ticks[0]):
        ticks.pop()
    ax.set_xticks([*ticks, points])
    ax.set_xlim(edges[0], edges[-1])


def _histogram(ax: Axes, values: Any, edges: np.ndarray) -> None:
    ax.hist(values, list(edges), color=BAR, rwidth=0.9)
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def _mark_median(ax: Axes, label: str, values: Any) -> None:
    median = float(np.median(values))
    ax.axvline(median, color=MEDIAN, linestyle="--")
    above: dict[str, Any] = {
        "xycoords": ax.get_xaxis_transform(),
        "xytext": (0, 2),
        "textcoords": "offset points",
    }
    ax.annotate(label, (median, 1), ha="center", va="bottom", **above)


def _drawn(fig: Figure, name: str, alt: str) -> Drawn:
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", transparent=True, metadata=NOTHING)
    svg = buffer.getvalue().replace(INK, "currentColor")
    # Several of them share a page: names of parts must differ, and the page decides about the size.
    svg = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    found = re.search(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>(.*)</svg>', svg, flags=re.DOTALL)
    assert found, "matplotlib drew no SVG"
    return Drawn(alt, found[1], Markup(found[2]))
