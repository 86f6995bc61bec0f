"""Shampoo, with sums and with averages."""

from functools import partial

import numpy as np
from scipy.linalg import fractional_matrix_power

from d2l_utils import Shampoo
from tests.parity.case import Case
from tests.parity.problem import falling

SUMS = {"rho": 1.0, "eps": 2**-10}
FADING = {"rho": 0.75, "eps": 2**-10}


def shampoo(p, g, t, lr, state, rho, eps):
    """Gupta, Koren & Singer 2018, Algorithm 1: the sums begin at ε I; here they may fade, and ε does not."""
    roots = []
    for side, product in (("L", g @ g.T), ("R", g.T @ g)):
        state[side] = rho * state.get(side, 0.0) + product
        roots.append(fractional_matrix_power(state[side] + eps * np.eye(len(product)), -0.25))
    return p - lr * roots[0] @ g @ roots[1]


def of_diagonal(a, eps):
    """Return the root of the diagonal, which tells what is handed in."""
    return np.diag(1 / (np.diag(a) + eps) ** 0.25)


def none(n):
    return np.zeros((n, n))


P, G = np.array([[1.0, 1.0]]), np.array([[8.0, 0.0]])
# rule, arguments, what it returns
BY_HAND = [
    # 64 + 192 and (64 + 192, 192): fourth roots 4 and (4, 192^(1/4))
    (
        "shampoo", (P, G, none(1), none(2), 0.5, 1.0, 192.0, of_diagonal),
        ([[0.75, 1.0]], [[64.0]], [[64.0, 0.0], [0.0, 0.0]]),
    ),
    # half of 128 and of (128, 6) stays: 128 + 128
    (
        "shampoo", (P, G, none(1) + 128, np.diag([128.0, 6.0]), 0.5, 0.5, 128.0, of_diagonal),
        ([[0.75, 1.0]], [[128.0]], [[128.0, 0.0], [0.0, 3.0]]),
    ),
]  # fmt: skip

WHOLE = {
    "Shampoo": partial(Shampoo, lr=0.1),
    "Shampoo, fading": partial(Shampoo, lr=0.1, rho=0.9),
}

CASES = (
    Case("Shampoo", "Shampoo", falling(0.125), SUMS, formula=(shampoo, SUMS), shape=(4, 2), most=4.0),
    Case(
        "Shampoo, fading", "Shampoo", falling(0.125), FADING,
        formula=(shampoo, FADING), shape=(2, 4), most=4.0,
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("shampoo", "left += g @ g.T", "left += (1 - rho) * g @ g.T"),
    ("shampoo", "right *= rho", "right *= 1"),
    ("shampoo", "root(left, eps) @ g @ root(right, eps)", "root(left, eps) @ g"),
    ("shampoo", "root(left, eps) @ g @ root(right, eps)", "root(left, 0) @ g @ root(right, 0)"),
    ("shampoo", "left *= rho\n", "p -= lr * g\n"),
]  # fmt: skip
