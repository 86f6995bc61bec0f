"""Problem set 3: what a student gets wrong is recognised, and a prediction is what a run says."""

import numpy as np
import pytest

from d2l_utils import SGD, Momentum, Nesterov, descend, quadratic
from exercises.ps3.averages import average
from exercises.ps3.paths import nesterov_path
from exercises.ps3.predictions import PREDICTIONS, speed
from exercises.ps3.shrinking import shrink
from tests.grading import planted

NOTE = "averages[t - 1] = a / (1 - rho**t) if corrected else a"
SIZE = "float(np.max(np.abs(np.linalg.eigvals(np.array(matrix)))))"
ROOTS = "np.linalg.eigvals(np.array(matrix))"
AHEAD = "p.copy() if ahead else p - momentum * v"
MISTAKES = {
    "q1": {
        "full-share": [("(1 - rho) * now", "now")],
        "swapped": [("rho * a + (1 - rho) * now", "(1 - rho) * a + rho * now")],
        "first-value": [("a = 0.0", "a = x[0]")],
        "fed-back": [(NOTE, "a = a / (1 - rho**t) if corrected else a\n        averages[t - 1] = a")],
        "from-zero": [("start=1", "start=0"), ("averages[t - 1]", "averages[t]")],
        "ahead": [("rho**t", "rho ** (t + 1)")],
        "never": [(" / (1 - rho**t) if corrected else a", "")],
        "multiplied": [("a / (1 - rho**t)", "a * (1 - rho**t)")],
        "stored-whole": [("np.zeros(x.shape)", "np.zeros_like(x)")],
        "carried-whole": [
            ("averages = np.zeros(x.shape)", "averages = []"),
            ("a = 0.0", "a = np.zeros_like(x[0])"),
            ("        averages", "        a = np.asarray(a, dtype=x.dtype)\n        averages"),
            (NOTE, "averages.append(a / (1 - rho**t) if corrected else a)"),
            ("return averages", "return np.array(averages)"),
        ],
        "last-only": [("return averages", "return averages[-1]")],
    },
    "q2": {
        "climb": [("v -= lr", "v += lr"), ("p -= lr", "p += lr")],
        "forget": [("v *= momentum", "v *= 0")],
        "no-friction": [("    v *= momentum\n", "")],
        "swapped": [("v *= momentum", "v *= 1 - momentum")],
        "average": [
            ("v -= lr * g", "v -= (1 - momentum) * lr * g"),
            ("v += g", "v += (1 - momentum) * g"),
        ],
        "late": [
            ("    v *= momentum\n", "    p += v if inside else -lr * v\n    v *= momentum\n"),
            ("        p += v\n", ""),
            ("        p -= lr * v\n", ""),
        ],
        "two-rates": [("p += v", "p += lr * v")],
        "backwards": [("p += v", "p -= v")],
        "no-rate": [("v -= lr * g", "v -= g")],
        "two-rates-outside": [("v += g", "v += lr * g")],
        "always-inside": [("if inside", "if True")],
        "always-outside": [("if inside", "if False")],
        "copies": [("    v *= momentum", "    p, v = p * 1, v * momentum")],
    },
    "q3": {
        "real-part": [(ROOTS, f"{ROOTS}.real")],
        "smallest": [("np.max", "np.min")],
        "signed": [(SIZE, f"float(np.max({ROOTS}.real))")],
        "plain": [(SIZE, "abs(1 - pull)")],
        "always-swinging": [(SIZE, "(momentum * abs(1 - pull) if nesterov else momentum) ** 0.5")],
        "twice": [(SIZE, f"{SIZE} * (2 if np.iscomplex({ROOTS}).any() else 1)")],
        "same-ball": [("if nesterov", "if False")],
        "swapped": [("if nesterov", "if not nesterov")],
        "no-curvature": [("lr * curvature", "lr")],
    },
    "q4": {
        "heavy-ball": [("p += momentum * v - lr * g", "p += v"), (AHEAD, "p.copy()")],
        "always-ahead": [(AHEAD, "p.copy()")],
        "never-ahead": [(AHEAD, "p - momentum * v")],
        "swapped": [("if ahead", "if not ahead")],
        "full-velocity": [("p += momentum * v", "p += v"), ("p - momentum * v", "p - v")],
        "wrong-way": [("p - momentum * v", "p + momentum * v")],
        "no-gradient": [("p += momentum * v - lr * g", "p += momentum * v")],
        "climb": [("v - lr * g", "v + lr * g")],
        "without-start": [("[p.copy()]", "[]")],
        "one-array": [("p.copy()", "p")],
        "moves-start": [("np.array(start, dtype=float)", "start")],
    },
}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "slip", "edits"), planted.rows(MISTAKES))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a student's division by zero
def test_a_students_mistake_is_recognised(question, slip, edits, seed):
    judged = planted.judged("ps3", question, edits, seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    assert {question: set(slips) for question, slips in MISTAKES.items()} == planted.known("ps3")


@pytest.mark.parametrize("corrected", [False, True])
def test_an_average_is_a_weighted_sum(corrected):
    x = np.random.default_rng(0).normal(size=7)
    weights = 0.2 * 0.8 ** np.arange(7)[::-1]
    expected = weights @ x / (weights.sum() if corrected else 1)
    assert average(x, 0.8, corrected)[-1] == pytest.approx(expected)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize(("lr", "momentum"), [(0.3, 0.8), (0.01, 0.5)])  # she swings, she does not
def test_the_factor_is_that_of_a_walk(lr, momentum, nesterov):
    optimizer = (Nesterov if nesterov else Momentum)(lr, momentum)
    points = descend(optimizer, quadratic((2.0,)), (1.0,), num_steps=400).points[:, 0]
    late, early = np.abs(points[350:]).max(), np.abs(points[150:201]).max()
    assert (late / early) ** (1 / 200) == pytest.approx(shrink(lr, momentum, 2.0, nesterov), rel=5e-3)


def test_the_ship_looks_ahead():
    hessian, x, v = np.diag([0.1, 2.0]), np.array([-7.0, 2.0]), np.zeros(2)
    ship = [x]
    for _ in range(20):
        v = 0.9 * v - 0.1 * hessian @ (x + 0.9 * v)
        x = x + v
        ship.append(x)
    path = nesterov_path(lambda p: hessian @ p, ship[0], 0.1, 0.9, 20, ahead=False)
    np.testing.assert_allclose(path, ship, rtol=1e-12)


@pytest.mark.parametrize(("key", "rule"), [("limit", Momentum), ("nesterov", Nesterov)])
def test_the_limit_is_where_a_walk_begins_to_diverge(key, rule):
    for factor in (0.99, 1.01):
        optimizer = rule(factor * PREDICTIONS.answers[key], 0.8)
        far = np.abs(descend(optimizer, quadratic((0.5, 5.0)), num_steps=3000).points[-1]).max()
        assert (far < 1) == (factor < 1)


def test_the_equal_rate_makes_an_equal_way():
    slope = quadratic((0.01,))  # which changes slowly
    light = descend(SGD(0.1), slope, (1.0,), num_steps=1000).points[-1, 0]
    heavy = descend(Momentum(PREDICTIONS.answers["equal"], 0.95), slope, (1.0,), num_steps=1000).points[-1, 0]
    assert heavy == pytest.approx(light, rel=0.05)
    assert speed(0.1, 0.95) == pytest.approx(0.1 / PREDICTIONS.answers["equal"] * 0.1)


def test_the_ship_coasts_as_a_geometric_series_says():
    assert PREDICTIONS.answers["coast"] == pytest.approx(sum(0.8 * 0.75**k for k in range(1, 200)))
    assert PREDICTIONS.answers["speed"] == pytest.approx(sum(0.02 * 0.98**k for k in range(3000)))


def test_nesterov_forgives_a_large_momentum_where_it_is_steep() -> None:
    """Question 4 says so, and where it does not: along the canal."""
    assert np.isclose(shrink(0.1, 0.98, 2.0), 0.98**0.5)
    assert np.isclose(shrink(0.1, 0.98, 2.0, nesterov=True), (0.98 * 0.8) ** 0.5)
    assert shrink(0.1, 0.98, 0.1) - shrink(0.1, 0.98, 0.1, nesterov=True) < 0.01


@pytest.mark.parametrize("pull", [0.02, 0.3])
def test_at_a_double_root_the_distance_has_a_factor_that_grows(pull: float) -> None:
    """Question 3: (1 + cn) rⁿ, and not rⁿ."""
    momentum = (1 - pull**0.5) ** 2
    r = momentum**0.5
    assert np.isclose(shrink(pull, momentum, 1.0), r, rtol=1e-6)
    p, v, n = 1.0, 0.0, 40
    for _ in range(n):
        v = momentum * v - pull * p
        p += v
    c = (1 - pull) / r - 1  # from the first step
    assert np.isclose(p, (1 + c * n) * r**n, rtol=1e-6)
    assert p > 2 * r**n
