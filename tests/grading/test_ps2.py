"""Problem set 2: what a student gets wrong is recognised, and a prediction is what a run says."""

import itertools

import numpy as np
import pytest

from d2l_utils import SGD, descend, quadratic
from d2l_utils.schedules import Constant, Warmup
from exercises.ps2.epochs import train_epoch
from exercises.ps2.given import bakeries
from exercises.ps2.polls import poll_error
from exercises.ps2.predictions import PREDICTIONS
from exercises.ps2.rates import rate
from tests.grading import planted

CURVATURES = "np.linalg.eigvalsh(hessian)"
NOISE = "chances @ np.sum((each - middle) ** 2, axis=1) / batch_size"
ROOT = "float(np.sqrt(noise + bias))"
FINITE = "noise *= (n - batch_size) / (n - 1)"
UP, DOWN = "(t + 1) / warmup", "left / decay"
OVER = "return 0.0"
GUARD = f"    if left <= 0:\n        {OVER}\n"
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
    "q6": {
        "zero-at-both-ends": [(UP, "t / warmup"), (DOWN, "(left - 1) / decay")],
        "from-zero": [(UP, "t / warmup")],
        "from-zero-to-peak": [(UP, "t / max(warmup - 1, 1)")],
        "late-peak": [(UP, "(t + 1) / (warmup + 1)")],
        "overshoots": [("if t < warmup", "if 0 < warmup >= t")],
        "last-is-zero": [(DOWN, "(left - 1) / decay")],
        "down-to-zero": [(DOWN, "(left - 1) / max(decay - 1, 1)")],
        "early-end": [(DOWN, "left / (decay + 1)")],
        "falls-at-once": [("if left <= decay", "if decay"), (DOWN, "left / (steps - warmup)")],
        "share-of-run": [(DOWN, "left / steps")],
        "upside-down": [(DOWN, "(decay - left + 1) / decay")],
        "back-to-peak": [(OVER, "return lr")],
        "below-zero": [(GUARD, ""), (DOWN, "left / (decay or 1)")],
        "below-zero-or-peak": [(GUARD, ""), ("if left <= decay", "if decay and left <= decay")],
        "below-zero-or-error": [(GUARD, "")],
        "stays-at-last": [("left = steps - t", "t = min(t, steps - 1)\n    left = steps - t")],
        "one-too-many": [("steps - t", "max(steps - t, t == steps)")],
        "divides-by-nothing": [
            ("    left", "    return lr * max(min(1, (t + 1) / warmup, (steps - t) / decay), 0)\n    left")
        ],
        "counts-from-one": [("    left", "    t = t - 1\n    left")],
        "one-ahead": [("    left", "    t = t + 1\n    left")],
        "no-warm-up": [("if t < warmup", "if False")],
        "no-fall": [("if left <= decay", "if False")],
        "share": [("lr * ", ""), ("return lr", "return 1")],
        "whole": [(" / ", " // ")],
        "swapped": [("    left", "    warmup, decay = decay, warmup\n    left")],
    },
}
# Others cost a point too, although none has words of its own.
OTHERS = {
    "counts its calls": [("    left", "    rate.calls = t = getattr(rate, 'calls', -1) + 1\n    left")],
    "begins anew at 0": [
        ("    left", "    rate.calls = t = 0 if t == 0 else getattr(rate, 'calls', -1) + 1\n    left")
    ],
    "remembers its last rate": [
        ("    left", "    rate.last = getattr(rate, 'last', 0) + lr / max(warmup, 1)\n    left"),
        (f"lr * {UP}", "rate.last"),
    ],
    "at least one update of each": [
        ("    left", "    warmup, decay = max(warmup, 2), max(decay, 2)\n    left")
    ],
    "cosine": [(DOWN, "(1 - np.cos(np.pi * left / decay)) / 2")],
    "all rates": [("    left", "    t = np.arange(steps)\n    return np.full(steps, lr)\n    left")],
    "whole peak": [("    left", "    lr = int(lr)\n    left")],
    "never over": [("if left <= 0", "if left < 0")],
    "negative end": [(OVER, "return -lr")],
}
# Other right ways to write it; what a variant does not return, the solution below it does.
VARIANTS = {
    "the least of three": """
    return lr * max(0, min(1, (t + 1) / (warmup or 1), (steps - t) / (decay or 1)))""",
    "the most that is missing": """
    missing = max(0, 1 - (t + 1) / max(warmup, 1), 1 - (steps - t) / max(decay, 1))
    return lr - lr * missing if t < steps else 0""",
    "a line through corners": """
    corners, rates = [-1, warmup - 1, steps - decay, steps], [0, lr, lr, 0]
    return 0 if t >= steps else np.interp(t, corners, rates)""",
    "a list": """
    rates = [lr * (k + 1) / warmup for k in range(warmup)] + [lr] * (steps - warmup - decay)
    rates += [lr * k / decay for k in range(decay, 0, -1)]
    return rates[t] if t < steps else 0""",
    "arrays of shares": """
    up, down = np.arange(1, warmup + 1) / max(warmup, 1), np.arange(decay, 0, -1) / max(decay, 1)
    shares = np.concatenate([up, np.ones(steps - warmup - decay), down])
    return lr * shares[t] if t < len(shares) else np.float64(0)""",
    "where": """
    share = np.minimum((t + 1) / np.maximum(warmup, 1), (steps - t) / np.maximum(decay, 1))
    return np.where(t >= steps, 0, lr * np.minimum(share, 1))""",
    "NumPy divides by nothing": """
    down = np.divide(steps - t, decay) if t < steps else 0
    return lr * np.clip(min(1, np.divide(t + 1, warmup), down), 0, 1)""",
    "a loop": """
    climbed = 0.0
    for _ in range(min(t, warmup - 1) + 1):
        climbed += lr / warmup
    if t < warmup:
        return climbed""",
    "floats": """
    t, steps, warmup, decay = map(float, (t, steps, warmup, decay))""",
    "integers of NumPy": """
    t, steps, warmup, decay = map(np.int64, (t, steps, warmup, decay))""",
    "an array without axes": """
    t = np.array(t)""",
    "single precision": """
    lr, t = np.float32(lr), np.float32(t)""",
}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "slip", "edits"), planted.rows(MISTAKES))
def test_a_students_mistake_is_recognised(question, slip, edits, seed):
    judged = planted.judged("ps2", question, edits, seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    assert {question: set(slips) for question, slips in MISTAKES.items()} == planted.known("ps2")


@pytest.mark.parametrize("seed", [0, 7, 2**33])
@pytest.mark.parametrize("name", OTHERS)
def test_another_mistake_in_a_schedule_costs_too(name, seed):
    judged = planted.judged("ps2", "q6", OTHERS[name], seed)
    assert judged["score"] < judged["points"]


@pytest.mark.parametrize("seed", [0, 7, 2**33])
@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's division by zero
def test_no_right_way_to_write_a_schedule_costs(name, seed):
    judged = planted.judged("ps2", "q6", [("    left", f"{VARIANTS[name]}\n    left")], seed)
    assert judged["score"] == judged["points"]


def test_a_schedule_is_symmetric_and_as_high_as_its_peak():
    for steps, warmup, decay in itertools.product(range(1, 7), range(7), range(7)):
        if warmup + decay <= steps:
            rates = [rate(t, 2.0, steps, warmup, decay) for t in range(steps)]
            assert rates == [rate(steps - 1 - t, 2.0, steps, decay, warmup) for t in range(steps)]
            assert max(rates) == 2.0
            assert min(rates) > 0 == rate(steps, 2.0, steps, warmup, decay)
            warmed = Warmup(Constant(2.0), steps=warmup)
            assert rates[: steps - decay] == pytest.approx([warmed(t) for t in range(steps - decay)])


def test_a_cooldown_ends_lower_for_every_shuffle():
    x, t = bakeries(100)
    best = np.linalg.lstsq(x, t, rcond=None)[0]
    for seed in range(5):
        ends = []
        for decay in (0, 15):
            w, rng = np.zeros(3), np.random.default_rng(seed)
            for epoch in range(30):
                train_epoch(w, x, t, rate(epoch, 0.1, 30, 2, decay), 1, rng)
            ends.append(np.mean((x @ w - t) ** 2) - np.mean((x @ best - t) ** 2))
        assert ends[1] < ends[0] / 5


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
