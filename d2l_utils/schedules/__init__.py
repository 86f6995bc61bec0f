"""Learning-rate schedules: callables that take the number of updates made so far and return the rate.

An optimizer asks ``lr(0)`` for its first update. Schedules never change and remember nothing: one may serve
many optimizers, and a training that goes on after 1000 updates needs no more than ``lr(1000)``. To count in
epochs, give ``every`` or the rate per update: five epochs are
``5 * iterations_per_epoch(len(x), batch_size)`` updates.

What must see a metric, or moves the momentum too, is a `Stepper`. The frameworks' own schedules, under their
names and with their settings, are in :mod:`d2l_utils.frameworks`: ``like_torch.lr_scheduler``,
``like_keras.schedules``, ``like_optax.schedules`` and ``like_mxnet.lr_scheduler``.
"""

from d2l_utils.schedules.basic import (
    Constant,
    Decay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstant,
    Schedule,
    StepDecay,
)
from d2l_utils.schedules.cycles import CosineRestarts, Interpolated, OneCycle, Triangle
from d2l_utils.schedules.parts import Clipped, Geometric, Joined, Mirrored, Scaled, Shifted, Stairs
from d2l_utils.schedules.plateau import ReduceLROnPlateau
from d2l_utils.schedules.stepping import Stepper, initial_rate
from d2l_utils.schedules.transitions import CosineDecay, PolynomialDecay, Warmup, WarmupStableDecay

__all__ = [
    "Clipped",
    "Constant",
    "CosineDecay",
    "CosineRestarts",
    "Decay",
    "ExponentialDecay",
    "Geometric",
    "Interpolated",
    "InverseTimeDecay",
    "Joined",
    "Mirrored",
    "OneCycle",
    "PiecewiseConstant",
    "PolynomialDecay",
    "ReduceLROnPlateau",
    "Scaled",
    "Schedule",
    "Shifted",
    "Stairs",
    "StepDecay",
    "Stepper",
    "Triangle",
    "Warmup",
    "WarmupStableDecay",
    "initial_rate",
]
