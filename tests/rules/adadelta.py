"""AdaDelta."""

from functools import partial

from d2l_utils import AdaDelta
from tests.parity.case import Case
from tests.parity.problem import falling

DELTA = {"rho": 0.875, "eps": 2**-16}

# rule, arguments, what it returns
BY_HAND = [
    # s = 25, step = √(5 + 11) / √(25 + 11) · 4 = 8/3, u = 3.75 + 64/36
    ("adadelta", (1.0, 4.0, 28.0, 5.0, 0.3, 0.75, 11.0), (0.2, 25.0, 3.75 + 16 / 9)),
]  # fmt: skip

OPTIMIZERS = {
    "AdaDelta": partial(AdaDelta),
}

CASES = (
    Case("AdaDelta", "AdaDelta", falling(1.0), torch=("Adadelta", {"rho": 0.95})),
    Case(
        "AdaDelta, ρ 0.875", "AdaDelta", 1.0, DELTA,
        torch=("Adadelta", DELTA),
    ),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("adadelta", "(u + eps) ** 0.5", "u ** 0.5"),
    ("adadelta", "(s + eps) ** 0.5", "(s ** 0.5 + eps)"),
    ("adadelta", "u += (1 - rho) * step * step", "u += (1 - rho) * lr * step * lr * step"),
    ("adadelta", "    u *= rho\n", ""),
    ("adadelta", "p -= lr * step", "p -= step"),
]  # fmt: skip
