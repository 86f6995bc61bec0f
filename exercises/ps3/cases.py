"""Problem set 3: momentum and Nesterov."""

from exercises.grading.question import ProblemSet
from exercises.ps3.averages import AVERAGE
from exercises.ps3.paths import PATH
from exercises.ps3.predictions import EXPLANATION, PREDICTIONS
from exercises.ps3.shrinking import SHRINK
from exercises.ps3.steps import STEP

PROBLEM_SET = ProblemSet(
    name="ps3",
    title="Momentum and Nesterov",
    questions=(AVERAGE, STEP, SHRINK, PATH, PREDICTIONS, EXPLANATION),
    modules=("objectives",),
)
