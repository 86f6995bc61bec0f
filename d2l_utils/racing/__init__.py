"""A fair race of optimizers: small workloads, published search spaces, and what the result says."""

from d2l_utils.racing.methods import METHODS, draw, make, space_of
from d2l_utils.racing.profiles import band, expected_best, median, profile, ratios, score, study_time
from d2l_utils.racing.races import Log, Plan, Run, race, run, steps_to_target, target_of, train
from d2l_utils.racing.recurrent import RecurrentModel
from d2l_utils.racing.stored import load_lotteries, load_race, table
from d2l_utils.racing.workloads import NAMES, Workload, workload

__all__ = [
    "METHODS",
    "NAMES",
    "Log",
    "Plan",
    "RecurrentModel",
    "Run",
    "Workload",
    "band",
    "draw",
    "expected_best",
    "load_lotteries",
    "load_race",
    "make",
    "median",
    "profile",
    "race",
    "ratios",
    "run",
    "score",
    "space_of",
    "steps_to_target",
    "study_time",
    "table",
    "target_of",
    "train",
    "workload",
]
