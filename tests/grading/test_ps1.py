"""What problem set 1 takes for right is what trying shows."""

import numpy as np
import pytest

from exercises.ps1.cases import PROBLEM_SET, Q3
from exercises.ps1.differences import central_difference
from exercises.ps1.network import backward, by_trying, relative_error

STEPS = np.logspace(-14, 0, 2000)


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


RULES = {"forward": forward_difference, "central": central_difference}


def error(rule, h):
    return np.abs(rule(np.exp, 1.0, h) - np.e)


@pytest.mark.parametrize("name", RULES)
def test_half_the_step_shrinks_the_error_as_predicted(name):
    assert error(RULES[name], 0.01) / error(RULES[name], 0.005) == pytest.approx(
        Q3.answers[f"halved_{name}"], rel=0.01
    )


@pytest.mark.parametrize("name", RULES)
def test_the_best_step_is_where_it_was_predicted(name):
    exponents = np.round(np.log10(STEPS))
    errors = error(RULES[name], STEPS)
    typical = {k: np.median(errors[exponents == k]) for k in np.unique(exponents)}
    assert min(typical, key=typical.get) == Q3.answers[f"exponent_{name}"]


@pytest.mark.parametrize("seed", range(3))
def test_the_chain_rule_agrees_with_trying(seed):
    question = PROBLEM_SET.question("q4")
    for case in question.cases(np.random.default_rng(seed)):
        right, measured = backward(*case.arguments), by_trying(*case.arguments)
        for name in right:
            assert relative_error(right[name], measured[name]) < 1e-7
