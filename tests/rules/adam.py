"""Adam and AMSGrad."""

import math
from functools import partial

import numpy as np

from d2l_utils import Adam
from tests.parity.case import Case
from tests.parity.problem import EPS, falling

INF = math.inf
BETAS = {"beta1": 0.875, "beta2": 1 - 2**-10}
ADAM = {**BETAS, "eps": EPS}


def moments(g, state, beta1, beta2):
    state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    state["s"] = beta2 * state.get("s", 0.0) + (1 - beta2) * g**2
    return state["m"], state["s"]


def adam(p, g, t, lr, state, beta1, beta2, eps, eps_root=0.0):
    """Kingma & Ba 2015, Algorithm 1, with Optax's second ε."""
    m, s = moments(g, state, beta1, beta2)
    return p - lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t) + eps_root) + eps)


def adam_eps_hat(p, g, t, lr, state, beta1, beta2, eps):
    """Kingma & Ba 2015, end of Section 2; Keras, MXNet: the correction goes into the rate."""
    m, s = moments(g, state, beta1, beta2)
    return p - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(s) + eps)


def adam_uncorrected(p, g, t, lr, state, beta1, beta2, eps):
    """The averages as they are."""
    m, s = moments(g, state, beta1, beta2)
    return p - lr * m / (np.sqrt(s) + eps)


def amsgrad(p, g, t, lr, state, beta1, beta2, eps):
    """Reddi et al. 2018, Algorithm 2: no correction."""
    m, s = moments(g, state, beta1, beta2)
    state["s_max"] = np.maximum(state.get("s_max", 0.0), s)
    return p - lr * m / (np.sqrt(state["s_max"]) + eps)


def amsgrad_eps_hat(p, g, t, lr, state, beta1, beta2, eps):
    """Keras 3."""
    return amsgrad(p, g, t, lr * np.sqrt(1 - beta2**t) / (1 - beta1**t), state, beta1, beta2, eps)


# rule, arguments, what it returns
BY_HAND = [
    # m = 2 and s = 4, corrected 4 and 16
    ("adam", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0), (0.5, 2.0, 4.0)),
    ("adam", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 4.0, 0.0), (0.75, 2.0, 4.0)),
    ("adam", (1.0, 4.0, 0.0, 0.0, 1, 0.5, 0.5, 0.75, 0.0, 9.0), (0.6, 2.0, 4.0)),
    ("adam", (1.0, 4.0, 0.0, 0.0, INF, 0.5, 0.5, 0.75, 0.0, 0.0), (0.5, 2.0, 4.0)),
    # m = 1 - 1, then m = 1 + 2 and s = 12 + 4, corrected 3 / 0.75 and 16 / 0.4375
    ("adam", (1.0, -2.0, 2.0, 4.0, 2, 0.5, 0.5, 0.75, 0.0, 0.0), (1.0, 0.0, 4.0)),
    ("adam", (1.0, 4.0, 2.0, 16.0, 2, 0.5, 0.5, 0.75, 0.0, 0.0), (1 - 0.5 * 0.4375**0.5, 3.0, 16.0)),
    ("amsgrad", (1.0, 4.0, 0.0, 0.0, 16.0, INF, 0.5, 0.5, 0.75, 0.0, 0.0), (0.75, 2.0, 4.0, 16.0)),
    ("amsgrad", (1.0, 4.0, 0.0, 0.0, 1.0, INF, 0.5, 0.5, 0.75, 0.0, 0.0), (0.5, 2.0, 4.0, 4.0)),
    ("amsgrad", (1.0, 4.0, 0.0, 0.0, 1.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0), (0.5, 2.0, 4.0, 4.0)),
    # s_hat = 16 against the largest so far
    ("amsgrad_corrected", (1.0, 4.0, 0.0, 0.0, 4.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0), (0.5, 2.0, 4.0, 16.0)),
    ("amsgrad_corrected", (1.0, 4.0, 0.0, 0.0, 64.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0), (0.75, 2.0, 4.0, 64.0)),
]  # fmt: skip

