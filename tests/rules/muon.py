"""Muon, as Jordan, PyTorch and Optax have it, and by exact polar factors."""

from functools import partial

import numpy as np

from d2l_utils import Muon
from tests.parity.case import Case
from tests.parity.problem import falling

JORDAN = (3.4445, -4.7750, 2.0315)
M = {"momentum": 0.875, "weight_decay": 0.25}
RMS = {"factor": "rms"}


def pushed(x, eps, coefficients=JORDAN, steps=5):
    """The polynomial on each singular value, by singular values: Newton–Schulz keeps the vectors."""
    a, b, c = coefficients
    u, values, vt = np.linalg.svd(x, full_matrices=False)
    values = values / (np.linalg.norm(x) + eps)
    for _ in range(steps):
        values = a * values + b * values**3 + c * values**5
    return (u * values) @ vt


def muon(p, g, t, lr, state, momentum, weight_decay, nesterov=True, factor="rows"):
    """Jordan's muon.py: lerp, lerp, Newton–Schulz; the decay of Liu et al. 2025, and their factor."""
    v = state["v"] = momentum * state.get("v", 0.0) + (1 - momentum) * g
    update = pushed((1 - momentum) * g + momentum * v if nesterov else v, 1e-7)
    rows, columns = p.shape
    scale = {
        "rows": np.sqrt(max(1, rows / columns)),
        "columns": np.sqrt(max(1, columns / rows)),
        "rms": 0.2 * np.sqrt(max(rows, columns)),
        "none": 1.0,
    }[factor]
    return p - lr * weight_decay * p - lr * scale * update


def muon_of_optax(p, g, t, lr, state, momentum, weight_decay):
    """Optax: both corrected for their start, as its nadam has them."""
    v = state["v"] = momentum * state.get("v", 0.0) + (1 - momentum) * g
    v_hat, g_hat = v / (1 - momentum ** (t + 1)), g / (1 - momentum**t)
    update = pushed(momentum * v_hat + (1 - momentum) * g_hat, 1e-7)
    scale = np.sqrt(max(1, p.shape[1] / p.shape[0]))
    return p - lr * (scale * update + weight_decay * p)


def halved(x):
    return x / 2


def twice(p):
    return 2.0


P, G, V = np.array([[4.0, 8.0]]), np.array([[2.0, -2.0]]), np.array([[-2.0, 4.0]])
# rule, arguments, what it returns
BY_HAND = [
    # v = −1 + 1, 2 − 1; g/2 + v/2 = 1 + 0, −1 + ½; decay takes a quarter of p
    ("muon", (P, G, V, 0.5, 0.5, 0.5, halved, twice), ([[2.5, 6.25]], [[0.0, 1.0]])),
    ("muon_plain", (P, G, V, 0.5, 0.5, 0.5, halved, twice), ([[3.0, 5.5]], [[0.0, 1.0]])),
    # v/2 over 1 − ½², g/2 over 1 − ½: 2 + 0, −2 + ⅔
    ("muon_corrected", (P, G, V, 1, 0.5, 0.5, 0.5, halved, twice), ([[2.0, 6 + 2 / 3]], [[0.0, 1.0]])),
]  # fmt: skip

WHOLE = {
    "Muon": partial(Muon, lr=0.1),
    "Muon, exact": partial(Muon, lr=0.1, exact=True),
    "Muon, no Nesterov": partial(Muon, lr=0.1, nesterov=False),
    "Muon of Optax": partial(Muon, lr=0.1, corrected=True, factor="columns"),
    "Muon of Moonshot": partial(Muon, lr=0.1, factor="rms", weight_decay=0.1),
}

TALL, WIDE = (4, 2), (2, 4)
CASES = (
    Case("Muon, tall", "Muon", falling(0.125), M, formula=(muon, M), shape=TALL),
    Case("Muon, wide", "Muon", falling(0.125), M, formula=(muon, M), shape=WIDE),
    Case(
        "Muon, no Nesterov", "Muon", falling(0.125), {**M, "nesterov": False},
        formula=(muon, {**M, "nesterov": False}), shape=TALL,
    ),
    Case("Muon, rms", "Muon", falling(0.125), {**M, **RMS}, formula=(muon, {**M, **RMS}), shape=WIDE),
    Case(
        "Muon, no factor", "Muon", 0.125, {**M, "factor": "none"},
        formula=(muon, {**M, "factor": "none"}), shape=TALL,
    ),
    Case(
        "Muon of Optax, formula", "Muon", falling(0.125), {**M, "corrected": True, "factor": "columns"},
        formula=(muon_of_optax, M), shape=WIDE,
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("muon", "v += (1 - momentum) * g", "v += g"),
    ("muon", "(1 - momentum) * g + momentum * v", "v"),
    ("muon", "(1 - momentum) * g + momentum * v", "g + momentum * v"),
    ("muon", "p *= 1 - lr * weight_decay", "p *= 1 - weight_decay"),
    ("muon", "p *= 1 - lr * weight_decay", "p *= 1 - lr * factor(p) * weight_decay"),
    ("muon", "factor(p)", "factor(p.T)"),
    ("muon", "factor(p) * orthogonal((1 - momentum) * g + momentum * v)", "orthogonal(factor(p) * v)"),
    ("muon_plain", "orthogonal(v)", "orthogonal(g)"),
    ("muon_plain", "factor(p) * ", ""),
    ("muon_corrected", "momentum ** (t + 1)", "momentum**t"),
    ("muon_corrected", "(1 - momentum) * g / (1 - momentum**t)", "(1 - momentum) * g"),
]  # fmt: skip
