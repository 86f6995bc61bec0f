"""Nesterov's path, ahead of the ship and under her."""

import numpy as np

from d2l_utils import rules
from exercises.grading.marking.slipped import slipped
from exercises.grading.marking.states import PATH as WALKED
from exercises.grading.marking.states import lagging
from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given


def _path(rule, position=lambda p, v, momentum: p - momentum * v):
    def nesterov_path(gradient, start, lr, momentum, num_steps, ahead=True):
        p, v = np.array(start, dtype=float), np.zeros(len(start))
        points = [p.copy()]
        for _ in range(num_steps):
            p, v = rule(p, gradient(p), v, lr, momentum)
            points.append(p.copy() if ahead else position(p, v, momentum))
        return np.array(points)

    return nesterov_path


nesterov_path = _path(rules.nesterov)


def _always_ahead(gradient, start, lr, momentum, num_steps, ahead=True):
    return nesterov_path(gradient, start, lr, momentum, num_steps)


def _never_ahead(gradient, start, lr, momentum, num_steps, ahead=True):
    return nesterov_path(gradient, start, lr, momentum, num_steps, False)


def _swapped(gradient, start, lr, momentum, num_steps, ahead=True):
    return nesterov_path(gradient, start, lr, momentum, num_steps, not ahead)


def _without_start(gradient, start, lr, momentum, num_steps, ahead=True):
    return np.array(list(nesterov_path(gradient, start, lr, momentum, num_steps, ahead))[1:])


def _heavy_ball(gradient, start, lr, momentum, num_steps, ahead=True):
    return _path(rules.momentum, lambda p, v, momentum: p.copy())(
        gradient, start, lr, momentum, num_steps, ahead
    )


def _one_array(gradient, start, lr, momentum, num_steps, ahead=True):
    p, v = np.array(start, dtype=float), np.zeros(len(start))
    points = [p]
    for _ in range(num_steps):
        rules.nesterov(p, gradient(p), v, lr, momentum)
        points.append(p if ahead else p - momentum * v)
    return np.array(points)


def _moves_start(gradient, start, lr, momentum, num_steps, ahead=True):
    v, points = np.zeros(len(start)), [np.array(start, dtype=float)]
    for _ in range(num_steps):
        rules.nesterov(start, gradient(start), v, lr, momentum)
        points.append(start.copy() if ahead else start - momentum * v)
    return np.array(points)


def cases(rng):
    """Draw bowls, and walks on them from both points of view."""

    def arguments(d, num_steps):
        factor = rng.normal(size=(d, d))
        hessian = factor @ factor.T / d + 0.2 * np.eye(d)
        lr = float(rng.uniform(0.2, 0.9) / np.linalg.eigvalsh(hessian)[-1])
        return Given("bowl", (hessian,)), rng.normal(size=d), lr, float(rng.uniform(0.3, 0.95)), num_steps

    for d in (1, 2, 3):
        yield Case("ahead", arguments(d, int(rng.integers(3, 12))))
        yield Case("ship", (*arguments(d, int(rng.integers(3, 12))), False))
    for ahead in (True, False):
        gradient, _, *rest = arguments(2, 4)
        yield Case("edges", (gradient, rng.integers(1, 9, size=2), *rest, ahead))
        yield Case("edges", (*arguments(2, 0), ahead))


PATH = Function(
    name="q4",
    title="Ahead of the ship",
    target="nesterov_path",
    parts=(
        Part("ahead", 1, "follows the point ahead", "Its step is momentum·v − lr·g, with the new v."),
        Part(
            "ship",
            1,
            "follows the ship herself",
            "The point ahead is the ship plus momentum·v.",
        ),
        Part("edges", 1, "copes with whole numbers and with no step", "Walk on a copy, in floats."),
    ),
    cases=cases,
    reference=nesterov_path,
    lagging=tuple(lagging(["nesterov"], _path)),
    returns=WALKED,
    observe_arguments=True,
    slips=(
        Mistake(
            "heavy-ball",
            "That is the heavy ball: you take the slope where the ship is, not where she is about to be.",
            _heavy_ball,
        ),
        Mistake(
            "always-ahead",
            "You always return the points ahead. With ahead=False the ship's own positions are asked for.",
            _always_ahead,
        ),
        Mistake(
            "never-ahead",
            "You always return the ship's positions. With ahead=True the points ahead of her are asked for.",
            _never_ahead,
        ),
        Mistake("swapped", "You have the two points of view swapped.", _swapped),
        Mistake(
            "full-velocity",
            "Between the ship and the point ahead lies momentum·v, not all of v.",
            _path(slipped("nesterov", "full-velocity"), lambda p, v, momentum: p - v),
        ),
        Mistake(
            "wrong-way",
            "The ship is behind the point ahead, so subtract momentum·v from it.",
            _path(rules.nesterov, lambda p, v, momentum: p + momentum * v),
        ),
        Mistake(
            "no-gradient",
            "The point ahead moves by momentum·v alone; the step of the gradient, −lr·g, is missing.",
            _path(slipped("nesterov", "no-gradient")),
        ),
        Mistake(
            "climb", "You walk along the gradient. It points uphill.", _path(slipped("nesterov", "climb"))
        ),
        Mistake("without-start", "The start is missing: it is the first row of the path.", _without_start),
        Mistake(
            "one-array",
            "All your rows are the last point: `p += …` changed the one array that you stored. Store copies.",
            _one_array,
        ),
        Mistake(
            "moves-start",
            "Your path is right, but you have moved the start that you were handed. Work on a copy of it.",
            _moves_start,
        ),
    ),
)
