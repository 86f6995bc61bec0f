"""Weight decay, coupled and decoupled, around any optimizer."""

from functools import partial

from d2l_utils import SGD, Momentum, WeightDecay


def decaying(optimizer, *, decoupled=False, **settings):
    """Make an optimizer and put weight decay around it."""
    return WeightDecay(optimizer(**settings), 0.01, decoupled=decoupled)


# rule, arguments, what it returns
BY_HAND = [
    ("l2", (2.0, 4.0, 0.25), 4.5),
    ("shrink", (2.0, 0.5, 0.25), 1.75),
]  # fmt: skip

OPTIMIZERS = {
    "SGD, weight decay": partial(decaying, SGD, lr=0.1),
    "Momentum, decoupled decay": partial(decaying, Momentum, lr=0.1, decoupled=True),
}

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("l2", "g + weight_decay * p", "g - weight_decay * p"),
    ("l2", "g + weight_decay * p", "g"),
    ("shrink", "1 - lr * weight_decay", "1 - weight_decay"),
    ("shrink", "1 - lr * weight_decay", "1 + lr * weight_decay"),
]  # fmt: skip
