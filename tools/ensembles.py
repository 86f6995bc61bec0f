"""Measure ensembles and averages on the digits with noisy labels, and store the results beside the data sets.

Run as ``python tools/ensembles.py``; it takes some minutes on two cores. Every method has its settings chosen
by the mean validation loss over the tuning seeds, from a grid; the other seeds judge. A seed draws the split,
the noise in the labels, and everything else.
"""

from __future__ import annotations

import itertools
import json
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils import SGD, Average, CosineDecay, CosineRestarts, ExponentialAverage
from d2l_utils.calibration import best_temperature, log_loss, softmax
from d2l_utils.data import minibatches
from d2l_utils.ensembles import backpropagated, distillation_loss, noisy_digits, scores
from d2l_utils.models import TwoLayerNet
from d2l_utils.tuning.spaces import Choice, LogUniform, Uniform, sample

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "ensembles.json"
TUNING, JUDGING = range(100, 103), range(10)
RATES = [0.1, 0.2, 0.4, 0.8, 1.6]
RATE = 0.8  # of the runs that are not tuned: the best in each part of "smooth"
WORKERS = 6
HIDDEN, BATCH, UPDATES = 32, 32, 25  # units; examples; updates an epoch
Weights = dict[str, np.ndarray]
Watch = Callable[[int, Weights], None]


def copied(params: Weights) -> Weights:
    """Return the parameters in new arrays."""
    return {name: value.copy() for name, value in params.items()}


def trained(
    data: Any,
    seed: int,
    lr: Any,
    epochs: int,
    *,
    hidden: int = HIDDEN,
    weight_decay: float = 0.0,
    watch: Watch | None = None,
    teacher: np.ndarray | None = None,
    temperature: float = 1.0,
    weight: float = 0.0,
) -> Weights:
    """Train a network from a seed's start in a seed's order; ``watch(updates, params)`` sees every update."""
    rng = np.random.default_rng([seed, 1])
    net = TwoLayerNet(64, hidden, 10, rng=rng, weight_decay=weight_decay)
    optimizer, rows = SGD(lr), np.arange(len(data.t))
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            for x, i in minibatches(data.x, rows, BATCH, rng):
                if teacher is None:
                    grads = net.gradient(x, data.t[i])
                else:
                    given = scores(net.params, x)
                    _, error = distillation_loss(
                        given, data.t[i], teacher[i], temperature=temperature, weight=weight
                    )
                    grads = backpropagated(net.params, x, error)
                optimizer.update(net.params, grads)
                if watch:
                    watch(optimizer.t, net.params)
    return copied(net.params)


def data_of(seed: int, wrong: float = 0.2) -> Any:
    """Return the training, validation and test set of a seed."""
    return noisy_digits(np.random.default_rng([seed, 0]), wrong=wrong)


def member(seed: int, number: int) -> int:
    """Return the seed of one member of a seed's ensemble."""
    return 1000 * (number + 1) + seed


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


def tuned(trial: Callable[..., list[float]], grids: dict[str, list[float]], **fixed: Any) -> dict[str, Any]:
    """Choose settings on the tuning seeds and measure them on the others."""
    table = {}
    for chosen in itertools.product(*grids.values()):
        settings = dict(zip(grids, chosen, strict=True))
        losses = [trial(seed, **settings, **fixed)[0] for seed in TUNING]
        table[chosen] = float(np.mean(losses))
    best = min(table, key=lambda chosen: table[chosen])
    border = [
        name for name, value in zip(grids, best, strict=True) if value in (grids[name][0], grids[name][-1])
    ]
    runs = np.array([trial(seed, **dict(zip(grids, best, strict=True)), **fixed) for seed in JUDGING])
    return {
        "settings": dict(zip(grids, best, strict=True)),
        "on the border": border,
        "tuning": [[*chosen, round(loss, 5)] for chosen, loss in table.items()],
        "validation": runs[:, 0].round(5).tolist(),
        "loss": runs[:, 1].round(5).tolist(),
        "error": runs[:, 2].round(5).tolist(),
        "untempered": runs[:, 3].round(5).tolist(),
    }


# Equal training: what 60 epochs of a network with 32 units buy.


RHOS = [0.0, 0.9, 0.95, 0.98, 0.99, 0.997, 0.999]
AVERAGED: dict[tuple[int, float, int, float], dict[float, list[float]]] = {}


