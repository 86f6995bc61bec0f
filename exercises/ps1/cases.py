"""Problem set 1: differences, a gradient by trying, one by the chain rule, the check of both, its alarms."""

from d2l_utils.words import noted
from exercises.grading.question import Part, ProblemSet, Value, Written
from exercises.ps1.differences import Q1, Q2
from exercises.ps1.kinks import Q6
from exercises.ps1.network import Q4, Q5

Q3 = Value(
    name="q3",
    title="How small is small?",
    target="predict_q3",
    parts=(
        Part("halved_forward", 1, "half the step, forward", "Its error is proportional to h."),
        Part("halved_central", 1, "half the step, central", "Its error is proportional to h²."),
        Part("exponent_forward", 1, "the best step, forward", "Set h/2 equal to δ/h."),
        Part("exponent_central", 1, "the best step, central", "Set h²/6 equal to δ/h."),
        Part("exponent_single", 1, "the best step in single precision", "Only δ is another."),
    ),
    answers={
        "halved_forward": 2,
        "halved_central": 4,
        "exponent_forward": -8,
        "exponent_central": -5,
        "exponent_single": -2,
    },
    wrong={
        0.5: "The question is by what factor the error shrinks: half of it is a factor of two.",
        0.25: "The question is by what factor the error shrinks: a quarter of it is a factor of four.",
        -16: "With a step of the size of δ, x + h is hardly another number than x.",
        ("exponent_central", -8): "This is the best step of the forward difference.",
        ("exponent_forward", -5): "This is the best step of the central difference.",
        ("exponent_single", -5): "This is the best step in double precision.",
        ("exponent_single", -3): "This is the best step of the forward difference.",
        ("exponent_single", -7): "With a step of the size of δ, x + h is hardly another number than x.",
        ("exponent_single", 2): "The step is smaller than one, so the exponent is negative.",
        5: "The step is smaller than one, so the exponent is negative.",
        8: "The step is smaller than one, so the exponent is negative.",
    },
)

Q7 = Written(
    name="q7",
    title="The check that cries wolf",
    target="explain_q7",
    rubric=(
        (0.5, noted("It is rounding: about δ·|f|, which the division by h makes larger.")),
        (0.5, noted("With `float64` δ/h is 2e-11 at this h, with `float32` about a per cent.")),
        (
            0.5,
            noted("Rounding and truncation are alike near h = 1e-2 (1e-3 to 3e-2 will do), and why."),
        ),
        (0.5, noted("What is left then is about 1e-5 to 1e-4, so no check in `float32` can ask for 1e-7.")),
    ),
    parts=(
        Part(
            "text", 2, "explains the error and the step", "Rounding or truncation? Which h makes them alike?"
        ),
    ),
)

PROBLEM_SET = ProblemSet(
    name="ps1",
    title="Gradients",
    questions=(Q1, Q2, Q3, Q4, Q5, Q6, Q7),
)
