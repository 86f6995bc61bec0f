"""The runs behind ``tools/ensembles.py``: one network, and what is made of several or of one run.

A trial takes a seed and settings and returns the judgement of one classifier. A seed draws the split, the
noise in the labels, and everything else. Trials remember their runs: what shares a training trains once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from d2l_utils import CosineDecay, CosineRestarts
from d2l_utils.calibration import best_temperature, log_loss, softmax
from d2l_utils.connectivity import along_line, barrier
from d2l_utils.ensembles import noisy_digits, scores
from d2l_utils.models import TwoLayerNet
from d2l_utils.tuning.spaces import Choice, LogUniform, Uniform, sample

RHOS = [0.0, 0.9, 0.97, 0.99, 0.997, 0.999, 0.9997]  # the last: nearly the plain mean of a run
HIDDEN, BATCH, UPDATES = 32, 32, 25  # units; examples; updates an epoch
Weights = dict[str, np.ndarray]


class Lesson(NamedTuple):
    """What a teacher says of each example: logarithms of probabilities, and how they are heard."""

    teacher: np.ndarray
    temperature: float  # inf: the limit, squares of the centred scores
    weight: float


def _soft_error(given: np.ndarray, lesson: Lesson, rows: np.ndarray) -> np.ndarray:
    """Return the gradient of τ² KL by the scores, example by example."""
    teacher, tau = lesson.teacher[rows], lesson.temperature
    if np.isinf(tau):
        apart = given - teacher
        return (apart - apart.mean(axis=1, keepdims=True)) / apart.shape[1]
    return tau * (_softmax(given / tau) - _softmax(teacher / tau))


def _softmax(z: np.ndarray) -> np.ndarray:
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p


def trained(
    train: Any,
    rng: np.random.Generator,
    lr: Callable[[int], float],
    epochs: int,
    *,
    hidden: int = HIDDEN,
    weight_decay: float = 0.0,
    start: Mapping[str, np.ndarray] | None = None,
    lesson: Lesson | None = None,
    watch: Callable[[int, np.ndarray], None] | None = None,
) -> Weights:
    """Train a `TwoLayerNet` by SGD, as the package would, without its checks; ``watch`` sees every place.

    All parameters live in one row of numbers, which is what ``watch(updates, row)`` is given.
    """
    flat = flattened(start or TwoLayerNet(64, hidden, 10, rng=rng).params)
    params, slope = named(flat), np.zeros_like(flat)
    grads, hot, t = named(slope), np.eye(10)[train.t], 0
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            order = rng.permutation(len(train.t))
            for rows in np.split(order, range(BATCH, len(order), BATCH)):
                x = train.x[rows]
                h = np.maximum(x @ params["W1"] + params["b1"], 0)
                given = h @ params["W2"] + params["b2"]
                error = _softmax(given) - hot[rows]
                if lesson:
                    error *= 1 - lesson.weight
                    error += lesson.weight * _soft_error(given, lesson, rows)
                error /= len(rows)
                back = (error @ params["W2"].T) * (h > 0)
                grads["W1"][:], grads["b1"][:] = x.T @ back, back.sum(axis=0)
                grads["W2"][:], grads["b2"][:] = h.T @ error, error.sum(axis=0)
                if weight_decay:
                    for name in ("W1", "W2"):
                        grads[name] += weight_decay * params[name]
                flat -= lr(t) * slope
                t += 1
                if watch:
                    watch(t, flat)
    return params


def flattened(params: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the parameters in one row."""
    return np.concatenate([params[name].ravel() for name in ("W1", "b1", "W2", "b2")])


def named(flat: np.ndarray) -> Weights:
    """Return the views of a row that are the parameters of a network of 64 inputs and 10 classes."""
    hidden = (len(flat) - 10) // 75
    a, b, c = 64 * hidden, 65 * hidden, 75 * hidden
    shaped = flat[:a].reshape(64, hidden), flat[a:b], flat[b:c].reshape(hidden, 10), flat[c:]
    return dict(zip(("W1", "b1", "W2", "b2"), shaped, strict=True))