def one_run(seed: int, lr: float, epochs: int, hidden: int = HIDDEN) -> list[float]:
    """Judge one network whose rate falls along a cosine."""
    data = data_of(seed)
    decay = CosineDecay(lr, UPDATES * epochs)
    return judged([trained(data[0], seed, decay, epochs, hidden=hidden)], data)


def apart(seed: int, lr: float, epochs: int, count: int) -> list[float]:
    """Judge an ensemble of networks from different starts."""
    data = data_of(seed)
    decay = CosineDecay(lr, UPDATES * epochs)
    return judged([trained(data[0], member(seed, k), decay, epochs) for k in range(count)], data)


def snapshots(seed: int, lr: float, epochs: int, count: int) -> list[float]:
    """Judge the last places of the cycles of one run."""
    data, kept, period = data_of(seed), [], UPDATES * epochs

    def watch(t: int, params: Weights) -> None:
        if t % period == 0:
            kept.append(copied(params))

    trained(data[0], seed, CosineRestarts(lr, period), epochs * count, watch=watch)
    return judged(kept, data)


def averaged(seed: int, lr: float, epochs: int, rho: float, wrong: float = 0.2) -> list[float]:
    """Judge the exponential average of one run at a constant rate; rho = 0 is its last place."""
    key = (seed, lr, epochs, wrong)
    if key not in AVERAGED:  # one run serves all rho
        data, averages = data_of(seed, wrong), {each: ExponentialAverage(each) for each in RHOS}

        def watch(t: int, params: Weights) -> None:
            for average in averages.values():
                average.update(params)

        trained(data[0], seed, lr, epochs, watch=watch)
        AVERAGED[key] = {each: judged([average.params], data) for each, average in averages.items()}
    return AVERAGED[key][rho]


def decayed(seed: int, lr: float, epochs: int, wrong: float = 0.2) -> list[float]:
    """Judge the last place of one run whose rate falls along a cosine."""
    data = data_of(seed, wrong)
    return judged([trained(data[0], seed, CosineDecay(lr, UPDATES * epochs), epochs)], data)


# The four kinds, five members each.


