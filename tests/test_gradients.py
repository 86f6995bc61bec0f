"""Numerical gradients, and the check that catches a wrong analytic one."""

import numpy as np
import pytest

from d2l_utils.gradients import gradient_check, numerical_gradient
from d2l_utils.models import TwoLayerNet


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 1, 2), (0,)])
def test_gradient_of_a_cubic(shape):
    x = np.array(np.random.default_rng(0).normal(size=shape))
    before = x.copy()
    gradient = numerical_gradient(lambda: float(np.sum(x**3)), x)
    np.testing.assert_allclose(gradient, 3 * before**2, rtol=1e-6, atol=1e-9)
    assert gradient.shape == shape
    assert np.array_equal(x, before)


def test_the_error_falls_with_the_square_of_h():
    x = np.array([1.0])
    errors = [abs(numerical_gradient(lambda: float(x[0] ** 3), x, h)[0] - 3.0) for h in (1e-1, 1e-2, 1e-3)]
    np.testing.assert_allclose(errors, [1e-2, 1e-4, 1e-6], rtol=1e-3)


def test_float32_differences_use_the_distance_that_was_taken():
    x = np.array([1000.0], np.float32)
    gradient = numerical_gradient(lambda: float(x[0]), x, h=1e-3)  # 1000 ± 0.001 are not float32 numbers
    assert gradient.dtype == np.float32
    assert gradient[0] == 1


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: np.repeat(x, 2, axis=1)[:, ::2]])
def test_memory_layout_does_not_matter(layout):
    x = layout(np.arange(6.0).reshape(2, 3))
    np.testing.assert_allclose(numerical_gradient(lambda: float(np.sum(x * x)), x), 2 * x, atol=1e-9)


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_a_function_that_raises_leaves_x_as_it_was(fails_at):
    x, calls = np.array([1.0, 2.0]), []

    def f():
        calls.append(1)
        if len(calls) == fails_at:
            raise RuntimeError("no value")
        return float(x.sum())

    with pytest.raises(RuntimeError, match="no value"):
        numerical_gradient(f, x)
    assert np.array_equal(x, [1.0, 2.0])


def read_only():
    x = np.ones(2)
    x.flags.writeable = False
    return x


@pytest.mark.parametrize(
    ("x", "h", "error", "message"),
    [
        ([1.0, 2.0], 1e-5, TypeError, "x must be an ndarray of floating point; got"),
        (np.array([1, 2]), 1e-5, TypeError, "x must be an ndarray of floating point"),
        (read_only(), 1e-5, ValueError, "x is read-only"),
        (np.ones(2), 0, ValueError, "h must be above 0; got 0"),
        (np.ones(2), -1e-5, ValueError, "h must be above 0; got -1e-05"),
        (np.ones(2), "small", TypeError, "h must be a number"),
    ],
)
def test_wrong_input_is_refused(x, h, error, message):
    with pytest.raises(error, match=message):
        numerical_gradient(lambda: 0.0, x, h)


def wrong_sign(gradient):
    gradient["W2"][0, 0] *= -1


def forgotten_factor(gradient):
    gradient["b1"] *= 2


def swapped_elements(gradient):
    gradient["W1"][[0, 1]] = gradient["W1"][[1, 0]]


def slightly_off(gradient):
    gradient["b2"] += 1e-5


@pytest.mark.parametrize(
    ("injure", "name"),
    [(wrong_sign, "W2"), (forgotten_factor, "b1"), (swapped_elements, "W1"), (slightly_off, "b2")],
)
def test_a_wrong_gradient_is_caught_and_named(injure, name):
    class Wrong(TwoLayerNet):
        def gradient(self, x, t):
            gradient = super().gradient(x, t)
            injure(gradient)
            return gradient

    rng = np.random.default_rng(0)
    model = Wrong(3, 4, 2, rng=rng)
    errors = gradient_check(model, rng.normal(size=(8, 3)), rng.integers(2, size=8))
    assert errors.pop(name) > 1e-6
    assert max(errors.values()) < 1e-7


class Quadratic:
    """The loss ``½ scale w·w`` with a gradient that is ``factor`` times too large."""

    def __init__(self, scale, factor):
        self.params, self.scale, self.factor = {"w": np.array([1.0, 2.0])}, scale, factor

    def loss(self, x, t):
        return 0.5 * self.scale * float(self.params["w"] @ self.params["w"])

    def gradient(self, x, t):
        return {"w": self.factor * self.scale * self.params["w"]}


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_error_is_relative(scale):
    assert gradient_check(Quadratic(scale, 2.0), None, None)["w"] == pytest.approx(1 / 3, rel=1e-6)
    assert gradient_check(Quadratic(scale, -1.0), None, None)["w"] == pytest.approx(1, rel=1e-6)


def test_two_vanishing_gradients_agree():
    assert gradient_check(Quadratic(0.0, 1.0), None, None) == {"w": 0.0}
