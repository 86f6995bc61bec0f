"""What tells an optimizer from others of its method, in the words of the table of conventions."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils.frameworks import like_optax
from d2l_utils.optimizers import (
    AdaDelta,
    AdaGrad,
    Adam,
    Lamb,
    Muon,
    NAdam,
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    Yogi,
)
from d2l_utils.optimizers.around import ScaledGradient
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.weight_decay import WeightDecay

__all__ = ["describe"]


def describe(optimizer: Optimizer) -> list[str]:
    """Return what tells an optimizer from others of its method: settings by symbol, and where they stand.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> describe(Momentum(0.1, lr_in_velocity=False))
    ['η = 0.1', 'β = 0.9', 'η outside v']
    """
    if isinstance(optimizer, WeightDecay):
        kind = "decoupled" if optimizer.decoupled else "coupled"
        return [*describe(optimizer.optimizer), f"λ = {_short(optimizer.weight_decay)}, {kind}"]
    if isinstance(optimizer, ScaledGradient):
        return [*describe(optimizer.optimizer), f"g times {_short(optimizer.scale)}"]
    told = []
    for name, value in optimizer.hyperparameters.items():
        if name == "momentum" and np.all(value == 0):
            continue
        symbol = {"beta1": "β₁", "beta2": "β₂"}.get(name) or getattr(type(optimizer), name).symbol
        if name == "lr":
            told.append("η follows a schedule" if callable(value) else f"η = {_short(value)}")
        elif name in ("eps", "eps_root", "eps_max"):
            told += _epsilon(optimizer, name, value)
        elif (
            isinstance(optimizer, NAdam) and name == "momentum_decay" and np.all(value >= like_optax.CONSTANT)
        ):
            told.append("μ = β₁")
        elif name == "threshold":
            told.append(f"ŝ from n {'≥' if optimizer.inclusive else '>'} {_short(value)} on")
        else:
            told.append(f"{symbol} = {_short(value)}" + _decay(optimizer) * (name == "weight_decay"))
    if isinstance(optimizer, AdaGrad):
        told.append(f"s₀ = {_short(optimizer.initial_accumulator)}")
        if np.any(optimizer.lr_decay):
            told.append(f"η over 1 + {_short(optimizer.lr_decay)} (t − 1)")
    if isinstance(optimizer, ScheduleFreeAdamW | ScheduleFreeSGD):
        told.append("x averages equally" if optimizer.equal_weights else "x averages by η²")
    if isinstance(optimizer, Yogi):
        told.append(f"s₀ = {_short(optimizer.initial_accumulator)}")
        told.append(f"m₀ = {_short(optimizer.initial_average)}")
    if isinstance(optimizer, Muon):
        told.append(f"φ = {optimizer.factor_told}")
    if hasattr(optimizer, "lr_in_velocity") and np.any(optimizer.hyperparameters.get("momentum", 0.0)):
        told.append("η inside v" if optimizer.lr_in_velocity else "η outside v")
    if isinstance(optimizer, Adam) and optimizer.amsgrad:
        told.append("largest ŝ" if optimizer.correct_first else "largest s")
    return told


def _decay(optimizer: Optimizer) -> str:
    return ", in the ratio" if isinstance(optimizer, Lamb) and not optimizer.decoupled else ", decoupled"


def _epsilon(optimizer: Optimizer, name: str, value: Any) -> list[str]:
    if not np.any(value):
        return []
    if isinstance(optimizer, Adam) and (optimizer.eps_hat or not optimizer.bias_correction):
        return [f"ε̂ = {_short(value)}"]
    inside = name in ("eps_root", "eps_max") or isinstance(optimizer, AdaDelta)
    return [f"ε = {_short(value)} {'inside' if inside else 'outside'}"]


def _short(value: Any) -> str:
    """Return a number as it is said, or the numbers of a sweep."""
    if isinstance(value, np.ndarray):
        return f"[{', '.join(_short(each) for each in value.tolist())}]"
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)
