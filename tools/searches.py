"""Train what the chapter on tuning compares, some ten thousand small networks, and store their scores.

Run as ``python tools/searches.py``; it takes some ten minutes on two cores. ``python tools/searches.py pool``
computes one table anew. `TABLES` says what each one is.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from d2l_utils import Adam
from d2l_utils.data import Examples, load_digits
from d2l_utils.tuning import (
    DIGITS_SPACE,
    Choice,
    DigitsTraining,
    LogUniform,
    Uniform,
    bayesian_search,
    sample,
    split_digits,
)

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "tuning.npz"
MARKS = (1, 3, 5, 9, 27)  # epochs after which the pool is scored
POOL, WAYS, BUDGET, STARTS, FIRST = 600, 60, 40, 16, 10
Row = dict[str, Any]
RATES = DIGITS_SPACE["lr"]
ACROSS = {"eps": LogUniform(1e-12, 1e-6), "rest": LogUniform(0.01, 1.0)}  # the second axis of a plane
LEVELS, SHARES, SEEDS = 9, 19, 8
NARROW = {
    **DIGITS_SPACE,
    "lr": LogUniform(0.003, 0.3),
    "dropout": Uniform(0.0, 0.5),
    "batch_size": Choice([32]),
}


def pool(number: int) -> Row:
    """Train the setting drawn with its number, and return its scores and what it classifies right."""
    setting = sample(DIGITS_SPACE, np.random.default_rng(number))
    training = DigitsTraining(setting, seed=number)
    _, validation, test = split_digits()
    scores = [training.run_to(epochs) for epochs in MARKS]
    right = np.concatenate([training.right(validation), training.right(test)])
    return {
        "setting": [float(value) for value in setting.values()],
        "scores": scores,
        "test": training.score(test),
        "right": np.packbits(right),
    }


def plane_score(kind: str, number: int, level: int, seed: int) -> float:
    """Return the score after 3 epochs in one cell of a plane: a rate, and a level of a second setting."""
    rate, other = RATES.at(number / (WAYS - 1)), ACROSS[kind].at(level / (LEVELS - 1))
    optimizer = Adam(rate, eps=other) if kind == "eps" else None
    setting = {"lr": rate, **({} if kind == "eps" else {"rest": other})}
    return DigitsTraining(setting, seed=seed, optimizer=optimizer).run_to(3)


def plane(kind: str, number: int) -> Row:
    """Train at one rate and each level: with the same eight seeds in every cell, and with a seed of its own.

    A seed that a whole row shared would count as something that the rate explains.
    """
    levels, own = range(LEVELS), 1000 + LEVELS * number
    return {
        "scores": [[plane_score(kind, number, level, seed) for seed in range(SEEDS)] for level in levels],
        "own": [plane_score(kind, number, level, own + level) for level in levels],
    }


def eps(number: int) -> Row:
    """Adam after 3 epochs: rates, and epsilons."""
    return plane("eps", number)


def rest(number: int) -> Row:
    """Momentum after 3 epochs: rates, and one minus the momentum."""
    return plane("rest", number)


def dropout(number: int) -> Row:
    """Return the scores of a share of dropped pixels for six seeds, after 27 epochs at the rate 0.05."""
    setting = {"lr": 0.05, "dropout": 0.9 * number / (SHARES - 1)}
    return {"scores": [DigitsTraining(setting, seed=seed).run_to(27) for seed in range(6)]}


class Recorded:
    """What the searches see: the score after 9 epochs. It notes the score on the test set as well.

    Trial k of every search has the same training seed, and the first ten have the same settings too.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.scores: list[float] = []
        self.test: list[float] = []

    def __call__(self, setting: Row) -> float:
        training = DigitsTraining(setting, seed=1000 * self.seed + len(self.scores))
        self.scores.append(training.run_to(9))
        self.test.append(training.score(split_digits()[2]))
        return self.scores[-1]


def at_random(seed: int, trials: int) -> Recorded:
    """Search at random."""
    rng, short = np.random.default_rng(seed), Recorded(seed)
    for _ in range(trials):
        short(sample(DIGITS_SPACE, rng))
    return short


def by_gaussian_process(seed: int, trials: int) -> Recorded:
    """Search with our Gaussian process, which draws its first ten as `at_random` does."""
    short = Recorded(seed)
    bayesian_search(short, DIGITS_SPACE, trials, np.random.default_rng(seed), first=FIRST)
    return short


