"""Update rules as papers and frameworks print them, written apart from `d2l_utils` to compare it with.

Each takes the parameters, the gradient, the step t = 1, 2, ..., the rate, and a dict that is empty at first
and holds its state; it returns the new parameters. Nothing here changes an array in place.
"""

import numpy as np


def momentum(p, g, t, lr, state, momentum):
    """MXNet, Keras: the rate inside the velocity."""
    state["v"] = momentum * state.get("v", 0.0) - lr * g
    return p + state["v"]


def nesterov(p, g, t, lr, state, momentum):
    """CS231n: from the velocity before and the velocity after."""
    before = state.get("v", 0.0)
    state["v"] = momentum * before - lr * g
    return p - momentum * before + (1 + momentum) * state["v"]


def adagrad(p, g, t, lr, state, eps, initial_accumulator=0.0):
    """d2l, Keras 3, MXNet 1.9: ε inside the root."""
    state["s"] = state.get("s", initial_accumulator) + g**2
    return p - lr * g / np.sqrt(state["s"] + eps)


def rmsprop(p, g, t, lr, state, rho, eps):
    """d2l, Keras 3, MXNet 1.9: ε inside the root."""
    state["s"] = rho * state.get("s", 0.0) + (1 - rho) * g**2
    return p - lr * g / np.sqrt(state["s"] + eps)


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


def adamw(p, g, t, lr, state, alpha, beta1, beta2, eps, weight_decay):
    """Loshchilov & Hutter 2019, Algorithm 2, line 12; ``lr`` is its multiplier ηₜ."""
    m, s = moments(g, state, beta1, beta2)
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return p - lr * (alpha * m_hat / (np.sqrt(s_hat) + eps) + weight_decay * p)


def adamw_eps_hat(p, g, t, lr, state, beta1, beta2, eps, weight_decay):
    """Keras: the decay times the rate, then Adam's ε̂ form."""
    shrunk = p - lr * weight_decay * p
    return adam_eps_hat(shrunk, g, t, lr, state, beta1, beta2, eps)
