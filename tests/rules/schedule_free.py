"""Schedule-free gradient descent and AdamW."""

from functools import partial

import numpy as np

from d2l_utils import ScheduleFreeAdamW, ScheduleFreeSGD
from tests.parity.case import Case
from tests.parity.problem import falling

SGD = {"momentum": 0.875, "weight_decay": 0.25}
ADAMW = {"beta1": 0.875, "beta2": 1 - 2**-10, "eps": 2**-27, "weight_decay": 0.25}


def rising(t):
    """A warm-up from 0 to 1/8 in ten steps."""
    return 0.125 * min(t / 10, 1.0)


def three_sequences(p, step, lr, state, beta):
    """Defazio et al. 2024, equations (2) to (4), and their weights: the squares of the largest rates."""
    z, x = state.get("z", p), state.get("x", p)
    state["largest"] = max(state.get("largest", 0.0), lr)
    state["total"] = state.get("total", 0.0) + state["largest"] ** 2
    c = state["largest"] ** 2 / state["total"] if state["total"] else 0.0
    z = z - lr * step
    x = (1 - c) * x + c * z
    state["z"], state["x"] = z, x
    return (1 - beta) * z + beta * x


def schedule_free_sgd(p, g, t, lr, state, momentum, weight_decay):
    """Gradient descent from z, with the gradient and the decay at y."""
    return three_sequences(p, g + weight_decay * p, lr, state, momentum)


def schedule_free_adamw(p, g, t, lr, state, beta1, beta2, eps, weight_decay):
    """Defazio et al. 2024, Algorithm 1, with ε beside the root."""
    state["v"] = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    step = g / (np.sqrt(state["v"] / (1 - beta2**t)) + eps)
    return three_sequences(p, step + weight_decay * p, lr, state, beta1)


# rule, arguments, what it returns
BY_HAND = [
    # z = 1 - 0.5, and x and y with it
    ("schedule_free_sgd", (1.0, 2.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.0), (0.5, 0.0, 0.25, 0.0625)),
    ("schedule_free_sgd", (1.0, 1.0, 0.0, 0.0, 0.0, 0.25, 0.5, 1.0), (0.5, 0.0, 0.25, 0.0625)),
    # z = 0.5 and x = 1.5; then z = 0 and x = 0.75
    ("schedule_free_sgd", (1.0, 2.0, 1.0, 0.25, 0.0625, 0.25, 0.5, 0.0), (0.375, 0.75, 0.25, 0.125)),
    # a rate that has fallen weighs as the largest, 0.25 of 1: x = 1.125
    ("schedule_free_sgd", (1.0, 2.0, 1.0, 0.5, 0.75, 0.25, 0.5, 0.0), (0.5625, 1.125, 0.5, 1.0)),
    # no rate yet
    ("schedule_free_sgd", (1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0), (1.0, 0.0, 0.0, 0.0)),
    # s = 8, corrected 16: a step of 1 + 1, and of 0.5 + 1.5
    (
        "schedule_free_adamw", (1.0, 4.0, 0.0, 0.0, 0.0, 0.0, 1, 0.25, 0.5, 0.5, 0.0, 1.0),
        (0.5, 8.0, 0.0, 0.25, 0.0625),
    ),
    (
        "schedule_free_adamw", (1.0, 4.0, 0.0, 0.0, 0.0, 0.0, 1, 0.25, 0.5, 0.5, 4.0, 1.5),
        (0.5, 8.0, 0.0, 0.25, 0.0625),
    ),
]  # fmt: skip

OPTIMIZERS = {
    "Schedule-free SGD": partial(ScheduleFreeSGD, lr=0.1),
    "Schedule-free SGD, equal weights": partial(ScheduleFreeSGD, lr=0.1, equal_weights=True),
    "Schedule-free AdamW": partial(ScheduleFreeAdamW, lr=0.1),
}

CASES = (
    Case(
        "Schedule-free SGD", "ScheduleFreeSGD", falling(0.125), SGD, formula=(schedule_free_sgd, SGD),
    ),
    Case(
        "Schedule-free SGD, warm-up", "ScheduleFreeSGD", rising, SGD,
        formula=(schedule_free_sgd, SGD),
    ),
    Case(
        "Schedule-free AdamW", "ScheduleFreeAdamW", falling(0.125), ADAMW,
        formula=(schedule_free_adamw, ADAMW),
    ),
    Case(
        "Schedule-free AdamW, warm-up", "ScheduleFreeAdamW", rising, ADAMW,
        formula=(schedule_free_adamw, ADAMW),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("schedule_free_sgd", "g + weight_decay * p", "g"),
    ("schedule_free_sgd", "lag += lr * step", "lag -= lr * step"),
    ("schedule_free_sgd", "kept = lr_max > lr", "kept = lr_max <= lr"),
    ("schedule_free_sgd", "lr_max *= kept\n    lr_max += lr * (1 - kept)", "lr_max *= 0\n    lr_max += lr"),
    ("schedule_free_sgd", "(lr_squares + (lr_squares <= 0))", "lr_squares"),
    ("schedule_free_sgd", "lr_squares += lr_max * lr_max", "lr_squares += lr_max"),
    ("schedule_free_sgd", "lag *= 1 - share", "lag *= share"),
    ("schedule_free_sgd", "p += momentum * lag", "p += lag"),
    ("schedule_free_sgd", "p -= momentum * lag + lr * step", "p -= lr * step"),
    ("schedule_free_adamw", "s / (1 - beta2**t)", "s"),
    ("schedule_free_adamw", "g / (s_hat**0.5 + eps)", "g / (s_hat + eps)**0.5"),
    ("schedule_free_adamw", "lr, beta1, weight_decay", "lr, beta2, weight_decay"),
]  # fmt: skip
