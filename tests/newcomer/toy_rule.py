"""The toy that a newcomer adds: a rule with a state that takes the step, file by file of the checklist."""

from tests.newcomer import checklist

TITLE = "Add an optimizer"
NAMES = {"NAME": "averaged"}
RULE, CLASS, METHODS, PACKAGE, CHECKED = FILES = checklist.files(TITLE, **NAMES)

RULE_TEXT = '''"""Rules that follow an average of the gradient."""


def averaged(p, g, v, t, lr, momentum):
    """Walk against an average v of the gradients, corrected for its start at zero (a toy)."""
    v *= momentum
    v += (1 - momentum) * g
    p -= lr * v / (1 - momentum**t)
    return p, v
'''
CLASS_TEXT = '''"""A toy: gradient descent on an average of the gradients."""

from __future__ import annotations

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import fraction

__all__ = ["Averaged"]


class Averaged(Optimizer):
    """Walk against an average of the gradients: ``v ← β v + (1 − β) g; p ← p − η v / (1 − βᵗ)``.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    momentum : float or ndarray
        Share β of the average that survives a step, 0 ≤ β < 1.
    """

    rule = staticmethod(rules.averaged)
    slots = {"v": 0.0}
    clock = "t"
    shown = {"lr": 0.3}
    momentum = fraction("β")

    def __init__(self, lr: Rate = 0.01, momentum: Number = 0.9) -> None:
        super().__init__(lr=lr, momentum=momentum)
'''
CHECKED_TEXT = '''"""The toy."""

from functools import partial

from d2l_utils import Averaged
from tests.parity.case import Case
from tests.parity.problem import falling

M = {"momentum": 0.875}


def averaged(p, g, t, lr, state, momentum):
    """As it is defined: the mean of all gradients, of which an older one weighs less."""
    grads = state.setdefault("grads", [])
    grads.append(g)
    weights = [momentum ** (t - i) for i in range(1, t + 1)]
    return p - lr * sum(w * each for w, each in zip(weights, grads, strict=True)) / sum(weights)


BY_HAND = [("averaged", (1.0, 2.0, 0.0, 1, 0.25, 0.5), (0.5, 1.0))]

OPTIMIZERS = {"Averaged": partial(Averaged, lr=0.1)}

CASES = (Case("Averaged", "Averaged", falling(0.125), M, formula=(averaged, M)),)

MUTATIONS = [
    ("averaged", "(1 - momentum) * g", "g"),
    ("averaged", " / (1 - momentum**t)", ""),
]
'''
# Of a package that lists names: what stands there, and what is put there instead.
EDITS = {
    METHODS: [
        (
            "from d2l_utils.optimizers.base import",
            "from d2l_utils.optimizers.averaged import Averaged\nfrom d2l_utils.optimizers.base import",
        ),
        ("    NAdam,\n", "    NAdam,\n    Averaged,\n"),
        ('    "ArrayMethod",\n', '    "ArrayMethod",\n    "Averaged",\n'),
    ],
    PACKAGE: [
        ("    AdamW,\n    Lamb,", "    AdamW,\n    Averaged,\n    Lamb,"),
        ('    "AdamW",\n', '    "AdamW",\n    "Averaged",\n'),
    ],
}
TEXTS = {RULE: RULE_TEXT, CLASS: CLASS_TEXT, CHECKED: CHECKED_TEXT}


def add(copy, *, without=()):
    """Do what the checklist says, without these files."""
    for name in FILES:
        if name in without:
            continue
        if name in TEXTS:
            copy.write(name, TEXTS[name])
        for old, new in EDITS.get(name, ()):
            copy.edit(name, old, new)
