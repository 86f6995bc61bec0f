"""LAMB, with the decay in its ratio and apart from it."""

from functools import partial

import numpy as np

from d2l_utils import Lamb
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.adam import ADAM, moments

DECAY = {**ADAM, "weight_decay": 0.25}


def ratio(x, u):
    lengths = np.sqrt(np.sum(x**2)), np.sqrt(np.sum(u**2))
    return lengths[0] / lengths[1] if min(lengths) > 0 else 1.0


def lamb(p, g, t, lr, state, beta1, beta2, eps, weight_decay):
    """You et al. 2020, Algorithm 2, one layer."""
    m, s = moments(g, state, beta1, beta2)
    r = (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return p - lr * ratio(p, r + weight_decay * p) * (r + weight_decay * p)


def lamb_of_keras(p, g, t, lr, state, beta1, beta2, eps, weight_decay):
    """Keras 3: the decay before, as in all of its optimizers."""
    return lamb(p - lr * weight_decay * p, g, t, lr, state, beta1, beta2, eps, 0.0)


P, G, NONE = np.array([3.0, 4.0]), np.array([2.0, -2.0]), np.array([0.0, 0.0])
START = (0.5, 0.5, 0.75)
# rule, arguments, what it returns
BY_HAND = [
    # Adam's step is (1, −1), of length √2, and the layer has length 5
    (
        "lamb", (P, G, NONE, NONE, 1, *START, 0.0, 0.0, 0.0),
        ([3 - 2.5 / 2**0.5, 4 + 2.5 / 2**0.5], [1.0, -1.0], [1.0, 1.0]),
    ),
    # the decay adds (3, 4): (4, 3) has the layer's length
    ("lamb", (P, G, NONE, NONE, 1, *START, 0.0, 0.0, 1.0), ([1.0, 2.5], [1.0, -1.0], [1.0, 1.0])),
    # a layer of zeros takes Adam's step
    ("lamb", (NONE, G, NONE, NONE, 1, *START, 0.0, 0.0, 1.0), ([-0.5, 0.5], [1.0, -1.0], [1.0, 1.0])),
    # a step of zeros
    ("lamb", (P, NONE, NONE, NONE, 1, *START, 1.0, 0.0, 0.0), ([3.0, 4.0], [0.0, 0.0], [0.0, 0.0])),
    # half of p goes: (1.5, 2), of length 2.5
    (
        "lamb_decoupled", (P, G, NONE, NONE, 1, *START, 0.0, 0.0, 1.0),
        ([1.5 - 1.25 / 2**0.5, 2 + 1.25 / 2**0.5], [1.0, -1.0], [1.0, 1.0]),
    ),
]  # fmt: skip
BY_HAND = [
    (rule, tuple(np.array(each) if i < 4 else each for i, each in enumerate(row)), found)
    for rule, row, found in BY_HAND
]

WHOLE = {
    "LAMB": partial(Lamb, lr=0.1),
    "LAMB, decay": partial(Lamb, lr=0.1, weight_decay=0.1),
    "LAMB of Keras": partial(Lamb, lr=0.1, weight_decay=0.1, decoupled=True),
}

CASES = (
    Case("LAMB", "Lamb", falling(0.125), DECAY, formula=(lamb, DECAY)),
    Case("LAMB, a kernel", "Lamb", falling(0.125), DECAY, formula=(lamb, DECAY), shape=(2, 2, 2)),
    Case(
        "LAMB, decay apart", "Lamb", falling(0.125), {**DECAY, "decoupled": True},
        formula=(lamb_of_keras, DECAY),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("lamb", "trust(p, step) * ", ""),
    ("lamb", "trust(p, step)", "trust(step, p)"),
    ("lamb", "trust(p, step)", "trust(p, m_hat)"),
    ("lamb", " + weight_decay * p", ""),
    ("lamb", "m / (1 - beta1**t)", "m"),
    ("lamb", "s / (1 - beta2**t)", "s"),
    ("lamb_decoupled", "p *= 1 - lr * weight_decay", "p *= 1 - weight_decay"),
    ("lamb_decoupled", "eps_root, 0.0", "eps_root, weight_decay"),
]  # fmt: skip
