"""Cases, references and slips of the toy set."""

import numpy as np

from exercises.grading.question import Case, Contest, Function, Mistake, Part, ProblemSet, Value, Written
from exercises.grading.values import Given

# --- q1: a function


def centre(x):
    """Take the mean of each column away from it."""
    return x - x.mean(axis=0)


def centre_cases(rng):
    """Draw matrices and vectors."""
    for _ in range(3):
        yield Case("matrix", (rng.normal(size=(int(rng.integers(3, 6)), 2)),))
    for _ in range(2):
        yield Case("vector", (rng.normal(size=4),))


Q1 = Function(
    name="q1",
    title="Centre the columns",
    target="centre",
    parts=(
        Part("matrix", 2, "centres each column of a matrix", "The mean is taken over the rows: axis 0."),
        Part("vector", 1, "centres a vector", "A vector has one mean."),
    ),
    cases=centre_cases,
    reference=centre,
    slips=(
        Mistake("all", "You take one mean away from all columns. Use axis=0.", lambda x: x - x.mean()),
        Mistake("sign", "You add the mean. Take it away.", lambda x: x + x.mean(axis=0)),
        Mistake("nothing", "Your function ends without return.", lambda x: None),
    ),
)

# --- q2: a function that changes its arguments, and refuses some


def step(p, g, v, lr):
    """One step of momentum in place; the rate must be positive."""
    if lr <= 0:
        raise ValueError("lr must be positive")
    v *= 0.9
    v += g
    p -= lr * v
    return p, v


def _copies(p, g, v, lr):
    return step(p.copy(), g, v.copy(), lr)


def _spoils(p, g, v, lr):
    p, v = step(p, g, v, lr)
    g *= 0
    return p, v


def step_cases(rng):
    """Draw steps from rest, in motion, and with a rate that must be refused."""
    for part, moving, sign in (("rest", 0, 1), ("motion", 1, 1), ("refuses", 1, -1)):
        for _ in range(2):
            p, g, v = rng.normal(size=(3, 3))
            yield Case(part, (p, g, v * moving, sign * rng.uniform(0.1, 0.5)))


Q2 = Function(
    name="q2",
    title="Step in place",
    target="step",
    parts=(
        Part("rest", 1, "steps from rest", "With v = 0 the step is gradient descent."),
        Part("motion", 2, "steps in motion", "Shrink v before the gradient is added."),
        Part("refuses", 1, "refuses a rate that is not positive", "raise ValueError(…)"),
    ),
    cases=step_cases,
    reference=step,
    observe_arguments=True,
    slips=(
        Mistake("copies", "You step on copies. Change p and v in place.", _copies),
        Mistake("spoils", "You overwrite the gradient.", _spoils),
        Mistake("trusts", "You accept any rate.", lambda p, g, v, lr: step(p, g, v, abs(lr))),
    ),
)

# --- q3: a function of a function


def slope(f, x, h):
    """Return the central difference."""
    return (f(x + h) - f(x - h)) / (2 * h)


def slope_cases(rng):
    """Draw parabolas and points."""
    for _ in range(3):
        yield Case("slope", (Given("parabola", (rng.uniform(1, 3),)), rng.normal(), 0.1))


Q3 = Function(
    name="q3",
    title="A slope",
    target="slope",
    parts=(Part("slope", 2, "gives the slope", "Step to both sides."),),
    cases=slope_cases,
    reference=slope,
    observe_arguments=True,
    cpu_seconds=1.0,
    slips=(
        Mistake("half", "You divide by h; the two points are 2h apart.", lambda f, x, h: 2 * slope(f, x, h)),
    ),
)

# --- q4: predictions

Q4 = Value(
    name="q4",
    title="Predict",
    target="predictions",
    parts=(
        Part("letters", 2, "the right statements", "Try each of them with a factor of 0."),
        Part("factor", 1, "how much larger the error gets", "The error grows like h²."),
    ),
    answers={"letters": frozenset("ac"), "factor": 4},
    wrong={("factor", 2): "The error of a central difference grows with the square of the step."},
)

# --- q5: words

Q5 = Written(
    name="q5",
    title="Explain",
    target="explain_q5",
    parts=(Part("text", 5, "says why", "Think of the Taylor series."),),
    longest=200,
    rubric=((2, "Names the `Taylor` series."), (3, "Says which term is left.")),
)

# --- q6: a contest


class Valley:
    """A parabola with a hidden lowest point, whose slope may be asked for ten times."""

    def __init__(self, rng):
        self._lowest, self._left = rng.normal(size=2), 10
        self.arguments = (np.zeros(2), 10)

    def ask(self, x):
        """Return the gradient at ``x``."""
        if np.shape(x) != (2,):
            raise ValueError("x must have the shape (2,)")
        if not self._left:
            raise RuntimeError("the budget is spent")
        self._left -= 1
        return x - self._lowest

    def score(self, x):
        """Return minus the distance to the lowest point."""
        if np.shape(x) != (2,):
            raise ValueError("x must have the shape (2,)")
        return -float(np.linalg.norm(x - self._lowest))


Q6 = Contest(
    name="q6",
    title="Find the lowest point",
    target="find",
    parts=(
        Part("near", 1, "comes near", "Follow the slope."),
        Part("there", 1, "arrives", "What step arrives at once?"),
    ),
    oracle=Valley,
    thresholds={"near": -0.2, "there": -1e-6},
)

PROBLEM_SET = ProblemSet(
    name="tests.grading.toy", title="A toy", questions=(Q1, Q2, Q3, Q4, Q5, Q6), modules=("gradients",)
)
