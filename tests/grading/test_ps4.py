"""Problem set 4: what a student gets wrong is recognised, and a prediction is what a run says."""

from itertools import combinations

import numpy as np
import pytest

from d2l_utils import AdaDelta, AdaGrad, Adam, RMSProp
from exercises.grading.marking.judge import rehearse
from exercises.grading.question import load
from exercises.ps4.histories import adam_path
from exercises.ps4.predictions import PREDICTIONS
from exercises.ps4.published import PUBLISHED, mended
from exercises.ps4.scaling import scaled_step
from exercises.ps4.units import adadelta_step
from tests.grading import planted, sets

BELOW = "(np.sqrt(s) + eps)"
SQUARE = "(1 - rho) * g * g"
STEP = "np.sqrt(u + eps) / np.sqrt(s + eps) * g"
LISTEN = "    s *= rho\n    s += (1 - rho) * g * g\n"
HATS = "m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)"
DIVISOR = "(np.sqrt(s_hat) + eps)"
MEANS = 's = decay * state["s"] + (1 - decay) * g * g'
COUNTED = '        return p, {"m": m, "s": s, "t": t}\n'
COUNTED_LATE = """        early = state | {"t": state["t"] - 1}
        p, after = mended("B", p, g, early, lr, decay, eps)
        return p, after | {"t": state["t"] + 1}
"""
MISTAKES = {
    "q1": {
        "climb": [("p -= lr", "p += lr")],
        "no-rate": [("p -= lr * g", "p -= g")],
        "no-root": [("np.sqrt(s)", "s")],
        "eps-inside": [(BELOW, "np.sqrt(s + eps)")],
        "eps-on-weight": [(BELOW, "np.sqrt(s) + eps")],
        "no-eps": [(BELOW, "np.sqrt(s)")],
        "no-square": [("g * g", "g")],
        "adagrad-last-square": [("        s += g * g\n", "        s = g * g\n")],
        "adagrad-late": [
            (
                "        s += g * g\n",
                f"        p -= lr * g / {BELOW}\n        s += g * g\n        return p, s\n",
            ),
        ],
        "rmsprop-inflate": [("        s *= rho\n        s += ", "        s += rho * s + ")],
        "rmsprop-sum": [("        s *= rho\n        s += (1 - rho) * g * g", "        s += g * g")],
        "rmsprop-forget": [("s *= rho", "s *= 0")],
        "rmsprop-swapped": [("s *= rho", "s *= 1 - rho"), (SQUARE, "rho * g * g")],
        "rmsprop-new-share": [(SQUARE, "g * g")],
        "copies": [("    if rho is None", "    p, s = p * 1, s * 1\n    if rho is None")],
    },
    "q2": {
        "climb": [("p -= step", "p += step")],
        "inflate": [("    s *= rho\n    s += ", "    s += rho * s + ")],
        "sum": [(LISTEN, "    s += g * g\n")],
        "forget": [("s *= rho", "s *= 0")],
        "swapped": [("s *= rho", "s *= 1 - rho"), (SQUARE, "rho * g * g")],
        "new-share": [(SQUARE, "g * g")],
        "no-square": [(SQUARE, "(1 - rho) * g")],
        "no-units": [(STEP, "g / np.sqrt(s + eps)")],
        "upside-down": [(STEP, "np.sqrt(s + eps) / np.sqrt(u + eps) * g")],
        "no-push": [("np.sqrt(u + eps)", "np.sqrt(u)")],
        "squares-in-u": [("u += (1 - rho) * step * step", "u += (1 - rho) * g * g")],
        "u-frozen": [("    u *= rho\n    u += (1 - rho) * step * step\n", "")],
        "swapped-u": [("u *= rho", "u *= 1 - rho"), ("(1 - rho) * step * step", "rho * step * step")],
        "eps-outside": [(STEP, "(np.sqrt(u) + eps) / (np.sqrt(s) + eps) * g")],
        "no-roots": [(STEP, "(u + eps) / (s + eps) * g")],
        "old-s": [(LISTEN, ""), ("    u *= rho\n", f"{LISTEN}    u *= rho\n")],
        "copies": [("    s *= rho", "    p, s, u = p * 1, s * rho, u * 1")],
    },
    "q3": {
        "never-corrected": [("if correct:", "if False:")],
        "always-corrected": [("if correct:", "if True:")],
        "correct-m-only": [(HATS, "m_hat = m / (1 - beta1**t)")],
        "correct-s-only": [(HATS, "s_hat = s / (1 - beta2**t)")],
        "t-stands-still": [(HATS, "m_hat, s_hat = m / (1 - beta1), s / (1 - beta2)")],
        "t-from-zero": [("start=1", "start=0")],
        "t-ahead": [("start=1", "start=2")],
        "fed-back": [(HATS, "m_hat, s_hat = m, s = m / (1 - beta1**t), s / (1 - beta2**t)")],
        "eps-hat": [(DIVISOR, "(np.sqrt(s_hat) + eps / (np.sqrt(1 - beta2**t) if correct else 1))")],
        "climb": [("p = p - lr", "p = p + lr")],
        "no-rate": [("lr * m_hat", "m_hat")],
        "no-root": [("np.sqrt(s_hat)", "s_hat")],
        "eps-inside": [(DIVISOR, "np.sqrt(s_hat + eps)")],
        "eps-added": [(DIVISOR, "np.sqrt(s_hat) + eps")],
        "eps-on-weight": [
            ("p = p - lr", "p -= lr"),
            (DIVISOR, "np.sqrt(s_hat) + eps"),
            ("(p)", "(p.copy())"),
        ],
        "no-eps": [(DIVISOR, "np.sqrt(s_hat)")],
        "no-square": [("(1 - beta2) * g * g", "(1 - beta2) * g")],
        "m-forgets": [("beta1 * m + ", "")],
        "s-forgets": [("beta2 * s + ", "")],
        "gradient-above": [("lr * m_hat", "lr * g")],
        "m-full-gradient": [("(1 - beta1) * g", "g")],
        "s-full-square": [("(1 - beta2) * g * g", "g * g")],
        "betas-swapped": [
            ("beta1 * m + (1 - beta1) * g", "beta2 * m + (1 - beta2) * g"),
            ("beta2 * s + (1 - beta2) * g * g", "beta1 * s + (1 - beta1) * g * g"),
            (HATS, "m_hat, s_hat = m / (1 - beta2**t), s / (1 - beta1**t)"),
        ],
        "shares-swapped": [("beta1 * m + (1 - beta1) * g", "(1 - beta1) * m + beta1 * g")],
        "without-start": [("[p.copy()]", "[]")],
    },
    "q4": {
        "A-sum": [(MEANS, 's = state["s"] + g * g')],
        "A-full-square": [(MEANS, 's = decay * state["s"] + g * g')],
        "B-inside": [
            (
                f'{DIVISOR}\n{COUNTED}    if which == "C"',
                f'np.sqrt(s_hat + eps)\n{COUNTED}    if which == "C"',
            )
        ],
        "D-late": [('    if which == "D":\n', f'    if which == "D":\n{COUNTED_LATE}')],
    },
}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "slip", "edits"), planted.rows(MISTAKES))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a student's division by zero
def test_a_students_mistake_is_recognised(question, slip, edits, seed):
    judged = planted.judged("ps4", question, edits, seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    known = planted.known("ps4")
    left = {slip for slip in known["q4"] if slip.startswith("left-")}
    assert {question: set(slips) for question, slips in MISTAKES.items()} == known | {
        "q4": known["q4"] - left
    }


@pytest.mark.parametrize("letters", [c for size in (1, 2, 3, 4) for c in combinations("ABCD", size)])
def test_updates_that_are_left_as_published_are_named(letters):
    untouched = sets.left_behind("ps4", solved=False)[0]["mended"]

    def half_mended(which, *arguments):
        return (untouched if which in letters else mended)(which, *arguments)

    judged = rehearse(load("ps4").question("q4"), half_mended, seed=5)
    assert judged["slip"] == f"left-{''.join(letters)}"
    assert judged["score"] == 4 - len(letters)
    assert all(PUBLISHED[letter][1] in judged["message"] for letter in letters)


def walk(optimizer, gradients, size=2):
    """Return the points of an optimizer of the book under a history of gradients."""
    p, points = np.ones(size), [np.ones(size)]
    for g in gradients:
        optimizer.update(p, g)
        points.append(p.copy())
    return np.array(points)


GRADIENTS = np.random.default_rng(0).normal(size=(20, 2))


@pytest.mark.parametrize("correct", [False, True])
def test_the_path_is_that_of_the_books_adam(correct):
    optimizer = Adam(0.1, 0.8, 0.95, eps=0.1, bias_correction=correct)
    path = adam_path(GRADIENTS, np.ones(2), 0.1, 0.8, 0.95, 0.1, correct)
    np.testing.assert_allclose(path, walk(optimizer, GRADIENTS), rtol=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "num_slots", "take"),
    [
        (AdaGrad(0.1, eps=0.1), 1, lambda p, g, s: scaled_step(p, g, s, 0.1, 0.1)),
        (RMSProp(0.1, rho=0.8, eps=0.1), 1, lambda p, g, s: scaled_step(p, g, s, 0.1, 0.1, 0.8)),
        (AdaDelta(rho=0.8, eps=0.1), 2, lambda p, g, s, u: adadelta_step(p, g, s, u, 0.8, 0.1)),
    ],
)
def test_the_steps_are_those_of_the_books_optimizers(optimizer, num_slots, take):
    p, state = np.ones(2), [np.zeros(2) for _ in range(num_slots)]
    for g in GRADIENTS:
        take(p, g, *state)
    np.testing.assert_allclose(p, walk(optimizer, GRADIENTS)[-1], rtol=1e-12)


