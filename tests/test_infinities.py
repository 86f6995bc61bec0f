"""Numbers beyond the largest: a rule gives what its framework gives, and an error leaves all as it was."""

import copy
import math

import numpy as np
import pytest

from d2l_utils import Lion, Muon, Newton, RAdam, Shampoo, Soap, Yogi, descend
from d2l_utils.frameworks import like_keras, like_optax, like_torch
from d2l_utils.matrices import polar
from d2l_utils.objectives import Objective
from d2l_utils.optimizers import BFGS, LBFGS

HUGE = {np.float32: 1e25, np.float64: 1e200}  # their squares are infinite


def last(optimizer, dtype, first, steps=3):
    """Return where two parameters are after a first gradient for one of them, and then of 0.5 for both."""
    p = np.ones(2, dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for g in [first] + [0.5] * (steps - 1):
            optimizer.update(p, np.array([g, 0.5], dtype))
    return p


@pytest.mark.parametrize("dtype", HUGE)
@pytest.mark.parametrize("sign", [1, -1])
class TestFrameworks:
    """The numbers are those of Optax 0.2.8, Keras 3.15 and PyTorch 2.13 for the same gradients."""

    def test_the_sign_of_infinity_is_a_sign(self, dtype, sign):
        assert last(like_keras.Lion(0.1), dtype, sign * math.inf)[0] == pytest.approx(1 - 0.3 * sign)
        ours = last(like_optax.lion(0.1), dtype, sign * math.inf, steps=1)
        assert ours[0] == pytest.approx(0.8999 if sign > 0 else 1.0999)

    def test_yogi_stands_where_a_square_is_infinite(self, dtype, sign):
        np.testing.assert_allclose(
            last(like_optax.yogi(0.1), dtype, sign * HUGE[dtype], steps=2), [1.0, 0.8007195], rtol=1e-6
        )

    def test_radam_does_not_divide_before_it_divides(self, dtype, sign):
        for optimizer in (like_optax.radam(0.1), like_torch.RAdam(lr=0.1)):
            ours = last(optimizer, dtype, sign * HUGE[dtype], steps=1)
            np.testing.assert_allclose(ours, [-0.1 * sign * HUGE[dtype], 0.95], rtol=1e-6)

    def test_a_layer_with_a_nan_is_nan(self, dtype, sign):
        assert np.isnan(last(like_optax.lamb(0.1), dtype, sign * math.nan)).all()


def test_nan_has_no_sign():
    for optimizer in (Lion(lr=0.1), Yogi(lr=0.1)):
        assert np.isnan(last(optimizer, np.float64, math.nan)[0])


@pytest.mark.parametrize("slope", [math.inf, -math.inf, math.nan])
def test_a_path_has_the_sign_of_an_array(slope):
    steep = Objective("steep", "x", lambda x: x, lambda x: (slope,), (), ((-2.0, 2.0),), (1.0,))
    trace = descend(Lion(lr=0.25), steep, num_steps=1)
    w = np.ones(1)
    with np.errstate(invalid="ignore"):
        Lion(lr=0.25).update(w, np.array([slope]))
    np.testing.assert_array_equal(trace.points[1], w)


def test_radam_divides_as_before_where_it_divides():
    w, v = np.array([1.0]), np.array([1.0, 1.0])
    one, both = RAdam(lr=0.1, beta2=0.9), RAdam(lr=0.1, beta2=np.array([0.9, 0.5]))
    for g in (1.0, -2.0, 3.0, 0.5, 0.25, 1.0, 4.0, -1.0):
        one.update(w, np.array([g]))
        both.update(v, np.array([g, g]))
    assert v[0] == w[0]


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("make", [lambda: Muon(exact=True), Shampoo, Soap])
@pytest.mark.parametrize("steps", [0, 2])
def test_where_linear_algebra_fails_nothing_has_changed(make, steps, number):
    params, optimizer = {"a": np.eye(2), "b": np.ones((3, 2))}, make()
    grads = {"a": np.eye(2), "b": np.ones((3, 2))}
    for _ in range(steps):
        optimizer.update(params, grads)
    before, state = copy.deepcopy(params), optimizer.state_dict()
    grads["b"][0, 0] = number
    try:
        with np.errstate(all="ignore"):  # where NumPy may raise, all is put back anyway
            optimizer.update(params, grads)
    except np.linalg.LinAlgError:
        for key, p in params.items():
            np.testing.assert_array_equal(p, before[key])
        np.testing.assert_equal(optimizer.state_dict(), state)
    else:  # a factor of LAPACK's that is no number makes none of the parameter
        assert np.isnan(params["b"]).all()


def test_a_matrix_with_an_infinity_has_no_polar_factor():
    with np.errstate(invalid="ignore"):
        assert np.isnan(polar(np.array([[math.inf]]))).all()


@pytest.mark.parametrize("make", [BFGS, LBFGS, lambda: Newton(guarded=True)])
def test_a_vector_without_elements_is_refused(make):
    empty = {"x": np.ones(0)}
    with pytest.raises(ValueError, match="params is empty"):
        make().update(empty, empty, loss=lambda params: (0.0, params))


@pytest.mark.parametrize("shape", [(3, 0), (0, 3)])
@pytest.mark.parametrize("factor", ["rows", "columns", "rms", "none"])
def test_a_matrix_without_elements_takes_part(shape, factor):
    empty = np.ones(shape)
    Muon(factor=factor).update(empty, empty)
