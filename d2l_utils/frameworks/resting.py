"""While a momentum is 0: PyTorch and Keras leave the velocity as it is, to go on from it later."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils._engine.decayed_rule import RestingRule
from d2l_utils._engine.programs import is_ours
from d2l_utils.optimizers.base import Optimizer

__all__ = ["resting"]


def resting(optimizer: Optimizer) -> Optimizer:
    """Let the velocity of an optimizer rest while its momentum is set to 0, and return it.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> w, optimizer = np.array([1.0]), resting(Momentum(lr=0.5, momentum=0.5))
    >>> for optimizer.momentum in (0.5, 0.0, 0.5):
    ...     optimizer.update(w, np.array([1.0]))
    >>> print(w)  # steps of 0.5, 0.5 and 0.75
    [-0.75]
    """
    if "momentum" in optimizer.hyperparameters:
        optimizer._watch = {"momentum": _rest}
    return optimizer


def _rest(optimizer: Any, momentum: Any) -> None:
    """Change the rule where the momentum becomes 0, or does so no longer."""
    before = optimizer.momentum
    if np.any(before) and not np.all(before):
        raise ValueError(
            "momentum must stay as it is where a sweep holds a 0 beside others, for the velocity rests while "
            f"it is 0; make an optimizer without the 0; got {momentum!r}"
        )
    at_rest = isinstance(optimizer.rule, RestingRule)
    if at_rest and np.any(momentum):
        optimizer.rule = optimizer.rule.inner
    elif not at_rest and not np.any(momentum) and is_ours(optimizer.rule):
        optimizer.rule = RestingRule(optimizer.rule)
