"""What sliders and the published page know of an optimizer."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils.frameworks.mxnet_numbers import CorrectedRate
from d2l_utils.live.svg import preferred_look
from d2l_utils.optimizers import SGD, AdaDelta, AdaGrad, Adam, Momentum, Nesterov, Optimizer, RMSProp
from d2l_utils.optimizers.settings import Hyperparameter

__all__ = ["BOOK", "runs_on_page", "slider_range", "specification"]

# What a reader may add to a race, with settings under which each comes down the bowl in some dozen steps.
BOOK: dict[str, Optimizer] = {
    "SGD": SGD(0.3),
    "Momentum": Momentum(0.1),
    "Nesterov": Nesterov(0.1),
    "AdaGrad": AdaGrad(1.5),
    "RMSProp": RMSProp(0.3),
    "AdaDelta": AdaDelta(eps=1e-2),
    "Adam": Adam(0.5),
}


def slider_range(setting: Hyperparameter, value: float) -> tuple[float, float, str]:
    """Return low, high and scale of a slider: "linear" for a share, "log" for a size; both hold ``value``."""
    if setting.below == 1:
        return 0.0, 0.999, "linear"
    low, high = (1e-12, 1.0) if setting.symbol == "ε" else (1e-3, 10.0)
    return (min(low, value) if value else low), max(high, value), "log"


def specification(label: str, optimizer: Optimizer) -> dict[str, Any]:
    """Return what a page needs to run an optimizer: its rule's name, look, state, settings with sliders.

    ``step`` says what the rule takes as t: nothing (""), the step ("t"), infinity where Adam corrects no
    bias ("inf"), the step with an ε that stands before the correction ("eps_hat").
    """
    step = ""
    if isinstance(optimizer, Adam):
        step = ("eps_hat" if optimizer.eps_hat else "t") if optimizer.bias_correction else "inf"
    settings = []
    for name, value in optimizer.hyperparameters.items():
        setting = getattr(type(optimizer), name)
        low, high, scale = slider_range(setting, value)
        shown = {"name": name, "symbol": setting.symbol, "value": value}
        hidden = name == "eps_root" and not value
        settings.append(shown | {"low": low, "high": high, "scale": scale, "hidden": hidden})
    slots = list(optimizer.slots.values())
    return {
        "label": label,
        "look": preferred_look(optimizer),
        "rule": optimizer.rule.__name__,
        "step": step,
        "slots": slots,
        "settings": settings,
    }


def runs_on_page(optimizer: Optimizer) -> bool:
    """Return whether the rule is ours and takes the settings as they are, or as `specification` says."""
    changed = isinstance(optimizer, CorrectedRate) or np.any(getattr(optimizer, "lr_decay", 0.0))
    return optimizer.rule is getattr(rules, optimizer.rule.__name__, None) and not changed
