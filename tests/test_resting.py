"""While a momentum is 0, PyTorch and Keras leave the velocity as it is; so do their presets."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import Momentum, bowl, descend
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch

MOMENTA = (0.9, 0.9, 0.0, 0.0, 0.9, 0.9, 0.0, 0.5)
STILL = {"momentum": 0.9}
# a preset -> where it is after MOMENTA from 1.0, with a gradient of -5 where the momentum is 0 and else of 1;
# the numbers are those of PyTorch 2.13 and Keras 3.15
ENDS = [
    (lambda: like_torch.SGD(lr=0.1, **STILL), 1.32315),
    (lambda: like_torch.SGD(lr=0.1, nesterov=True, **STILL), 1.049615),
    (lambda: like_torch.SGD(lr=0.1, weight_decay=0.1, **STILL), 1.1549691630361332),
    (lambda: like_torch.SGD(lr=0.1, maximize=True, **STILL), 0.67685),
    (lambda: like_torch.RMSprop(lr=0.1, **STILL), -3.4299026700240325),
    (lambda: like_torch.RMSprop(lr=0.1, centered=True, **STILL), -3.463907907337425),
    (lambda: like_torch.RMSprop(lr=0.1, weight_decay=0.1, **STILL), -3.2479798199400856),
    (lambda: like_keras.SGD(0.1, **STILL), 1.32315),
    (lambda: like_keras.SGD(0.1, nesterov=True, **STILL), 1.049615),
    (lambda: like_keras.SGD(0.1, weight_decay=0.1, **STILL), 1.2294925422010317),
    (lambda: like_keras.RMSprop(0.1, **STILL), -0.411557499164695),
    (lambda: like_keras.RMSprop(0.1, centered=True, **STILL), -0.5276240063346443),
    (lambda: like_keras.RMSprop(0.1, weight_decay=0.1, **STILL), -0.43789894985723893),
]
every_preset = pytest.mark.parametrize(("make", "end"), ENDS)


def moved(optimizer, momenta=MOMENTA, shape=1):
    w = np.ones(shape)
    for momentum in momenta:
        optimizer.momentum = momentum
        optimizer.update(w, np.full(shape, 1.0 if momentum else -5.0))
    return w


@pytest.mark.parametrize("shape", [1, 9000])  # the second is cut into blocks
@every_preset
def test_a_momentum_goes_to_0_and_back_as_in_the_framework(make, end, shape):
    np.testing.assert_allclose(moved(make(), shape=shape), end, rtol=1e-12)


@every_preset
def test_a_copy_made_while_the_velocity_rests_goes_on_as_the_original(make, end):
    optimizer = make()
    w = moved(optimizer, MOMENTA[:3])
    for again in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        p = w.copy()
        for momentum in MOMENTA[3:]:
            again.momentum = momentum
            again.update(p, np.array([1.0 if momentum else -5.0]))
        np.testing.assert_allclose(p, end, rtol=1e-12)


@pytest.mark.parametrize(
    "make",
    [lambda: Momentum(0.1), lambda: like_optax.sgd(0.1, 0.9), lambda: like_mxnet.SGD(0.9, learning_rate=0.1)],
)
def test_elsewhere_a_velocity_of_0_times_itself_is_the_last_step(make):
    """As Optax and MXNet do, and the formula of the class."""
    np.testing.assert_allclose(moved(make(), (0.9, 0.9, 0.0, 0.9)), 0.71 + 0.5 + 0.9 * 0.5 - 0.1, rtol=1e-6)


def test_a_path_without_momentum_is_that_of_gradient_descent():
    optimizer = like_torch.SGD(lr=0.01, momentum=0.9, nesterov=True)
    optimizer.momentum = 0
    expected = descend(like_torch.SGD(lr=0.01), bowl).points
    np.testing.assert_array_equal(descend(optimizer, bowl).points, expected)


def test_a_sweep_that_holds_a_0_keeps_its_momenta():
    """Its columns with momentum move while the one without rests: no one rule does that."""
    for make in (like_torch.SGD, like_keras.SGD, like_torch.RMSprop):
        optimizer = make(momentum=[0.0, 0.9])
        for momentum in (0.5, 0.0, [0.5, 0.9]):
            with pytest.raises(ValueError, match=r"momentum must stay as it is .* make an optimizer without"):
                optimizer.momentum = momentum
        assert optimizer.momentum.tolist() == [0.0, 0.9]


def test_a_sweep_rests_as_a_whole():
    w, optimizer = np.ones((1, 2)), like_torch.SGD(lr=0.1, momentum=[0.5, 0.75])
    for momentum in ([0.5, 0.75], [0.0, 0.0], [0.5, 0.75]):
        optimizer.momentum = momentum
        optimizer.update(w, np.ones((1, 2)))
    np.testing.assert_allclose(w, [[1 - 0.1 - 0.1 - 0.15, 1 - 0.1 - 0.1 - 0.175]])


def test_a_rule_of_your_own_is_left_alone():
    def own(p, g, v, lr, momentum):
        v *= momentum
        p -= lr * g
        return p, v

    optimizer = like_torch.SGD(lr=0.5, momentum=0.9)
    optimizer.rule = own
    optimizer.momentum = 0.0
    assert optimizer.rule is own
