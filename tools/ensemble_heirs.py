"""Two more kinds of run behind ``tools/ensembles.py``: networks that learn from others, and forks."""

from __future__ import annotations

from functools import cache

import numpy as np

from d2l_utils import CosineDecay
from d2l_utils.calibration import softmax
from d2l_utils.ensembles import scores
from tools.ensemble_trials import (
    UPDATES,
    Lesson,
    data_of,
    drawn,
    fallen,
    flattened,
    height_between,
    judged,
    named,
    trained,
)


@cache
def student(
    seed: int,
    lr: float,
    way: str,
    temperature: float = 1.0,
    weight: float = 1.0,
    smoothing: float = 0.0,
    teach: float = 0.8,
    epochs: int = 20,
) -> list[float]:
    """Judge a network that learns from ten starts, from a placebo, or from the labels alone."""
    data, decay = data_of(seed), CosineDecay(lr, UPDATES * epochs)
    q = answered(seed, teach)
    if way == "smoothing":  # a teacher that knows the label, and nothing else
        q = (1 - smoothing) * np.eye(10)[data[0].t] + smoothing / 10
    if way == "shuffled":  # each example has the answer for another one with the same label
        q, rng = q.copy(), np.random.default_rng([seed, 3])
        for label in range(10):
            rows = np.flatnonzero(data[0].t == label)
            q[rows] = q[rng.permutation(rows)]
    lesson = Lesson(np.log(np.maximum(q, 1e-30)), temperature, weight)
    return judged([trained(data[0], drawn(seed, 20), decay, epochs, lesson=lesson)], data)


@cache
def answered(seed: int, lr: float, epochs: int = 20) -> np.ndarray:
    """Return the mean of what a seed's ten starts say of its training examples."""
    x = data_of(seed)[0].x
    found: np.ndarray = np.mean([softmax(scores(fallen(seed, k, lr, epochs), x)) for k in range(10)], axis=0)
    return found


def forked(seed: int, lr: float, epochs: int, more: int) -> dict[str, list[float]]:
    """Fork a steady run: one branch lets the rate fall, the other goes on and is averaged, in other orders.

    Returns the judgement of each place, and beside it its barrier and its distance to where the rate fell.
    """
    data = data_of(seed)
    begun = trained(data[0], drawn(seed, 0), lambda t: lr, epochs)
    start = {name: value.copy() for name, value in begun.items()}
    settled = trained(data[0], drawn(seed, 30), CosineDecay(lr, UPDATES * more), more, start=start)
    total = np.zeros_like(flattened(start))

    def watch(t: int, flat: np.ndarray) -> None:
        total[:] += flat

    last = trained(data[0], drawn(seed, 31), lambda t: lr, more, start=start, watch=watch)
    places = {"fork": start, "decayed": settled, "last": last, "average": named(total / (UPDATES * more))}
    goal = flattened(settled)
    return {
        name: [
            *judged([params], data),
            height_between(seed, params, settled),
            float(np.linalg.norm(flattened(params) - goal)),
        ]
        for name, params in places.items()
    }
