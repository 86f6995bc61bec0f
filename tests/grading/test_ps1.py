"""Problem set 1: what it takes for right is what trying shows; what a student gets wrong is recognised."""

import numpy as np
import pytest

from exercises.ps1.cases import PROBLEM_SET, Q3
from exercises.ps1.differences import central_difference
from exercises.ps1.given import agree, bend
from exercises.ps1.kinks import verdict
from exercises.ps1.network import backward, by_trying, relative_error
from tests.grading import planted

STEPS = np.logspace(-14, 0, 2000)
SEEDS = [0, 7, 2**33]

# --- q3: the predictions


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def single_difference(f, x, h):
    return central_difference(f, np.float32(x), np.float32(h))


RULES = {"forward": forward_difference, "central": central_difference, "single": single_difference}


PREDICTED = {name: Q3.answers[f"exponent_{name}"] for name in RULES}


def error(rule, h):
    return np.abs(rule(np.exp, 1.0, h) - np.e)


@pytest.mark.parametrize("name", ["forward", "central"])
def test_half_the_step_shrinks_the_error_as_predicted(name):
    assert error(RULES[name], 0.01) / error(RULES[name], 0.005) == pytest.approx(
        Q3.answers[f"halved_{name}"], rel=0.01
    )


@pytest.mark.parametrize("name", RULES)
@pytest.mark.filterwarnings("ignore:divide by zero")  # a step that vanishes in single precision
def test_the_best_step_is_where_it_was_predicted(name):
    exponents = np.round(np.log10(STEPS))
    errors = error(RULES[name], STEPS)
    typical = {k: np.median(errors[exponents == k]) for k in np.unique(exponents)}
    assert min(typical, key=typical.get) == PREDICTED[name]


@pytest.mark.parametrize("seed", range(3))
def test_the_chain_rule_agrees_with_trying(seed):
    question = PROBLEM_SET.question("q4")
    for case in question.cases(np.random.default_rng(seed)):
        right, measured = backward(*case.arguments), by_trying(*case.arguments)
        for name in right:
            assert relative_error(right[name], measured[name]) < 1e-7


# --- q6: kinks

CENTRAL = 'if agree(slope, (behind - before) / (2 * h)):\n        return "right"\n'
SIDES = "sides = [(behind - here) / h, (here - before) / h]"
EXCUSED = "any(agree(slope, side) for side in sides)"
DIFFER = "not agree(*sides)"


def first(line):
    """Return the edit that puts a line in front of the solution's."""
    return ("    before, here", f"    {line}\n    before, here")


