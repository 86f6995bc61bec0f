"""Problem set 6: second-order methods, and beyond Adam."""

from exercises.grading.question import Contest, Part, ProblemSet
from exercises.ps6.averaging import AVERAGING
from exercises.ps6.given import Trap
from exercises.ps6.newton import NEWTON
from exercises.ps6.predictions import PREDICTIONS
from exercises.ps6.published import PUBLISHED_MUONS
from exercises.ps6.ring import RING
from exercises.ps6.search import SEARCH

TRAP = Contest(
    name="q4",
    title="A trap for L-BFGS",
    target="trap",
    parts=(
        Part("fails", 2, "a roof on which L-BFGS leaves 0.3 undone", "What does its search do at an edge?"),
        Part("far", 1, "leaves 0.5 undone", "On which side of the edge does the search stop?"),
        Part("deep", 1, "leaves 0.7 undone", "How much of the way lies along the edge?"),
    ),
    oracle=lambda rng: Trap(rng.integers(2**62, size=3)),
    thresholds={"fails": 0.3, "far": 0.5, "deep": 0.7},
    studies=7,
    lost=0.0,
    cpu_seconds=10.0,
)

PROBLEM_SET = ProblemSet(
    name="ps6",
    title="Second-order methods and beyond",
    questions=(NEWTON, SEARCH, RING, TRAP, PUBLISHED_MUONS, AVERAGING, PREDICTIONS),
    modules=("objectives",),
)
