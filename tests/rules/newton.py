"""Newton's method, plain and guarded."""

from functools import partial

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from d2l_utils import Newton
from tests.parity.case import Case
from tests.parity.problem import falling


def differences(p, loss):
    """The Hessian, column after column, from gradients on both sides."""
    h = 1e-4 * (1 + np.sqrt(np.mean(p**2)))
    ends = ([loss(p + side * h * unit)[1] for unit in np.eye(len(p))] for side in (1, -1))
    ahead, behind = map(np.array, ends)
    return (ahead - behind).T / (2 * h)


def newton(p, g, t, lr, state, damping, loss):
    """Nocedal & Wright, equation 3.6 with the Hessian modified as in Section 3.4."""
    return p - lr * np.linalg.solve(differences(p, loss) + damping * np.eye(len(p)), g)


def newton_guarded(p, g, t, lr, state, damping, loss):
    """Nocedal & Wright, Algorithms 3.3 and 3.1."""
    H = differences(p, loss)
    size = np.linalg.norm(H, axis=1).max()
    for k in range(60):
        try:
            factor = cho_factor(H + (damping + (2**k - 1) * 1e-3 * size) * np.eye(len(p)))
        except np.linalg.LinAlgError:
            continue
        break
    d = -cho_solve(factor, g)
    value = loss(p)[0]
    for k in range(25):
        t = lr / 2**k
        if loss(p + t * d)[0] <= value + 1e-4 * t * (g @ d) + 1e-15 * abs(value):
            return p + t * d
    return p


def bowl(x):
    """½ x² + 2 y²: its gradient is (x, 4y), its Hessian has 1 and 4 on the diagonal."""
    g = x * np.array([1.0, 4.0])
    return x @ g / 2, g


def saddle(x):
    """½ x² − ½ y²."""
    g = x * np.array([1.0, -1.0])
    return x @ g / 2, g


P, G = np.array([4.0, 1.0]), np.array([4.0, 4.0])
# rule, arguments, what it returns
BY_HAND = [
    ("newton", (P, G, 1.0, 0.0, bowl), [[0.0, 0.0]]),
    # 1 + 1 and 4 + 1 on the diagonal: half of (4/2, 4/5) is taken off
    ("newton", (P, G, 0.5, 1.0, bowl), [[3.0, 0.6]]),
    # τ grows by 1, 2, 4 ... 512 thousandths till it exceeds 1; both numbers are divided by 1.023 ± 1
    (
        "newton_guarded", (np.ones(2), np.array([1.0, -1.0]), 1.0, 0.0, saddle),
        [[1 - 1 / 2.023, 1 + 1 / 0.023]],
    ),
    # a step of 8 is too long, of 4 and 2 too; 1 leads to the minimum
    ("newton_guarded", (P, G, 8.0, 0.0, bowl), [[0.0, 0.0]]),
]  # fmt: skip

WHOLE = {
    "Newton": Newton,
    "Newton, damped": partial(Newton, lr=0.5, damping=2.0),
    "Newton, guarded": partial(Newton, guarded=True),
}

D, GUARDED = {"damping": 1.5}, {"damping": 0.25, "guarded": True}
CASES = (
    Case("Newton", "Newton", falling(0.5), D, formula=(newton, D), asks=True),
    Case("Newton, undamped", "Newton", 0.5, formula=(newton, {"damping": 0.0}), asks=True),
    Case(
        "Newton, guarded", "Newton", falling(0.5), GUARDED, formula=(newton_guarded, {"damping": 0.25}),
        asks=True,
    ),
    Case(
        "Newton, guarded and too fast", "Newton", falling(4.0), {"guarded": True},
        formula=(newton_guarded, {"damping": 0.0}), asks=True,
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("newton", "p -= lr *", "p += lr *"),
    ("newton", "lr * solved", "solved"),
    ("newton", "damped(hessian(loss, p), damping)", "hessian(loss, p)"),
    ("newton", "damping), g)", "damping), lr * g)"),
    ("newton_guarded", "enough(H, damping)", "damping"),
    ("newton_guarded", "enough(H, damping)", "enough(H, 0.0)"),
    ("newton_guarded", "p += halved(loss, p, g, d, lr)", "p += lr * d"),
    ("newton_guarded", "d, lr)", "d, 1.0)"),
    ("newton_guarded", "-1 * solved", "-lr * solved"),
]  # fmt: skip
