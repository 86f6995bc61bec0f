"""The figure that moves: sliders for every hyper-parameter, the path and the loss, from one line of code.

Where there is a kernel it is an ipywidget. In a page without one its first frame stands as drawn text
(``<descent-figure>``), the same on every machine, so that no reader meets a slider that does nothing.
"""

from __future__ import annotations

import copy
import html
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from d2l_utils import checks, objectives, rules
from d2l_utils.adam import Adam
from d2l_utils.base import Hyperparameter, Optimizer
from d2l_utils.descent import Trace, descend
from d2l_utils.mxnet_numbers import CorrectedRate
from d2l_utils.optimizers import SGD, AdaDelta, AdaGrad, Momentum, Nesterov, RMSProp
from d2l_utils.svg import STYLE, framed, leaves, looks, loss_panel, path_panel, preferred_look, swatch
from d2l_utils.theory import LIMITS, stability_limit

__all__ = ["BOOK", "LiveFigure", "explore", "parts", "slider_range", "specification", "verdict"]

TOLERANCE = 1e-3
SEEN = 0.01  # of the picture's width: three pixels, which an eye can see
CHAOS = "these settings are chaotic: the last digits of the start decide"
MOST = 4  # optimizers in one figure: more lines than that nobody can follow
MOST_STEPS, MOST_NOISE = 200, 2.0
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


def explore(
    optimizers: Optimizer | Mapping[str, Optimizer],
    objective: objectives.Objective = objectives.bowl,
    start: Sequence[float] | None = None,
    num_steps: int = 30,
    *,
    noise: float = 0.0,
    seed: int = 0,
) -> LiveFigure:
    """Make a figure with sliders in which one or more optimizers descend a toy objective.

    Parameters
    ----------
    optimizers : Optimizer or dict of str to Optimizer
        Up to four, with plain numbers as settings; they are copied.
    objective : Objective
        Two-dimensional; the figure's menu offers the others as well.
    start : sequence of float, optional
        The objective's own start by default.
    num_steps : int
        From 1 to 200.
    noise : float
        Standard deviation of the gradient's noise, from 0 to 2.
    seed : int
        Of the noise.

    Returns
    -------
    LiveFigure
        The last line of a cell shows it.

    Raises
    ------
    TypeError, ValueError
        If an optimizer sweeps or follows a schedule, or a number is out of its range.

    Examples
    --------
    >>> from d2l_utils import Momentum, bowl
    >>> figure = explore(Momentum(lr=0.1, momentum=0.9), bowl)
    >>> print(figure.summary())
    Momentum: after 30 steps the loss is 0.0479; it has not stayed within 0.001 of the minimum yet.
    """
    if isinstance(optimizers, Optimizer):
        optimizers = {type(optimizers).__name__: optimizers}
    return LiveFigure(optimizers, objective, start, num_steps, noise, seed)


def verdict(trace: Trace) -> str:
    """Say in words what a path did: how far it came, or that it diverges, and why where that is known."""
    limit, formula = _stability_limit(trace)
    if trace.optimizer.lr > limit:
        return f"diverges: η = {trace.optimizer.lr:.4g} is above {formula} = {limit:.4g}"
    if leaves(trace):
        return "leaves the picture for good"
    if trace.divides is not None:
        return f"ends here: step {trace.divides} divides by zero"
    text = f"after {len(trace.values) - 1} steps the loss is {trace.values[-1]:.3g}"
    if not trace.objective.minima:
        return text
    steps = trace.steps_to(TOLERANCE)
    if steps is None:
        return f"{text}; it has not stayed within {TOLERANCE:g} of the minimum yet"
    return f"{text}; within {TOLERANCE:g} of the minimum from step {steps} on"


def parts(trace: Trace, other: Trace) -> bool:
    """Tell whether two paths, from a start and from the float next to it, part in sight of a reader."""
    across, up = framed(trace.objective.window)
    with np.errstate(invalid="ignore"):
        apart = abs(trace.points - other.points).max(axis=1) > SEEN * (across[1] - across[0])
        seen = [
            (across[0] <= x) & (x <= across[1]) & (up[0] <= y) & (y <= up[1])
            for x, y in (trace.points.T, other.points.T)
        ]
    return bool((apart & (seen[0] | seen[1])).any())


def _stability_limit(trace: Trace) -> tuple[float, str]:
    curvatures = trace.objective.eigenvalues
    if curvatures is None or min(curvatures) < 0 or type(trace.optimizer) not in LIMITS:
        return math.inf, ""
    return stability_limit(trace.optimizer, max(curvatures)), LIMITS[type(trace.optimizer)].formula


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


