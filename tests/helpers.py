"""What several test files share: every optimizer in a table, and what they are asked to descend."""

import ast
import inspect
from functools import partial

import numpy as np

from d2l_utils import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
    WeightDecay,
    rules,
)

# name -> rule; a function of the module that does not begin with a parameter only helps one
RULES = {
    name: rule
    for name, rule in vars(rules).items()
    if inspect.isfunction(rule) and next(iter(inspect.signature(rule).parameters)) == "p"
}


def decaying(optimizer, *, decoupled=False, **settings):
    """Make an optimizer and put weight decay around it."""
    return WeightDecay(optimizer(**settings), 0.01, decoupled=decoupled)


# name -> a function that makes the optimizer; ``make(lr=...)`` and other keywords override
OPTIMIZERS = {
    "SGD": partial(SGD, lr=0.1),
    "Momentum": partial(Momentum, lr=0.1),
    "Momentum, lr outside": partial(Momentum, lr=0.1, lr_in_velocity=False),
    "Nesterov": partial(Nesterov, lr=0.1),
    "Nesterov, lr outside": partial(Nesterov, lr=0.1, lr_in_velocity=False),
    "AdaGrad": partial(AdaGrad, lr=0.1),
    "AdaGrad of Keras": partial(AdaGrad, lr=0.1, eps=0.0, eps_root=1e-7, initial_accumulator=0.1),
    "RMSProp": partial(RMSProp, lr=0.1),
    "RMSProp, momentum": partial(RMSProp, lr=0.1, momentum=0.9),
    "RMSProp, momentum, lr outside": partial(RMSProp, lr=0.1, momentum=0.9, lr_in_velocity=False),
    "RMSProp, centred": partial(RMSProp, lr=0.1, momentum=0.9, centered=True),
    "RMSProp, centred, lr outside": partial(
        RMSProp, lr=0.1, momentum=0.9, centered=True, lr_in_velocity=False
    ),
    "AdaDelta": partial(AdaDelta),
    "Adam": partial(Adam, lr=0.1),
    "Adam, ε̂": partial(Adam, lr=0.1, eps_hat=True),
    "Adam, uncorrected": partial(Adam, lr=0.1, bias_correction=False),
    "AMSGrad": partial(Adam, lr=0.1, amsgrad=True),
    "AMSGrad of Optax": partial(Adam, lr=0.1, amsgrad=True, correct_first=True),
    "AdamW": partial(AdamW, lr=0.1),
    "NAdam": partial(NAdam, lr=0.1),
    "SGD, weight decay": partial(decaying, SGD, lr=0.1),
    "Momentum, decoupled decay": partial(decaying, Momentum, lr=0.1, decoupled=True),
}


def gradients(shape, steps=5, seed=0, dtype=np.float64):
    """Return ``steps`` seeded gradients of one shape."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for _ in range(steps)]


def run(optimizer, params, grads):
    """Update ``params`` with each of ``grads`` and return it."""
    for g in grads:
        optimizer.update(params, g)
    return params


def imports(tree):
    """Return the import statements in a module's syntax tree."""
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
