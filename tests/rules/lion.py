"""Lion."""

from functools import partial

import numpy as np

from d2l_utils import Lion
from tests.parity.case import Case
from tests.parity.problem import falling

LION = {"beta1": 0.875, "beta2": 0.96875, "weight_decay": 0.25}


def lion(p, g, t, lr, state, beta1, beta2, weight_decay):
    """Chen et al. 2023, Program 1: the sign and the decay of the old parameter, both times the rate."""
    m = state.get("m", 0.0)
    state["m"] = beta2 * m + (1 - beta2) * g
    return p - lr * (np.sign(beta1 * m + (1 - beta1) * g) + weight_decay * p)


# rule, arguments, what it returns
BY_HAND = [
    # 0.95 - 0.25 by the sign of -0.5 + 2, of -4 + 2, and of 0
    ("lion", (1.0, 4.0, -1.0, 0.25, 0.5, 0.5, 0.2), (0.7, 1.5)),
    ("lion", (1.0, 4.0, -8.0, 0.25, 0.5, 0.5, 0.2), (1.2, -2.0)),
    ("lion", (1.0, 4.0, -4.0, 0.25, 0.5, 0.75, 0.2), (0.95, -2.0)),
]  # fmt: skip

OPTIMIZERS = {
    "Lion": partial(Lion, lr=0.1),
    "Lion, λ 0.01": partial(Lion, lr=0.1, weight_decay=0.01),
}

CASES = (
    Case("Lion", "Lion", falling(0.125), LION, formula=(lion, LION)),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("lion", "p *= 1 - lr * weight_decay", "g = g + weight_decay * p"),  # bitsandbytes#1992
    ("lion", "p *= 1 - lr * weight_decay", "p *= 1 - weight_decay"),
    ("lion", "sign(beta1 * m + (1 - beta1) * g)", "sign(g)"),
    ("lion", "sign(beta1 * m + (1 - beta1) * g)", "(beta1 * m + (1 - beta1) * g)"),
    ("lion", "m *= beta2\n    m += (1 - beta2) * g", "m *= beta1\n    m += (1 - beta1) * g"),
    ("lion", "    m += (1 - beta2) * g\n", "    m += g\n"),
]  # fmt: skip