@cache
def data_of(seed: int, wrong: float = 0.2) -> Any:
    """Return the training, validation and test set of a seed."""
    return noisy_digits(np.random.default_rng([seed, 0]), wrong=wrong)


def drawn(seed: int, number: int) -> np.random.Generator:
    """Return the generator of one member of a seed's ensemble: its start and its order."""
    return np.random.default_rng([1000 * (number + 1) + seed, 1])


def judged(members: Sequence[Weights], data: Any) -> list[float]:
    """Return of a mean of predictions: validation loss, test loss, share of errors, test loss as it is.

    The first two are those at the temperature that suits the validation set best.
    """
    _, validation, test = data
    with np.errstate(over="ignore", invalid="ignore"):
        old, new = (np.mean([softmax(scores(p, x)) for p in members], axis=0) for x in (validation.x, test.x))
    if not np.isfinite([old.sum(), new.sum()]).all():
        return [float("inf"), float("inf"), 0.9, float("inf")]
    old, new = np.log(np.maximum(old, 1e-30)), np.log(np.maximum(new, 1e-30))
    tau = best_temperature(old, validation.t)
    wrong = float(np.mean(new.argmax(axis=1) != test.t))
    losses = log_loss(softmax(old, tau), validation.t), log_loss(softmax(new, tau), test.t)
    return [*losses, wrong, log_loss(softmax(new), test.t)]


# Networks whose rate falls along a cosine.


@cache
def fallen(
    seed: int, number: int, lr: float, epochs: int, hidden: int = HIDDEN, wrong: float = 0.2
) -> Weights:
    """Return one start, trained to the end of a cosine."""
    train = data_of(seed, wrong)[0]
    return trained(train, drawn(seed, number), CosineDecay(lr, UPDATES * epochs), epochs, hidden=hidden)


@cache
def apart(
    seed: int, lr: float, epochs: int, count: int = 1, hidden: int = HIDDEN, wrong: float = 0.2
) -> list[float]:
    """Judge the mean of networks from different starts."""
    each = [fallen(seed, k, lr, epochs, hidden, wrong) for k in range(count)]
    return judged(each, data_of(seed, wrong))


def best_starts(seed: int, lr: float, epochs: int, count: int, of: int) -> list[float]:
    """Judge the starts that are the best on the validation set."""
    data = data_of(seed)
    each = [fallen(seed, k, lr, epochs) for k in range(of)]
    return judged(sorted(each, key=lambda params: judged([params], data)[0])[:count], data)


@cache
def searched(seed: int, epochs: int, of: int) -> list[Weights]:
    """Return the networks of a random search, the best on the validation set first."""
    data, rng, found = data_of(seed), np.random.default_rng([seed, 2]), []
    space: dict[str, Uniform | LogUniform | Choice] = {
        "lr": LogUniform(0.1, 1.6),
        "hidden": Choice((16, 32, 64)),
        "decay": LogUniform(1e-5, 1e-2),
    }
    for k in range(of):
        given = sample(space, rng)
        rate = CosineDecay(given["lr"], UPDATES * epochs)
        settings = {"hidden": int(given["hidden"]), "weight_decay": given["decay"]}
        found.append(trained(data[0], drawn(seed, 50 + k), rate, epochs, **settings))
    return sorted(found, key=lambda params: judged([params], data)[0])


def best_searched(seed: int, epochs: int, count: int, of: int) -> list[float]:
    """Judge the best of a search."""
    return judged(searched(seed, epochs, of)[:count], data_of(seed))


def held(seed: int, lr: float, hold: float, epochs: int, wrong: float = 0.2) -> list[float]:
    """Judge one network whose rate is constant for a share of the run and falls along a cosine then."""
    if not hold:
        return apart(seed, lr, epochs, wrong=wrong)
    first = round(hold * epochs) * UPDATES
    fall = CosineDecay(lr, UPDATES * epochs - first)
    data = data_of(seed, wrong)
    return judged([trained(data[0], drawn(seed, 0), lambda t: fall(max(t - first, 0)), epochs)], data)


