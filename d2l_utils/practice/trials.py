"""What the settings are where a reader's rule is compared with the book's: each as its class declares it."""

from __future__ import annotations

from d2l_utils.optimizers import METHODS
from d2l_utils.optimizers.settings import declared

__all__ = ["TRIALS"]

TRIALS: dict[str, float] = {
    name: setting.trial
    for method in METHODS
    for name in declared(method)
    if (setting := getattr(method, name)).in_rule
} | {"batch_size": 4.0, "often": 0.25}  # of the lessons
