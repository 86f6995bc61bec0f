"""The controls of the live figure in a notebook, with ipywidgets.

A slider of ipywidgets moves the number that it is given to the nearest of its steps as soon as it is shown:
on a logarithmic one 0.9 becomes 0.891251. So here a slider only picks a place in a list of round numbers,
which holds the given one too, and a field beside it shows the number itself and takes any other.
"""

from __future__ import annotations

import html
import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import ipywidgets as widgets

from d2l_utils import objectives
from d2l_utils._engine import checks
from d2l_utils.live.constants import DECADE, NOISE_STEP, SHARES
from d2l_utils.live.described import slider_range
from d2l_utils.optimizers import Optimizer
from d2l_utils.words import say

__all__ = ["controls"]

WIDE = 250  # pixels; the number beside a slider takes 100 more
DESCRIPTION = {"description_width": "110px"}


class Shown(Protocol):
    """What the controls move: a figure."""

    optimizers: dict[str, Optimizer]
    objective: objectives.Objective
    start: Any
    num_steps: int
    noise: float

    def _repr_html_(self) -> str: ...


def controls(figure: Shown, most_steps: int, most_noise: float) -> Any:
    """Return a box of sliders, a menu and the picture; moving one changes ``figure`` and draws it anew."""
    picture = widgets.HTML()

    def draw() -> None:
        picture.value = figure._repr_html_()

    def setter(owner: Any, name: str) -> Callable[[float], None]:
        def take(value: float) -> None:
            setattr(owner, name, value)
            draw()

        return take

    def take_noise(value: float) -> None:
        sigma = checks.number("noise", value, 0.0)
        if sigma > most_noise:
            raise ValueError(f"noise must be at most {most_noise}; got {value}")
        setter(figure, "noise")(sigma)

    def choose(change: Any) -> None:
        figure.objective, figure.start = change["new"], change["new"].start
        draw()

    rows = []
    for label, optimizer in figure.optimizers.items():
        for name, value in optimizer.hyperparameters.items():
            setting = getattr(type(optimizer), name)
            if value or not setting.rare:
                places = _places(*slider_range(setting, value))
                rows.append(_slider(f"{label} {setting.symbol}", value, places, setter(optimizer, name)))
    steps = widgets.IntSlider(
        value=figure.num_steps, min=1, max=most_steps, description=say("steps"), **_look(WIDE + 80)
    )
    steps.observe(lambda change: setter(figure, "num_steps")(change["new"]), names="value")
    noise = [round(NOISE_STEP * i, 2) for i in range(round(most_noise / NOISE_STEP) + 1)]
    others = {say(objective.name): objective for objective in objectives.ALL}
    menu = widgets.Dropdown(
        options={say(figure.objective.name): figure.objective, **others},
        description=say("objective"),
        **_look(WIDE + 80),
    )
    menu.observe(choose, names="value")
    rows += [steps, _slider(say("noise σ"), figure.noise, noise, take_noise), menu]
    draw()
    return widgets.VBox([widgets.Box(rows, layout={"flex_flow": "row wrap"}), picture])


def _look(width: int = WIDE) -> dict[str, Any]:
    return {"layout": {"width": f"{width}px"}, "style": DESCRIPTION}


def _places(low: float, high: float, scale: str) -> list[float]:
    """Return where a slider stops: at thousandths of a share; at 0, and at three digits of a size."""
    if scale == "linear":
        return [i / SHARES for i in range(SHARES)]
    ends = (math.floor(DECADE * math.log10(low)), math.ceil(DECADE * math.log10(high)))
    return [0.0, *(float(f"{10 ** (i / DECADE):.3g}") for i in range(ends[0], ends[1] + 1))]


def _slider(label: str, value: float, places: Sequence[float], take: Callable[[float], None]) -> Any:
    """Return a slider over ``places`` and ``value``, a field with the exact number, and room for a complaint.

    ``take`` is called with each new number; it raises ValueError or TypeError, which says why, for a bad one.
    """
    places = sorted({*places, value})
    slider = widgets.IntSlider(
        value=places.index(value), max=len(places) - 1, readout=False, description=label, **_look()
    )
    field = widgets.FloatText(value=value, layout={"width": "100px"}, tooltip=label)
    why = widgets.HTML()

    def taken(change: Any) -> None:
        try:
            take(change["new"])
        except (TypeError, ValueError) as error:
            why.value = html.escape(str(error))
            return
        why.value = ""
        nearest = min(bisect_left(places, change["new"]), len(places) - 1)
        slider.unobserve(slid, names="value")
        slider.value = nearest
        slider.observe(slid, names="value")

    def slid(change: Any) -> None:
        field.value = places[change["new"]]

    field.observe(taken, names="value")
    slider.observe(slid, names="value")
    return widgets.HBox([slider, field, why])
