"""The optimizers: each wraps one rule of :mod:`d2l_utils.rules` and has one method to learn, `update`.

A class keeps the rule's state, knows the defaults, and offers the conventions of other frameworks as
switches. In every one ``lr`` is a number of 0 or more, an array that sweeps settings along the parameters'
last axis, or a schedule: a callable that takes the number of updates made so far and returns the rate.
"""

from d2l_utils.optimizers.adadelta import AdaDelta
from d2l_utils.optimizers.adagrad import AdaGrad
from d2l_utils.optimizers.adam import Adam
from d2l_utils.optimizers.adamax import AdaMax
from d2l_utils.optimizers.adamw import AdamW
from d2l_utils.optimizers.around import Around, ScaledGradient
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.bfgs import BFGS
from d2l_utils.optimizers.lamb import Lamb
from d2l_utils.optimizers.lbfgs import LBFGS
from d2l_utils.optimizers.lion import Lion
from d2l_utils.optimizers.momentum import Momentum
from d2l_utils.optimizers.muon import Muon
from d2l_utils.optimizers.nadam import NAdam
from d2l_utils.optimizers.nesterov import Nesterov
from d2l_utils.optimizers.newton import Newton
from d2l_utils.optimizers.radam import RAdam
from d2l_utils.optimizers.rmsprop import RMSProp
from d2l_utils.optimizers.schedule_free import ScheduleFreeAdamW, ScheduleFreeSGD
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, epsilon, fraction
from d2l_utils.optimizers.sgd import SGD
from d2l_utils.optimizers.shampoo import Shampoo
from d2l_utils.optimizers.soap import Soap
from d2l_utils.optimizers.split import Split
from d2l_utils.optimizers.weight_decay import WeightDecay
from d2l_utils.optimizers.whole import ArrayMethod, MatrixMethod, VectorMethod
from d2l_utils.optimizers.yogi import Yogi

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
    AdaMax,
    RAdam,
    Yogi,
    Lion,
    ScheduleFreeSGD,
    ScheduleFreeAdamW,
    Lamb,
    Muon,
    Shampoo,
    Soap,
)

__all__ = [
    "BFGS",
    "LBFGS",
    "METHODS",
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "Around",
    "ArrayMethod",
    "Fixed",
    "Hyperparameter",
    "Lamb",
    "Lion",
    "MatrixMethod",
    "Momentum",
    "Muon",
    "NAdam",
    "Nesterov",
    "Newton",
    "Optimizer",
    "RAdam",
    "RMSProp",
    "ScaledGradient",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
    "Shampoo",
    "Soap",
    "Split",
    "VectorMethod",
    "WeightDecay",
    "Yogi",
    "epsilon",
    "fraction",
]
