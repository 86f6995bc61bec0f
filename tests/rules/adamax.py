"""AdaMax."""

from functools import partial

import numpy as np

from d2l_utils import AdaMax
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.adam import ADAM


def adamax(p, g, t, lr, state, beta1, beta2, eps):
    """Kingma & Ba 2015, Algorithm 2, with Keras' ε beside the maximum."""
    state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    state["u"] = np.maximum(beta2 * state.get("u", 0.0), abs(g))
    return p - lr / (1 - beta1**t) * state["m"] / (state["u"] + eps)


# rule, arguments, what it returns
BY_HAND = [
    # m = 2, corrected 4; the maximum is 4, then 4 + 4 either way, then what is left of 16
    ("adamax", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0), (0.5, 2.0, 4.0)),
    ("adamax", (1.0, -4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0), (1.5, -2.0, 4.0)),
    ("adamax", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 4.0, 0.0), (0.75, 2.0, 4.0)),
    ("adamax", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, 4.0), (0.75, 2.0, 8.0)),
    ("adamax", (1.0, 4.0, 0.0, 16.0, 1, 0.5, 0.5, 0.5, 0.0, 0.0), (0.75, 2.0, 8.0)),
]  # fmt: skip

OPTIMIZERS = {
    "AdaMax": partial(AdaMax, lr=0.1),
    "AdaMax of PyTorch": partial(AdaMax, lr=0.1, eps=0.0, eps_max=1e-8),
}

CASES = (
    Case(
        "AdaMax", "AdaMax", falling(0.125), {"eps": 0.0, "eps_max": 1e-8}, torch=("Adamax", {}),
    ),
    Case(
        "AdaMax, β₂ 0.5", "AdaMax", falling(0.125), {"beta1": 0.8, "beta2": 0.5, "eps": 0.0, "eps_max": 1e-3},
        torch=("Adamax", {"betas": (0.8, 0.5), "eps": 1e-3}),
    ),
    Case("AdaMax, ε beside", "AdaMax", falling(0.125), ADAM, formula=(adamax, ADAM)),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("adamax", "size = abs(g) + eps_max", "size = g + eps_max"),
    ("adamax", "size = abs(g) + eps_max", "size = abs(g)"),
    ("adamax", "(g_max + eps)", "g_max"),
    ("adamax", "g_max *= beta2", "g_max *= beta1"),
    ("adamax", "    g_max *= beta2\n", ""),
    ("adamax", "kept = g_max > size", "kept = size > g_max"),
    ("adamax", "m / (1 - beta1**t)", "m"),
    ("adamax", "m += (1 - beta1) * g", "m += g"),
]  # fmt: skip
