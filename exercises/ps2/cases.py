"""Problem set 2: gradient descent, SGD, minibatches, and a rate that changes."""

from exercises.grading.question import ProblemSet
from exercises.ps2.epochs import EPOCH
from exercises.ps2.polls import POLL
from exercises.ps2.predictions import EXPLANATION, PREDICTIONS
from exercises.ps2.rates import RATE
from exercises.ps2.walks import FATE, WALK

PROBLEM_SET = ProblemSet(
    name="ps2",
    title="Gradient descent, SGD and minibatches",
    questions=(WALK, FATE, EPOCH, POLL, PREDICTIONS, RATE, EXPLANATION),
    modules=("objectives",),
)
