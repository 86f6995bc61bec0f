"""Numerical gradients, the check that catches a wrong analytic one, and the curvature of a loss."""

import numpy as np
import pytest

from d2l_utils.gradients import (
    gradient_check,
    hessian,
    hessian_vector_product,
    numerical_gradient,
    sharpness,
)
from d2l_utils.models import LinearRegression, SoftmaxRegression, TwoLayerNet


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


class Bent:
    """½ Σ λᵢ pᵢ² with the curvatures λ, some of them negative."""

    def __init__(self, *curvatures):
        self.curvatures = np.array(curvatures)
        self.params = {"a": np.ones(1), "b": np.full(len(curvatures) - 1, 2.0)}

    def gradient(self, x, t):
        a, b = np.split(self.curvatures, [1])
        return {"a": a * self.params["a"], "b": b * self.params["b"]}


@pytest.fixture
def net():
    rng = np.random.default_rng(0)
    return TwoLayerNet(8, 6, 4, rng=rng), rng.normal(size=(40, 8)), rng.integers(4, size=40)


def test_hessian_of_a_linear_regression_is_that_of_its_inputs():
    rng = np.random.default_rng(0)
    model, x = LinearRegression(3, rng=rng), rng.normal(size=(20, 3))
    with_one = np.column_stack([x, np.ones(20)])
    np.testing.assert_allclose(hessian(model, x, rng.normal(size=20)), with_one.T @ with_one / 20, atol=1e-9)


def test_hessian_vector_product_is_linear_in_the_direction(net):
    rng = np.random.default_rng(1)
    one = {name: rng.normal(size=values.shape) for name, values in net[0].params.items()}
    tenfold = {name: -10 * values for name, values in one.items()}
    for name, image in hessian_vector_product(*net, tenfold).items():
        np.testing.assert_allclose(image, -10 * hessian_vector_product(*net, one)[name], rtol=1e-6)


def test_a_hessian_is_a_row_for_each_parameter_in_order(net):
    rng, whole = np.random.default_rng(2), hessian(*net)
    direction = {name: rng.normal(size=values.shape) for name, values in net[0].params.items()}
    flat, image = (
        np.concatenate([each[name].ravel() for name in net[0].params])
        for each in (direction, hessian_vector_product(*net, direction))
    )
    np.testing.assert_allclose(whole @ flat, image, atol=1e-8)
    np.testing.assert_array_equal(whole, whole.T)


def test_hessian_keeps_the_signs_of_the_curvatures():
    np.testing.assert_allclose(
        hessian(Bent(1.0, -10.0, 0.5), None, None), np.diag([1.0, -10.0, 0.5]), atol=1e-9
    )


def test_the_largest_eigenvalue_of_a_network_is_found(net):
    largest = np.linalg.eigvalsh(hessian(*net))[-1]
    assert sharpness(*net) == pytest.approx(largest, rel=1e-6)
    assert sharpness(*net, num_products=1) < 0.9 * largest


@pytest.mark.parametrize(
    "curvatures", [(1.0, -10.0, 0.5), (-10.0, 1.0), (-3.0, -1.0), (2.0, 2.0, 2.0), (0.0, 0.0)]
)
def test_sharpness_is_the_largest_curvature_and_not_the_strongest(curvatures):
    assert sharpness(Bent(*curvatures), None, None) == pytest.approx(max(curvatures), abs=1e-8)


def test_softmax_regression_is_at_most_half_as_sharp_as_its_inputs(net):
    """The Hessian of softmax cross-entropy has no eigenvalue above ½ (Böhning 1992)."""
    model, x, t = SoftmaxRegression(8, 4, rng=np.random.default_rng(0)), *net[1:]
    with_one = np.column_stack([x, np.ones(len(x))])
    assert 0 < sharpness(model, x, t) < np.linalg.eigvalsh(with_one.T @ with_one / len(x))[-1] / 2


def test_a_kink_beside_the_parameters_is_seen_at_the_default_h_and_not_at_a_smaller_one():
    """One rectified unit is on, and a millionth from off, where its gradient jumps from 1 to 0."""
    model = TwoLayerNet(1, 1, 2, rng=np.random.default_rng(0))
    model.params["W1"][:], model.params["b1"][:] = 1.0, 1e-6 - 1.0
    model.params["W2"][:] = [[1.0, -1.0]]
    x, t = np.ones((1, 1)), np.array([1])
    scores = np.array([[1.0, 1, 0, 0, 1, 0], [-1, -1, 0, 0, 0, 1]])  # their derivative by W1, b1, W2, b2
    hessian = 0.25 * scores.T @ [[1, -1], [-1, 1]] @ scores  # by hand, at the probabilities ½ and ½
    hessian[:2, 2:4] += [0.5, -0.5]
    hessian[2:4, :2] += [[0.5], [-0.5]]
    largest = np.linalg.eigvalsh(hessian)[-1]
    assert sharpness(model, x, t, h=1e-8) == pytest.approx(largest, rel=1e-5)
    assert sharpness(model, x, t) > 100 * largest


def test_curvature_leaves_the_parameters_as_they_were(net):
    model, x, t = net
    before = {name: values.copy() for name, values in model.params.items()}
    sharpness(model, x, t, num_products=3)
    with pytest.raises(ValueError, match="t must hold class labels"):
        sharpness(model, x, t + 1)
    for name, values in model.params.items():
        assert np.array_equal(values, before[name])


@pytest.mark.parametrize(
    ("direction", "settings", "message"),
    [
        ({"a": np.ones(1)}, {}, "direction must have the keys"),
        ({"a": np.zeros(1), "b": np.zeros(1)}, {}, "direction is zero"),
        ({"a": np.ones(1), "b": 1.0}, {}, r"direction\['b'\] has shape \(\); the parameter has \(1,\)"),
        ({"a": np.ones(1), "b": np.ones(1)}, {"h": 0.0}, "h must be above 0"),
    ],
)
def test_hessian_vector_product_refuses(direction, settings, message):
    with pytest.raises(ValueError, match=message):
        hessian_vector_product(Bent(1.0, 2.0), None, None, direction, **settings)


def test_sharpness_takes_at_least_one_product():
    with pytest.raises(ValueError, match="num_products must be at least 1"):
        sharpness(Bent(1.0, 2.0), None, None, num_products=0)
