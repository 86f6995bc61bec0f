"""Rectified Adam."""

from functools import partial

import numpy as np

from d2l_utils import RAdam
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.adam import ADAM, moments

LATE = 1e6  # 0.875^t is 0 there, and the length 15
SIXTH = 0.875**6
LENGTH = 15 - 12 * SIXTH / (1 - SIXTH)  # 5.23
SPREAD = 15 * (LENGTH - 4) * (LENGTH - 2) / (143 * LENGTH)


def radam(p, g, t, lr, state, beta1, beta2, eps, threshold=4.0):
    """Liu et al. 2020, Algorithm 2, with ε beside the root."""
    m, s = moments(g, state, beta1, beta2)
    last = 2 / (1 - beta2) - 1
    length = last - 2 * t * beta2**t / (1 - beta2**t)
    m_hat = m / (1 - beta1**t)
    if length <= threshold:
        return p - lr * m_hat
    variances = (length - 4) * (length - 2) * last / ((last - 4) * (last - 2) * length)
    return p - lr * np.sqrt(variances) * m_hat / (np.sqrt(s / (1 - beta2**t)) + eps)


# rule, arguments, what it returns
BY_HAND = [
    # the length is 15 - 14: m = 2, corrected 4, and s = 2
    ("radam", (1.0, 4.0, 0.0, 0.0, 1, 0.25, 0.5, 0.875, 0.0, 0.0, 5.0), (0.0, 2.0, 2.0)),
    ("radam", (1.0, 0.0, 0.0, 0.0, 1, 0.25, 0.5, 0.875, 0.0, 0.0, 5.0), (1.0, 0.0, 0.0)),
    # in the end it is Adam uncorrected: m = 2 and s = 14 + 2
    ("radam", (1.0, 4.0, 0.0, 16.0, LATE, 0.5, 0.5, 0.875, 0.0, 0.0, 5.0), (0.75, 2.0, 16.0)),
    ("radam", (1.0, 4.0, 0.0, 16.0, LATE, 0.5, 0.5, 0.875, 4.0, 0.0, 5.0), (0.875, 2.0, 16.0)),
    ("radam", (1.0, 4.0, 0.0, 16.0, LATE, 0.5, 0.5, 0.875, 0.0, 9.0, 5.0), (0.8, 2.0, 16.0)),
    # a length of 5.23 on either side of the threshold: m = 63 / 2 + 63 / 2, corrected 64
    (
        "radam", (1.0, 63.0, 63.0, 0.0, 6, 2**-6, 0.5, 0.875, 0.0, 0.0, 5.0),
        (1 - SPREAD**0.5 * (1 - SIXTH) ** 0.5 / (63 * 0.125**0.5), 63.0, 63**2 / 8),
    ),
    ("radam", (1.0, 63.0, 63.0, 0.0, 6, 2**-6, 0.5, 0.875, 0.0, 0.0, 5.25), (0.0, 63.0, 63**2 / 8)),
    # a length of 2.82 is not enough, whatever the threshold: m = 3.5 + 3.5, corrected 8
    ("radam", (1.0, 7.0, 7.0, 0.0, 3, 0.125, 0.5, 0.875, 0.0, 0.0, 0.0), (0.0, 7.0, 49 / 8)),
    # with few squares from start to end: lengths of 2 and 4 divide by nothing
    ("radam", (1.0, 4.0, 0.0, 0.0, 1, 0.25, 0.5, 0.6, 0.0, 0.0, 5.0), (0.0, 2.0, 6.4)),
    ("radam", (1.0, 3.0, 0.0, 0.0, 1, 0.25, 0.5, 1 / 3, 0.0, 0.0, 5.0), (0.25, 1.5, 6.0)),
]  # fmt: skip

OPTIMIZERS = {
    "RAdam": partial(RAdam, lr=0.1),
    "RAdam, ε̂": partial(RAdam, lr=0.1, eps_hat=True),
    "RAdam, threshold included": partial(RAdam, lr=0.1, beta2=0.6, inclusive=True),
}

CASES = (
    Case("RAdam", "RAdam", falling(0.125), {"eps_hat": True}, torch=("RAdam", {})),
    Case(
        "RAdam, β₂ 0.6", "RAdam", falling(0.125), {"beta2": 0.6, "eps_hat": True},
        torch=("RAdam", {"betas": (0.9, 0.6)}),
    ),
    Case(
        "RAdam, ε 1e-3", "RAdam", falling(0.125), {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3, "eps_hat": True},
        torch=("RAdam", {"betas": (0.8, 0.95), "eps": 1e-3}),
    ),
    Case(
        "RAdam of the paper", "RAdam", falling(0.125), {**ADAM, "threshold": 4.0}, formula=(radam, ADAM),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("radam", "2 / (1 - beta2) - 1", "2 / (1 - beta2)"),
    ("radam", "2 * t * beta2**t", "t * beta2**t"),
    ("radam", "length > threshold", "length > 1e9"),
    ("radam", "length > threshold", "length > 8"),
    ("radam", "length > threshold", "length > 5"),
    ("radam", "(length - 4)", "(length - 3)"),
    ("radam", "rectifier**0.5", "rectifier"),
    ("radam", "rectifier**0.5 + (1 - enough)", "rectifier**0.5"),
    ("radam", "m / (1 - beta1**t)", "m"),
    ("radam", "s / (1 - beta2**t)", "s"),
    ("radam", "(s_hat + eps_root) ** 0.5 + eps", "(s_hat + eps_root + eps) ** 0.5"),
]  # fmt: skip
