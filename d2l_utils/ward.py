"""Ten trainings that went wrong, each by one cause, beside the one that goes right.

A `Setup` is a whole training: data, first weights, gradient, order of the examples, rate, method. `HEALTHY`
trains a small network on the digits. Each of `PATIENTS` differs from it in one thing, its ``cause``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.aliases import Params, Rate
from d2l_utils.data import Examples, load_digits
from d2l_utils.models import TwoLayerNet
from d2l_utils.optimizers import Momentum
from d2l_utils.optimizers.base import Optimizer

__all__ = ["HEALTHY", "NUM_TRAIN", "PATIENTS", "Patient", "Ready", "Record", "Setup", "admit", "train"]

NUM_TRAIN = 1150  # of the 1437 training digits; the other 287 validate
Gradient = tuple[float, dict[str, np.ndarray]]


def small_last_layer(rng: np.random.Generator) -> TwoLayerNet:
    """Return a network of 64, 32 and 10 units whose last weights are so small that no class is preferred."""
    model = TwoLayerNet(64, 32, 10, rng=rng)
    model.params["W2"] *= 0.01
    return model


def standardized(x: np.ndarray) -> np.ndarray:
    """Take the mean of each pixel off, and divide by one number, both those of the training digits."""
    mean, spread = _scale()
    return np.asarray((x - mean) / spread)


@cache
def _scale() -> tuple[np.ndarray, float]:
    pixels = load_digits()[0].x[:NUM_TRAIN]
    return pixels.mean(axis=0), float(pixels.std())


def as_labelled(labels: np.ndarray) -> np.ndarray:
    """Return the labels as they are."""
    return labels


def of_the_mean(model: TwoLayerNet, batch: Examples) -> Gradient:
    """Return the mean loss of a batch and its gradient."""
    return model.loss_and_gradient(*batch)


def shuffled(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the numbers of the examples in a new order."""
    return rng.permutation(len(labels))


def to_the_end(update: int, epochs: int, per_epoch: int) -> float:
    """Return the share of the rate that is left: it falls along a line to 0 at the last update."""
    return 1 - update / (epochs * per_epoch)


def heavy_ball(rate: Rate) -> Optimizer:
    """Return SGD with momentum 0.9."""
    return Momentum(lr=rate, momentum=0.9)


def kept_apart(train: Examples, apart: Examples) -> Examples:
    """Return the examples that validate: those that nobody trains on."""
    return apart


