"""The controls of the live figure in a notebook, with ipywidgets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from d2l_utils import objectives
from d2l_utils.base import Hyperparameter
from d2l_utils.live import slider_range

if TYPE_CHECKING:
    from d2l_utils.live import LiveFigure

__all__ = ["controls"]

LAYOUT = {"width": "330px"}
DESCRIPTION = {"description_width": "110px"}


def controls(figure: LiveFigure, most_steps: int, most_noise: float) -> Any:
    """Return a box of sliders, a menu and the picture; moving one changes ``figure`` and draws it anew."""
    picture = widgets.HTML()

    def draw() -> None:
        picture.value = figure._repr_html_()

    def follow(widget: Any, owner: Any, name: str) -> Any:
        def changed(change: Any) -> None:
            setattr(owner, name, change["new"])
            draw()

        widget.observe(changed, names="value")
        return widget

    def choose(change: Any) -> None:
        figure.objective, figure.start = change["new"], change["new"].start
        draw()

    sliders = [
        follow(_slider(getattr(type(optimizer), name), value, label), optimizer, name)
        for label, optimizer in figure.optimizers.items()
        for name, value in optimizer.hyperparameters.items()
        if name != "eps_root" or value
    ]
    steps = widgets.IntSlider(value=figure.num_steps, min=1, max=most_steps, description="steps", **_look())
    noise = widgets.FloatSlider(
        value=figure.noise, min=0.0, max=most_noise, step=0.05, description="noise σ", **_look()
    )
    others = {objective.name: objective for objective in objectives.ALL}
    menu = widgets.Dropdown(
        options={figure.objective.name: figure.objective, **others}, description="objective", **_look()
    )
    menu.observe(choose, names="value")
    sliders += [follow(steps, figure, "num_steps"), follow(noise, figure, "noise"), menu]
    draw()
    return widgets.VBox([widgets.Box(sliders, layout={"flex_flow": "row wrap"}), picture])


def _look() -> dict[str, Any]:
    return {"layout": LAYOUT, "style": DESCRIPTION}


def _slider(setting: Hyperparameter, value: float, label: str) -> Any:
    """Return a slider over a hyper-parameter's range: linear for a share, logarithmic for a size."""
    look = {"description": f"{label} {setting.symbol}", "readout_format": ".4g", **_look()}
    low, high, scale = slider_range(setting, value)
    if scale == "linear":
        return widgets.FloatSlider(value=value, min=low, max=high, step=0.001, **look)
    bounds = {"min": math.log10(low), "max": math.log10(high)}
    return widgets.FloatLogSlider(value=max(value, low), step=0.01, **bounds, **look)
