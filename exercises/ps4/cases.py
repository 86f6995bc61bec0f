"""Problem set 4: adaptive methods."""

from exercises.grading.question import ProblemSet
from exercises.ps4.histories import HISTORIES
from exercises.ps4.predictions import EXPLANATION, PREDICTIONS
from exercises.ps4.published import PUBLISHED_LINES
from exercises.ps4.scaling import SCALING
from exercises.ps4.units import UNITS

PROBLEM_SET = ProblemSet(
    name="ps4",
    title="Adaptive methods",
    questions=(SCALING, UNITS, HISTORIES, PUBLISHED_LINES, PREDICTIONS, EXPLANATION),
    modules=("objectives",),
)
