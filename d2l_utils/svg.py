"""Draw the live figure's two panels as SVG text: paths on contours, and the loss against steps.

Text instead of a bitmap answers a slider within milliseconds, is sharp in print, and takes the page's own
colours in light and dark. What belongs to the first optimizer has the class ``series-0``, and so on.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from contourpy import contour_generator

from d2l_utils.descent import Trace
from d2l_utils.objectives import Objective
from d2l_utils.plotting import contour_levels, grid_values

__all__ = ["STYLE", "contour_path", "loss_panel", "path_panel"]

WIDTH, HEIGHT = 360, 270
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 8, 38
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
STYLE = """
descent-figure { display: block; margin: 1em 0; }
descent-figure .descent-panels { display: flex; flex-wrap: wrap; gap: 8px; }
descent-figure .descent-panels > * { flex: 1 1 300px; max-width: 480px; min-width: 0; }
descent-figure svg[role="img"] { overflow: visible; }
descent-figure path { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
descent-figure .contour, descent-figure .grid { stroke: currentColor; stroke-width: .6; opacity: .35; }
descent-figure .frame { fill: none; stroke: currentColor; stroke-width: .8; opacity: .6; }
descent-figure text { fill: currentColor; font: 12px sans-serif; text-anchor: middle; }
descent-figure .tick { font-size: 11px; } descent-figure .left { text-anchor: end; }
descent-figure .power { font-size: 8px; }
descent-figure .minimum { fill: currentColor; opacity: .55; }
descent-figure .start { fill: none; stroke: currentColor; stroke-width: 1.5; }
descent-figure .series-0 { stroke: #1b80c4; color: #1b80c4; }
descent-figure .series-1 { stroke: #d55e00; color: #d55e00; stroke-dasharray: 7 3; }
descent-figure .series-2 { stroke: #009e73; color: #009e73; stroke-dasharray: 7 3 2 3; }
descent-figure .series-3 { stroke: #b0569a; color: #b0569a; stroke-dasharray: 2 3; }
descent-figure .mark { fill: currentColor; stroke: none; }
descent-figure ul { list-style: none; margin: .4em 0 0; padding: 0; }
"""
FAR = 9999.0  # pixels; beyond it a coordinate means nothing to an eye and much to a browser
FLOOR, CEILING = 1e-16, 1e16  # what the log axis shows of a loss


class _Panel:
    """A frame that maps data to pixels; what is drawn is clipped to it, what is written is not."""

    def __init__(self, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
        self.xlim, self.ylim = xlim, ylim
        self.drawn: list[str] = []
        self.written: list[str] = []

    def pixel(self, point: Sequence[float]) -> tuple[float, float]:
        across = (point[0] - self.xlim[0]) / (self.xlim[1] - self.xlim[0])
        up = (point[1] - self.ylim[0]) / (self.ylim[1] - self.ylim[0])
        x, y = LEFT + across * INNER_WIDTH, TOP + (1 - up) * INNER_HEIGHT
        return min(max(x, -FAR), FAR), min(max(y, -FAR), FAR)

    def path(self, lines: Iterable[Iterable[Sequence[float]]], css: str) -> None:
        finite = ((point for point in line if all(map(math.isfinite, point))) for line in lines)
        strokes = "".join(_stroke(map(self.pixel, line)) for line in finite)
        self.drawn.append(f'<path class="{css}" d="{strokes}"/>')

    def dot(self, point: Sequence[float], css: str, radius: float) -> None:
        x, y = self.pixel(point)
        self.drawn.append(f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>')

    def axes(self, xticks: Mapping[float, str], yticks: Mapping[float, str], names: tuple[str, str]) -> None:
        bottom = TOP + INNER_HEIGHT
        for at, text in xticks.items():
            x, _ = self.pixel((at, self.ylim[0]))
            self.written.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 15}">{text}</text>')
        for at, text in yticks.items():
            _, y = self.pixel((self.xlim[0], at))
            self.written.append(f'<text class="tick left" x="{LEFT - 5}" y="{y + 4:.1f}">{text}</text>')
        self.written.append(
            f'<text x="{LEFT + INNER_WIDTH / 2:g}" y="{HEIGHT - 5}">{names[0]}</text>'
            f'<text transform="translate(12 {TOP + INNER_HEIGHT / 2:g}) rotate(-90)">{names[1]}</text>'
        )

    def svg(self, label: str) -> str:
        frame = f'x="{LEFT}" y="{TOP}" width="{INNER_WIDTH}" height="{INNER_HEIGHT}"'
        view = f"{LEFT} {TOP} {INNER_WIDTH} {INNER_HEIGHT}"
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{html.escape(label)}">'
            f'<svg {frame} viewBox="{view}">{"".join(self.drawn)}</svg>'
            f'<rect class="frame" {frame}/>{"".join(self.written)}</svg>'
        )


def _ticks(low: float, high: float, num: int = 5) -> dict[float, str]:
    """Return round numbers between low and high, about ``num`` of them, with their text."""
    rough = (high - low) / num
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    values = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    return {float(value): f"{value:g}".replace("-", "−") for value in values}


@lru_cache(maxsize=32)
def contour_path(objective: Objective) -> str:
    """Return the contours of a two-dimensional objective as path data for ``path_panel``'s picture."""
    panel = _Panel(*objective.window)
    x, y, z = grid_values(objective, num=81)
    generator = contour_generator(x, y, z)
    lines = [np.asarray(line) for level in contour_levels(z) for line in generator.lines(level)]
    pixels = ([panel.pixel(point) for point in line.tolist()] for line in lines)
    return "".join(map(_stroke, map(_simplified, pixels)))


def _stroke(pixels: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels)


def _simplified(pixels: list[tuple[float, float]], tolerance: float = 0.15) -> list[tuple[float, float]]:
    """Leave out points that lie within ``tolerance`` pixels of the line without them (Douglas & Peucker)."""
    (x0, y0), *between, (x1, y1) = pixels
    if not between:
        return pixels
    dx, dy = x1 - x0, y1 - y0
    length = math.hypot(dx, dy)
    if length:
        off = [abs(dx * (y - y0) - dy * (x - x0)) / length for x, y in between]
    else:
        off = [math.hypot(x - x0, y - y0) for x, y in between]
    if max(off) <= tolerance:
        return [pixels[0], pixels[-1]]
    at = 1 + off.index(max(off))
    return _simplified(pixels[: at + 1], tolerance)[:-1] + _simplified(pixels[at:], tolerance)


def path_panel(traces: Mapping[str, Trace]) -> str:
    """Return SVG with the contours of the traces' objective and their paths, shape ``viewBox 360×270``.

    Parameters
    ----------
    traces : dict of str to Trace
        Two-dimensional paths on one objective; the order gives the series their colours.
    """
    objective = next(iter(traces.values())).objective
    panel = _Panel(*objective.window)
    panel.drawn.append(f'<path class="contour" d="{contour_path(objective)}"/>')
    for minimum in objective.minima:
        panel.dot(minimum, "minimum", 5)
    for i, trace in enumerate(traces.values()):
        finite = trace.points[np.isfinite(trace.points).all(axis=1)].tolist()
        panel.path([finite], f"series-{i}")
        if len(finite) <= 61:
            for point in finite[1:-1]:
                panel.dot(point, f"series-{i} mark", 1.8)
        panel.dot(finite[0], "start", 5)
        panel.dot(finite[-1], f"series-{i} mark", 4)
    panel.axes(_ticks(*objective.window[0]), _ticks(*objective.window[1]), ("x", "y"))
    return panel.svg(f"Contours of the {objective.name} with the path of {', '.join(traces)}")


def loss_panel(traces: Mapping[str, Trace]) -> str:
    """Return SVG with the height above the minimum after each step, on a log axis, ``viewBox 360×270``.

    Where no minimum is known the value itself is drawn, on a linear axis.

    Parameters
    ----------
    traces : dict of str to Trace
        Two-dimensional paths on one objective; the order gives the series their colours.
    """
    objective = next(iter(traces.values())).objective
    gaps = [trace.values[np.isfinite(trace.values)] for trace in traces.values()]
    if objective.minima:
        lowest = objective.value(*objective.minima[0])
        gaps = [np.log10(np.clip(gap - lowest, FLOOR, CEILING)) for gap in gaps]
    low, high = min(gap.min() for gap in gaps), max(gap.max() for gap in gaps)
    if objective.minima:
        low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
        decades = range(low, high + 1, max(1, math.ceil((high - low) / 5)))
        yticks = {float(k): _power(k) for k in decades}
        name = "loss above the minimum"
    else:
        pad = 0.05 * (high - low) or 1.0
        low, high = low - pad, high + pad
        yticks, name = _ticks(low, high), "loss"
    num_steps = max(len(trace.values) - 1 for trace in traces.values()) or 1
    panel = _Panel((0, num_steps), (low, high))
    panel.path(([(0, at), (num_steps, at)] for at in yticks), "grid")
    for i, gap in enumerate(gaps):
        panel.path([list(enumerate(gap.tolist()))], f"series-{i}")
    panel.axes(_ticks(0, num_steps), yticks, ("step", name))
    return panel.svg(f"The {name} after each step of {', '.join(traces)}")


def _power(exponent: int) -> str:
    return f'10<tspan class="power" dy="-5">{exponent}</tspan>'.replace(">-", ">−")
