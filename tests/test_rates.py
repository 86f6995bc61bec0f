"""What a callable learning rate is called with: the updates made, but for what Keras calls without them."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Constant, WeightDecay
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch


def moved(optimizer, steps=2):
    w = np.ones(1)
    for _ in range(steps):
        optimizer.update(w, np.ones(1))
    return w[0]


def tenth():
    return 0.1


class Rate:
    """A callable object that is no schedule of Keras."""

    def __call__(self, t=0.1):
        return t


class LearningRateSchedule:
    """As Keras', from which its users derive their own."""


class Falling(LearningRateSchedule):
    def __call__(self, step=0):
        return 0.1 / (1 + step)


# what is given as a rate -> where two steps of SGD end from 1.0 against a gradient of 1, in Keras 3.15
KERAS = [
    (lambda rate=0.1: rate, 0.8),
    (lambda *a: 0.1 / (1 + len(a)), 0.8),
    (lambda: 0.1, 0.8),
    (tenth, 0.8),
    (Rate(), 0.8),
    (iter([0.1, 0.2]).__next__, 0.7),
    (Falling(), 0.85),
    (Constant(0.1), 0.8),
    (like_keras.schedules.ExponentialDecay(0.1, 1, 0.5), 0.85),
]


@pytest.mark.parametrize(("rate", "end"), KERAS, ids=range(len(KERAS)))
def test_a_rate_is_called_as_keras_calls_it(rate, end):
    again, later, around = copy.deepcopy(rate), like_keras.SGD(0.5), like_keras.SGD(0.5)
    third = copy.deepcopy(rate)
    later.learning_rate = again
    WeightDecay(around, 0.0).learning_rate = third
    for optimizer in (like_keras.SGD(rate), later, around):
        assert moved(optimizer) == pytest.approx(end)


def test_a_rate_that_keras_calls_is_read_and_copied():
    optimizer = like_keras.Adam(learning_rate=tenth, weight_decay=0.1)
    assert optimizer.learning_rate == pickle.loads(pickle.dumps(optimizer)).learning_rate == 0.1
    assert moved(like_keras.SGD(lambda t: 0.1 / (1 + t))) == pytest.approx(0.85)  # Keras itself refuses it


LATE = [lambda rate=0.1: rate, lambda rate=0.1, scale=1.0: rate * scale]


@pytest.mark.parametrize("rate", LATE)
@pytest.mark.parametrize(
    "make",
    [
        lambda rate: SGD(lr=rate),
        Adam,
        lambda rate: setattr(SGD(), "lr", rate),
        lambda rate: like_torch.SGD(lr=rate),
        like_optax.adam,
        lambda rate: like_mxnet.SGD(learning_rate=rate),
        lambda rate: setattr(like_keras.SGD(), "lr", rate),
    ],
)
def test_the_updates_take_the_place_of_no_default(rate, make):
    with pytest.raises(TypeError, match="this lambda's default: write `lambda t, rate=rate: rate`"):
        make(rate)


@pytest.mark.parametrize(
    "rate", [lambda t, rate=0.1: rate, lambda *t: 0.1, lambda t: 0.1, Rate(), Falling(), Constant(0.1)]
)
def test_what_means_the_updates_is_taken(rate):
    assert SGD(lr=rate).lr is rate
