"""Record the steps that TensorFlow takes with the settings of a published training script.

Run as ``python tools/tensorflow_rmsprop.py`` with this book, Keras 3 and TensorFlow, which is no part of the
book's environment (``pip install tensorflow-cpu`` in one of its own); it takes some ten seconds. With
``--check`` it writes nothing and ends with 1 if TensorFlow now takes other steps. The settings are
EfficientNet's (Tan & Le 2019, ``models/official/efficientnet`` of github.com/tensorflow/tpu):
`tf.compat.v1.train.RMSPropOptimizer` with a penalty in the loss, a warm-up, and a rate that falls in steps.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.data import load_digits, minibatches
from d2l_utils.frameworks.recorded import SEED, load_tensorflow, published, runs
from d2l_utils.models import SoftmaxRegression

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "tensorflow_rmsprop.json"
SETTINGS = {"decay": 0.9, "momentum": 0.9, "epsilon": 1e-3}
PENALTY = 1e-5
EPOCHS, BATCH = 10, 64
DIGITS = 13  # that are stored
STEPS = ("places", "places of tf.keras.optimizers.RMSprop", "two steps", "losses")
RTOL = 1e-9  # within which TensorFlow is to repeat them


def stored(number: float) -> float:
    """Return a number with the digits that are stored."""
    return float(f"{number:.{DIGITS}g}")


class Old:
    """The optimizer of TensorFlow 1, whose rate is set before each step."""

    def __init__(self, tf: Any) -> None:
        self.rate = 0.0
        self.optimizer = tf.compat.v1.train.RMSPropOptimizer(lambda: self.rate, **SETTINGS)

    def step(self, rate: float, grads: list[Any], params: list[Any]) -> None:
        """Take a step."""
        self.rate = rate
        self.optimizer.apply_gradients(zip(grads, params, strict=True))


class Guided:
    """What TensorFlow's guide to its version 2 puts in its place."""

    def __init__(self, tf: Any) -> None:
        self.optimizer = tf.keras.optimizers.RMSprop(0.0, rho=0.9, momentum=0.9, epsilon=1e-3)

    def step(self, rate: float, grads: list[Any], params: list[Any]) -> None:
        """Take a step."""
        self.optimizer.learning_rate = rate
        self.optimizer.apply_gradients(zip(grads, params, strict=True))


def places(
    tf: Any,
    optimizer: Old | Guided,
    start: np.ndarray,
    gradients: np.ndarray,
    rate: Callable[[int], float],
    penalty: float = PENALTY,
) -> list[list[float]]:
    """Return the weights after each step, with the penalty in the loss."""
    w, path = tf.Variable(start), []
    for t, g in enumerate(gradients):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * g) + penalty * tf.nn.l2_loss(w)
        optimizer.step(rate(t), [tape.gradient(loss, w)], [w])
        path.append([stored(each) for each in w.numpy()])
    return path


def training(tf: Any) -> list[float]:
    """Return the loss on all digits after each epoch."""
    train, _ = load_digits()
    rng = np.random.default_rng(0)
    params = [tf.Variable(each) for each in SoftmaxRegression(64, 10, rng=rng).params.values()]
    optimizer = Old(tf)

    def loss_of(x: np.ndarray, t: np.ndarray) -> Any:
        logits = tf.constant(x) @ params[0] + params[1]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(t, logits))

    losses, done = [], 0
    for _ in range(EPOCHS):
        for x, t in minibatches(*train, BATCH, rng):
            with tf.GradientTape() as tape:
                loss = loss_of(x, t) + PENALTY * tf.nn.l2_loss(params[0])
            optimizer.step(published(done), tape.gradient(loss, params), params)
            done += 1
        losses.append(stored(float(loss_of(*train))))
    return losses


def taken(tf: Any) -> dict[str, Any]:
    """Return the steps that TensorFlow takes now."""
    two = places(tf, Old(tf), np.zeros(1), np.full((2, 1), 0.01), lambda _: 1.0, penalty=0.0)
    return {
        "places": {name: places(tf, Old(tf), *run) for name, run in runs().items()},
        "places of tf.keras.optimizers.RMSprop": {
            name: places(tf, Guided(tf), *run) for name, run in runs().items()
        },
        "two steps": [place[0] for place in two],
        "losses": training(tf),
    }


def differences(now: dict[str, Any], recorded: dict[str, Any]) -> list[str]:
    """Return the names of the steps that are not as they were recorded."""
    return [name for name in STEPS if not _same(now[name], recorded.get(name))]


def _same(now: Any, recorded: Any) -> bool:
    if isinstance(now, dict):
        return now.keys() == recorded.keys() and all(_same(now[key], recorded[key]) for key in now)
    return np.shape(now) == np.shape(recorded) and np.allclose(now, recorded, rtol=RTOL, atol=0)


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or return 1 if it would change."""
    parser = argparse.ArgumentParser(description="TensorFlow's steps with EfficientNet's settings.")
    parser.add_argument("--check", action="store_true", help="compare with the file and write nothing")
    options = parser.parse_args(arguments)
    begun, tf = time.perf_counter(), import_module("tensorflow")
    now = taken(tf)
    if options.check:
        other = differences(now, load_tensorflow())
        print("\n".join(f"other: {name}" for name in other) or "as recorded")
        return bool(other)
    told = {
        "made by": "tools/tensorflow_rmsprop.py",
        "on": date.today().isoformat(),
        "with": {name: version(name) for name in ("tensorflow-cpu", "keras", "numpy")},
        "seed": SEED,
        "settings": {**SETTINGS, "penalty": PENALTY},
        **now,
        "seconds": round(time.perf_counter() - begun),
    }
    FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
