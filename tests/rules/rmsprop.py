"""RMSProp, with momentum, and centred."""

from functools import partial

import numpy as np

from d2l_utils import RMSProp
from d2l_utils.practice.slips import find
from tests.parity.case import Case
from tests.parity.problem import EPS, falling

RMS = {"rho": 0.875, "eps": EPS}


def rmsprop(p, g, t, lr, state, rho, eps):
    """d2l, Keras 3, MXNet 1.9: ε inside the root."""
    state["s"] = rho * state.get("s", 0.0) + (1 - rho) * g**2
    return p - lr * g / np.sqrt(state["s"] + eps)


# rule, arguments, what it returns
BY_HAND = [
    ("rmsprop", (1.0, 4.0, 28.0, 0.5, 0.75, 0.0, 0.0), (0.6, 25.0)),  # s = 21 + 4
    ("rmsprop", (1.0, 4.0, 28.0, 0.5, 0.75, 3.0, 0.0), (0.75, 25.0)),
    ("rmsprop", (1.0, 4.0, 28.0, 0.5, 0.75, 0.0, 39.0), (0.75, 25.0)),
    ("rmsprop_momentum", (1.0, 4.0, 28.0, -0.5, 0.5, 0.75, 0.0, 0.0, 0.5), (0.35, 25.0, -0.65)),
    ("rmsprop_momentum", (1.0, 4.0, 28.0, -0.5, 0.5, 0.75, 3.0, 0.0, 0.5), (0.5, 25.0, -0.5)),
    ("rmsprop_momentum_lr_outside", (1.0, 4.0, 28.0, 0.4, 0.5, 0.75, 0.0, 39.0, 0.5), (0.65, 25.0, 0.7)),
    # s = 21 + 4 and m = 3 + 1, so s - m² = 9
    ("rmsprop_centered", (1.0, 4.0, 28.0, 4.0, -0.5, 0.75, 0.75, 0.0, 0.0, 0.5), (-0.25, 25.0, 4.0, -1.25)),
    ("rmsprop_centered", (1.0, 4.0, 28.0, 4.0, -0.5, 0.75, 0.75, 0.0, 7.0, 0.5), (0.0, 25.0, 4.0, -1.0)),
    (
        "rmsprop_centered_lr_outside", (1.0, 4.0, 28.0, 4.0, 1.0, 0.5, 0.75, 1.0, 0.0, 0.5),
        (0.25, 25.0, 4.0, 1.5),
    ),
    # s = 9 and m = 5, so s - m² = -16, which only rounding could make
    ("rmsprop_centered", (1.0, 5.0, 0.0, 5.0, 0.0, 0.5, 0.64, 0.0, 0.0, 0.0), (0.375, 9.0, 5.0, -0.625)),
]  # fmt: skip

OPTIMIZERS = {
    "RMSProp": partial(RMSProp, lr=0.1),
    "RMSProp, momentum": partial(RMSProp, lr=0.1, momentum=0.9),
    "RMSProp, momentum, lr outside": partial(RMSProp, lr=0.1, momentum=0.9, lr_in_velocity=False),
    "RMSProp, centred": partial(RMSProp, lr=0.1, momentum=0.9, centered=True),
    "RMSProp, centred, lr outside": partial(
        RMSProp, lr=0.1, momentum=0.9, centered=True, lr_in_velocity=False
    ),
}

CASES = (
    Case("RMSProp", "RMSProp", falling(0.125), torch=("RMSprop", {"alpha": 0.9})),
    Case(
        "RMSProp, ρ 0.99", "RMSProp", falling(0.125), {"rho": 0.99, "eps": 1e-4},
        torch=("RMSprop", {"eps": 1e-4}),
    ),
    Case(
        "RMSProp, ε inside", "RMSProp", falling(0.125), {"rho": 0.875, "eps": 0, "eps_root": EPS},
        formula=(rmsprop, RMS),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("rmsprop", *find("rmsprop", "inflate").edits[0]),
    ("rmsprop", "s *= rho", "s *= 1 - rho"),
    ("rmsprop", "(1 - rho) * g * g", "g * g"),
    ("rmsprop", "(1 - rho) * g * g", "(1 - rho) * g"),
    ("rmsprop", "(s + eps_root) ** 0.5 + eps", "(s + eps_root + eps) ** 0.5"),
    ("rmsprop", "(s + eps_root) ** 0.5 + eps", "s ** 0.5 + eps_root + eps"),
    ("rmsprop_momentum", "v -= lr * g", "v -= (1 - momentum) * lr * g"),
    ("rmsprop_momentum", "v *= momentum\n    v -= lr *", "v *= momentum\n    v -="),
    ("rmsprop_momentum", "(s + eps_root) ** 0.5 + eps", "s ** 0.5 + eps_root + eps"),
    ("rmsprop_momentum_lr_outside", "v += g", "v += lr * g"),
    ("rmsprop_momentum_lr_outside", "p -= lr * v", "p -= v"),
    ("rmsprop_momentum_lr_outside", "(1 - rho) * g * g", "g * g"),
    ("rmsprop_centered", "s - m * m", "s"),
    ("rmsprop_centered", "s - m * m", "s + m * m"),
    ("rmsprop_centered", "m += (1 - rho) * g", "m += g"),
    ("rmsprop_centered", "v *= momentum", "v *= 0"),
    ("rmsprop_centered_lr_outside", "s - m * m", "s - m"),
    ("rmsprop_centered_lr_outside", "m *= rho", "m *= momentum"),
    ("rmsprop_centered_lr_outside", "(s - m * m + eps_root) ** 0.5 + eps", "(s - m * m + eps) ** 0.5"),
]  # fmt: skip
