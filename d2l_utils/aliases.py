"""Names of the types in annotations: what a parameter, a gradient, a rate and a setting may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Grads", "Hyperparameters", "Number", "Params", "Rate"]

#: One number, or many that a sweep tries side by side.
Number: TypeAlias = float | Sequence[float] | np.ndarray
#: A learning rate, or a schedule: a callable of the updates made so far.
Rate: TypeAlias = Number | Callable[[int], float]
#: Parameters by name, or one array of them; each of shape (...), of floating point, and changed in place.
Params: TypeAlias = np.ndarray | Mapping[str, np.ndarray]
#: Gradients with the names and shapes of the parameters.
Grads: TypeAlias = np.ndarray | Mapping[str, np.ndarray]
#: Settings by name, in the rule's order: a number each, an array that sweeps, or a schedule.
Hyperparameters: TypeAlias = dict[str, Any]