@dataclass(frozen=True)
class Setup:
    """A whole training of a small network on the digits.

    Attributes
    ----------
    lr : float
        Learning rate at the start.
    epochs, batch_size, num_examples : int
        Passes over the examples, examples a minibatch, and how many there are, at most ``NUM_TRAIN``.
    prepare : callable
        ``prepare(pixels)`` -> what the network gets; pixels are numbers from 0 to 1, one image a row.
    label : callable
        ``label(labels)`` -> the labels that it is trained on.
    start : callable
        ``start(rng)`` -> the network with its first weights.
    gradient : callable
        ``gradient(model, batch)`` -> loss, gradient.
    order : callable
        ``order(labels, rng)`` -> the examples' numbers in the order of an epoch.
    rate : callable
        ``rate(update, epochs, updates_per_epoch)`` -> factor of ``lr``; below 0 counts as 0.
    method : callable
        ``method(rate)`` -> the optimizer; its rate is a function of the updates made so far.
    validate : callable
        ``validate(train, apart)`` -> the examples that validate.

    Examples
    --------
    >>> Setup(lr=0.5).lr, Setup().batch_size
    (0.5, 32)
    """

    lr: float = 0.1
    epochs: int = 20
    batch_size: int = 32
    num_examples: int = NUM_TRAIN
    prepare: Callable[[np.ndarray], np.ndarray] = standardized
    label: Callable[[np.ndarray], np.ndarray] = as_labelled
    start: Callable[[np.random.Generator], TwoLayerNet] = small_last_layer
    gradient: Callable[[TwoLayerNet, Examples], Gradient] = of_the_mean
    order: Callable[[np.ndarray, np.random.Generator], np.ndarray] = shuffled
    rate: Callable[[int, int, int], float] = to_the_end
    method: Callable[[Rate], Optimizer] = heavy_ball
    validate: Callable[[Examples, Examples], Examples] = kept_apart

    @property
    def updates_per_epoch(self) -> int:
        """Minibatches in an epoch."""
        return -(-self.num_examples // self.batch_size)

    def rates(self) -> np.ndarray:
        """Return the learning rate of every update, shape (epochs * updates_per_epoch,)."""
        return np.array([self.lr_after(t) for t in range(self.epochs * self.updates_per_epoch)])

    def lr_after(self, update: int) -> float:
        """Return the learning rate after so many updates."""
        return self.lr * max(0.0, self.rate(update, self.epochs, self.updates_per_epoch))


@dataclass(frozen=True)
class Ready:
    """A training before its first update: the data, the network and the random numbers to come."""

    train: Examples
    validation: Examples
    model: TwoLayerNet
    rng: np.random.Generator


@dataclass(frozen=True)
class Record:
    """What a training leaves.

    Attributes
    ----------
    loss : ndarray, shape (updates,)
        Of each minibatch, before its update.
    train_loss, validation_loss, train_accuracy, validation_accuracy : ndarray, shape (epochs + 1,)
        At the start and after each epoch; without curves at the start and at the end, shape (2,).
    model : TwoLayerNet
        The network at the end.
    """

    loss: np.ndarray
    train_loss: np.ndarray
    validation_loss: np.ndarray
    train_accuracy: np.ndarray
    validation_accuracy: np.ndarray
    model: TwoLayerNet


@dataclass(frozen=True)
class Patient:
    """A sick training: in a few words what was done, and the set-up that does it."""

    cause: str
    setup: Setup


def admit(setup: Setup, seed: int = 0) -> Ready:
    """Make everything that a training needs, and make no update.

    Parameters
    ----------
    setup : Setup
        The training.
    seed : int
        Of the first weights and of the order of the examples, at least 0.

    Examples
    --------
    >>> ready = admit(Setup())
    >>> ready.train.x.shape, ready.validation.x.shape
    ((1150, 64), (287, 64))
    """
    if not 1 <= setup.num_examples <= NUM_TRAIN:
        raise ValueError(f"num_examples must be from 1 to {NUM_TRAIN}; got {setup.num_examples}")
    x, t = load_digits()[0]
    ours, apart = slice(setup.num_examples), slice(NUM_TRAIN, None)
    train_set = Examples(setup.prepare(x[ours]), setup.label(t[ours]))
    validation = setup.validate(train_set, Examples(setup.prepare(x[apart]), t[apart]))
    rng = np.random.default_rng(checks.whole_number("seed", seed))
    return Ready(train_set, validation, setup.start(rng), rng)


def train(
    setup: Setup, seed: int = 0, *, curves: bool = True, watch: Callable[[Params], None] | None = None
) -> Record:
    """Run a training to its end, or to the first loss that is not finite.

    Parameters
    ----------
    setup, seed
        As for `admit`.
    curves : bool
        False looks at the losses of all examples at the start and at the end only, and saves the time.
    watch : callable, optional
        ``watch(params)`` is called after each update, as the ``update`` of an average.

    Examples
    --------
    >>> bool(train(Setup(epochs=2)).validation_accuracy[-1] > 0.9)
    True
    """
    ready = admit(setup, seed)
    model, data = ready.model, ready.train
    optimizer = setup.method(setup.lr_after)
    losses: list[float] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        seen = [_look(ready)]
        for epoch in range(1, setup.epochs + 1):
            order = setup.order(data.t, ready.rng)
            for first in range(0, len(order), setup.batch_size):
                pick = order[first : first + setup.batch_size]
                loss, grads = setup.gradient(model, Examples(data.x[pick], data.t[pick]))
                losses.append(loss)
                if not math.isfinite(loss):
                    break
                optimizer.update(model.params, grads)
                if watch:
                    watch(model.params)
            lost = not math.isfinite(losses[-1])
            if curves or lost or epoch == setup.epochs:
                seen.append(_look(ready))
            if lost:
                break
    train_loss, loss, right, validation_right = np.array(seen).T
    return Record(np.array(losses), train_loss, loss, right, validation_right, model)


def _look(ready: Ready) -> list[float]:
    looked_at = (ready.train, ready.validation)
    return [look(x, t) for look in (ready.model.loss, ready.model.accuracy) for x, t in looked_at]


def _summed(model: TwoLayerNet, batch: Examples) -> Gradient:
    loss, grads = model.loss_and_gradient(*batch)
    return loss, {key: grad * len(batch.t) for key, grad in grads.items()}


def _torn(labels: np.ndarray) -> np.ndarray:
    return np.random.default_rng(7).permutation(labels)


def _stillborn(rng: np.random.Generator) -> TwoLayerNet:
    model = small_last_layer(rng)
    model.params["b1"][:] = -1e1  # 1e-1 was meant
    return model


def _sorted(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.argsort(labels, kind="stable")


def _counts_epochs(update: int, epochs: int, per_epoch: int) -> float:
    return 1 - update / epochs


def _the_same(train_set: Examples, apart: Examples) -> Examples:
    return Examples(train_set.x[-len(apart.t) :], train_set.t[-len(apart.t) :])


def _as_scanned(pixels: np.ndarray) -> np.ndarray:
    return 16 * pixels


HEALTHY = Setup()
PATIENTS = {
    "A": Patient("the batches are sorted by class", replace(HEALTHY, order=_sorted)),
    "B": Patient("the learning rate is too low", replace(HEALTHY, lr=1e-4)),
    "C": Patient("the schedule counts epochs and is asked per update", replace(HEALTHY, rate=_counts_epochs)),
    "D": Patient("the gradient is summed over the batch, not averaged", replace(HEALTHY, gradient=_summed)),
    "E": Patient("validation examples were trained on", replace(HEALTHY, validate=_the_same)),
    "F": Patient("all hidden units start dead", replace(HEALTHY, start=_stillborn)),
    "G": Patient("the learning rate is too high", replace(HEALTHY, lr=0.5)),
    "H": Patient("there are too few examples", replace(HEALTHY, num_examples=100, epochs=180)),
    "I": Patient("the pixels come as scanned, from 0 to 16", replace(HEALTHY, prepare=_as_scanned)),
    "J": Patient("the labels belong to other images", replace(HEALTHY, label=_torn)),
}
