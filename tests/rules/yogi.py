"""Yogi."""

import math
from functools import partial

import numpy as np

from d2l_utils import Yogi
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.adam import ADAM

INF = math.inf
PLAIN = {**ADAM, "initial_accumulator": 0.0, "bias_correction": False}


def yogi(p, g, t, lr, state, beta1, beta2, eps):
    """Zaheer et al. 2018, Algorithm 2: no correction."""
    state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    before = state.get("v", 0.0)
    state["v"] = before - (1 - beta2) * np.sign(before - g**2) * g**2
    return p - lr * state["m"] / (np.sqrt(state["v"]) + eps)


# rule, arguments, what it returns
BY_HAND = [
    # m = 2 and s = 0 + 8, corrected 4 and 16
    ("yogi", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.5, 0.0), (0.5, 2.0, 8.0)),
    # uncorrected: s = 57 - 8, and 16 that stays
    ("yogi", (1.0, 4.0, 0.0, 57.0, INF, 4.0, 0.5, 0.5, 1.0), (0.0, 2.0, 49.0)),
    ("yogi", (1.0, 4.0, 0.0, 16.0, INF, 0.5, 0.5, 0.5, 0.0), (0.75, 2.0, 16.0)),
]  # fmt: skip

OPTIMIZERS = {
    "Yogi": partial(Yogi, lr=0.1),
    "Yogi, uncorrected": partial(Yogi, lr=0.1, bias_correction=False),
}

CASES = (
    Case("Yogi of the paper", "Yogi", falling(0.125), PLAIN, formula=(yogi, ADAM)),
    Case(
        "Yogi, β₂ 0.5", "Yogi", falling(0.125), {**PLAIN, "beta2": 0.5},
        formula=(yogi, {**ADAM, "beta2": 0.5}),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("yogi", "s -= (1 - beta2)", "s += (1 - beta2)"),
    ("yogi", "sign(s - g * g) * g * g", "(s - g * g)"),
    ("yogi", "sign(s - g * g)", "sign(s - g)"),
    ("yogi", "s / (1 - beta2**t)", "s"),
    ("yogi", "m / (1 - beta1**t)", "m"),
    ("yogi", "s_hat**0.5 + eps", "(s_hat + eps)**0.5"),
]  # fmt: skip
