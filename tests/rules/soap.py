"""SOAP, as its authors compute it."""

from functools import partial

import numpy as np
from scipy.linalg import eigh, qr

from d2l_utils import Soap
from tests.parity.case import Case
from tests.parity.problem import EPS, falling

SETTINGS = {"beta1": 0.875, "beta2": 0.75, "eps": EPS, "weight_decay": 0.25, "every": 3}


def soap(p, g, t, lr, state, beta1, beta2, eps, weight_decay, every):
    """The order of nikhilvyas/SOAP, with Adam's ε: skip, project, average, step back, then turn the axes."""
    if not state:
        state |= {"m": 0.0, "v": 0.0, "L": (1 - beta2) * g @ g.T, "R": (1 - beta2) * g.T @ g}
        state["QL"], state["QR"] = (np.flip(eigh(state[side])[1], 1) for side in "LR")
        return p
    left, right = state["QL"], state["QR"]
    state["m"] = beta1 * state["m"] + (1 - beta1) * g
    state["v"] = beta2 * state["v"] + (1 - beta2) * np.einsum("ia,ij,jb->ab", left, g, right) ** 2
    m = np.einsum("ia,ij,jb->ab", left, state["m"] / (1 - beta1 ** (t - 1)), right)
    adam = m / (np.sqrt(state["v"] / (1 - beta2 ** (t - 1))) + eps)
    for side, product in (("L", g @ g.T), ("R", g.T @ g)):
        state[side] = beta2 * state[side] + (1 - beta2) * product
        if t % every == 0:
            state["Q" + side] = qr(state[side] @ state["Q" + side])[0]
    return p - lr * weight_decay * p - lr * np.einsum("ia,ab,jb->ij", left, adam, right)


def swapped(a, axes, t):
    """Return axes that tell what is handed in."""
    return a[::-1] + t * axes


P, G, ONE = np.array([[1.0, 1.0]]), np.array([[4.0, -2.0]]), np.array([[1.0]])
SWAP = np.array([[0.0, 1.0], [1.0, 0.0]])
NONE, HALF = np.zeros((1, 2)), (0.5, 0.5, 0.75, 0.0)
# rule, arguments, what it returns
BY_HAND = [
    # step 1: a quarter of g gᵀ and gᵀ g is in the averages, and p is as it was
    (
        "soap", (P, G, 0 * P, 0 * P, 0 * ONE, 0 * SWAP, ONE, SWAP, 1, *HALF, 0.5, swapped),
        ([[1.0, 1.0]], NONE, NONE, [[5.0]], [[4.0, -2.0], [-2.0, 1.0]], [[6.0]], [[-2.0, 2.0], [5.0, -2.0]]),
    ),
    # step 2: Adam's first, (1, −1), from three quarters of p
    (
        "soap", (P, G, 0 * P, 0 * P, 0 * ONE, 0 * SWAP, ONE, SWAP, 2, *HALF, 0.5, swapped),
        ([[0.25, 1.25]], [[2.0, -1.0]], [[1.0, 4.0]], [[5.0]], [[4.0, -2.0], [-2.0, 1.0]], [[7.0]],
         [[-2.0, 3.0], [6.0, -2.0]]),
    ),
]  # fmt: skip

WHOLE = {
    "SOAP": partial(Soap, lr=0.1, weight_decay=0.0),
    "SOAP, decay": partial(Soap, lr=0.1, weight_decay=0.1, every=2),
}

CASES = (
    Case("SOAP", "Soap", falling(0.125), SETTINGS, formula=(soap, SETTINGS), shape=(2, 2), most=4.0),
    Case(
        "SOAP, every update", "Soap", 0.125, {**SETTINGS, "every": 1},
        formula=(soap, {**SETTINGS, "every": 1}), shape=(2, 2), most=4.0,
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("soap", "begun = t > 1", "begun = t > 0"),
    ("soap", "m += begun * (1 - beta1) * g", "m += (1 - beta1) * g"),
    ("soap", "turned = left_axes.T @ g @ right_axes", "turned = left_axes @ g @ right_axes.T"),
    ("soap", "left_axes @ step @ right_axes.T", "step"),
    ("soap", "left_axes @ step @ right_axes.T", "left_axes.T @ step @ right_axes"),
    ("soap", "beta2 ** (t - begun)", "beta2 ** t"),
    ("soap", "left += (1 - beta2) * g @ g.T", "left += (1 - beta2) * turned @ turned.T"),
    ("soap", "axes(left, left_axes, t)", "axes(left, left_axes, 2)"),
]  # fmt: skip
