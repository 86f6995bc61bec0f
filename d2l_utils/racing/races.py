"""A fair race: the same trials, seeds, batches and steps for every method; kept run by run, and resumed.

A race has two parts, with seeds that never meet. All methods are tuned: each takes the same number of trials
from its search space, in several draws of the trials. The whole field's trials set the target. Then the
fastest trial of each draw runs again, on new seeds; these runs are the result.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils.racing import methods
from d2l_utils.racing.workloads import Workload, workload

__all__ = ["Log", "Plan", "Run", "race", "run", "steps_to_target", "target_of", "train"]

SHARE = 0.75  # of the steps, after which the losses are read that set the target


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
    """

    workload: str
    method: str
    space: str
    trial: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """How large a race is.

    Attributes
    ----------
    trials : int
        Settings tried of each method in a draw.
    finals : int
        New seeds on which the fastest runs again.
    draws : int
        How often the trials are drawn.
    """

    trials: int = 20
    finals: int = 5
    draws: int = 5

    def numbers(self, draw: int) -> range:
        """Return the numbers of a draw's trials; no two draws share one."""
        return range(1000 * draw, 1000 * draw + self.trials)

    def tuning_seed(self, trial: int) -> int:
        """Return the seed of a trial: another for each, the same for every method."""
        return 20_000 + trial

    def final_seeds(self, draw: int = 0) -> range:
        """Return the seeds of the final runs."""
        return range(10_000 + 1000 * draw, 10_000 + 1000 * draw + self.finals)


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
    >>> losses = run(Run("digits", "Adam", "usual", 0, seed=0))
    >>> len(losses), bool(losses[-1] < losses[0])
    (41, True)
    """
    task = workload(what.workload)
    settings = methods.draw(what.method, what.trial, what.space)
    return train(task, methods.make(what.method, settings, task.num_steps), what.seed, task.num_steps)


def train(task: Workload, optimizer: Any, seed: int, num_steps: int) -> np.ndarray:
    """Return the held-out losses of a run with this optimizer, as `run` does.

    Raises
    ------
    ValueError
        If there are not so many batches, or if the last step is not measured.
    """
    if num_steps > task.num_steps or num_steps % task.every:
        raise ValueError(
            f"num_steps must be a multiple of {task.every} up to {task.num_steps}; got {num_steps}"
        )
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

    Raises
    ------
    ValueError
        If a line's settings are not those that the trial has now: the search space was changed since.
    """

    def __init__(self, file: Path | str | None = None) -> None:
        self.file = None if file is None else Path(file)
        self.done, self.took, self.asked = dict[Run, np.ndarray](), dict[Run, float](), dict[Run, float]()
        if self.file is not None and self.file.exists():
            whole, _, cut = self.file.read_bytes().rpartition(b"\n")
            for line in whole.splitlines():
                self._read(json.loads(line))
            if cut:
                self.file.write_bytes(whole + b"\n" if whole else b"")

    def _read(self, entry: dict[str, Any]) -> None:
        losses = [np.inf if loss is None else loss for loss in entry.pop("losses")]
        seconds, settings = entry.pop("seconds"), entry.pop("settings", None)
        what = Run(**entry)
        now = methods.draw(what.method, what.trial, what.space)
        if settings != now:
            raise ValueError(f"{self.file} was run with other settings: {what} had {settings}, now {now}")
        self.done[what], self.took[what] = np.array(losses, np.float16), seconds

    def __call__(self, what: Run) -> np.ndarray:
        """Return the losses of a run."""
        if what not in self.done:
            began = time.process_time()
            losses = run(what)
            seconds = round(time.process_time() - began, 4)
            if self.file is not None:
                kept = [float(loss) if np.isfinite(loss) else None for loss in losses]
                given = methods.draw(what.method, what.trial, what.space)
                line = vars(what) | {"settings": given, "losses": kept, "seconds": seconds}
                with self.file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
            self.done[what], self.took[what] = losses, seconds
        self.asked[what] = self.took[what]
        return self.done[what]


def target_of(
    name: str, plan: Plan, log: Log, field: Iterable[str] = tuple(methods.METHODS)
) -> dict[str, float]:
    """Return a workload's targets, which the tuning runs of the whole field set.

    Of each method in each draw the lowest loss after three quarters of the steps counts, and of the draws
    the median: what the method reached.

    Returns
    -------
    dict of str to float
        What each method reached; ``target``, the median of the field; ``hard``, what a quarter of it reached.
    """
    at = round(SHARE * workload(name).num_steps / workload(name).every)
    reached = {}
    for method in field:
        lowest = [
            min(log(Run(name, method, "usual", i, plan.tuning_seed(i)))[at] for i in plan.numbers(draw))
            for draw in range(plan.draws)
        ]
        reached[method] = float(sorted(lowest)[plan.draws // 2])
    ordered = sorted(reached.values())
    return reached | {"target": ordered[len(ordered) // 2], "hard": ordered[len(ordered) // 4]}


def race(
    name: str,
    method: str,
    space: str,
    plan: Plan,
    target: float,
    log: Log,
    *,
    draw: int = 0,
    again: bool = True,
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
    draw : int
        Which draw of the trials.
    again : bool
        Run the fastest trial on the new seeds.

    Returns
    -------
    dict
        ``tuned``: steps to the target of each trial. ``ends``: its last loss. ``trial``: the number of the
        fastest; of equals, the one with the lowest end. ``steps``: its steps on the new seeds.
    """
    every, trials = workload(name).every, plan.numbers(draw)
    runs = [log(Run(name, method, space, i, plan.tuning_seed(i))) for i in trials]
    tuned = [steps_to_target(losses, target, every) for losses in runs]
    ends = [float(losses[-1]) for losses in runs]
    fastest = min(range(plan.trials), key=lambda i: (tuned[i], ends[i]))
    found: dict[str, Any] = {"tuned": tuned, "ends": ends, "trial": trials[fastest]}
    if again:
        finals = [log(Run(name, method, space, trials[fastest], seed)) for seed in plan.final_seeds(draw)]
        found["steps"] = [steps_to_target(losses, target, every) for losses in finals]
    return found
