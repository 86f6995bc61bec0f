"""The table of averages: what each framework's average of the parameters is, and which of ours it is."""

from __future__ import annotations

import html
import re
from copy import copy
from typing import NamedTuple

import numpy as np

from d2l_utils.averages import Average, ExponentialAverage
from d2l_utils.frameworks.rosetta import FRAMEWORKS

__all__ = ["WAYS", "Averages", "Way", "averages", "weights"]

RHO = 0.9
HEADS = ("from", "what you write there", "its decay", "here", "weights of the first three places")


class Way(NamedTuple):
    """A framework's way to average: its key, call and decay, ours, and what else to say."""

    framework: str
    call: str
    decay: str
    average: Average | ExponentialAverage | None
    further: str = ""

    @property
    def row(self) -> tuple[str, ...]:
        """What the table says of it."""
        title = FRAMEWORKS[self.framework][0]
        if self.average is None:
            return title, self.call, self.decay, self.further, ""
        told = ", ".join(f"{each:.3g}" for each in weights(self.average))
        return title, self.call, self.decay, f"`{self.average!r}`{self.further}", told


def weights(average: Average | ExponentialAverage, places: int = 3) -> np.ndarray:
    """Return how much each place weighs in an average of the first places, shape (places,).

    Examples
    --------
    >>> weights(Average(start=2), 4)
    array([0. , 0. , 0.5, 0.5])
    """
    fresh = copy(average)
    for unit in np.eye(places):
        fresh.update(unit)
    return np.asarray(fresh.params)


# name -> the way; where there is a ρ, it is that of the table
WAYS = {
    "torch, mean": Way("torch", "`swa_utils.AveragedModel(model)`", "none", Average()),
    "torch, decay": Way(
        "torch",
        f"`swa_utils.AveragedModel(model, avg_fn=swa_utils.get_ema_avg_fn({RHO}))`",
        "`decay` is ρ, 0.999 if you say nothing",
        ExponentialAverage(RHO),
    ),
    "keras": Way(
        "keras",
        f"`keras.optimizers.SGD(use_ema=True, ema_momentum={RHO})`",
        "`ema_momentum` is ρ, 0.99 if you say nothing",
        ExponentialAverage(RHO),
        "; write `params` into the model at the end, as `fit` does there, or after every "
        "`ema_overwrite_frequency` updates",
    ),
    "optax, ema": Way(
        "optax",
        f"`optax.ema({RHO})`",
        "`decay` is ρ: you choose",
        ExponentialAverage(RHO, bias_correction=True),
    ),
    "optax, ema, biased": Way(
        "optax",
        f"`optax.ema({RHO}, debias=False)`",
        "`decay` is ρ: you choose",
        None,
        "none: it starts at 0, its weights add up to 1 − ρᵗ, and no parameters should be multiplied by that",
    ),
    "optax, incremental": Way(
        "optax",
        f"`optax.incremental_update(params, average, {1 - RHO:.1f})`",
        "`step_size` is 1 − ρ: you choose",
        ExponentialAverage(RHO),
        "; `update` it before the first step too if the average starts at the start",
    ),
    "mxnet": Way("mxnet", "none", "", None, "either, in the loop around the rule"),
}


class Averages:
    """The table of `WAYS` in words: ``rows`` are tuples, in the order of ``HEADS``."""

    def __init__(self) -> None:
        self.rows = [way.row for way in WAYS.values()]

    def __repr__(self) -> str:
        return "\n".join(": ".join(filter(None, row)).replace("`", "") for row in self.rows)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{each}</th>' for each in HEADS)
        body = ""
        for row in self.rows:
            cells = (re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(cell)) for cell in row)
            body += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
        return (
            '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="Averages">'
            '<table class="table" style="min-width: 42em; font-size: 0.8em; overflow-wrap: anywhere">'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
        )


def averages() -> Averages:
    """Return the table of what each framework's average of the parameters is, with ρ = 0.9.

    Examples
    --------
    >>> for row in averages().rows[:4]:
    ...     print(row[0], "|", row[2], "|", row[-1])
    PyTorch 2.13 | none | 0.333, 0.333, 0.333
    PyTorch 2.13 | `decay` is ρ, 0.999 if you say nothing | 0.81, 0.09, 0.1
    Keras 3.15 | `ema_momentum` is ρ, 0.99 if you say nothing | 0.81, 0.09, 0.1
    Optax 0.2.8 | `decay` is ρ: you choose | 0.299, 0.332, 0.369
    """
    return Averages()
