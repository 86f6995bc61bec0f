"""Draw the live figure's two panels as SVG text: paths on contours, and the loss against steps.

Text instead of a bitmap answers a slider within milliseconds, is sharp in print, and takes the page's own
colours in light and dark. An optimizer has a look, which is a colour and a dash: the class ``look-0``, and so
on. It belongs to the optimizer, whatever stands beside it.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from contourpy import contour_generator

from d2l_utils.descent import Trace
from d2l_utils.live import constants as c
from d2l_utils.live.constants import listed, worded
from d2l_utils.objectives import Objective
from d2l_utils.optimizers import METHODS
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.plotting import contour_levels, grid_values
from d2l_utils.words import say

__all__ = [
    "STYLE",
    "contour_path",
    "framed",
    "leaves",
    "looks",
    "loss_panel",
    "path_panel",
    "preferred_look",
    "swatch",
]

INNER = c.INNER_WIDTH, c.INNER_HEIGHT
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
descent-figure .name { text-anchor: start; } descent-figure .power { font-size: 8px; }
descent-figure .note { text-anchor: end; paint-order: stroke; stroke-width: 4px;
  stroke: var(--pst-color-background, var(--jp-layout-color0, Canvas)); }
descent-figure .minimum { fill: currentColor; opacity: .55; }
descent-figure .start { fill: none; stroke: currentColor; stroke-width: 1.5; }
"""
STYLE += "".join(
    f"descent-figure .look-{i} {{ --series: {colour}; --dash: {dash}; }}\n"
    for i, (colour, dash) in enumerate(c.LOOKS)
)
STYLE += """descent-figure path.line { stroke: var(--series); stroke-dasharray: var(--dash); }
descent-figure .mark { fill: var(--series); stroke: none; }
descent-figure svg.descent-swatch { width: 34px; height: 10px; vertical-align: 0; }
descent-figure ul { list-style: none; margin: .4em 0 0; padding: 0; }
"""
# Whose look is whose; a second one of a kind, or a stranger, takes the first that is free.
KINDS = [method for method in METHODS if "shown" in vars(method)][: len(c.LOOKS)]


