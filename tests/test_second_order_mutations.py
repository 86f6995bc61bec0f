"""The comparisons with the book's algorithms reject a wrong helper of Newton, BFGS and L-BFGS."""

import inspect

import pytest

from d2l_utils import (
    rules,
)
from d2l_utils._engine.printed import rules_text
from tests.test_mutations import load, rejected

# helper, what stands there, what is put there instead
HELPERS = [
    ("bfgs_update", "(1 + y @ sent / curvature) / 2", "(1 + y @ sent / curvature)"),
    ("bfgs_update", "* s - sent", "* s + sent"),
    ("begun", "s @ y / (y @ y)", "1.0"),
    ("begun", "s @ y / (y @ y)", "s @ s / (s @ y)"),
    ("two_loop", "reversed(kept)", "kept"),
    ("two_loop", "q = s @ y / (y @ y) * q", "q = 1.0 * q"),
    ("two_loop", "kept[-1]", "kept[0]"),
    ("two_loop", "shares[i] - Y[i] @ q", "shares[i] + Y[i] @ q"),
    ("remember", "rows[i] = rows[i + 1]", "rows[i] = rows[i]"),
    ("remember", "rows[-1] = row", "rows[0] = row"),
    ("trial", "is_known else", "not is_known else"),
    ("trial", "abs(x) for", "x * x for"),
    ("searched", "there - g", "there"),
    ("searched", "25, 1e-4, 0.9", "25, 1e-4, 0.1"),
    ("halved", "t * d if t", "d if t"),
    ("fallen", "c1 * here[0] * start[2]", "c1 * start[2] * 1e4"),
    ("backtracking", "t = t / 2", "t = t / 3"),
    ("strong_wolfe", "-c2 * start[2]", "c2 * start[2]"),
    ("strong_wolfe", "high = low", "high = here"),
    ("strong_wolfe", "else 2 * t", "else 3 * t"),
    ("between", "slope_b - slope_a + 2 * d2", "slope_b - slope_a + d2"),
    ("between", "0.1 <= share <= 0.9", "0.4 <= share <= 0.6"),
    ("hessian_product", "(2 * h)", "h"),
    ("damped", "row + damping", "row - damping"),
    ("enough", "2 * more", "3 * more"),
    ("enough", "1e-3 * size", "1e-2 * size"),
    ("positive_definite", "A[j][i] / A[i][i] * A[i]", "A[j][i] * A[i]"),
    ("solved", "x[j] -= share * x[i]", "x[j] += share * x[i]"),
]  # fmt: skip


def sees(mutated):
    """Tell whether the comparisons of any rule here see that a helper is wrong."""
    try:
        return any(rejected(rule, rules=mutated) for rule in ("newton", "newton_guarded", "bfgs", "lbfgs"))
    except ArithmeticError:
        return True


def test_the_right_helpers_are_not_rejected():
    assert not sees(load("mutated", rules_text(whole=True)))


@pytest.mark.parametrize(("helper", "right", "wrong"), HELPERS)
def test_a_wrong_helper_is_rejected(helper, right, wrong):
    text = inspect.getsource(getattr(rules, helper))
    assert right in text
    assert sees(load("mutated", rules_text(whole=True).replace(text, text.replace(right, wrong))))
