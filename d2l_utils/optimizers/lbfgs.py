"""L-BFGS: BFGS from a few pairs of vectors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Rate
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed
from d2l_utils.optimizers.whole import VectorMethod

__all__ = ["LBFGS"]


def rows(num: int, p: np.ndarray) -> np.ndarray:
    """Return a matrix of zeros with ``num`` rows like a vector."""
    return np.zeros((num, p.size), p.dtype)


def _at_least_one(name: str, value: Any) -> int:
    return checks.whole_number(name, value, low=1)


class LBFGS(VectorMethod):
    """Step as `BFGS` does, with the last pairs (s, y) in place of its n × n matrix.

    Memory and work of a step grow with ``memory`` times the number of parameters.

    Parameters
    ----------
    lr : float or callable
        The first step that the search tries, 0 or more; as long as there is no pair, it is divided by the
        sum of the gradient's sizes where that is above 1. Without a search the step itself.
    memory : int
        How many pairs are kept, 1 or more. A pair with sᵀy ≤ 0 or close to it is not.
    searched : bool
        False takes the step without a search, as PyTorch does by default.

    References
    ----------
    Nocedal 1980; Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithms 7.4 and 7.5.

    Examples
    --------
    >>> from d2l_utils import descend, rosenbrock
    >>> descend(LBFGS(memory=5), rosenbrock, num_steps=60).steps_to(1e-6)
    33
    """

    rule: Callable[..., Any] = staticmethod(rules.lbfgs)
    slots = {"S": partial(rows, 10), "Y": partial(rows, 10)}
    shown = {"lr": 1.0}
    memory = Fixed(_at_least_one)
    searched = Fixed()

    def __init__(self, lr: Rate = 1.0, *, memory: int = 10, searched: bool = True) -> None:
        super().__init__(lr=lr)
        self.memory, self.searched = memory, searched
        if self.memory != 10:
            self.slots = dict.fromkeys(self.slots, partial(rows, self.memory))
        if not self.searched:
            choose(self, rules.lbfgs_unsearched)
