"""BFGS, with the search of the book in its two algorithms."""

import numpy as np

from d2l_utils import BFGS
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.newton import bowl


def wolfe(loss, p, g, d, trial):
    """Nocedal & Wright, Algorithms 3.5 and 3.6 as they stand there, with 25 evaluations in all."""
    value, slope, asked = loss(p)[0], g @ d, []

    def ask(t):
        if len(asked) == 25:
            raise StopIteration
        there, gradient = loss(p + t * d)
        asked.append((t, there, gradient @ d, gradient))
        return asked[-1]

    def too_high(point):
        return point[1] > value + 1e-4 * point[0] * slope + 1e-15 * abs(value)

    def zoom(low, high):
        while True:
            (a, fa, da, _), (b, fb, db, _) = low, high
            d1 = da + db - 3 * (fa - fb) / (a - b)
            with np.errstate(invalid="ignore", divide="ignore"):
                d2 = np.sign(b - a) * np.sqrt(d1**2 - da * db)
                t = b - (b - a) * (db + d2 - d1) / (db - da + 2 * d2)
            within = a + 0.1 * (b - a), a + 0.9 * (b - a)
            t = t if min(within) <= t <= max(within) else (a + b) / 2
            point = ask(t)
            if too_high(point):
                high = point
                continue
            if abs(point[2]) <= -0.9 * slope:
                return point
            if point[1] >= low[1]:
                high = point
                continue
            if point[2] * (b - a) >= 0:
                high = low
            low = point

    before, t = (0.0, value, slope, g), trial
    try:
        while True:
            point = ask(t)
            if too_high(point):
                return zoom(before, point)
            if abs(point[2]) <= -0.9 * slope:
                return point
            if point[1] >= before[1]:
                return zoom(before, point)
            if point[2] >= 0:
                return zoom(point, before)
            before, t = point, 2 * t
    except StopIteration:
        fallen = [point for point in asked if not too_high(point)]
        return min(fallen, key=lambda point: point[1]) if fallen else (0.0, value, slope, g)


def bfgs(p, g, t, lr, state, loss):
    """Nocedal & Wright, Algorithm 6.1 with equations 6.17 and 6.20, in the form of the paper."""
    C = state.get("C")
    d = -g if C is None else -C @ g
    length, _, _, there = wolfe(loss, p, g, d, lr if C is not None else lr / max(1, abs(g).sum()))
    s, y = length * d, there - g
    if s @ y > 2.2e-16 * (y @ y):
        eye = np.eye(len(p))
        C = (s @ y) / (y @ y) * eye if C is None else C
        left = eye - np.outer(s, y) / (s @ y)
        state["C"] = left @ C @ left.T + np.outer(s, s) / (s @ y)
    elif not length:
        state["C"] = None
    return p + s


P, G = np.array([4.0, 1.0]), np.array([4.0, 4.0])
C = np.array([[49.0, 9.0], [9.0, 19.0]]) / 85
# rule, arguments, what it returns
BY_HAND = [
    # the sizes add up to 8, so a quarter of g is taken off; s = (−1, −1) and y = (−1, −4)
    ("bfgs", (P, G, np.zeros((2, 2)), 2.0, bowl), ([3.0, 0.0], C)),
]  # fmt: skip

WHOLE = {"BFGS": BFGS}

CASES = (
    Case("BFGS", "BFGS", falling(1.0), formula=(bfgs, {}), asks=True),
    Case("BFGS, too short", "BFGS", falling(0.125), formula=(bfgs, {}), asks=True),
    Case("BFGS, too long", "BFGS", falling(4.0), formula=(bfgs, {}), asks=True),
)

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("bfgs", "-1 * (C @ g) if", "-1 * g if"),
    ("bfgs", "trial(lr, g, C[0][0] > 0)", "lr"),
    ("bfgs", "bfgs_update(begun(C, s, y), s, y)", "bfgs_update(C, s, y)"),
    ("bfgs", "bfgs_update(begun(C, s, y), s, y)", "begun(C, s, y)"),
    ("bfgs", "s, y), s, y)", "s, y), y, s)"),
    ("bfgs", "p += s", "p -= s"),
]
