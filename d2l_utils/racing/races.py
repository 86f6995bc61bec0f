"""A fair race: the same trials, seeds, batches and steps for every method; kept run by run, and resumed.

A race has three parts, with seeds that never meet. Four pathfinders set the target of each workload. Then all
methods are tuned: each takes the same number of trials from its search space. Then the fastest trial runs
again, on new seeds; these runs are the result.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.racing import methods
from d2l_utils.racing.workloads import Workload, workload

__all__ = ["Log", "Plan", "Run", "race", "run", "steps_to_target", "subsets", "target_of", "train"]

CAMPS = (("Momentum", "Nesterov"), ("AdamW", "NAdam"))  # AlgoPerf's four, one rate for all and one for each
SHARE = 0.75  # of the steps, in which a pathfinder must reach the target


@dataclass(frozen=True, order=True)
class Run:
    """What one run is: it names the run in the log, and decides all of it.

    Attributes
    ----------
    workload, method, space : str
    trial : int
        Which settings of the space.
    seed : int
        Of the first weights and of the batches, whatever the method.
    part : float
        Share of the workload's steps that is run.
    """

    workload: str
    method: str
    space: str
    trial: int
    seed: int
    part: float = 1.0


@dataclass(frozen=True)
class Plan:
    """How large a race is.

    Attributes
    ----------
    trials : int
        Settings tried of each method.
    finals : int
        New seeds on which the fastest runs again.
    """

    trials: int = 20
    finals: int = 6

    def path_seeds(self, trial: int) -> int:
        """Return the seed of a pathfinder's trial."""
        return 10_000 + trial

    def tuning_seed(self, trial: int) -> int:
        """Return the seed of a trial: another for each, the same for every method."""
        return 20_000 + trial

    def final_seeds(self) -> range:
        """Return the seeds of the final runs."""
        return range(30_000, 30_000 + self.finals)


def run(what: Run) -> np.ndarray:
    """Train once and return the held-out loss at the start and after every few steps.

    Parameters
    ----------
    what : Run

    Returns
    -------
    ndarray of float16
        Three digits of each loss; infinite from where it is infinite, nan or beyond float16.

    Examples
    --------
    >>> losses = run(Run("digits", "Adam", "usual", 0, seed=0, part=0.1))
    >>> len(losses), bool(losses[-1] < losses[0])
    (5, True)
    """
    task = workload(what.workload)
    num_steps = round(what.part * task.num_steps)
    settings = methods.draw(what.method, what.trial, what.space)
    return train(task, methods.make(what.method, settings, num_steps), what.seed, num_steps)


