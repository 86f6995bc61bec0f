"""Gradient descent."""

from functools import partial

from d2l_utils import SGD
from tests.parity.case import Case
from tests.parity.problem import falling

# rule, arguments, what it returns
BY_HAND = [
    ("sgd", (1.0, 2.0, 0.1), 0.8),
]  # fmt: skip

OPTIMIZERS = {
    "SGD": partial(SGD, lr=0.1),
}

CASES = (
    Case("SGD", "SGD", falling(0.125), torch=("SGD", {})),
)  # fmt: skip

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("sgd", "p -= lr * g", "p += lr * g"),
    ("sgd", "lr * g", "lr * abs(g)"),
]  # fmt: skip
