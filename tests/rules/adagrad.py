"""AdaGrad."""

from functools import partial

import numpy as np

from d2l_utils import AdaGrad, InverseTimeDecay
from tests.parity.case import Case
from tests.parity.problem import EPS, falling


def adagrad(p, g, t, lr, state, eps, initial_accumulator=0.0):
    """d2l, Keras 3, MXNet 1.9: ε inside the root."""
    state["s"] = state.get("s", initial_accumulator) + g**2
    return p - lr * g / np.sqrt(state["s"] + eps)


# rule, arguments, what it returns
BY_HAND = [
    ("adagrad", (1.0, 3.0, 16.0, 0.5, 0.0, 0.0), (0.7, 25.0)),  # 1 - 0.5 · 3 / 5
    ("adagrad", (1.0, 3.0, 16.0, 0.5, 1.0, 0.0), (0.75, 25.0)),  # 1 - 0.5 · 3 / (5 + 1)
    ("adagrad", (1.0, 3.0, 16.0, 0.5, 0.0, 11.0), (0.75, 25.0)),  # 1 - 0.5 · 3 / √36
    ("adagrad_once_started", (1.0, 3.0, 16.0, 0.5, 1.0, 0.0), (0.75, 25.0)),
    ("adagrad_once_started", (1.0, 3.0, 16.0, 0.5, 0.0, 11.0), (0.75, 25.0)),
    ("adagrad_once_started", (1.0, 0.0, 0.0, 0.5, 0.0, 0.0), (1.0, 0.0)),
]  # fmt: skip

OPTIMIZERS = {
    "AdaGrad": partial(AdaGrad, lr=0.1),
    "AdaGrad of Keras": partial(AdaGrad, lr=0.1, eps=0.0, eps_root=1e-7, initial_accumulator=0.1),
}

CASES = (
    Case("AdaGrad", "AdaGrad", falling(0.5), torch=("Adagrad", {"eps": 1e-7})),
    Case(
        "AdaGrad, s from 0.1", "AdaGrad", falling(0.5), {"eps": 1e-10, "initial_accumulator": 0.1},
        torch=("Adagrad", {"initial_accumulator_value": 0.1}),
    ),
    Case(
        "AdaGrad, lr_decay", "AdaGrad", InverseTimeDecay(0.5, rate=0.25), {"eps": 1e-10},
        torch=("Adagrad", {"lr": 0.5, "lr_decay": 0.25}),
    ),
    Case(
        "AdaGrad, ε inside", "AdaGrad", falling(0.5), {"eps": 0, "eps_root": EPS},
        formula=(adagrad, {"eps": EPS}),
    ),
    Case(
        "AdaGrad of Keras", "AdaGrad", falling(0.5), {"eps": 0, "eps_root": 1e-7, "initial_accumulator": 0.1},
        formula=(adagrad, {"eps": 1e-7, "initial_accumulator": 0.1}),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("adagrad", "s += g * g", "s += abs(g)"),
    ("adagrad", "s += g * g", "s *= 0\n    s += g * g"),
    ("adagrad_once_started", "s += g * g", "s += abs(g)"),
    ("adagrad_once_started", "(s > 0) /", "(1 - (s > 0)) /"),
    ("adagrad_once_started", "+ (1 - (s > 0))", "+ (s > 0)"),
    ("adagrad", "(s + eps_root) ** 0.5 + eps", "(s + eps + eps_root) ** 0.5"),
    ("adagrad", "(s + eps_root) ** 0.5", "s ** 0.5"),
    ("adagrad", "** 0.5", "** 0.25"),
]  # fmt: skip
