"""Momentum, with the learning rate inside and outside the velocity."""

from functools import partial

from d2l_utils import Momentum
from tests.parity.case import Case
from tests.parity.problem import falling

M = {"momentum": 0.875}
OUTSIDE = {**M, "lr_in_velocity": False}


def momentum(p, g, t, lr, state, momentum):
    """MXNet, Keras: the rate inside the velocity."""
    state["v"] = momentum * state.get("v", 0.0) - lr * g
    return p + state["v"]


# rule, arguments, what it returns
BY_HAND = [
    ("momentum", (1.0, 2.0, -0.5, 0.1, 0.5), (0.55, -0.45)),
    ("momentum_lr_outside", (1.0, 2.0, 1.0, 0.1, 0.5), (0.75, 2.5)),
]  # fmt: skip

OPTIMIZERS = {
    "Momentum": partial(Momentum, lr=0.1),
    "Momentum, lr outside": partial(Momentum, lr=0.1, lr_in_velocity=False),
}

CASES = (
    Case("Momentum", "Momentum", 0.125, M, torch=("SGD", M)),
    Case(
        "Momentum, rate falls", "Momentum", falling(0.125), M, formula=(momentum, M),
    ),
    Case("Momentum, lr outside", "Momentum", falling(0.125), OUTSIDE, torch=("SGD", M)),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("momentum", "v *= momentum", "v *= 1 - momentum"),
    ("momentum", "v -= lr * g", "v -= (1 - momentum) * lr * g"),
    ("momentum", "v -= lr * g\n    p += v", "v -= g\n    p += lr * v"),
    ("momentum", "p += v", "p += momentum * v"),
    ("momentum_lr_outside", "v += g\n    p -= lr * v", "v += lr * g\n    p -= v"),
    ("momentum_lr_outside", "p -= lr * v", "p += lr * v"),
]  # fmt: skip
