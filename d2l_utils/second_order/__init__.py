"""Second-order methods in pieces: line searches, directions from a Hessian, and whole runs.

A loss is a function of a vector, ``loss(x) -> (value, gradient)``: `of_objective` and `of_model` make one.
What is searched and learnt here is what the rules of `Newton`, `BFGS` and `LBFGS` do, with a word on why a
search found nothing and with its evaluations counted.
"""

from d2l_utils.second_order.directions import hessian, hessian_product, newton_direction, steihaug
from d2l_utils.second_order.losses import Counted, Loss, of_model, of_objective
from d2l_utils.second_order.runs import Run, lbfgs, trust_region
from d2l_utils.second_order.searches import Step, backtracking, strong_wolfe

__all__ = [
    "Counted",
    "Loss",
    "Run",
    "Step",
    "backtracking",
    "hessian",
    "hessian_product",
    "lbfgs",
    "newton_direction",
    "of_model",
    "of_objective",
    "steihaug",
    "strong_wolfe",
    "trust_region",
]
