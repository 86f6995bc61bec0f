"""The optimizers: each wraps one rule of :mod:`d2l_utils.rules` and has one method to learn, `update`.

A class keeps the rule's state, knows the defaults, and offers the conventions of other frameworks as
switches. In every one ``lr`` is a number of 0 or more, an array that sweeps settings along the parameters'
last axis, or a schedule: a callable that takes the number of updates made so far and returns the rate.
"""

from d2l_utils.optimizers.adadelta import AdaDelta
from d2l_utils.optimizers.adagrad import AdaGrad
from d2l_utils.optimizers.adam import Adam
from d2l_utils.optimizers.adamw import AdamW
from d2l_utils.optimizers.around import Around, ScaledGradient
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.bfgs import BFGS
from d2l_utils.optimizers.lbfgs import LBFGS
from d2l_utils.optimizers.momentum import Momentum
from d2l_utils.optimizers.muon import Muon
from d2l_utils.optimizers.nadam import NAdam
from d2l_utils.optimizers.nesterov import Nesterov
from d2l_utils.optimizers.newton import Newton
from d2l_utils.optimizers.rmsprop import RMSProp
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, epsilon, fraction
from d2l_utils.optimizers.sgd import SGD
from d2l_utils.optimizers.split import Split
from d2l_utils.optimizers.weight_decay import WeightDecay
from d2l_utils.optimizers.whole import ArrayMethod, MatrixMethod, VectorMethod

# Every method, in the order of the book: live figures, menus, practice and tests find it here.
METHODS: tuple[type[Optimizer], ...] = (
    SGD,
    Momentum,
    Nesterov,
    AdaGrad,
    RMSProp,
    AdaDelta,
    Adam,
    AdamW,
    NAdam,
    Newton,
    BFGS,
    LBFGS,
    Muon,
)

__all__ = [
    "BFGS",
    "LBFGS",
    "METHODS",
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Around",
    "ArrayMethod",
    "Fixed",
    "Hyperparameter",
    "MatrixMethod",
    "Momentum",
    "Muon",
    "NAdam",
    "Nesterov",
    "Newton",
    "Optimizer",
    "RMSProp",
    "ScaledGradient",
    "Split",
    "VectorMethod",
    "WeightDecay",
    "epsilon",
    "fraction",
]
