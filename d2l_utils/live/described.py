"""What sliders and the published page know of an optimizer."""

from __future__ import annotations

from typing import Any

from d2l_utils import rules
from d2l_utils._engine.clock import timed
from d2l_utils._engine.whole import listed
from d2l_utils.live.svg import preferred_look
from d2l_utils.optimizers import METHODS, Optimizer
from d2l_utils.optimizers.settings import Hyperparameter

__all__ = ["BOOK", "runs_on_page", "slider_range", "specification"]

# What a reader may add to a race.
BOOK: dict[str, Optimizer] = {
    method.__name__: method(**method.shown) for method in METHODS if "shown" in vars(method)
}


def slider_range(setting: Hyperparameter, value: float) -> tuple[float, float, str]:
    """Return low, high and scale of a slider that holds ``value``.

    "linear" for a share; "log" for a size, which has 0 as a stop of its own below ``low``.
    """
    if setting.below == 1:
        return 0.0, 0.999, "linear"
    low, high = setting.slider
    return (min(low, value) if value else low), max(high, value), "log"


def specification(label: str, optimizer: Optimizer) -> dict[str, Any]:
    """Return what a page needs to run an optimizer: its rule's name, look, state, settings with sliders.

    ``kind`` and ``clock`` are the optimizer's: whether the rule takes single numbers or the whole point, and
    what it takes as t.
    """
    settings = []
    for name, value in optimizer.hyperparameters.items():
        setting = getattr(type(optimizer), name)
        low, high, scale = slider_range(setting, value)
        shown = {"name": name, "symbol": setting.symbol, "value": value}
        shown |= {"low": low, "high": high, "scale": scale, "hidden": setting.rare and not value}
        settings.append(shown)
    is_vector = optimizer.kind == "vector"
    slots = listed(optimizer.slots, 2) if is_vector else list(optimizer.slots.values())
    return {
        "label": label,
        "look": preferred_look(optimizer),
        "rule": optimizer.rule.__name__,
        "kind": optimizer.kind,
        "clock": optimizer.clock,
        "slots": slots,
        "settings": settings,
    }


def runs_on_page(optimizer: Optimizer) -> bool:
    """Return whether the page makes of rule, clock and settings what the optimizer makes of them."""
    if optimizer.kind not in ("elementwise", "vector"):
        return False
    settings = tuple(optimizer.hyperparameters.values())
    ours = optimizer.rule is getattr(rules, optimizer.rule.__name__, None)
    return ours and all(optimizer.arguments(t) == timed(optimizer.clock, settings, t) for t in (1, 2, 3))
