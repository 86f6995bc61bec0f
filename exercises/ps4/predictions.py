"""What a student predicts and explains."""

import math

import numpy as np

from d2l_utils import rules
from d2l_utils.words import noted
from exercises.grading.question import Part, Value, Written
from exercises.ps4.published import PUBLISHED


def steps(take, num_steps):
    """Return the lengths of the steps that ``take`` makes from p = 0 and a state of zeros."""
    p, state, lengths = 0.0, None, []
    for t in range(1, num_steps + 1):
        new, *state = take(p, state, t)
        lengths.append(abs(new - p))
        p = new
    return lengths


def adagrad_steps(gradient, lr, num_steps):
    """Return the lengths of AdaGrad's steps under a gradient that stays."""
    return steps(lambda p, s, t: rules.adagrad(p, gradient, *(s or [0.0]), lr, 0.0, 0.0), num_steps)


def rmsprop_first(gradient, lr, rho):
    """Return the length of RMSProp's first step."""
    return steps(lambda p, s, t: rules.rmsprop(p, gradient, 0.0, lr, rho, 0.0, 0.0), 1)[0]


def adam_first_uncorrected(beta1, beta2):
    """Return the length of the first step of an Adam that corrects nothing, with lr 1."""
    return steps(lambda p, s, t: rules.adam(p, 1.0, 0.0, 0.0, math.inf, 1.0, beta1, beta2, 0.0, 0.0), 1)[0]


def inflated(num_steps, decay):
    """Return the s of the published update A after gradients of 1."""
    state = {"s": 0.0}
    for _ in range(num_steps):
        _, state = PUBLISHED["A"][0](0.0, 1.0, state, 0.1, decay, 1e-7)
    return state["s"]


def adam_bytes():
    """Return how many bytes of state Adam keeps for one parameter in single precision."""
    zeros = np.zeros(3, dtype=np.float32)
    _, *state = rules.adam(zeros + 1, zeros, zeros.copy(), zeros.copy(), 1, 0.1, 0.9, 0.999, 1e-8, 0.0)
    return sum(array.nbytes for array in state) / zeros.size


PREDICTIONS = Value(
    name="q5",
    title="Predict before you listen",
    target="predict_q5",
    parts=(
        Part("adagrad", 1, "AdaGrad's 64th step", "How large is the sum of 64 equal squares?"),
        Part("rmsprop", 1, "RMSProp's first step", "Which share of the first square is in s?"),
        Part("adam", 1, "the first step without correction", "m holds 1 − β₁ of the gradient. And s?"),
        Part("inflated", 1, "the state of the published update A", "Write s + 1 as a product."),
        Part("memory", 1, "Adam's memory", "How many arrays does it keep beside the parameters?"),
    ),
    answers={
        "adagrad": adagrad_steps(3.0, 0.4, 64)[-1],
        "rmsprop": rmsprop_first(250.0, 0.001, 0.99),
        "adam": adam_first_uncorrected(0.8, 0.99),
        "inflated": inflated(10, 0.5),
        "memory": 3 * adam_bytes(),
    },
    wrong={
        ("adagrad", 0.4): "That is the first step. Under a steady gradient they get shorter.",
        ("adagrad", 0.4 / 64): "The sum grows as t, so its root grows as √t.",
        ("adagrad", 1.2): "That is SGD's step. AdaGrad divides the gradient's size away.",
        ("adagrad", 0.15): "You left the gradient in. It is above and below the line, and cancels.",
        (
            "rmsprop",
            0.001,
        ): "So long are its late steps. At first s holds only the share 1 − ρ of the square.",
        ("rmsprop", 0.1): "The root is missing: s is 0.01·g², and its root 0.1·|g|.",
        ("rmsprop", 0.25): "That is SGD's step. RMSProp divides the gradient's size away.",
        ("adam", 1.0): "That is the corrected Adam.",
        ("adam", 10.0): "That is an Adam that corrects m and not s.",
        ("adam", 0.2): "That is an Adam that corrects s and not m.",
        ("adam", 20.0): "The root is missing: s is 0.01·g², and its root 0.1·|g|.",
        ("inflated", 1 - 0.5**10): "That is the right average. The published line has a `+=`.",
        ("inflated", 10.0): "That is AdaGrad's sum. Here s itself is added, too.",
        ("inflated", 1.5**10): "Nearly: at the start s is 0, so it is this minus 1.",
        ("memory", 12): "That is one array. Adam keeps two averages.",
        ("memory", 36): "You counted the parameters themselves. What does Adam need beside them?",
        ("memory", 48): "Single precision has 4 bytes a number, not 8.",
        ("memory", 24e6): "In megabytes, please.",
    },
)

EXPLANATION = Written(
    name="q6",
    title="Three opinions at the desk",
    target="explain_q6",
    rubric=(
        (0.5, noted("1 is wrong: the uncorrected steps grow first, and are too long for many steps.")),
        (0.5, noted("The cause: m warms up within tens of steps, s needs about a thousand.")),
        (0.5, noted("2 is half right: the rates fall, but Σ 1/√t has no bound; on a bowl they settle.")),
        (
            0.5,
            noted("3 is half right: the loss's scale cancels, but η is a length that must be chosen."),
        ),
    ),
    parts=(
        Part("correction", 1, "says what the correction is for", "Which of the two averages warms up first?"),
        Part("claims", 1, "judges the two other claims", "What is the unit of η here? Does Σ 1/√t end?"),
    ),
)
