"""Every optimizer takes the steps that PyTorch took, and those that the papers and frameworks print."""

import numpy as np
import pytest

from tests.parity import fixture
from tests.parity.cases import CASES, formula_path, our_path
from tests.parity.problem import RTOL, SCALES, START, STEPS, difference

RECORDED = fixture.read()
OPTIMIZERS = {"SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam", "AdamW"}


def table(kind):
    return [
        pytest.param(case, scale, id=fixture.key(case, scale))
        for case in CASES
        if getattr(case, kind)
        for scale in SCALES
    ]


@pytest.mark.parametrize(("case", "scale"), table("torch"))
def test_steps_of_pytorch(case, scale):
    assert difference(our_path(case, scale), RECORDED[fixture.key(case, scale)]) <= RTOL


@pytest.mark.parametrize(("case", "scale"), table("formula"))
def test_steps_of_the_printed_formula(case, scale):
    assert difference(our_path(case, scale), formula_path(case, scale)) <= RTOL


def test_the_table_is_complete():
    assert {case.ours.split(".")[0] for case in CASES if case.torch} == OPTIMIZERS
    assert all(case.torch or case.formula for case in CASES)
    assert {fixture.key(case, scale) for case in CASES if case.torch for scale in SCALES} == RECORDED.keys()
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_problem_is_not_chaotic(case):
    """A start that is off by 1e-12 may not move a path so far that rounding would fail the comparison."""
    nudged = our_path(case, 1.0, start=START * (1 + 1e-12))
    assert difference(nudged, our_path(case, 1.0)) < 1e-10


def test_difference_sees_nan_small_coordinates_and_late_steps():
    path = np.ones((STEPS, START.size))
    path[:, 3] = 1e-12
    assert difference(path.copy(), path) == 0
    for entry, value in (((24, 0), np.nan), ((0, 3), 1.1e-12), ((24, 7), 1 + 1e-9)):
        wrong = path.copy()
        wrong[entry] = value
        assert difference(wrong, path) > RTOL