@pytest.mark.parametrize(
    ("letter", "state", "optimizer"),
    [
        ("A", {"s": 0.0}, RMSProp(0.1, rho=0.9, eps=0.1)),
        ("B", {"m": 0.0, "s": 0.0, "t": 0}, Adam(0.1, 0.9, eps=0.1)),
        ("C", {"s": 0.0, "t": 0}, AdaGrad(0.1, eps=0.1)),
        ("D", {"m": 0.0, "s": 0.0, "t": 0}, Adam(0.1, 0.9, eps=0.1)),
    ],
)
def test_a_mended_update_is_the_books_optimizer(letter, state, optimizer):
    p, state = np.ones(2), {key: value * np.ones(2) if key != "t" else 0 for key, value in state.items()}
    for g in GRADIENTS:
        p, state = mended(letter, p, g, state, 0.1, 0.9, 0.1)
    np.testing.assert_allclose(p, walk(optimizer, GRADIENTS)[-1], rtol=1e-12)


def test_the_predictions_follow_from_the_formulas():
    expected = {
        "adagrad": 0.4 / np.sqrt(64),
        "rmsprop": 0.001 / np.sqrt(1 - 0.99),
        "adam": (1 - 0.8) / np.sqrt(1 - 0.99),
        "inflated": (1 + 0.5) ** 10 - 1,
        "memory": 3 * 2 * 4,
    }
    assert PREDICTIONS.answers == pytest.approx(expected)