MISTAKES = {
    "no-kinks": [(EXCUSED, "all(agree(slope, side) for side in sides)")],
    "every-alarm": [(EXCUSED, "True")],
    "disagree": [(EXCUSED, DIFFER)],
    "kink-first": [
        (
            f"    {CENTRAL}    {SIDES}\n",
            f"    {SIDES}\n    if {DIFFER}:\n        return 'kink'\n    {CENTRAL}",
        ),
        (EXCUSED, "False"),
    ],
    "sides-first": [
        (
            f"    {CENTRAL}    {SIDES}\n",
            f"    {SIDES}\n    if {EXCUSED}:\n        return 'kink'\n    {CENTRAL}",
        ),
        (f'"kink" if {EXCUSED} else "wrong"', '"wrong"'),
    ],
    "forward-only": [(EXCUSED, "agree(slope, sides[0])")],
    "backward-only": [(EXCUSED, "agree(slope, sides[1])")],
    "halved": [(SIDES, "sides = [(behind - here) / (2 * h), (here - before) / (2 * h)]")],
    "between": [(EXCUSED, f"min(sides) <= slope <= max(sides) or {EXCUSED}")],
    "silent": [(f'"kink" if {EXCUSED}', f'"right" if {EXCUSED}')],
    "relative": [first("agree = lambda a, b: a == b or abs(a - b) / (abs(a) + abs(b)) < 1e-3")],
    "exact": [first("agree = lambda a, b: a == b")],
    "own": [first("h = 1e-5")],
}
# Others cost a point too, although none has words of its own.
OTHERS = {
    "no factor": [("(2 * h)", "h")],
    "brackets": [("/ (2 * h)", "/ 2 * h")],
    "shrinks the step": [first("h = h / 1000")],
    "true or false": [('return "right"', "return True"), (f'"kink" if {EXCUSED} else "wrong"', "False")],
}
# Another way to write a right answer.
VARIANTS = {
    "NumPy's closeness": [first("agree = lambda a, b: bool(np.isclose(a, b, rtol=1e-3, atol=1e-3))")],
    "a truth value of NumPy": [
        first("agree = lambda a, b: np.abs(a - b) <= 1e-3 * np.max([1, abs(a), abs(b)])")
    ],
    "half the tolerance": [first("agree = lambda a, b: abs(a - b) <= 5e-4 * max(1, abs(a), abs(b))")],
    "arrays": [
        (
            "before, here, behind = f(x - h), f(x), f(x + h)",
            "before, here, behind = (np.array(f(y)) for y in (x - h, x, x + h))",
        )
    ],
    "numbers of NumPy": [first("x, slope = np.float64(x), np.float64(slope)")],
    "the mean of the sides": [
        ("(behind - before) / (2 * h)", "((behind - here) / h + (here - before) / h) / 2")
    ],
    "capitals": [('"right"', '"Right"'), ('"kink"', '" KINK"')],
    "a text of NumPy": [(f'"kink" if {EXCUSED} else "wrong"', f'str(np.where({EXCUSED}, "kink", "wrong"))')],
    "a loop": [(EXCUSED, "[1 for side in sides if agree(slope, side)]")],
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("slip", MISTAKES)
def test_a_students_mistake_is_recognised(slip, seed):
    judged = planted.judged("ps1", "q6", MISTAKES[slip], seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    assert set(MISTAKES) == planted.known("ps1")["q6"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", OTHERS)
def test_another_mistake_costs_too(name, seed):
    judged = planted.judged("ps1", "q6", OTHERS[name], seed)
    assert judged["score"] < judged["points"]


@pytest.mark.parametrize("seed", [*SEEDS, *range(100, 130)])
def test_no_right_way_to_write_it_costs(seed):
    for name, edits in VARIANTS.items():
        judged = planted.judged("ps1", "q6", edits, seed)
        assert judged["score"] == judged["points"], name


@pytest.mark.parametrize("seed", range(30))
def test_no_verdict_hangs_on_how_slopes_are_compared(seed):
    """Each slope agrees twice as well as it must, or misses twice as far, with each of the three."""
    for case in PROBLEM_SET.question("q6").cases(np.random.default_rng(seed)):
        slope, given, place, h = (*case.arguments, 1e-5)[:4]
        f = bend(*given.arguments)
        for first, second in ((place - h, place + h), (place, place + h), (place - h, place)):
            measured = (f(second) - f(first)) / (second - first)
            off = abs(measured - slope) / max(1, abs(measured), abs(slope)) / 1e-3
            assert off < 0.5 or off > 2


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("h", [1e-5, 1e-4])
def test_a_right_gradient_of_a_network_is_not_wrong_beside_a_kink(share, h):
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(2, 4))
    w[0] = (share * h * abs(x[0]) - w[1:] @ x[1:]) / x[0]  # the unit is on, by less than a step

    def loss(first):
        return (np.maximum(np.array([first, *w[1:]]) @ x, 0) - 2.0) ** 2 / 2

    slope = (np.maximum(w @ x, 0) - 2.0) * x[0]
    assert not agree(slope, central_difference(loss, w[0], h))
    assert [verdict(factor * slope, loss, w[0], h) for factor in (1, 2, -1)] == ["kink", "wrong", "wrong"]
