"""Problem set 7: tuning and fair comparison."""

from exercises.grading.question import ProblemSet
from exercises.ps7.draws import DRAWS
from exercises.ps7.lots import LOTS
from exercises.ps7.luck import LUCK
from exercises.ps7.profiles import PROFILES
from exercises.ps7.referee import REFEREE
from exercises.ps7.rungs import RUNGS
from exercises.ps7.targets import TARGETS

PROBLEM_SET = ProblemSet(
    name="ps7",
    title="Tuning and fair comparison",
    questions=(DRAWS, TARGETS, LUCK, RUNGS, PROFILES, LOTS, REFEREE),
)