class _Panel:
    """A frame that maps data to pixels; what is drawn is clipped to it, what is written is not."""

    def __init__(self, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
        self.xlim, self.ylim = xlim, ylim
        self.drawn: list[str] = []
        self.written: list[str] = []

    def pixel(self, point: Sequence[float]) -> tuple[float, float]:
        across = (point[0] - self.xlim[0]) / (self.xlim[1] - self.xlim[0])
        up = (point[1] - self.ylim[0]) / (self.ylim[1] - self.ylim[0])
        x, y = c.LEFT + across * c.INNER_WIDTH, c.TOP + (1 - up) * c.INNER_HEIGHT
        return min(max(x, -c.FAR), c.FAR), min(max(y, -c.FAR), c.FAR)

    def path(self, lines: Iterable[Iterable[Sequence[float]]], css: str) -> None:
        finite = ((point for point in line if all(map(math.isfinite, point))) for line in lines)
        strokes = "".join(_stroke(map(self.pixel, line)) for line in finite)
        self.drawn.append(f'<path class="{css}" d="{strokes}"/>')

    def dot(self, point: Sequence[float], css: str, radius: float) -> None:
        x, y = self.pixel(point)
        self.drawn.append(f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>')

    def note(self, words: str) -> None:
        x, y = c.WIDTH - c.RIGHT - c.NOTE_IN, c.TOP + c.NOTE_DOWN
        self.written.append(f'<text class="note" x="{x}" y="{y}">{html.escape(words)}</text>')

    def axes(self, xticks: Mapping[float, str], yticks: Mapping[float, str], names: tuple[str, str]) -> None:
        bottom, before = c.TOP + c.INNER_HEIGHT, c.LEFT - c.TICK_BEFORE
        for at, text in xticks.items():
            x, _ = self.pixel((at, self.ylim[0]))
            self.written.append(f'<text class="tick" x="{x:.1f}" y="{bottom + c.TICK_BELOW}">{text}</text>')
        for at, text in yticks.items():
            _, y = self.pixel((self.xlim[0], at))
            self.written.append(
                f'<text class="tick left" x="{before}" y="{y + c.TICK_DOWN:.1f}">{text}</text>'
            )
        across, up = map(html.escape, names)
        self.written.append(
            f'<text x="{c.LEFT + c.INNER_WIDTH / 2:g}" y="{c.HEIGHT - c.NAME_UP}">{across}</text>'
            f'<text class="name" x="{c.LEFT}" y="{c.TOP - c.NAME_ABOVE}">{up}</text>'
        )

    def svg(self, label: str) -> str:
        frame = f'x="{c.LEFT}" y="{c.TOP}" width="{c.INNER_WIDTH}" height="{c.INNER_HEIGHT}"'
        view = f"{c.LEFT} {c.TOP} {c.INNER_WIDTH} {c.INNER_HEIGHT}"
        return (
            f'<svg viewBox="0 0 {c.WIDTH} {c.HEIGHT}" role="img" '
            f'aria-label="{html.escape(label)}">'
            f'<svg {frame} viewBox="{view}">{"".join(self.drawn)}</svg>'
            f'<rect class="frame" {frame}/>{"".join(self.written)}</svg>'
        )


def _ticks(low: float, high: float, num: int = c.NUM_TICKS) -> dict[float, str]:
    """Return round numbers between low and high, about ``num`` of them, with their text."""
    rough = (high - low) / num
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    values = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    return {float(value): f"{value:g}".replace("-", "−") for value in values}


def preferred_look(optimizer: Optimizer) -> int | None:
    """Return the number of the look that belongs to a kind of optimizer, None for a stranger."""
    return next((i for i, kind in enumerate(KINDS) if isinstance(optimizer, kind)), None)


def looks(optimizers: Iterable[Optimizer]) -> list[int]:
    """Return the number of each optimizer's look: its own, or, where another has that, a free one."""
    wanted = [preferred_look(optimizer) for optimizer in optimizers]
    free = iter([i for i in range(len(c.LOOKS)) if i not in wanted])
    return [next(free) if want is None or want in wanted[:i] else want for i, want in enumerate(wanted)]


def swatch(look: int) -> str:
    """Return a short line in a look, for a legend."""
    line = f'<path class="line look-{look}" d="{c.SWATCH}"/>'
    view = f"0 0 {c.SWATCH_WIDTH} {c.SWATCH_HEIGHT}"
    return f'<svg class="descent-swatch" viewBox="{view}" aria-hidden="true">{line}</svg>'


def framed(window: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the limits of a panel that shows a window with the same scale along x and y.

    Only then is a gradient square to its contour, and a path as steep as it looks.
    """
    scale = max((high - low) / pixels for (low, high), pixels in zip(window, INNER, strict=True))
    across, up = (
        ((low + high - scale * pixels) / 2, (low + high + scale * pixels) / 2)
        for (low, high), pixels in zip(window, INNER, strict=True)
    )
    return across, up


def leaves(trace: Trace) -> bool:
    """Tell whether a path goes ten windows far, or ends because its numbers have become too large."""
    far = c.WINDOWS * max(high - low for low, high in trace.objective.window)
    points = trace.points[: trace.divides]
    return not bool((abs(points) < far).all())


@lru_cache(maxsize=32)
def contour_path(objective: Objective) -> str:
    """Return the contours of a two-dimensional objective as path data for ``path_panel``'s picture."""
    panel = _Panel(*framed(objective.window))
    x, y = (np.linspace(*limits, num=101) for limits in (panel.xlim, panel.ylim))
    z = np.asarray(objective.value(*np.meshgrid(x, y)))
    generator = contour_generator(x, y, z)
    levels = _levels(grid_values(objective, num=81)[2], float(z.max()))
    lines = [np.asarray(line) for level in levels for line in generator.lines(level)]
    pixels = ([panel.pixel(point) for point in line.tolist()] for line in lines)
    return "".join(map(_outline, map(_simplified, pixels)))


def _outline(points: Sequence[tuple[float, float]]) -> str:
    """Return path data whose moves are relative, in tenths of a pixel: short numbers compress well."""
    tenths = np.rint(np.multiply(points, 10)).astype(int)
    (x, y), moves = tenths[0] / 10, np.diff(tenths, axis=0) / 10
    return f"M{x:g} {y:g}l" + " ".join(f"{dx:g} {dy:g}" for dx, dy in moves).replace(" -", "-")


def _levels(inside: np.ndarray, highest: float) -> np.ndarray:
    """Return the levels of the contours inside an objective's window, continued beyond it."""
    levels, low = contour_levels(inside), float(inside.min())
    num = len(levels)
    more = np.arange(num + 1, num * ((highest - low) / (levels[-1] - low)) ** 0.5)
    return np.concatenate([levels, low + (levels[-1] - low) * (more / num) ** 2])


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
        Two-dimensional paths on one objective.
    """
    objective = next(iter(traces.values())).objective
    panel = _Panel(*framed(objective.window))
    panel.drawn.append(f'<path class="contour" d="{contour_path(objective)}"/>')
    for minimum in objective.minima:
        panel.dot(minimum, "minimum", c.MINIMUM_RADIUS)
    for look, trace in zip(_looks(traces), traces.values(), strict=True):
        finite = trace.points[np.isfinite(trace.points).all(axis=1)].tolist()
        panel.path([finite], f"line look-{look}")
        if len(trace.points) <= c.MOST_DOTTED:
            for point in finite[1:-1]:
                panel.dot(point, f"mark look-{look}", 1.8)
        panel.dot(finite[0], "start", c.MINIMUM_RADIUS)
        panel.dot(finite[-1], f"mark look-{look}", c.HEAD_RADIUS)
    panel.axes(_ticks(*panel.xlim), _ticks(*panel.ylim), ("x", "y"))
    return panel.svg(worded("paths", objective=say(objective.name), labels=", ".join(traces)))


def _looks(traces: Mapping[str, Trace]) -> list[int]:
    return looks(trace.optimizer for trace in traces.values())


def loss_panel(traces: Mapping[str, Trace]) -> str:
    """Return SVG with the height above the minimum after each step, on a log axis, ``viewBox 360×270``.

    Where no minimum is known the value itself is drawn, on a linear axis. Who leaves the picture does not
    stretch the axis of the others: its line runs out of the frame, and a note says so.

    Parameters
    ----------
    traces : dict of str to Trace
        Two-dimensional paths on one objective.
    """
    objective = next(iter(traces.values())).objective
    gaps = [trace.values[np.isfinite(trace.values)] for trace in traces.values()]
    if objective.minima:
        lowest = objective.value(*objective.minima[0])
        gaps = [np.log10(np.clip(gap - lowest, c.FLOOR, c.CEILING)) for gap in gaps]
    else:
        gaps = [np.clip(gap, -c.LARGEST, c.LARGEST) for gap in gaps]
    stay = [gap for gap, trace in zip(gaps, traces.values(), strict=True) if not leaves(trace)] or gaps
    low, high = min(gap.min() for gap in stay), max(gap.max() for gap in stay)
    if objective.minima:
        low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
        decades = range(low, high + 1, max(1, math.ceil((high - low) / c.NUM_TICKS)))
        yticks = {float(k): _power(k) for k in decades}
        name = worded("height")
    else:
        pad = c.PAD * (high - low) or 1.0
        low, high = low - pad, high + pad
        yticks, name = _ticks(low, high), worded("value")
    num_steps = max(len(trace.values) - 1 for trace in traces.values()) or 1
    panel = _Panel((0, num_steps), (low, high))
    panel.path(([(0, at), (num_steps, at)] for at in yticks), "grid")
    for look, gap in zip(_looks(traces), gaps, strict=True):
        panel.path([list(enumerate(gap.tolist()))], f"line look-{look}")
    panel.axes(_ticks(0, num_steps), yticks, (worded("step"), name))
    words = worded("losses", name=name, labels=", ".join(traces))
    if out := _outside(dict(zip(traces, gaps, strict=True)), low, high):
        panel.note(out)
        words = worded("noted", words=words, note=out)
    return panel.svg(words)


def _outside(heights: Mapping[str, np.ndarray], low: float, high: float) -> str:
    """Say whose line runs out of a frame from ``low`` to ``high``."""
    said = []
    above = [label for label, gap in heights.items() if gap.max() > high]
    below = [label for label, gap in heights.items() if gap.min() < low]
    for labels, side in ((above, "above"), (below, "below")):
        if labels:
            said.append(worded(side, count=len(labels), labels=listed(labels)))
    return worded("both", above=said[0], below=said[1]) if len(said) > 1 else "".join(said)


def _power(exponent: int) -> str:
    return f'10<tspan class="power" dy="-{c.POWER_UP}">{exponent}</tspan>'.replace(">-", ">−")
