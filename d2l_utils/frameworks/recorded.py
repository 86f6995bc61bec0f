"""What TensorFlow did with a published script's settings, recorded: TensorFlow is no part of this book."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["constant", "falling", "load_tensorflow", "published", "runs"]

SEED, NUM_STEPS, DROP, TINY = 19, 25, 12, 1e-6
START = (1.0, -2.0, 0.5, 3.0)


def constant(t: int) -> float:
    """Return the rate 0.1, whatever the step.

    Examples
    --------
    >>> constant(24)
    0.1
    """
    return 0.1


def falling(t: int) -> float:
    """Return the rate of the step after ``t`` updates: 0.1, and 0.01 from 12 updates on.

    Examples
    --------
    >>> falling(11), falling(12)
    (0.1, 0.01)
    """
    return 0.1 if t < DROP else 0.01


def published(t: float, peak: float = 0.016 * 64 / 256) -> float:
    """Return EfficientNet's rate after ``t`` updates, if an epoch has 23, as the digits' in batches of 64.

    Parameters
    ----------
    t : float
        Updates made so far.
    peak : float, optional
        The rate at the end of the warm-up, by default the script's 0.016 per 256 examples.

    Returns
    -------
    float
        Rising for five epochs, then times 0.97 every 2.4 epochs, counted from 0.

    References
    ----------
    Tan & Le 2019; ``models/official/efficientnet/utils.py`` of github.com/tensorflow/tpu.

    Examples
    --------
    >>> published(0), published(115) == 0.004 * 0.97**2
    (0.0, True)
    """
    epoch = t / 23
    return peak * epoch / 5 if epoch < 5 else float(peak * 0.97 ** (epoch // 2.4))


def runs() -> dict[str, tuple[np.ndarray, np.ndarray, Callable[[int], float]]]:
    """Return what an optimizer and its port are fed to be compared.

    Returns
    -------
    dict
        Name of the run -> ``(start, gradients, rate)``: the weights, shape (4,); the gradients, shape (25,
        4), in which every fifth of the first weight is 0; the rate after ``t`` updates.

    Examples
    --------
    >>> list(runs())
    ['25 steps', '25, tiny', '25, a change']
    """
    start, drawn = np.array(START), np.random.default_rng(SEED).normal(size=(NUM_STEPS, len(START)))
    drawn[4::5, 0] = 0.0
    fading = drawn * np.where(np.arange(NUM_STEPS) < DROP, 1.0, 0.1)[:, np.newaxis]
    return {
        "25 steps": (start, drawn, constant),
        "25, tiny": (TINY * start, TINY * drawn, constant),
        "25, a change": (start, fading, falling),
    }


def load_tensorflow() -> dict[str, Any]:
    """Return the steps of TensorFlow's RMSProp with the settings of EfficientNet's training script.

    ``tools/tensorflow_rmsprop.py`` made them, with weights in 64 bits. TensorFlow reads its settings and
    rates in 32 bits.

    Returns
    -------
    dict
        ``"places"``: name of the run -> the four weights after each of 25 steps of
        ``tf.compat.v1.train.RMSPropOptimizer`` on what `runs` returns, with the penalty of 1e-5 in the loss;
        ``"places of tf.keras.optimizers.RMSprop"``: the same of what TensorFlow's guide puts in its place;
        ``"two steps"``: where a weight of 0 is after each of two gradients of 0.01 at a rate of 1, with no
        penalty; ``"losses"``: on all digits, after each of ten epochs; ``"settings"``, ``"with"``
        (versions), ``"on"`` (the day), ``"seconds"`` (what it took), ``"seed"``.

    References
    ----------
    Tan & Le 2019; their script is ``models/official/efficientnet`` of github.com/tensorflow/tpu.

    Examples
    --------
    >>> load_tensorflow()["settings"]["epsilon"]
    0.001
    """
    file = files("d2l_utils").joinpath("datasets", "tensorflow_rmsprop.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
