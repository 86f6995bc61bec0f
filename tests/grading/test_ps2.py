"""Problem set 2: what a student gets wrong is recognised, and a prediction is what a run says."""

import itertools

import numpy as np
import pytest

from d2l_utils import SGD, descend, quadratic
from exercises.ps2.polls import poll_error
from exercises.ps2.predictions import PREDICTIONS
from tests.grading import planted

CURVATURES = "np.linalg.eigvalsh(hessian)"
NOISE = "chances @ np.sum((each - middle) ** 2, axis=1) / batch_size"
ROOT = "float(np.sqrt(noise + bias))"
FINITE = "noise *= (n - batch_size) / (n - 1)"
MISTAKES = {
    "q1": {
        "uphill": [("p -= lr", "p += lr")],
        "without-start": [("[p.copy()]", "[]")],
        "without-end": [
            ("[p.copy()]", "[]"),
            ("        path.append(p.copy())\n", ""),
            ("        p -= lr", "        path.append(p.copy())\n        p -= lr"),
        ],
        "one-array": [("p.copy()", "p")],
        "moves-start": [("np.array(start, dtype=float)", "start")],
        "first-slope": [("    path = ", "    g = gradient(p)\n    path = "), ("lr * gradient(p)", "lr * g")],
    },
    "q2": {
        "diagonal": [(CURVATURES, "np.diag(hessian)")],
        "steepest-only": [(CURVATURES, f"{CURVATURES}.max()")],
        "sizes": [(CURVATURES, f"np.abs({CURVATURES})")],
        "flattest-only": [(CURVATURES, f"{CURVATURES}.min()")],
        "half-limit": [("np.any(np.abs(factors) > 1)", "np.any(factors < 0) or np.any(factors > 1)")],
        "mean-curvature": [(CURVATURES, f"{CURVATURES}.mean()")],
    },
    "q3": {
        "sum": [(" / len(pick)", "")],
        "over-nominal": [("len(pick)", "batch_size")],
        "over-all": [("len(pick)", "len(x)")],
        "doubled": [("w -= lr", "w -= 2 * lr")],
        "drops": [("range(0, len(x), batch_size)", "range(0, len(x) - batch_size + 1, batch_size)")],
        "plus-one": [("return updates", "return len(x) // batch_size + 1")],
        "unshuffled": [("rng.permutation(len(x))", "np.arange(len(x))")],
        "replaced": [("rng.permutation(len(x))", "rng.integers(len(x), size=len(x))")],
        "copied": [("w -= lr", "w = w - lr")],
        "uphill": [("w -= lr", "w += lr")],
    },
    "q4": {
        "no-root": [(ROOT, "float(noise + bias)")],
        "no-batch": [(" / batch_size\n", "\n")],
        "over-batch": [(" / batch_size\n", " / batch_size**2\n")],
        "per-coordinate": [("np.sum", "np.mean")],
        "sample-variance": [(NOISE, f"{NOISE} * n / (n - 1)")],
        "always-again": [("if not replace", "if False")],
        "finite-not-rooted": [
            (f"if not replace:\n        {FINITE}", "finite = 1 if replace else (n - batch_size) / (n - 1)"),
            (ROOT, "float(np.sqrt(noise + bias) * finite)"),
        ],
        "no-bias": [("noise + bias", "noise")],
        "polled-bias": [("noise + bias", "noise + bias / batch_size")],
        "sum-of-lengths": [(ROOT, "float(np.sqrt(noise) + np.sqrt(bias))")],
        "fair": [("if chances is None", "if True")],
    },
}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "slip", "edits"), planted.rows(MISTAKES))
def test_a_students_mistake_is_recognised(question, slip, edits, seed):
    judged = planted.judged("ps2", question, edits, seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    assert {question: set(slips) for question, slips in MISTAKES.items()} == planted.known("ps2")


def test_the_limit_is_where_a_walk_begins_to_diverge():
    objective, limit = quadratic((0.5, 2.0, 5.0)), PREDICTIONS.answers["limit"]
    for factor in (0.99, 1.01):
        far = np.abs(descend(SGD(factor * limit), objective, num_steps=2000).points[-1]).max()
        assert (far < 1) == (factor < 1)


def test_the_floor_is_that_of_a_noisy_walk():
    objective, floors = quadratic((1.0,)), []
    for lr, noise in ((0.02, 1.0), (0.01, 0.5)):
        trace = descend(SGD(lr), objective, (0.0,), num_steps=60_000, noise=noise, seed=2)
        floors.append(trace.values[2000:].mean())
    assert floors[1] / floors[0] == pytest.approx(PREDICTIONS.answers["floor"], rel=0.1)


def test_the_share_seen_is_that_of_draws():
    rng = np.random.default_rng(0)
    seen = np.mean([len(np.unique(rng.integers(1000, size=2000))) / 1000 for _ in range(100)])
    assert seen == pytest.approx(PREDICTIONS.answers["seen"], abs=0.005)


@pytest.mark.parametrize("replace", [True, False])
def test_the_error_of_a_poll_is_that_of_all_polls(replace):
    each = np.random.default_rng(3).normal(size=(5, 2))
    picks = itertools.product(range(5), repeat=3) if replace else itertools.combinations(range(5), 3)
    squares = [np.sum((each[list(pick)].mean(axis=0) - each.mean(axis=0)) ** 2) for pick in picks]
    assert poll_error(each, 3, replace) == pytest.approx(np.mean(squares) ** 0.5)


def test_the_error_of_an_unfair_poll_is_that_of_all_polls():
    each, chances = np.random.default_rng(4).normal(size=(4, 2)), np.array([0.1, 0.2, 0.3, 0.4])
    square = 0.0
    for pick in map(list, itertools.product(range(4), repeat=2)):
        square += np.prod(chances[pick]) * np.sum((each[pick].mean(axis=0) - each.mean(axis=0)) ** 2)
    assert poll_error(each, 2, True, chances) == pytest.approx(square**0.5)
