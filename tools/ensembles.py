"""Measure ensembles and averages on the digits with noisy labels, and store the results beside the data sets.

Run as ``python -m tools.ensembles``; it takes minutes on one core. Names of entries, such as "10 starts",
measure only those anew. Every method has its settings chosen by the mean validation loss over the tuning
seeds, from a grid; the other seeds judge.
"""

from __future__ import annotations

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # before numpy is loaded

import itertools
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tools.ensemble_heirs import forked, student
from tools.ensemble_trials import (
    HIDDEN,
    RHOS,
    apart,
    best_searched,
    best_starts,
    between,
    held,
    of_run,
    snapshots,
)

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "ensembles.json"
TUNING, JUDGING = range(100, 107), range(16)
SLOW = [0.025, 0.05, 0.1, 0.2, 0.4]
RATES = [0.1, 0.2, 0.4, 0.57, 0.8, 1.13, 1.6]
FEW = [0.4, 0.8, 1.13, 1.6]
STEADY = [0.05, 0.1, 0.2, 0.4, 0.57, 0.8, 1.13]
HOLDS = [0.0, 0.4, 0.8]
FORK: dict[str, Any] = {"lr": 0.4, "epochs": 20, "more": 4}
Grids = Mapping[str, Sequence[float]]
Trial = Callable[..., list[float]]


class Job(NamedTuple):
    """What is tuned and judged: a trial, its grids, and what is given."""

    trial: Trial
    grids: Grids
    given: dict[str, Any]


def tuned(job: Job) -> dict[str, Any]:
    """Choose settings on the tuning seeds and measure them on the others."""
    chosen = list(itertools.product(*job.grids.values()))
    table = []
    for values in chosen:
        settings = dict(zip(job.grids, values, strict=True))
        losses = [job.trial(seed, **settings, **job.given)[0] for seed in TUNING if len(chosen) > 1]
        table.append(float(np.mean(losses)) if losses else 0.0)
    best = dict(zip(job.grids, chosen[int(np.argmin(table))], strict=True))
    runs = np.array([job.trial(seed, **best, **job.given) for seed in JUDGING])
    return {
        "settings": best,
        "grids": job.grids,
        "given": job.given,
        "tuning": [[*values, round(loss, 5)] for values, loss in zip(chosen, table, strict=True)],
        "validation": runs[:, 0].round(5).tolist(),
        "loss": runs[:, 1].round(5).tolist(),
        "error": runs[:, 2].round(5).tolist(),
        "untempered": runs[:, 3].round(5).tolist(),
    }


def jobs() -> Iterator[tuple[str, str, Job]]:
    """Yield what is tuned, with its part and its name; the rest comes from `later`."""
    for wrong in (0.2, 0.0):
        given = {"epochs": 20, "wrong": wrong}
        yield f"smooth {wrong:g}", "constant", Job(of_run, {"lr": STEADY}, given | {"rho": 0.0})
        yield f"smooth {wrong:g}", "average", Job(of_run, {"lr": STEADY, "rho": RHOS}, given)
        yield f"smooth {wrong:g}", "cosine", Job(held, {"lr": RATES, "hold": HOLDS}, given)
    yield from _kinds()
    # What 60 epochs of a network with 32 units buy.
    cycle = {"epochs": 10, "count": 6}
    yield "budget", "one long run", Job(apart, {"lr": SLOW}, {"epochs": 60})
    yield "budget", "its average", Job(of_run, {"lr": SLOW, "rho": RHOS}, {"epochs": 60})
    yield "budget", "6 snapshots", Job(snapshots, {"lr": RATES[:5]}, cycle)
    yield "budget", "6 starts", Job(apart, {"lr": RATES[1:6]}, cycle)
    wide = {"epochs": 10, "hidden": 6 * HIDDEN}
    yield "budget", "one wide network", Job(apart, {"lr": [*RATES[1:], 2.26]}, wide)


