"""Search for good settings: spaces to draw from, and the searches that spend a budget in them."""

from d2l_utils.tuning.digits import DIGITS_SPACE, GUESS, DigitsTraining, split_digits
from d2l_utils.tuning.gaussian import bayesian_search, expected_improvement, kernel, posterior, propose
from d2l_utils.tuning.halving import Outcome, OverSeeds, brackets, hyperband, successive_halving
from d2l_utils.tuning.spaces import Choice, LogUniform, Space, Uniform, grid, sample
from d2l_utils.tuning.tables import load_searches

__all__ = [
    "DIGITS_SPACE",
    "GUESS",
    "Choice",
    "DigitsTraining",
    "LogUniform",
    "Outcome",
    "OverSeeds",
    "Space",
    "Uniform",
    "bayesian_search",
    "brackets",
    "expected_improvement",
    "grid",
    "hyperband",
    "kernel",
    "load_searches",
    "posterior",
    "propose",
    "sample",
    "split_digits",
    "successive_halving",
]
