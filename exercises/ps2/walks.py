"""Walks downhill, and their fates."""

import numpy as np

from d2l_utils import rules
from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given


def walk(gradient, start, lr, num_steps):
    """Return the points of gradient descent, from the start on."""
    p = np.array(start, dtype=float)
    path = [p.copy()]
    for _ in range(num_steps):
        path.append(rules.sgd(p, gradient(p), lr).copy())
    return np.array(path)


def _uphill(gradient, start, lr, num_steps):
    return walk(gradient, start, -lr, num_steps)


def _without_start(gradient, start, lr, num_steps):
    return np.array(list(walk(gradient, start, lr, num_steps))[1:])


def _without_end(gradient, start, lr, num_steps):
    return np.array(list(walk(gradient, start, lr, num_steps))[:-1])


def _one_array(gradient, start, lr, num_steps):
    return np.tile(walk(gradient, start, lr, num_steps)[-1], (num_steps + 1, 1))


def _moves_start(gradient, start, lr, num_steps):
    path = [np.array(start, dtype=float)]
    for _ in range(num_steps):
        start -= lr * gradient(start)
        path.append(np.array(start))
    return np.array(path)


def _first_slope(gradient, start, lr, num_steps):
    first = gradient(start)
    return walk(lambda p: first, start, lr, num_steps)


def symmetric(eigenvalues, rng):
    """Return a matrix with these eigenvalues, turned so that no eigenvector lies along an axis."""
    d = len(eigenvalues)
    if d == 2:
        angle = rng.uniform(0.6, 0.95)
        q = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    else:
        q = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return q * np.asarray(eigenvalues) @ q.T


def walk_cases(rng):
    """Draw bowls and starts: arrays of floats, and others."""

    def bowl(d):
        return Given("bowl", (symmetric(rng.uniform(0.3, 2.0, d), rng),))

    for d in (1, 2, 3, 4):
        lr, steps = float(rng.uniform(0.05, 1.2)), int(rng.integers(3, 12))
        yield Case("path", (bowl(d), rng.normal(size=d), lr, steps))
        yield Case("edges", (bowl(d), rng.integers(1, 9, size=d), lr, steps))
    yield Case("edges", (bowl(2), rng.normal(size=2), 0.3, 0))
    yield Case("edges", (bowl(3), rng.normal(size=3).tolist(), 0.1, 4))


WALK = Function(
    name="q1",
    title="Walk downhill",
    target="walk",
    parts=(
        Part("path", 2, "walks against the slope and notes every point", "The start is the first row."),
        Part(
            "edges",
            1,
            "copes with whole numbers, with a list and with no step at all",
            "Begin with a copy of the start, as floats. A walk of no steps still has its start.",
        ),
    ),
    cases=walk_cases,
    reference=walk,
    observe_arguments=True,
    slips=(
        Mistake("uphill", "You walk along the gradient. It points uphill: subtract it.", _uphill),
        Mistake("without-start", "The start is missing: it is the first row of the path.", _without_start),
        Mistake("without-end", "Your last point is missing: n steps visit n + 1 points.", _without_end),
        Mistake(
            "one-array",
            "All your rows are the last point. You stored one and the same array again and again, and `-=` "
            "changed it in all places: store a copy.",
            _one_array,
        ),
        Mistake(
            "moves-start",
            "Your path is right, but you have moved the start that you were handed. Work on a copy of it.",
            _moves_start,
        ),
        Mistake(
            "first-slope",
            "You use the slope at the start for all steps. Ask for it anew at each.",
            _first_slope,
        ),
    ),
)


def _judge(factors):
    if np.max(np.abs(factors)) > 1:
        return "away"
    return "zigzag" if np.min(factors) < 0 else "one side"


def fate(hessian, lr):
    """Say what becomes of gradient descent, from the factor of a step along each eigenvector."""
    return _judge(1 - lr * np.linalg.eigvalsh(hessian))


def _diagonal(hessian, lr):
    return _judge(1 - lr * np.diag(hessian))


def _steepest_only(hessian, lr):
    return _judge(1 - lr * np.linalg.eigvalsh(hessian)[-1:])


def _flattest_only(hessian, lr):
    return _judge(1 - lr * np.linalg.eigvalsh(hessian)[:1])


def _sizes(hessian, lr):
    return _judge(1 - lr * np.abs(np.linalg.eigvalsh(hessian)))


def _half_limit(hessian, lr):
    bends = np.linalg.eigvalsh(hessian)
    return "away" if bends[0] < 0 or lr * bends[-1] > 1 else "one side"


def _mean_curvature(hessian, lr):
    return _judge(1 - lr * np.linalg.eigvalsh(hessian).mean(keepdims=True))


FATES = ((0.1, 0.9), (1.1, 1.9), (2.1, 3.0))  # η times the largest curvature
SADDLES = {2: (0.1, 0.7), 3: (2.2, 3.0)}  # the negative curvature over the largest, by dimension


def fate_cases(rng):
    """Draw bowls along the axes, turned bowls and saddles, each with rates of every kind."""
    for low, high in FATES:
        for d in (2, 3):
            top = rng.uniform(0.5, 20.0)
            curvatures = np.append(rng.uniform(0.02, 0.2, d - 1) * top, top)
            lr = float(rng.uniform(low, high) / top)
            yield Case("axes", (np.diag(rng.permutation(curvatures)), lr))
            yield Case("turned", (symmetric(curvatures, rng), lr))
            down = np.append(curvatures[1:], -rng.uniform(*SADDLES[d]) * top)
            yield Case("saddle", (symmetric(down, rng), lr))
        yield Case("saddle", (symmetric(curvatures, rng), lr))


FATE = Function(
    name="q2",
    title="Three fates",
    target="fate",
    parts=(
        Part("axes", 1, "knows the fate in a bowl along the axes", "One factor 1 − ηλ for each axis."),
        Part(
            "turned", 1, "knows the fate in a turned bowl", "The curvatures of a turned bowl are eigenvalues."
        ),
        Part("saddle", 1, "tells a saddle from a bowl", "What is 1 − ηλ when λ is negative?"),
    ),
    cases=fate_cases,
    reference=fate,
    slips=(
        Mistake(
            "diagonal",
            "You read the curvatures off the diagonal. That is right along the axes only; a turned bowl has "
            "its curvatures in the eigenvalues.",
            _diagonal,
        ),
        Mistake(
            "steepest-only",
            "You look at the largest curvature alone. A saddle also has a negative one, and along it every "
            "rate leads away.",
            _steepest_only,
        ),
        Mistake(
            "sizes",
            "You take the sizes of the curvatures. Their signs count: with λ below 0, 1 − ηλ is above 1.",
            _sizes,
        ),
        Mistake(
            "flattest-only", "You look at the smallest curvature. The largest sets the limit.", _flattest_only
        ),
        Mistake(
            "half-limit",
            "You put the limit at 1/λ. There the zigzag begins; it shrinks as far as 2/λ.",
            _half_limit,
        ),
        Mistake(
            "mean-curvature",
            "You take the mean of the curvatures. Each direction lives by its own, so check each.",
            _mean_curvature,
        ),
    ),
)