OPTIMIZERS = {
    "Adam": partial(Adam, lr=0.1),
    "Adam, ε̂": partial(Adam, lr=0.1, eps_hat=True),
    "Adam, uncorrected": partial(Adam, lr=0.1, bias_correction=False),
    "AMSGrad": partial(Adam, lr=0.1, amsgrad=True),
    "AMSGrad of Optax": partial(Adam, lr=0.1, amsgrad=True, correct_first=True),
}

CASES = (
    Case("Adam", "Adam", falling(0.125), torch=("Adam", {})),
    Case("Adam, constant rate", "Adam", 0.125, torch=("Adam", {})),
    Case(
        "Adam, ε 1e-3", "Adam", falling(0.125), {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
        torch=("Adam", {"betas": (0.8, 0.95), "eps": 1e-3}),
    ),
    Case(
        "Adam, ε̂", "Adam", falling(0.125), {**ADAM, "eps_hat": True}, formula=(adam_eps_hat, ADAM),
    ),
    Case(
        "Adam, ε inside too", "Adam", falling(0.125), {**ADAM, "eps_root": 1e-7},
        formula=(adam, {**ADAM, "eps_root": 1e-7}),
    ),
    Case(
        "Adam, uncorrected", "Adam", falling(0.125), {**ADAM, "bias_correction": False},
        formula=(adam_uncorrected, ADAM),
    ),
    Case(
        "Adam, uncorrected ε̂", "Adam", falling(0.125), {**ADAM, "bias_correction": False, "eps_hat": True},
        formula=(adam_uncorrected, ADAM),
    ),
    Case("AMSGrad", "Adam", falling(0.125), {"amsgrad": True}, torch=("Adam", {"amsgrad": True})),
    Case(
        "AMSGrad, β₂ 0.5", "Adam", falling(0.125), {"beta2": 0.5, "eps": 1e-6, "amsgrad": True},
        torch=("Adam", {"betas": (0.9, 0.5), "eps": 1e-6, "amsgrad": True}),
    ),
    Case(
        "AMSGrad of the paper", "Adam", falling(0.125), {**ADAM, "amsgrad": True, "bias_correction": False},
        formula=(amsgrad, ADAM),
    ),
    Case(
        "AMSGrad of Keras", "Adam", falling(0.125), {**ADAM, "amsgrad": True, "eps_hat": True},
        formula=(amsgrad_eps_hat, ADAM),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("adam", "m += (1 - beta1) * g", "m += g"),
    ("adam", "m *= beta1\n    m += (1 - beta1)", "m *= beta2\n    m += (1 - beta2)"),
    ("adam", "s *= beta2\n    s += (1 - beta2)", "s *= beta1\n    s += (1 - beta1)"),
    ("adam", "m / (1 - beta1**t)", "m"),
    ("adam", "s / (1 - beta2**t)", "s"),
    ("adam", "s / (1 - beta2**t)", "s / (1 - beta1**t)"),
    ("adam", "beta1**t", "beta1**(t + 1)"),
    ("adam", "(s_hat + eps_root) ** 0.5 + eps", "(s_hat + eps_root + eps) ** 0.5"),
    ("adam", "(s_hat + eps_root) ** 0.5", "s_hat ** 0.5"),
    ("adam", "lr * m_hat", "lr * g"),
    ("amsgrad", "s_max *= kept\n    s_max += s * (1 - kept)", "s_max *= 0\n    s_max += s"),
    ("amsgrad", "kept = s_max > s", "kept = s > s_max"),
    ("amsgrad", "s_hat = s_max / (1 - beta2**t)", "s_hat = s_max"),
    ("amsgrad", "s_hat = s_max", "s_hat = s"),
    ("amsgrad_corrected", "kept = s_max > s_hat", "kept = s_hat > s_max"),
    ("amsgrad_corrected", "s_hat = s / (1 - beta2**t)", "s_hat = s"),
    ("amsgrad_corrected", "(s_max + eps_root)", "s_max"),
]  # fmt: skip

# what stands in the class, what is put there instead
CLASS_MUTATIONS = [
    ('"eps_hat" if self.eps_hat else "t"', '"eps_hat"'),
    ('"eps_hat" if self.eps_hat else "t"', '"t"'),
    ('if self.bias_correction else "inf"', 'if True else "inf"'),
    ("if amsgrad:", "if False:"),
    ("if correct_first else", "if False else"),
]
