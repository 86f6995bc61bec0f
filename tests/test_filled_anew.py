"""A function of the reader's may fill the same array each time it is asked: each answer counts as it was."""

import numpy as np
import pytest

from d2l_utils import BFGS, LBFGS, SGD, second_order
from d2l_utils.connectivity import along_line
from d2l_utils.gradients import (
    gradient_check,
    hessian,
    hessian_vector_product,
    numerical_gradient,
    sharpness,
)
from d2l_utils.models import SoftmaxRegression
from d2l_utils.racing import profiles
from d2l_utils.training import fit

A = np.array([[3.0, 1.0], [1.0, 10.0]])
X = np.random.default_rng(0).normal(size=(9, 3))
LABELS = np.arange(9) % 4


def refilling(function):
    """Return a function whose answers, an array or several, lie where the first of them lay."""
    places = []

    def same(*args, **settings):
        found = function(*args, **settings)
        if isinstance(found, dict):
            places[:] = places or [{key: np.array(each) for key, each in found.items()}]
            for key, each in found.items():
                places[0][key][...] = each
        else:
            places[:] = places or [np.array(found, float)]
            places[0][...] = found
        return places[0]

    return same


def bowl(x):
    return float(x @ A @ x / 2), A @ x


def of(gradient):
    return lambda x: (bowl(x)[0], gradient(x))


class Fresh(SoftmaxRegression):
    def __init__(self):
        super().__init__(3, 4, rng=np.random.default_rng(1))


class Frugal(Fresh):
    def __init__(self):
        super().__init__()
        self._value, self._slopes = refilling(lambda value: value), refilling(lambda slopes: slopes)

    def loss_and_gradient(self, x, t):
        value, slopes = super().loss_and_gradient(x, t)
        return self._value(value), self._slopes(slopes)

    def loss(self, x, t):
        return self.loss_and_gradient(x, t)[0]  # and the gradient into the same arrays


DIRECTION = {"W": np.ones((3, 4)), "b": np.zeros(4)}


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: list(gradient_check(model, X, LABELS).values()),
        lambda model: hessian_vector_product(model, X, LABELS, DIRECTION)["W"],
        lambda model: hessian(model, X, LABELS),
        lambda model: sharpness(model, X, LABELS),
        lambda model: (
            fit(model, (X, LABELS), SGD(0.5), epochs=2, batch_size=4, rng=np.random.default_rng(0)).loss
        ),
        lambda model: (
            fit(model, (X, LABELS), SGD(0.5), epochs=2, batch_size=4, rng=np.random.default_rng(0)).train_loss
        ),
        lambda model: second_order.lbfgs(*second_order.of_model(model, X, LABELS), num_steps=5).values,
    ],
)
def test_a_model_may_be_frugal(ask):
    np.testing.assert_array_equal(ask(Frugal()), ask(Fresh()))


@pytest.mark.parametrize(
    "ask",
    [
        lambda loss: second_order.lbfgs(loss, np.array([5.0, 3.0])).values,
        lambda loss: second_order.trust_region(loss, np.array([5.0, 3.0])).values,
        lambda loss: second_order.hessian(loss, np.array([5.0, 3.0])),
        lambda loss: second_order.hessian_product(loss, np.array([5.0, 3.0]), np.ones(2)),
        lambda loss: second_order.strong_wolfe(loss, np.array([5.0, 3.0]), np.array([-1.0, -1.0]), t=0.1).t,
        lambda loss: walked(BFGS(), loss),
        lambda loss: walked(LBFGS(), loss),
    ],
)
def test_a_loss_may_be_frugal(ask):
    np.testing.assert_array_equal(ask(of(refilling(lambda x: A @ x))), ask(bowl))


@pytest.mark.parametrize("make", [Fresh, Frugal])
@pytest.mark.parametrize(
    "given", [lambda m: m.params, lambda m: m.gradient(X, LABELS)], ids=["here", "slope"]
)
def test_a_direction_may_be_what_moves(make, given):
    model, twin = make(), Fresh()
    found = hessian_vector_product(model, X, LABELS, given(model))
    kept = {name: np.array(each) for name, each in given(twin).items()}
    for name, each in hessian_vector_product(twin, X, LABELS, kept).items():
        np.testing.assert_array_equal(found[name], each)


def far(loss, x, g):
    """Try one step, which is too long, so that the answer is the start."""
    return second_order.backtracking(loss, x, -A @ x, value=57.5, grad=g, t=9.0, max_evaluations=1).grad


@pytest.mark.parametrize("ask", [second_order.hessian_product, far])
def test_what_is_given_may_be_the_last_slope(ask):
    def asked(loss):
        x = np.array([5.0, 3.0])
        return ask(loss, x, loss(x)[1])

    np.testing.assert_array_equal(asked(of(refilling(lambda x: A @ x))), asked(bowl))


def walked(optimizer, loss):
    def of_params(params):
        value, slope = loss(params["params"])
        return value, {"params": slope}

    w = np.array([5.0, 3.0])
    for _ in range(3):
        optimizer.update(w, loss(w)[1], loss=of_params)
    return w


def test_a_number_may_lie_in_one_place_too():
    x = np.array([3.0, -1.0])
    gradient = numerical_gradient(refilling(lambda: np.sum(x**2)), x)
    np.testing.assert_allclose(gradient, [6.0, -2.0], rtol=1e-9)
    ends = {"w": np.array([-1.0])}, {"w": np.array([1.0])}
    line = along_line(refilling(lambda params: params["w"][0] ** 2), *ends, 3)
    assert line.tolist() == [1.0, 0.0, 1.0]
    runs = np.random.default_rng(0).uniform(1.0, 9.0, (3, 2, 4, 5))
    expected, found = (
        profiles.band(runs, score, np.random.default_rng(0), times=9)
        for score in (profiles.score, refilling(profiles.score))
    )
    np.testing.assert_array_equal(found, expected)
