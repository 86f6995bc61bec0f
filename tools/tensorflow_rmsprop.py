"""Record the steps that TensorFlow takes with the settings of a published training script.

Run as ``python tools/tensorflow_rmsprop.py`` with this book, Keras 3 and TensorFlow, which is no part of the
book's environment (``pip install tensorflow-cpu`` in one of its own); it takes about half a minute. The
settings are EfficientNet's (Tan & Le 2019, ``models/official/efficientnet`` of github.com/tensorflow/tpu):
`tf.compat.v1.train.RMSPropOptimizer` with a penalty in the loss, a warm-up, and a rate that falls in steps.
"""

from __future__ import annotations

import json
import time
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.data import load_digits, minibatches
from d2l_utils.models import SoftmaxRegression

tf: Any = import_module("tensorflow")  # without types
FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "tensorflow_rmsprop.json"
SETTINGS = {"decay": 0.9, "momentum": 0.9, "epsilon": 1e-3}
PENALTY = 1e-5
START = np.array([1.0, -2.0, 0.5, 3.0])
SEED, NUM_STEPS, EPOCHS, BATCH = 19, 25, 10, 64
STEPS_PER_EPOCH = 23
DIGITS = 12  # that are stored


def gradients() -> np.ndarray:
    """Return what the steps are fed: normal, falling, and every fifth of the first weight is 0."""
    drawn = np.random.default_rng(SEED).normal(size=(NUM_STEPS, START.size))
    drawn[4::5, 0] = 0.0
    return drawn


def dropping(t: int) -> float:
    """Return the rate of the step after ``t`` updates."""
    return 0.1 if t < 12 else 0.01


def published(t: int) -> float:
    """Return the script's rate: a warm-up of 5 epochs, then times 0.97 every 2.4 epochs, counted from 0."""
    peak, epoch = 0.016 * BATCH / 256, t / STEPS_PER_EPOCH
    return peak * epoch / 5 if epoch < 5 else peak * 0.97 ** (epoch // 2.4)


def places(optimizer: Any, scale: float, rate: Any) -> list[list[float]]:
    """Return the weights after each step on the gradients times a scale, with the penalty in the loss."""
    w, path = tf.Variable(START), []
    for t, g in enumerate(scale * gradients()):
        rate.assign(dropping(t))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * g) + PENALTY * tf.nn.l2_loss(w)
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        path.append(w.numpy().round(DIGITS).tolist())
    return path


def training() -> list[float]:
    """Return the loss on all digits after each epoch."""
    train, _ = load_digits()
    rng = np.random.default_rng(0)
    params = [tf.Variable(each) for each in SoftmaxRegression(64, 10, rng=rng).params.values()]
    rate = tf.Variable(0.0, dtype=tf.float64)
    optimizer = tf.compat.v1.train.RMSPropOptimizer(lambda: rate, **SETTINGS)

    def loss_of(x: np.ndarray, t: np.ndarray) -> Any:
        logits = tf.constant(x) @ params[0] + params[1]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(t, logits))

    losses, done = [], 0
    for _ in range(EPOCHS):
        for x, t in minibatches(*train, BATCH, rng):
            rate.assign(published(done))
            with tf.GradientTape() as tape:
                loss = loss_of(x, t) + PENALTY * tf.nn.l2_loss(params[0])
            optimizer.apply_gradients(zip(tape.gradient(loss, params), params, strict=True))
            done += 1
        losses.append(round(float(loss_of(*train)), DIGITS))
    return losses


def guided(rate: Any) -> Any:
    """Return the optimizer that TensorFlow's guide to its version 2 puts in place of the old one."""
    return tf.keras.optimizers.RMSprop(rate, rho=0.9, momentum=0.9, epsilon=1e-3)


class Rate:
    """A rate that is read at each step."""

    def __init__(self) -> None:
        self.now = 0.0

    def assign(self, rate: float) -> None:
        """Set it."""
        self.now = rate

    def __call__(self) -> float:
        """Return it."""
        return self.now


class KerasRate:
    """The rate of an optimizer of Keras, set before each step."""

    def __init__(self) -> None:
        self.optimizer = guided(0.0)

    def assign(self, rate: float) -> None:
        """Set it."""
        self.optimizer.learning_rate = rate


def main() -> None:
    """Write the file."""
    begun, scales = time.perf_counter(), (1.0, 1e-2)
    old, new = {}, {}
    for scale in scales:
        rate = Rate()
        old[f"{scale:g}"] = places(tf.compat.v1.train.RMSPropOptimizer(rate, **SETTINGS), scale, rate)
        keras_rate = KerasRate()
        new[f"{scale:g}"] = places(keras_rate.optimizer, scale, keras_rate)
    told = {
        "made by": "tools/tensorflow_rmsprop.py",
        "on": date.today().isoformat(),
        "with": {name: version(name) for name in ("tensorflow-cpu", "keras", "numpy")},
        "seed": SEED,
        "settings": {**SETTINGS, "penalty": PENALTY},
        "places": old,
        "places of tf.keras.optimizers.RMSprop": new,
        "losses": training(),
    }
    told["seconds"] = round(time.perf_counter() - begun)
    FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