# One run at a constant rate, and what is made of it.


@cache
def steady(seed: int, lr: float, epochs: int, wrong: float = 0.2) -> dict[str, np.ndarray]:
    """Return the exponential averages of a run, its places and the sums of its places at the epochs' ends.

    The averages are those of ``ExponentialAverage(rho, bias_correction=True)``, all at once.
    """
    keep = np.array(RHOS)[:, None]
    size = len(flattened(TwoLayerNet(64, HIDDEN, 10, rng=np.random.default_rng(0)).params))
    averages, total, places, sums = np.zeros((len(RHOS), size)), np.zeros(size), [], [np.zeros(size)]

    def watch(t: int, flat: np.ndarray) -> None:
        averages[:] += (1 - keep) * (flat - averages)
        total[:] += flat
        if t % UPDATES == 0:
            places.append(flat.copy())
            sums.append(total.copy())

    trained(data_of(seed, wrong)[0], drawn(seed, 0), lambda t: lr, epochs, watch=watch)
    averages /= 1 - keep ** (UPDATES * epochs)
    kept = {"averages": averages, "places": np.array(places), "sums": np.array(sums)}
    return kept if epochs <= 20 else {"averages": averages}


@cache
def of_run(
    seed: int,
    lr: float,
    epochs: int,
    what: str = "average",
    rho: float = 0.0,
    count: int = 0,
    wrong: float = 0.2,
) -> list[float]:
    """Judge what is made of a steady run: ``rho`` belongs to its average, ``count`` is a number of epochs."""
    run = steady(seed, lr, epochs, wrong)
    if what == "average":
        found = [run["averages"][RHOS.index(rho)]]
    elif what == "running average":  # of all places of the last epochs
        found = [(run["sums"][-1] - run["sums"][-1 - count]) / (count * UPDATES)]
    elif what == "latest weights":  # of the last places at the ends of epochs
        found = [run["places"][-count:].mean(axis=0)]
    else:
        found = list(run["places"][-count:])
    return judged([named(each) for each in found], data_of(seed, wrong))


# One run with restarts.


@cache
def cycles(seed: int, lr: float, epochs: int, count: int) -> list[Weights]:
    """Return the last places of the cycles of one run."""
    kept, period = [], UPDATES * epochs

    def watch(t: int, flat: np.ndarray) -> None:
        if t % period == 0:
            kept.append(named(flat.copy()))

    trained(data_of(seed)[0], drawn(seed, 0), CosineRestarts(lr, period), epochs * count, watch=watch)
    return kept


def snapshots(seed: int, lr: float, epochs: int, count: int, what: str = "predictions") -> list[float]:
    """Judge the snapshots: the mean of their predictions or of their weights, the first or the last."""
    kept = cycles(seed, lr, epochs, count)
    mean = {name: np.mean([each[name] for each in kept], axis=0) for name in kept[0]}
    taken = {"predictions": kept, "weights": [mean], "first": kept[:1], "last": kept[-1:]}
    return judged(taken[what], data_of(seed))


def between(seed: int, lr: float, epochs: int, count: int) -> list[float]:
    """Return the highest barrier between neighbours among the snapshots, and that from first to last."""
    kept = cycles(seed, lr, epochs, count)
    pairs = [*pairwise(kept), (kept[0], kept[-1])]
    heights = [height_between(seed, a, b) for a, b in pairs]
    return [max(heights[:-1]), heights[-1]]


def height_between(seed: int, a: Weights, b: Weights) -> float:
    """Return the barrier of the training loss on the line between two networks."""
    train = data_of(seed)[0]
    return barrier(along_line(lambda p: log_loss(softmax(scores(p, train.x)), train.t), a, b, 11))