def kinds(
    seed: int, lr: float = RATE, steady: float = RATE, epochs: int = 20, drawn: int = 10
) -> dict[str, Any]:
    """Return the judgement of each kind, and their number of runs and of networks to ask."""
    data, decay = data_of(seed), CosineDecay(lr, UPDATES * epochs)
    starts = [trained(data[0], member(seed, k), decay, epochs) for k in range(5)]
    rng = np.random.default_rng([seed, 2])
    space: dict[str, Uniform | LogUniform | Choice] = {
        "lr": LogUniform(0.1, 1.6),
        "hidden": Choice((16, 32, 64)),
        "decay": LogUniform(1e-5, 1e-2),
    }
    found = []
    for k in range(drawn):
        given = sample(space, rng)
        rate = CosineDecay(given["lr"], UPDATES * epochs)
        settings = {"hidden": int(given["hidden"]), "weight_decay": given["decay"]}
        found.append(trained(data[0], member(seed, 50 + k), rate, epochs, **settings))
    found.sort(key=lambda params: judged([params], data)[0])
    kept, mean = [], Average(start=UPDATES * epochs * 3 // 4)

    def watch(t: int, params: Weights) -> None:
        mean.update(params)
        if t % UPDATES == 0:
            kept.append(copied(params))

    trained(data[0], seed, steady, epochs, watch=watch)
    latest = {name: np.mean([each[name] for each in kept[-5:]], axis=0) for name in kept[0]}
    return {
        "one network": judged(starts[:1], data),
        "starts": judged(starts, data),
        "best of search": judged(found[:1], data),
        "top of search": judged(found[:5], data),
        "last of steady run": judged(kept[-1:], data),
        "checkpoints": judged(kept[-5:], data),
        "latest weights": judged([latest], data),
        "running average": judged([mean.params], data),
    }


# One heir.


def student(
    seed: int,
    lr: float,
    way: str,
    temperature: float = 1.0,
    weight: float = 1.0,
    smoothing: float = 0.0,
    teach: float = RATE,
    epochs: int = 20,
) -> list[float]:
    """Judge a network that learns from ten starts, from a placebo, or from the labels alone."""
    data, decay = data_of(seed), CosineDecay(lr, UPDATES * epochs)
    train, rng = data[0], np.random.default_rng([seed, 3])
    if way == "labels" or weight == 0:
        return judged([trained(train, seed, decay, epochs)], data)
    if way == "smoothing":  # a teacher that knows the label, and nothing else
        q = (1 - smoothing) * np.eye(10)[train.t] + smoothing / 10
    else:
        q = np.mean([softmax(scores(p, train.x)) for p in teachers(seed, teach)], axis=0)
    if way == "shuffled":  # each example has the answer for another one with the same label
        for label in range(10):
            rows = np.flatnonzero(train.t == label)
            q[rows] = q[rng.permutation(rows)]
    heir = {"teacher": np.log(np.maximum(q, 1e-30)), "temperature": temperature, "weight": weight}
    return judged([trained(train, seed, decay, epochs, **heir)], data)


KEPT: dict[tuple[int, float], list[Weights]] = {}


def teachers(seed: int, lr: float, epochs: int = 20) -> list[Weights]:
    """Return a seed's ten starts."""
    if (seed, lr) not in KEPT:
        decay, train = CosineDecay(lr, UPDATES * epochs), data_of(seed)[0]
        KEPT[seed, lr] = [trained(train, member(seed, k), decay, epochs) for k in range(10)]
    return KEPT[seed, lr]


def jobs() -> dict[
    tuple[str, str], tuple[Callable[..., list[float]], dict[str, list[float]], dict[str, Any]]
]:
    """Return what is tuned: trial, grids and fixed settings by part and name."""
    lr, rho = {"lr": RATES}, {"rho": RHOS}
    slow, fast = {"lr": [0.025, 0.05, *RATES]}, {"lr": [*RATES, 3.2]}
    few = {"lr": RATES[2:]}
    soft = {"lr": [RATE], "temperature": [2.0**k for k in range(-3, 4)], "weight": [0.3, 0.6, 1.0]}
    placebo = {"lr": [RATE], "temperature": [2.0, 8.0, 32.0, 128.0], "weight": [0.0, 0.3, 0.6, 1.0]}
    smoothing = few | {"smoothing": [0.0, 0.1, 0.3, 0.6]}
    found: dict[tuple[str, str], Any] = {}
    for wrong in (0.2, 0.0):
        given = {"epochs": 20, "wrong": wrong}
        found[f"smooth {wrong:g}", "constant"] = averaged, slow, given | {"rho": 0.0}
        found[f"smooth {wrong:g}", "average"] = averaged, lr | rho, given
        found[f"smooth {wrong:g}", "cosine"] = decayed, lr, given
    found["distillation", "labels"] = student, few, {"way": "labels"}
    found["distillation", "smoothing"] = student, smoothing, {"way": "smoothing"}
    found["distillation", "shuffled"] = student, placebo, {"way": "shuffled"}
    found["distillation", "ten teachers"] = student, soft, {"way": "ten teachers"}
    found["distillation", "the teachers"] = apart, {"lr": [RATE]}, {"epochs": 20, "count": 10}
    # What 60 epochs of a network with 32 units buy.
    found["budget", "one long run"] = one_run, slow, {"epochs": 60}
    found["budget", "its average"] = averaged, slow | rho, {"epochs": 60}
    found["budget", "6 snapshots"] = snapshots, lr, {"epochs": 10, "count": 6}
    found["budget", "6 starts"] = apart, lr, {"epochs": 10, "count": 6}
    found["budget", "one wide network"] = one_run, fast, {"epochs": 10, "hidden": 6 * HIDDEN}
    return found


def main() -> None:
    """Measure everything and write it."""
    found: dict[str, Any] = {
        "date": date.today().isoformat(),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "seeds": {"tuning": list(TUNING), "judging": list(JUDGING)},
    }
    start = time.perf_counter()
    with ProcessPoolExecutor(WORKERS) as workers:
        running = {key: workers.submit(tuned, f, grids, **given) for key, (f, grids, given) in jobs().items()}
        runs = list(workers.map(kinds, JUDGING))
        for (part, name), job in running.items():
            found.setdefault(part, {})[name] = job.result()
    found["kinds"] = {name: np.round([run[name] for run in runs], 5).tolist() for name in runs[0]}
    found["seconds"] = round(time.perf_counter() - start)
    FILE.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {found['date']}, {found['seconds']} s with {WORKERS} processes")


if __name__ == "__main__":
    main()
