"""L-BFGS, as BFGS on the last pairs, and as PyTorch has it."""

from functools import partial

import numpy as np

from d2l_utils import LBFGS
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.bfgs import wolfe
from tests.rules.newton import bowl


def dense(pairs, n):
    """The matrix that BFGS makes of these pairs, from a multiple of the identity on."""
    eye = np.eye(n)
    s, y = pairs[-1]
    C = (s @ y) / (y @ y) * eye
    for s, y in pairs:
        left = eye - np.outer(s, y) / (s @ y)
        C = left @ C @ left.T + np.outer(s, s) / (s @ y)
    return C


def lbfgs(p, g, t, lr, state, loss, memory):
    """Nocedal & Wright, Algorithm 7.5, with the matrix that its two loops do without."""
    pairs = state.setdefault("pairs", [])
    d = -dense(pairs, len(p)) @ g if pairs else -g
    length, _, _, there = wolfe(loss, p, g, d, lr if pairs else lr / max(1, abs(g).sum()))
    s, y = length * d, there - g
    if s @ y > 2.2e-16 * (y @ y):
        state["pairs"] = [*pairs, (s, y)][-memory:]
    elif not length:
        state["pairs"] = []
    return p + s


P, G = np.array([4.0, 1.0]), np.array([4.0, 4.0])
S, Y = [[0.0, 0.0], [-1.0, -1.0]], [[0.0, 0.0], [-1.0, -4.0]]
THERE, STEP = np.array([3.0, 0.0]), np.array([-147.0, -27.0]) / 85
NEXT = [[-1.0, -1.0], STEP], [[-1.0, -4.0], STEP * [1.0, 4.0]]
# rule, arguments, what it returns
BY_HAND = [
    # as BFGS: a quarter of g is taken off, and the pair is kept in the last row
    ("lbfgs", (P, G, np.zeros((2, 2)), np.zeros((2, 2)), 2.0, bowl), ([3.0, 0.0], S, Y)),
    # then the step is that of BFGS' matrix ((49, 9), (9, 19)) / 85, along −(147, 27) / 85
    ("lbfgs", (THERE, THERE.copy(), np.array(S), np.array(Y), 1.0, bowl),
     (THERE + STEP, *NEXT)),
    ("lbfgs_unsearched", (P, G, np.zeros((2, 2)), np.zeros((2, 2)), 2.0, bowl), ([3.0, 0.0], S, Y)),
    ("lbfgs_unsearched", (THERE, THERE.copy(), np.array(S), np.array(Y), 1.0, bowl),
     (THERE + STEP, *NEXT)),
]  # fmt: skip

WHOLE = {
    "L-BFGS": LBFGS,
    "L-BFGS, two pairs": partial(LBFGS, memory=2),
    "L-BFGS, no search": partial(LBFGS, lr=0.5, searched=False),
}

TORCH = {"max_iter": 1, "tolerance_grad": 0.0, "tolerance_change": 0.0}
TWO, THREE, FOUR = {"memory": 2}, {"memory": 3}, {"memory": 4, "searched": False}
CASES = (
    Case("L-BFGS", "LBFGS", falling(1.0), THREE, formula=(lbfgs, THREE), asks=True),
    Case("L-BFGS, too short", "LBFGS", falling(0.125), THREE, formula=(lbfgs, THREE), asks=True),
    Case("L-BFGS, too long", "LBFGS", falling(2.5), TWO, formula=(lbfgs, TWO), asks=True),
    Case(
        "L-BFGS, no search", "LBFGS", falling(0.125), FOUR,
        torch=("LBFGS", {**TORCH, "history_size": 4}), asks=True,
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("lbfgs", "-1 * two_loop(g, S, Y)", "-1 * two_loop(g, Y, S)"),
    ("lbfgs", "-1 * two_loop(g, S, Y)", "-1 * g"),
    ("lbfgs", "trial(lr, g, curved(S[-1], Y[-1]))", "lr"),
    ("lbfgs", "remember(S, s)\n        remember(Y, y)", "remember(Y, y)\n        remember(S, y)"),
    ("lbfgs", "p += s", "p -= s"),
    ("lbfgs_unsearched", "-trial", "trial"),
    ("lbfgs_unsearched", "trial(lr, g, curved(S[-1], Y[-1]))", "lr"),
    ("lbfgs_unsearched", "loss(p)[1] - g", "g - loss(p)[1]"),
    ("lbfgs_unsearched", "p += s\n    y = loss(p)[1] - g", "y = loss(p + s)[1] - g\n    p += 2 * s"),
]
