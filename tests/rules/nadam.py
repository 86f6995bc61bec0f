"""NAdam, of which the presets try every call."""

import math
from functools import partial

from d2l_utils import NAdam

INF = math.inf

# rule, arguments, what it returns
BY_HAND = [
    # without a decay mu = beta1 / 2 = 0.25; m_hat = 0.25 · 2 / (1 - 1/16) + 0.75 · 4 / (1 - 1/4) = 68/15
    ("nadam", (1.0, 4.0, 0.0, 0.0, 1.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0, 0.0), (1 - 17 / 30, 2.0, 4.0, 0.25)),
    # with an endless one mu = 0.5; m_hat = 0.5 · 2 / (1 - 1/4) + 0.5 · 4 / (1 - 1/2) = 16/3
    ("nadam", (1.0, 4.0, 0.0, 0.0, 1.0, 1, 0.5, 0.5, 0.75, 0.0, 0.0, INF), (1 / 3, 2.0, 4.0, 0.5)),
]  # fmt: skip

OPTIMIZERS = {
    "NAdam": partial(NAdam, lr=0.1),
}

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("nadam", "mu_next * m", "mu * m"),
    ("nadam", "(1 - mu) * g", "(1 - beta1) * g"),
    ("nadam", "    mu_product *= mu\n", ""),
    ("nadam", "(1 - mu_product * mu_next)", "(1 - mu_product)"),
    ("nadam", "(t + 1) * momentum_decay", "t * momentum_decay"),
    ("nadam", "0.96 ** (t * momentum_decay)", "0.96 ** t"),
    ("nadam", "s / (1 - beta2**t)", "s"),
    ("nadam", "mu = beta1 * (1 - 0.5 *", "mu = beta1 * (1 -"),
]  # fmt: skip