class LiveFigure:
    """What `explore` returns: the settings, the frame that belongs to them, and widgets on request."""

    def __init__(
        self,
        optimizers: Mapping[str, Optimizer],
        objective: objectives.Objective,
        start: Sequence[float] | None,
        num_steps: int,
        noise: float,
        seed: int,
    ) -> None:
        if len(objective.window) != 2:
            raise ValueError(f"the figure shows two coordinates; {objective!r} has {len(objective.window)}")
        if not 1 <= len(optimizers) <= MOST:
            raise ValueError(f"a figure shows 1 to {MOST} optimizers; got {len(optimizers)}")
        for label, optimizer in optimizers.items():
            if not all(isinstance(value, float) for value in optimizer.hyperparameters.values()):
                raise TypeError(f"sliders need plain numbers as settings; {label} is {optimizer!r}")
        steps, sigma = checks.whole_number("num_steps", num_steps, 1), checks.number("noise", noise, 0.0)
        for name, value, most in (("num_steps", steps, MOST_STEPS), ("noise", sigma, MOST_NOISE)):
            if value > most:
                raise ValueError(f"{name} must be at most {most}; got {value}")
        self.optimizers = {label: copy.deepcopy(optimizer) for label, optimizer in optimizers.items()}
        for optimizer in self.optimizers.values():
            optimizer._aliases = {}  # sliders set what the rule takes
        self.objective, self.start = objective, tuple(objective.start if start is None else start)
        self.num_steps, self.noise, self.seed = steps, sigma, seed
        self.frame()

    def traces(self) -> dict[str, Trace]:
        """Return the path of each optimizer at the current settings."""
        return {label: self._walk(optimizer, self.start) for label, optimizer in self.optimizers.items()}

    def _walk(self, optimizer: Optimizer, start: Sequence[float]) -> Trace:
        return descend(optimizer, self.objective, start, self.num_steps, noise=self.noise, seed=self.seed)

    def _sentence(self, trace: Trace) -> str:
        """Say what a path did, and where a neighbouring start leads somewhere else."""
        words = verdict(trace)
        if not words.startswith("after"):
            return f"{words}."
        beside = [math.nextafter(x, math.inf) for x in self.start]
        return f"{words}; {CHAOS}." if parts(trace, self._walk(trace.optimizer, beside)) else f"{words}."

    def summary(self) -> str:
        """Return one sentence an optimizer about what it does at the current settings."""
        return "\n".join(f"{label}: {self._sentence(trace)}" for label, trace in self.traces().items())

    def frame(self) -> str:
        """Return what the figure shows at the current settings: two SVG panels and the summary in words."""
        traces = self.traces()
        dressed = zip(looks(self.optimizers.values()), traces.items(), strict=True)
        rows = "".join(
            f"<li>{swatch(look)} <b>{html.escape(label)}</b> ({_settings(trace.optimizer)}): "
            f'<span class="verdict">{self._sentence(trace)}</span></li>'
            for look, (label, trace) in dressed
        )
        panels = path_panel(traces) + loss_panel(traces)
        return f'<div class="descent-panels">{panels}</div><ul>{rows}</ul>'

    def configuration(self) -> dict[str, Any] | None:
        """Return what a page needs to go on from the first frame; None for a rule or objective not ours."""
        ours = all(map(_runs_on_page, self.optimizers.values()))
        if not ours or self.objective not in objectives.ALL:
            return None
        dressed = zip(looks(self.optimizers.values()), self.optimizers.items(), strict=True)
        return {
            "optimizers": [specification(*item) | {"look": look} for look, item in dressed],
            "objective": self.objective.name,
            "window": self.objective.window,
            "objectives": [objective.name for objective in objectives.ALL],
            "book": list(BOOK),
            "start": self.start,
            "num_steps": self.num_steps,
            "noise": self.noise,
            "seed": self.seed,
        }

    def _repr_html_(self) -> str:
        config = self.configuration()
        script = ""
        if config is not None:
            text = json.dumps(config, ensure_ascii=False).replace("<", r"\u003c")
            script = f'<script type="application/json">{text}</script>'
        return (
            f'<descent-figure class="descent-figure"><style>{STYLE}</style>{self.frame()}{script}'
            "</descent-figure>"
        )

    def __repr__(self) -> str:
        return self.summary()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        try:
            from d2l_utils.sliders import controls
        except ImportError:
            return bundle
        return {**controls(self, MOST_STEPS, MOST_NOISE)._repr_mimebundle_(), **bundle}


def _runs_on_page(optimizer: Optimizer) -> bool:
    """Return whether the rule is ours and takes the settings as they are, or as `specification` says."""
    changed = isinstance(optimizer, CorrectedRate) or np.any(getattr(optimizer, "lr_decay", 0.0))
    return optimizer.rule is getattr(rules, optimizer.rule.__name__, None) and not changed


def _settings(optimizer: Optimizer) -> str:
    rules = type(optimizer)
    return ", ".join(
        f"{getattr(rules, name).symbol} = {value:g}"
        for name, value in optimizer.hyperparameters.items()
        if name != "eps_root" or value
    )
