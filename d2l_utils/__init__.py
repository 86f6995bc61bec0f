"""Optimizers, toy objectives, small models and figures for the book *Descent*."""

from d2l_utils import rules
from d2l_utils.base import Optimizer
from d2l_utils.cycles import CosineRestarts, OneCycle
from d2l_utils.descent import Trace, descend
from d2l_utils.objectives import (
    Objective,
    beale,
    bowl,
    double_well,
    himmelblau,
    narrow_valley,
    parabola,
    quadratic,
    rosenbrock,
    rotated_bowl,
    saddle,
)
from d2l_utils.optimizers import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
)
from d2l_utils.schedules import (
    Constant,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstant,
    StepDecay,
)
from d2l_utils.transitions import CosineDecay, PolynomialDecay, Warmup
from d2l_utils.weight_decay import WeightDecay

__all__ = [
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Constant",
    "CosineDecay",
    "CosineRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Objective",
    "OneCycle",
    "Optimizer",
    "PiecewiseConstant",
    "PolynomialDecay",
    "RMSProp",
    "StepDecay",
    "Trace",
    "Warmup",
    "WeightDecay",
    "beale",
    "bowl",
    "descend",
    "double_well",
    "himmelblau",
    "narrow_valley",
    "parabola",
    "quadratic",
    "rosenbrock",
    "rotated_bowl",
    "rules",
    "saddle",
]
