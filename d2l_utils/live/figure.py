"""The live figure: its settings, the frame that belongs to them, and the widgets that move it."""

from __future__ import annotations

import copy
import html
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from d2l_utils import objectives
from d2l_utils._engine import checks
from d2l_utils.descent import Trace, descend
from d2l_utils.live.constants import (
    LOST,
    MOST_NOISE,
    MOST_RACERS,
    MOST_SEED,
    MOST_START,
    MOST_STEPS,
    worded,
)
from d2l_utils.live.described import BOOK, runs_on_page, specification
from d2l_utils.live.svg import STYLE, looks, loss_panel, path_panel, swatch
from d2l_utils.live.verdict import outcome, paths_part
from d2l_utils.optimizers import Optimizer

__all__ = ["LiveFigure", "explore"]


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
        The objective's own start by default; within ±10⁶.
    num_steps : int
        From 1 to 200.
    noise : float
        Standard deviation of the gradient's noise, from 0 to 2.
    seed : int
        Of the noise, below 2³¹.

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
        if not 1 <= len(optimizers) <= MOST_RACERS:
            raise ValueError(f"a figure shows 1 to {MOST_RACERS} optimizers; got {len(optimizers)}")
        for label, optimizer in optimizers.items():
            if not all(isinstance(value, float) for value in optimizer.hyperparameters.values()):
                raise TypeError(f"sliders need plain numbers as settings; {label} is {optimizer!r}")
        steps, sigma = checks.whole_number("num_steps", num_steps, 1), checks.number("noise", noise, 0.0)
        for name, value, most in (
            ("num_steps", steps, MOST_STEPS),
            ("noise", sigma, MOST_NOISE),
            ("seed", seed, MOST_SEED),
        ):
            if value > most:
                raise ValueError(f"{name} must be at most {most}; got {value}")
        self.optimizers = {label: copy.deepcopy(optimizer) for label, optimizer in optimizers.items()}
        for optimizer in self.optimizers.values():
            optimizer._aliases = {}  # sliders set what the rule takes
        self.objective, self.start = objective, tuple(objective.start if start is None else start)
        if not all(abs(x) <= MOST_START for x in self.start):
            raise ValueError(f"start must lie within ±{MOST_START:g}; got {self.start}")
        self.num_steps, self.noise, self.seed = steps, sigma, seed
        self.frame()

    def traces(self) -> dict[str, Trace]:
        """Return the path of each optimizer at the current settings."""
        return {label: self._walk(optimizer, self.start) for label, optimizer in self.optimizers.items()}

    def _walk(self, optimizer: Optimizer, start: Sequence[float]) -> Trace:
        return descend(optimizer, self.objective, start, self.num_steps, noise=self.noise, seed=self.seed)

    def _sentence(self, trace: Trace) -> str:
        """Say what a path did, and where a neighbouring start leads somewhere else."""
        key, values = outcome(trace)
        words = worded(key, **values)
        if key not in LOST:
            beside = [math.nextafter(x, math.inf) for x in self.start]
            if paths_part(trace, self._walk(trace.optimizer, beside)):
                words = worded("chaos", words=words)
        return worded("sentence", words=words)

    def summary(self) -> str:
        """Return one sentence an optimizer about what it does at the current settings."""
        said = ((label, self._sentence(trace)) for label, trace in self.traces().items())
        return "\n".join(worded("of", label=label, words=words) for label, words in said)

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
        ours = all(map(runs_on_page, self.optimizers.values()))
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

    def link(self, index: int = 0) -> str:
        """Return the link which sets a figure of a published page as this one is set.

        Parameters
        ----------
        index : int
            Which figure of the page, from 0. It races the same optimizers, whatever their settings.

        Returns
        -------
        str
            The part of an address from ``#`` on, as the button "Copy link" makes it.

        Raises
        ------
        ValueError
            If no page can run this figure.

        Examples
        --------
        >>> from d2l_utils import SGD
        >>> explore(SGD(lr=0.5)).link()
        '#figure=0&objective=bowl&start=-7.0,2.0&steps=30&noise=0.0&seed=0&race=0:0.5&looks=0'
        """
        config = self.configuration()
        if config is None:
            raise ValueError("a page runs only the book's rules and objectives; this figure has others")
        values = [optimizer.hyperparameters.values() for optimizer in self.optimizers.values()]
        parts = {
            "figure": index,
            "objective": self.objective.name,
            "start": ",".join(map(str, self.start)),
            "steps": self.num_steps,
            "noise": self.noise,
            "seed": self.seed,
            "race": "~".join(f"{i}:{','.join(map(str, each))}" for i, each in enumerate(values)),
            "looks": ",".join(str(each["look"]) for each in config["optimizers"]),
        }
        return "#" + urlencode(parts, safe=",:~")

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
            from d2l_utils.live.sliders import controls
        except ImportError:
            return bundle
        return {**controls(self, MOST_STEPS, MOST_NOISE)._repr_mimebundle_(), **bundle}


def _settings(optimizer: Optimizer) -> str:
    found = [(getattr(type(optimizer), name), value) for name, value in optimizer.hyperparameters.items()]
    return ", ".join(f"{setting.symbol} = {value:g}" for setting, value in found if value or not setting.rare)
