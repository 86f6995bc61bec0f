"""A parity case: one of our optimizers, and whose steps it must reproduce.

The cases of :mod:`tests.rules` try the switches of our classes; :mod:`tests.parity.presets` tries what each
framework calls by default.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import numpy as np

import d2l_utils
from tests.parity.frameworks import Call
from tests.parity.problem import START, smooth, walk


@dataclass(frozen=True)
class Case:
    """One optimizer of ours with its settings, and the calls that must take the same steps.

    ``lr`` is a number or a schedule of the updates made. ``torch`` names an optimizer of PyTorch, ``formula``
    is a printed one, a function; each comes with its settings. ``shape`` is that of the array in which the
    coordinates come, the last ones if it has fewer: a rule may take matrices. Gradients are cut to entries
    between −``most`` and ``most``, where a formula cannot do with others in 64 bits. One that ``asks`` takes
    the loss `smooth`, and its formula too.
    """

    name: str
    ours: str
    lr: float | Callable[[int], float]
    settings: dict[str, Any] = field(default_factory=dict)
    torch: tuple[str, dict[str, Any]] | None = None
    formula: tuple[Any, dict[str, Any]] | None = None
    shape: tuple[int, ...] = START.shape
    most: float = np.inf
    asks: bool = False

    @property
    def call(self) -> Call | None:
        """PyTorch's optimizer."""
        if self.torch is None:
            return None
        name, settings = self.torch
        return Call(
            "torch", name, settings, None if "lr" in settings else self.lr, shape=self.shape, asks=self.asks
        )

    def rate(self, t: int) -> float:
        """Return the rate of step ``t`` = 1, 2, ..."""
        return self.lr(t - 1) if callable(self.lr) else self.lr

    def optimizer(self) -> Any:
        """Make our optimizer."""
        rate = "multiplier" if "alpha" in self.settings else "lr"
        return attrgetter(self.ours)(d2l_utils)(**{rate: self.lr}, **self.settings)


def layers(optimizer: Any) -> list[Any]:
    """Return an optimizer, what it is put around, and so on to the one that has a rule of its own."""
    found = [optimizer]
    while hasattr(found[-1], "optimizer"):
        found.append(found[-1].optimizer)
    return found


def our_path(case: Any, scale: float, rules: Any = d2l_utils.rules, start: Any = START) -> Any:
    """Return the path of our optimizer; ``rules`` holds the rules that it applies."""
    optimizer = case.optimizer()
    applied = layers(optimizer)[-1]
    applied.rule = getattr(rules, applied.rule.__name__)

    def loss(params: Any) -> Any:
        value, g = smooth(params["params"], scale)
        return value, {"params": g}

    def step(p: Any, g: Any, t: int) -> Any:
        if getattr(case, "asks", False):
            optimizer.update(p, smooth(p, scale)[1], loss=loss)
        else:
            optimizer.update(*_seen(case, p, g))
        return p

    return walk(step, scale, start)


def formula_path(case: Case, scale: float) -> Any:
    """Return the path of the printed formula."""
    formula, settings = case.formula
    state: dict[str, Any] = {}

    def loss(p: Any) -> Any:
        return smooth(p, scale)

    def step(p: Any, g: Any, t: int) -> Any:
        if case.asks:
            return formula(p, loss(p)[1], t, case.rate(t), state, loss=loss, **settings)
        seen, slope = _seen(case, p, g)
        seen[...] = formula(seen, slope, t, case.rate(t), state, **settings)
        return p

    return walk(step, scale)


def _seen(case: Any, p: Any, g: Any) -> tuple[Any, Any]:
    """Return the parameters that a case's rule sees, as a view, and their gradient."""
    size = math.prod(case.shape)
    return p[-size:].reshape(case.shape), np.clip(g[-size:].reshape(case.shape), -case.most, case.most)
