"""What a student predicts, computed by the rules."""

import numpy as np

from d2l_utils import rules
from d2l_utils.matrices import polar
from exercises.grading.question import Part, Value

POLYNOMIALS = {
    "A": (1.5, -0.5, 0.0),
    "B": (3.4445, -4.7750, 2.0315),
    "C": (1.875, -1.25, 0.375),
    "D": (2.5, -1.5, 0.0),
    "E": (0.5, 0.5, 0.0),
}


def settling():
    """Return the letters of the polynomials that bring every singular value in (0, 1] to 1."""
    letters = set()
    for letter, (a, b, c) in POLYNOMIALS.items():
        s = np.linspace(0.01, 1, 100)
        for _ in range(200):
            s = a * s + b * s**3 + c * s**5
        if np.allclose(s, 1):
            letters.add(letter)
    return frozenset(letters)


def clipped(width):
    """Return how many times shorter a square orthogonal step is after it was clipped to the length 1."""
    return float(np.linalg.norm(polar(np.random.default_rng(0).normal(size=(width, width)))))


def sixth_power(num_steps):
    """Return where Newton's method is on x⁶ after some steps from 1."""
    x = 1.0
    for _ in range(num_steps):
        (step,) = rules.solved([np.array([30 * x**4])], np.array([6 * x**5]))
        x -= step
    return float(x)


def wall(gradient, lr, weight_decay):
    """Return where a weight ends under Lion and a gradient that stays."""
    p, m = 0.0, 0.0
    for _ in range(5000):
        p, m = rules.lion(p, gradient, m, lr, 0.9, 0.99, weight_decay)
    return p


PREDICTIONS = Value(
    name="q7",
    title="Predict before you run",
    target="predict_q7",
    parts=(
        Part("sixth", 1, "Newton on x⁶", "Divide 6x⁵ by 30x⁴."),
        Part(
            "settle", 1, "the polynomials that settle at 1", "1 must stay 1, and its neighbours come closer."
        ),
        Part("clip", 1, "the clipped Muon", "How long is an orthogonal matrix, as a vector?"),
        Part("wall", 1, "Lion's wall", "Where do the step and the decay cancel?"),
    ),
    answers={
        "sixth": sixth_power(10),
        "settle": settling(),
        "clip": clipped(400),
        "wall": wall(-3.0, 0.01, 0.5),
    },
    wrong={
        ("sixth", 0.0): "Newton's digits double only where the curvature is not 0 at the minimum.",
        ("sixth", (2 / 3) ** 10): "That is x⁴. For x⁶ a step takes a fifth of the way.",
        ("sixth", 0.2**10): "A step takes a fifth of the way; four fifths are left.",
        ("sixth", (5 / 6) ** 10): "A sixth is not what 6x⁵ over 30x⁴ gives.",
        ("settle", frozenset("ABC")): "B never settles: it moves 1 to 0.701.",
        ("settle", frozenset("ACDE")): "All four leave 1 where it is. Two push its neighbours away.",
        (
            "settle",
            frozenset("ACD"),
        ): "D leaves 1 where it is, but throws its neighbours to the other side, twice as far.",
        ("settle", frozenset("ACE")): "E leaves 1 where it is, but pushes smaller values away from it, to 0.",
        ("settle", frozenset("A")): "A settles, and so does its faster sister.",
        ("settle", frozenset("B")): "B is the one that Muon uses, and it is the one that never settles.",
        ("clip", 400.0): "That is the sum of the squares of its singular values. The length is the root.",
        ("clip", 1 / 20): "The other way round: how many times shorter?",
        ("clip", 1.0): "The spectral norm is 1. What is clipped is the length of all numbers together.",
        ("wall", 6.0): "That is where gradient descent would come to rest. Lion sees the sign only.",
        ("wall", 0.02): "The rate is in the step and in the decay. It cancels.",
        ("wall", 200.0): "The rate is in the step and in the decay. It cancels.",
        ("wall", -2.0): "The gradient is negative, so the weight grows.",
        ("wall", 0.5): "The other way round: 1/λ.",
    },
)
