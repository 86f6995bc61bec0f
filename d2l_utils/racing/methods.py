"""The methods of the race, and the search space of each, as the chapter prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from d2l_utils.optimizers import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    Lion,
    Momentum,
    Muon,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
    Split,
)
from d2l_utils.schedules import CosineDecay
from d2l_utils.tuning import Choice, LogUniform, Space, sample

__all__ = ["METHODS", "SPACES", "draw", "make", "space_of"]

SCHEDULE = Choice(("constant", "cosine"))
FADING = LogUniform(0.01, 1.0)  # 1 − β of a mean of gradients: a memory of 100 steps to none
LONG = LogUniform(0.01, 0.5)  # the same without the shortest memories
SQUARES = LogUniform(0.001, 1.0)  # 1 − β of a mean of squares: 1000 steps to none


def _muon(lr: Any, momentum: float = 0.95) -> Split:
    """Return Muon for matrices, at Adam's length of step, and Adam for the rest, at the same rate."""
    return Split(Muon(lr, momentum, factor="rms"), Adam(lr))


METHODS: dict[str, Callable[..., Optimizer | Split]] = {
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "AdaDelta": AdaDelta,
    "Adam": Adam,
    "AdamW": AdamW,
    "NAdam": NAdam,
    "Lion": Lion,
    "Muon": _muon,
}
_ONE, _OWN = LogUniform(1e-3, 1e1), LogUniform(1e-4, 1.0)  # four decades for each rate
_MOMENTS = {"1 - beta1": FADING, "1 - beta2": SQUARES}
_SETTINGS: dict[str, Space] = {
    "SGD": {"lr": _ONE},
    "Momentum": {"lr": _ONE, "1 - momentum": FADING},
    "Nesterov": {"lr": _ONE, "1 - momentum": FADING},
    "AdaGrad": {"lr": _ONE},
    "RMSProp": {"lr": _OWN, "1 - rho": SQUARES},
    "AdaDelta": {"lr": LogUniform(1e-2, 1e2), "1 - rho": SQUARES},
    "Adam": {"lr": _OWN, **_MOMENTS},
    "AdamW": {"lr": _OWN, **_MOMENTS, "weight_decay": LogUniform(1e-4, 1.0)},
    "NAdam": {"lr": _OWN, **_MOMENTS},
    "Lion": {"lr": LogUniform(1e-5, 1e-1), **_MOMENTS},
    "Muon": {"lr": _OWN, "1 - momentum": FADING},
}
SPACES = ("usual", "long", "halved", "ahead")


def space_of(method: str, space: str = "usual") -> Space:
    """Return what is searched of a method: the published search space.

    Parameters
    ----------
    method : str
        A key of ``METHODS``.
    space : str
        ``usual``: the rate, the schedule and the memories. ``long``: the same with means of gradients over
        two steps or more. ``halved``: ``long`` with every β₁ that was drawn halved. ``ahead``: ``long`` for
        NAdam with the whole β₁ from the first step on.

    Raises
    ------
    ValueError
        If there is no such method or space.

    Examples
    --------
    >>> list(space_of("Adam"))
    ['lr', 'schedule', '1 - beta1', '1 - beta2']
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}; got {space!r}")
    found = {"lr": _SETTINGS[method]["lr"], "schedule": SCHEDULE, **_SETTINGS[method]}
    if space in ("long", "halved", "ahead"):
        found |= {name: LONG for name, each in found.items() if each is FADING}
    return found


def draw(method: str, trial: int, space: str = "usual") -> dict[str, Any]:
    """Return the settings of a trial: trial 7 takes the same share of the way in every method's space.

    Examples
    --------
    >>> {method: round(draw(method, 0)["lr"], 3) for method in ("SGD", "Adam")}
    {'SGD': 0.023, 'Adam': 0.002}
    """
    found = sample(space_of(method, space), np.random.default_rng([trial, 2026]))
    if space == "halved":
        found["1 - beta1"] = (1 + found["1 - beta1"]) / 2
    if space == "ahead":
        found["momentum_decay"] = 1e6  # the half way to β₁ takes no time
    return found


def make(method: str, settings: Mapping[str, Any], num_steps: int) -> Optimizer | Split:
    """Return a method with settings as ``draw`` makes them.

    Parameters
    ----------
    method : str
        A key of ``METHODS``.
    settings : mapping
        Its arguments; ``1 - beta`` stands for ``beta``, and ``schedule`` is ``constant`` or ``cosine``.
    num_steps : int
        When a cosine ends.

    Examples
    --------
    >>> make("Momentum", {"lr": 0.1, "1 - momentum": 0.25}, 100)
    Momentum(lr=0.1, momentum=0.75)
    """
    given = {
        name.removeprefix("1 - "): 1 - value if name.startswith("1 - ") else value
        for name, value in settings.items()
    }
    if given.pop("schedule", "constant") == "cosine":
        given["lr"] = CosineDecay(given["lr"], num_steps)
    return METHODS[method](**given)
