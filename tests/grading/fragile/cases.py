"""A contest that trusts whatever it is given, and a prediction."""

import os
import signal

import numpy as np

from exercises.grading.question import Contest, Part, ProblemSet, Value


def obey(order):
    """Do to this process what a flaw in an oracle might let an answer do."""
    match order:
        case "spin":
            while True:
                pass
        case "exhaust":
            np.zeros((1 << 20, 1 << 20))
        case "hoard":
            return len([bytes(1 << 20) for _ in range(1 << 14)])
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "recurse":
            return obey(order)
    return 1.0


class Oracle:
    """Obeys, in both of its methods."""

    arguments = ()

    def __init__(self, _rng):
        self.ask = self.score = obey


PART = (Part("all", 1, "obeys", "It does."),)
PROBLEM_SET = ProblemSet(
    name="tests.grading.fragile",
    title="Fragile",
    questions=(
        Contest(name="q1", title="Obey", target="f", parts=PART, oracle=Oracle, thresholds={"all": 0.5}),
        Value(name="q2", title="Predict", target="x", parts=PART, answers={"all": 4}),
    ),
)
