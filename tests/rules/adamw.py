"""AdamW."""

from functools import partial

import numpy as np

from d2l_utils import AdamW
from tests.parity.case import Case
from tests.parity.problem import falling
from tests.rules.adam import ADAM, adam_eps_hat, moments

PAPER = {**ADAM, "alpha": 0.125, "weight_decay": 0.03}


def adamw(p, g, t, lr, state, alpha, beta1, beta2, eps, weight_decay):
    """Loshchilov & Hutter 2019, Algorithm 2, line 12; ``lr`` is its multiplier ηₜ."""
    m, s = moments(g, state, beta1, beta2)
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return p - lr * (alpha * m_hat / (np.sqrt(s_hat) + eps) + weight_decay * p)


def adamw_eps_hat(p, g, t, lr, state, beta1, beta2, eps, weight_decay):
    """Keras: the decay times the rate, then Adam's ε̂ form."""
    shrunk = p - lr * weight_decay * p
    return adam_eps_hat(shrunk, g, t, lr, state, beta1, beta2, eps)


# rule, arguments, what it returns
BY_HAND = [
    ("adamw", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0, 0.2), (0.4, 2.0, 4.0)),  # 0.9 - 0.5
]  # fmt: skip

OPTIMIZERS = {
    "AdamW": partial(AdamW, lr=0.1),
}

CASES = (
    Case("AdamW", "AdamW", falling(0.125), torch=("AdamW", {})),
    Case("AdamW, λ 0.5", "AdamW", 0.125, {"weight_decay": 0.5}, torch=("AdamW", {"weight_decay": 0.5})),
    Case(
        "AdamW of Keras", "AdamW", falling(0.125), {**ADAM, "weight_decay": 0.25, "eps_hat": True},
        formula=(adamw_eps_hat, {**ADAM, "weight_decay": 0.25}),
    ),
    Case(
        "AdamW of the paper", "AdamW.from_paper", falling(1.0), PAPER,
        formula=(adamw, PAPER),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("adamw", "p *= 1 - lr * weight_decay", "p *= 1 - weight_decay"),
    ("adamw", "p *= 1 - lr * weight_decay", "p *= 1 + lr * weight_decay"),
    ("adamw", "p *= 1 - lr * weight_decay", "g = g + weight_decay * p"),
]  # fmt: skip

# what stands in the class, what is put there instead
CLASS_MUTATIONS = [
    ("(weight_decay) / alpha", "(weight_decay)"),
    ("return self.alpha * checks", "return checks"),
]