def train(task: Workload, optimizer: Any, seed: int, num_steps: int) -> np.ndarray:
    """Return the held-out losses of a run with this optimizer, as `run` does."""
    model = task.start(np.random.default_rng([seed, 0]))
    found = np.full(num_steps // task.every + 1, np.inf, np.float16)
    x, t = task.train
    with np.errstate(all="ignore"):
        for step, picked in enumerate(task.batches(seed)[: num_steps + 1]):
            if step % task.every == 0:
                found[step // task.every] = loss = model.loss(*task.held_out)
                if not np.isfinite(loss):
                    break
            if step < num_steps:
                optimizer.update(model.params, model.gradient(x[picked], t[picked]))
        else:
            if num_steps == task.num_steps:
                found[-1] = model.loss(*task.held_out)
    found[np.isnan(found)] = np.inf
    return found


def steps_to_target(losses: np.ndarray, target: float, every: int) -> float:
    """Return the steps after which the loss was first measured at or below the target; inf if never.

    Examples
    --------
    >>> steps_to_target(np.array([3.0, 2.0, 0.9, 1.1]), target=1.0, every=5)
    10.0
    """
    reached = np.flatnonzero(np.asarray(losses) <= target)
    return float(reached[0] * every) if len(reached) else float("inf")


class Log:
    """Runs that are done, a line each in a file; those that are not are done when they are asked for.

    Parameters
    ----------
    file : path, optional
        Read first, then written to, line by line; a last line that was cut off is dropped. Without it the
        runs are kept in memory.

    Attributes
    ----------
    asked : dict of Run to float
        Seconds of a processor that each run took which was asked for.
    """

    def __init__(self, file: Path | str | None = None) -> None:
        self.file = None if file is None else Path(file)
        self.done, self.took, self.asked = dict[Run, np.ndarray](), dict[Run, float](), dict[Run, float]()
        if self.file is not None and self.file.exists():
            whole, _, cut = self.file.read_bytes().rpartition(b"\n")
            for line in whole.splitlines():
                entry = json.loads(line)
                losses = [np.inf if loss is None else loss for loss in entry.pop("losses")]
                seconds = entry.pop("seconds")
                self.done[Run(**entry)], self.took[Run(**entry)] = np.array(losses, np.float16), seconds
            if cut:
                self.file.write_bytes(whole + b"\n" if whole else b"")

    def __call__(self, what: Run) -> np.ndarray:
        """Return the losses of a run."""
        if what not in self.done:
            began = time.process_time()
            losses = run(what)
            seconds = round(time.process_time() - began, 4)
            if self.file is not None:
                kept = [float(loss) if np.isfinite(loss) else None for loss in losses]
                with self.file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(vars(what) | {"losses": kept, "seconds": seconds}) + "\n")
            self.done[what], self.took[what] = losses, seconds
        self.asked[what] = self.took[what]
        return self.done[what]


def target_of(name: str, plan: Plan, log: Log) -> dict[str, float]:
    """Return a workload's target, and what each pathfinder reached in three quarters of the steps.

    Each pathfinder is tuned with the race's trials, and its best trial runs on new seeds; the median of
    these ends is what it reached. Of each camp (one rate for all; one for each) the better counts, and of
    the two camps the worse: so both can reach the target.

    Returns
    -------
    dict of str to float
        The pathfinders' ends, ``target``, and ``hard``: the best of the four, which AlgoPerf takes.
    """
    reached = {}
    for method in (each for camp in CAMPS for each in camp):
        ends = [
            log(Run(name, method, "usual", trial, plan.path_seeds(trial), SHARE))[-1]
            for trial in range(plan.trials)
        ]
        best = int(np.argmin(ends))
        seeds = range(11_000, 11_000 + plan.finals)
        reached[method] = float(
            np.median([log(Run(name, method, "usual", best, seed, SHARE))[-1] for seed in seeds])
        )
    better = [min(reached[each] for each in camp) for camp in CAMPS]
    return reached | {"target": max(better), "hard": min(better)}


def subsets(method: str, space: str, trials: int) -> dict[str, list[int]]:
    """Return which trials a race of another size, or in another range of rates, would have had.

    Returns
    -------
    dict of str to list of int
        ``all``; ``five``, the first five; ``low`` and ``high``, those in a half of the rate's four decades.
    """
    rates = methods.space_of(method, space)["lr"]
    share = [rates.share(methods.draw(method, trial, space)["lr"]) for trial in range(trials)]
    return {
        "all": list(range(trials)),
        "five": list(range(min(5, trials))),
        "low": [i for i in range(trials) if share[i] < 0.5],
        "high": [i for i in range(trials) if share[i] >= 0.5],
    }


def race(
    name: str, method: str, space: str, plan: Plan, target: float, log: Log, *, again: bool = True
) -> dict[str, Any]:
    """Tune a method on a workload, and run its fastest trial again on new seeds.

    Parameters
    ----------
    name, method, space : str
        Of the workload, the method and its search space.
    plan : Plan
    target : float
        Held-out loss to reach.
    log : Log
        Has the runs, or makes them.
    again : bool
        Run the fastest trial on the new seeds.

    Returns
    -------
    dict
        ``tuned``: steps to the target of each trial. ``ends``: its last loss. ``trial``: the fastest.
        ``steps``: its steps on the new seeds.
    """
    every = workload(name).every
    runs = [log(Run(name, method, space, i, plan.tuning_seed(i))) for i in range(plan.trials)]
    tuned = [steps_to_target(losses, target, every) for losses in runs]
    ends = [float(losses[-1]) for losses in runs]
    fastest = min(range(plan.trials), key=lambda i: (tuned[i], ends[i]))
    found: dict[str, Any] = {"tuned": tuned, "ends": ends, "trial": fastest}
    if again:
        finals = [log(Run(name, method, space, fastest, seed)) for seed in plan.final_seeds()]
        found["steps"] = [steps_to_target(losses, target, every) for losses in finals]
    return found