def _kinds() -> Iterator[tuple[str, str, Job]]:
    epochs = {"epochs": 20}
    yield "kinds", "one network", Job(apart, {"lr": RATES}, epochs)
    for count in (5, 10):
        yield "kinds", f"{count} starts", Job(apart, {"lr": FEW}, epochs | {"count": count})
    yield "kinds", "best 5 of 10 starts", Job(best_starts, {"lr": FEW}, epochs | {"count": 5, "of": 10})
    for count, name in ((1, "best of search"), (5, "best 5 of search"), (10, "all 10 of search")):
        yield "kinds", name, Job(best_searched, {}, epochs | {"count": count, "of": 10})
    yield "kinds", "steady run", Job(of_run, {"lr": STEADY}, epochs)
    yield "kinds", "5 checkpoints", Job(of_run, {"lr": STEADY}, epochs | {"what": "checkpoints", "count": 5})
    for name, what, counts in (
        ("latest (LAWA)", "latest weights", [2, 3, 5]),
        ("epochs (SWA)", "latest weights", [5, 10, 15, 20]),
        ("updates (Polyak)", "running average", [2, 5, 10, 15, 20]),
    ):
        yield "kinds", name, Job(of_run, {"lr": STEADY, "count": counts}, epochs | {"what": what})
    yield "kinds", "exponential", Job(of_run, {"lr": STEADY, "rho": RHOS}, epochs)


def later(found: dict[str, Any]) -> Iterator[tuple[str, str, Job]]:
    """Yield what depends on settings that were found: distillation, and more about the snapshots."""
    teach = found["kinds"]["10 starts"]["settings"]["lr"]
    soft: Grids = {
        "lr": [0.4, 0.8, 1.6],
        "temperature": [0.25, 0.5, 1.0, float("inf")],
        "weight": [0.3, 1.0],
    }
    yield "distillation", "labels", Job(apart, {"lr": RATES}, {"epochs": 20})
    smooth: Grids = {"lr": [0.4, 0.8, 1.6], "smoothing": [0.0, 0.05, 0.1, 0.2, 0.4]}
    yield "distillation", "smoothing", Job(student, smooth, {"way": "smoothing", "teach": teach})
    yield "distillation", "shuffled", Job(student, soft, {"way": "shuffled", "teach": teach})
    heard = {"way": "ten teachers", "teach": teach}
    higher: Grids = {**soft, "lr": [0.4, 0.8, 1.6, 3.2]}
    yield "distillation", "ten teachers", Job(student, higher, heard)
    plain: Grids = {"lr": [0.4, 0.8, 1.6], "temperature": [1.0], "weight": [1.0]}
    yield "distillation", "ten teachers, τ = 1", Job(student, plain, heard)
    yield "distillation", "the teachers", Job(apart, {"lr": [teach]}, {"epochs": 20, "count": 10})
    best = found["budget"]["6 snapshots"]["settings"]["lr"]
    for what in ("first", "last", "weights"):
        yield "basin", what, Job(snapshots, {"lr": [best]}, {"epochs": 10, "count": 6, "what": what})


def main(only: Sequence[str] = ()) -> None:
    """Measure everything, or the entries of the given names anew, and write it."""
    start = time.perf_counter()
    found: dict[str, Any] = {
        "date": date.today().isoformat(),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "seeds": {"tuning": list(TUNING), "judging": list(JUDGING)},
        "seconds": 0,
    }
    if only:
        old = json.loads(FILE.read_text(encoding="utf-8"))
        if any(old[name] != found[name] for name in ("versions", "seeds")):
            raise SystemExit("other versions or seeds: measure everything")
        found = old

    def put(part: str, name: str, job: Job) -> None:
        if only and name not in only:
            return
        found.setdefault(part, {})[name] = entry = tuned(job)
        spent = time.perf_counter() - start
        print(f"{spent:5.0f} s  {part}, {name}: {entry['settings']} {np.mean(entry['loss']):.4f}", flush=True)

    for part, name, job in jobs():
        put(part, name, job)
    for part, name, job in later(found):
        put(part, name, job)
    if not only:
        best, cycle = found["budget"]["6 snapshots"]["settings"], {"epochs": 10, "count": 6}
        found["barriers"] = np.round([between(seed, **best, **cycle) for seed in JUDGING], 5).tolist()
        runs = [forked(seed, **FORK) for seed in JUDGING]
        found["fork"] = {name: np.round([run[name] for run in runs], 5).tolist() for name in runs[0]}
    found["seconds"] += round(time.perf_counter() - start)
    text = json.dumps(found, ensure_ascii=False).replace("Infinity", '"inf"')
    FILE.with_suffix(".new").write_text(text + "\n", encoding="utf-8")
    FILE.with_suffix(".new").replace(FILE)
    print(f"{FILE.name}: {found['date']}, {found['seconds']} s on one core")


if __name__ == "__main__":
    main(sys.argv[1:])
