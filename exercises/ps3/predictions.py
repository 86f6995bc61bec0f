"""What a student predicts and explains."""

from d2l_utils import rules
from d2l_utils.words import noted
from exercises.grading.question import Part, Value, Written
from exercises.ps3.shrinking import shrink


def drift(rates, momentum, gradient=1.0):
    """Return all positions of a point on a slope that never changes, one step for each of the rates."""
    p, v, positions = 0.0, 0.0, [0.0]
    for lr in rates:
        p, v = rules.momentum(p, gradient, v, lr, momentum)
        positions.append(p)
    return positions


def speed(lr, momentum, gradient=1.0):
    """Return the length of a late step on a slope that never changes."""
    before, after = drift([lr] * 3000, momentum, gradient)[-2:]
    return abs(after - before)


def highest_rate(momentum, curvature, nesterov):
    """Return the largest stable rate, found by trying."""
    low, high = 0.0, 4.0 / curvature
    for _ in range(50):
        lr = (low + high) / 2
        low, high = (lr, high) if shrink(lr, momentum, curvature, nesterov) <= 1 else (low, lr)
    return low


def coast(lr, momentum):
    """Return how far the point goes after the rate has dropped to zero."""
    positions = drift([lr] * 300 + [0.0] * 300, momentum)
    return abs(positions[-1] - positions[300])


PREDICTIONS = Value(
    name="q5",
    title="Predict before you sail",
    target="predict_q5",
    parts=(
        Part("speed", 1, "the speed on a steady slope", "When does friction balance the slope?"),
        Part("limit", 1, "the highest stable rate of momentum", "Which curvature sets the limit?"),
        Part("nesterov", 1, "the highest stable rate of Nesterov", "The look ahead narrows the safe range."),
        Part("coast", 1, "the way after the engine stops", "At each step v is multiplied by β."),
        Part("equal", 1, "the rate that matches plain SGD", "Compare the speeds on a steady slope."),
    ),
    answers={
        "speed": speed(0.01, 0.98, 2.0),
        "limit": highest_rate(0.8, 5.0, False),
        "nesterov": highest_rate(0.8, 5.0, True),
        "coast": coast(0.2, 0.75),
        "equal": 0.1 / speed(1.0, 0.95),
    },
    wrong={
        ("speed", 0.02): "That is the first step, and plain gradient descent's.",
        ("speed", 0.5): "You left the slope out: it is 2.",
        ("speed", 50): "That is the factor 1/(1 − β). Multiply it by ηg.",
        ("speed", 100): "That is g/(1 − β). The rate is missing.",
        ("limit", 0.4): "That is the limit without momentum, 2/λ. Momentum widens the range.",
        ("limit", 7.2): "You took the smaller curvature. The steepest direction gives way first.",
        ("limit", 0.36): "(1 + β)/λ is half of it.",
        ("limit", 3.6 / 13): "That is Nesterov's limit.",
        ("limit", 2.0): "Momentum widens the range by the factor 1 + β, not by 1/(1 − β).",
        ("nesterov", 0.72): "That is the heavy ball's limit. The look ahead pays for its brakes.",
        ("nesterov", 0.4): "That is the limit without momentum, 2/λ. Nesterov's is lower still.",
        ("nesterov", 36 / 13): "You took the smaller curvature. The steepest direction gives way first.",
        ("coast", 0.0): "That is the form with the rate outside. Inside, v keeps the rates of its past.",
        ("coast", 0.8): "That is the speed when the engine stops. Add up all that follows.",
        ("coast", 0.6): "That is the first step only. The ship goes on.",
        ("coast", 3.2): "You counted the step before the engine stopped as well.",
        ("equal", 0.1): "At the same rate momentum is 20 times faster on a steady slope.",
        ("equal", 2.0): "The other way round: momentum needs the lower rate.",
        ("equal", 0.095): "The factor is 1 − β, not β.",
        ("equal", 0.01): "That would be for β = 0.9.",
    },
)

EXPLANATION = Written(
    name="q6",
    title="Two orders from the office",
    target="explain_q6",
    rubric=(
        (0.5, noted("v is a sum whose weights add up to 1/(1 − β), so the noise grows, about tenfold.")),
        (0.5, noted("To keep it, η goes down with 1 − β: a tenth of it here.")),
        (0.5, noted("The two forms take one path as long as η stays as it is.")),
        (0.5, noted("When η falls, the outside form obeys at once; inside, v coasts about 1/(1 − β) steps.")),
    ),
    parts=(
        Part("noise", 1, "says what a larger β does to noise at the same η", "Is v an average, or a sum?"),
        Part("schedule", 1, "says where the two forms part", "What does v remember in each of them?"),
    ),
)
