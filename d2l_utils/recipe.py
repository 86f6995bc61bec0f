"""The searches of the recipe for training a network: who takes part, what is drawn, and what came of it.

A contestant is a method with a space. Trial 7 of a draw takes the same share of the way in every space, so
that contestants differ in nothing but what they are.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np

from d2l_utils.aliases import Rate
from d2l_utils.models import TwoLayerNet
from d2l_utils.optimizers import Momentum, NAdam
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.tuning import GUESS, LogUniform, Space, sample
from d2l_utils.ward import HEALTHY, Record, Setup, admit

__all__ = ["FINAL_SEEDS", "RUNGS", "SPACES", "judged", "load_recipe", "penalized", "setup_of", "trial"]

RUNGS = [(18, 1), (6, 3)]
"""Of eighteen settings, each with one seed, six are given two more."""

FINAL_SEEDS = range(5, 13)
"""Seeds that no search sees."""

_HABIT: Space = {"lr": LogUniform(0.01, 1.0), "decay": LogUniform(1e-5, 1e-1)}
_MEMORY: Space = {"rest": LogUniform(0.05, 1.0)}

SPACES: Mapping[str, Space] = {
    "momentum 0.9": _HABIT,
    "momentum": {**_HABIT, **_MEMORY},
    "NAdam": {**_HABIT, "lr": LogUniform(0.001, 0.1), **_MEMORY},
}
"""Rates reach a factor of ten to both sides of a third of what a range test names; ``rest`` is one minus the
momentum or β₁, ``decay`` is λ."""


def trial(name: str, number: int, draw: int = 0) -> dict[str, Any]:
    """Return the setting of a trial.

    Parameters
    ----------
    name : str
        A key of `SPACES`.
    number, draw : int
        Which trial of which draw.

    Examples
    --------
    >>> [round(trial(name, 0)["lr"], 3) for name in ("momentum", "NAdam")]
    [0.188, 0.019]
    """
    return sample(SPACES[name], np.random.default_rng([draw, number]))


def penalized(decay: float) -> Callable[[np.random.Generator], TwoLayerNet]:
    """Return a ``start`` for a `Setup`: the healthy first weights, under the penalty ``½ λ ‖W‖²``."""

    def start(rng: np.random.Generator) -> TwoLayerNet:
        model = HEALTHY.start(rng)
        model.weight_decay = decay
        return model

    return start


def setup_of(name: str, setting: Mapping[str, float]) -> Setup:
    """Return the healthy training with another method, rate and penalty.

    Examples
    --------
    >>> setup_of("NAdam", {"lr": 0.02, "decay": 0.0, "rest": 0.1}).lr
    0.02
    """
    kept = 1 - setting.get("rest", 0.1)

    def method(rate: Rate) -> Optimizer:
        return NAdam(rate, beta1=kept) if name == "NAdam" else Momentum(rate, momentum=kept)

    return replace(HEALTHY, lr=setting["lr"], method=method, start=penalized(setting["decay"]))


def judged(run: Record) -> tuple[float, int]:
    """Return a training's validation loss, without penalty and at most that of guessing, and its mistakes.

    Examples
    --------
    >>> from d2l_utils.ward import train
    >>> loss, wrong = judged(train(replace(HEALTHY, epochs=2), curves=False))
    >>> loss < 0.3, wrong < 25
    (True, True)
    """
    x, t = admit(HEALTHY).validation
    bare = copy.copy(run.model)
    bare.weight_decay = 0.0
    with np.errstate(all="ignore"):
        return float(np.fmin(bare.loss(x, t), GUESS)), int(np.sum(bare.predict(x) != t))


def load_recipe() -> dict[str, Any]:
    """Return what ``tools/recipe.py`` searched in advance, with its date, versions, seeds and cost.

    Examples
    --------
    >>> sorted(load_recipe()["searches"]) == sorted(SPACES)
    True
    """
    text = files("d2l_utils").joinpath("datasets", "recipe.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
