"""Nesterov's momentum, with the learning rate inside and outside the velocity."""

from functools import partial

from d2l_utils import Nesterov
from tests.parity.case import Case
from tests.parity.problem import falling

M = {"momentum": 0.875}
NAG = {**M, "nesterov": True}
OUTSIDE = {**M, "lr_in_velocity": False}


def nesterov(p, g, t, lr, state, momentum):
    """CS231n: from the velocity before and the velocity after."""
    before = state.get("v", 0.0)
    state["v"] = momentum * before - lr * g
    return p - momentum * before + (1 + momentum) * state["v"]


# rule, arguments, what it returns
BY_HAND = [
    ("nesterov", (1.0, 2.0, -0.5, 0.1, 0.5), (0.575, -0.45)),
    ("nesterov_lr_outside", (1.0, 2.0, 1.0, 0.1, 0.5), (0.675, 2.5)),
]  # fmt: skip

OPTIMIZERS = {
    "Nesterov": partial(Nesterov, lr=0.1),
    "Nesterov, lr outside": partial(Nesterov, lr=0.1, lr_in_velocity=False),
}

CASES = (
    Case("Nesterov", "Nesterov", 0.125, M, torch=("SGD", NAG)),
    Case(
        "Nesterov, rate falls", "Nesterov", falling(0.125), M, formula=(nesterov, M),
    ),
    Case("Nesterov, lr outside", "Nesterov", falling(0.125), OUTSIDE, torch=("SGD", NAG)),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("nesterov", "p += momentum * v - lr * g", "p += v"),
    ("nesterov", "momentum * v - lr * g", "momentum * v + lr * g"),
    ("nesterov", "momentum * v - lr * g", "momentum * momentum * v - lr * g"),
    ("nesterov_lr_outside", "g + momentum * v", "v"),
    ("nesterov_lr_outside", "v += g\n    p -= lr * (g +", "v += lr * g\n    p -= (lr * g +"),
]  # fmt: skip