def suggest(trial: optuna.Trial) -> Row:
    """Ask Optuna for a setting of the same space."""
    return {
        "lr": trial.suggest_float("lr", 1e-4, 10.0, log=True),
        "rest": trial.suggest_float("rest", 0.01, 1.0, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-7, 1.0, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.9),
        "batch_size": trial.suggest_categorical("batch_size", [32, 64, 128]),
    }


def by_tpe(seed: int, trials: int) -> Recorded:
    """Search with Optuna's default, the tree-structured Parzen estimator, after the same first ten."""
    optuna.logging.set_verbosity(logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=FIRST))
    rng, short = np.random.default_rng(seed), Recorded(seed)
    for _ in range(FIRST):
        study.enqueue_trial(sample(DIGITS_SPACE, rng))
    study.optimize(lambda trial: short(suggest(trial)), n_trials=trials)
    return short


def searches(seed: int) -> Row:
    """Spend the same budget by three searches, and twice as much at random."""
    found = {
        "random": at_random(seed, 2 * BUDGET),
        "gp": by_gaussian_process(seed, BUDGET),
        "tpe": by_tpe(seed, BUDGET),
    }
    return {name: each.scores for name, each in found.items()} | {
        f"{name}_test": each.test for name, each in found.items()
    }


def folds(number: int) -> Row:
    """Score 20 settings by each of 5 folds of few examples or many, and by all the examples left over.

    Even numbers have 100 examples, odd ones 500; the truth is the mean of two networks trained on all. Digits
    and settings are drawn anew for each number.
    """
    size, rng = (100, 500)[number % 2], np.random.default_rng(number)
    train, test = load_digits()
    x, t = np.vstack([train.x, test.x]), np.concatenate([train.t, test.t])
    order = rng.permutation(len(t))
    mine, others = order[:size], Examples(x[order[size:]], t[order[size:]])
    parts, scores, truth = np.array_split(mine, 5), [], []
    for setting in [sample(NARROW, rng) for _ in range(20)]:
        row = []
        for fold, held in enumerate(parts):
            kept = np.concatenate([part for other, part in enumerate(parts) if other != fold])
            data = Examples(x[kept], t[kept]), Examples(x[held], t[held])
            row.append(DigitsTraining(setting, seed=100 * number + fold, data=data).run_to(27))
        scores.append(row)
        whole = Examples(x[mine], t[mine]), others
        ends = [DigitsTraining(setting, seed=100 * number + s, data=whole).run_to(27) for s in (10, 11)]
        truth.append(np.mean(ends))
    return {"scores": scores, "truth": truth}


TABLES: dict[str, tuple[Callable[[int], Row], int, str]] = {
    "pool": (pool, POOL, "settings drawn from DIGITS_SPACE, scored after 1, 3, 5, 9 and 27 epochs"),
    "eps": (eps, WAYS, "Adam for 3 epochs: 60 rates from 1e-4 to 10, 9 epsilons from 1e-12 to 1e-6, 8 seeds"),
    "rest": (rest, WAYS, "momentum for 3 epochs: 60 rates, 9 values of 1 − momentum from 0.01 to 1, 8 seeds"),
    "dropout": (dropout, SHARES, "19 shares of dropped pixels from 0 to 0.9, 27 epochs, 6 seeds"),
    "searches": (
        searches,
        STARTS,
        "trials of 9 epochs in order, validation and test: random (80), Gaussian process (40), TPE (40)",
    ),
    "folds": (folds, 16, "20 settings by 5 folds, and by the rest: 100 examples (even), 500 (odd)"),
}


def table(name: str, workers: ProcessPoolExecutor) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Compute a table, and return its columns and how they came about."""
    row, count, what = TABLES[name]
    began = time.perf_counter()
    rows = list(workers.map(row, range(count), chunksize=max(1, count // 60)))
    columns = {f"{name}_{key}": np.array([each[key] for each in rows]) for key in rows[0]}
    small = {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in columns.items()}
    minutes = round((time.perf_counter() - began) / 60, 1)
    about = {"what": what, "rows": count, "date": date.today().isoformat(), "minutes": minutes}
    return small, {**about, "versions": {name: version(name) for name in ("numpy", "optuna")}}


def main(names: list[str]) -> None:
    """Compute the tables that are named, or all, and store them beside those that are there."""
    found: dict[str, Any] = dict(np.load(FILE)) if FILE.exists() else {}
    about = json.loads(str(found.pop("about", "{}")))
    with ProcessPoolExecutor(2) as workers:
        for name in names or TABLES:
            columns, about[name] = table(name, workers)
            found.update(columns)
            np.savez_compressed(FILE, about=json.dumps(about), **found)
            print(f"{name}: {about[name]}")


if __name__ == "__main__":
    main(sys.argv[1:])
