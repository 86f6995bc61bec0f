"""TensorFlow's recorded steps: our RMSProp takes them, a wrong one does not, and TensorFlow repeats them."""

from importlib.util import find_spec

import numpy as np
import pytest

from d2l_utils import RMSProp
from d2l_utils.frameworks import like_keras, like_optax, like_torch
from d2l_utils.frameworks.recorded import load_tensorflow

RECORDED = load_tensorflow()
START = np.array([1.0, -2.0, 0.5, 3.0])
each_scale = pytest.mark.parametrize("scale", RECORDED["places"])


def single(number):
    """Return a number as TensorFlow reads a setting."""
    return float(np.float32(number))


def dropping(t):
    return single(0.1 if t < 12 else 0.01)


def walked(optimizer, scale):
    """Return the places, with the penalty in the gradient."""
    drawn = np.random.default_rng(RECORDED["seed"]).normal(size=(25, 4))
    drawn[4::5, 0] = 0.0
    w, path = START.copy(), []
    for g in float(scale) * drawn:
        optimizer.update(w, g + RECORDED["settings"]["penalty"] * w)
        path.append(w.copy())
    return np.array(path)


def apart(path, scale, key="places"):
    """Return the largest distance, as a share of the longest way."""
    right = np.array(RECORDED[key][scale])
    return abs(path - right).max() / abs(right - START).max()


def ours(eps=0.0, eps_root=1e-3, start=1.0, inside=True):
    return RMSProp(
        dropping, single(0.9), single(eps), single(eps_root), momentum=single(0.9),
        initial_accumulator=start, lr_in_velocity=inside,
    )  # fmt: skip


@each_scale
def test_tensorflow_takes_our_steps(scale):
    assert apart(walked(ours(), scale), scale) < 1e-10
    optax = like_optax.rmsprop(dropping, single(0.9), single(1e-3), 1.0, momentum=single(0.9))
    assert apart(walked(optax, scale), scale) < 1e-10


@each_scale
@pytest.mark.parametrize(
    "wrong",
    [{"start": 0.0}, {"eps": 1e-3, "eps_root": 0.0}, {"inside": False}],
    ids=["start", "epsilon", "rate"],
)
def test_each_of_the_three_differences_is_seen(scale, wrong):
    assert apart(walked(ours(**wrong), scale), scale) > 1e-4


@each_scale
def test_what_the_guide_puts_in_its_place_is_keras_and_is_another(scale):
    key = "places of tf.keras.optimizers.RMSprop"
    keras = walked(like_keras.RMSprop(dropping, single(0.9), single(0.9), single(1e-3)), scale)
    assert apart(keras, scale, key) < 1e-6
    assert apart(keras, scale) > 0.5
    assert apart(walked(like_torch.RMSprop(dropping, 0.9, 1e-3, momentum=0.9), scale), scale) > 0.5


@pytest.mark.skipif(not find_spec("tensorflow"), reason="TensorFlow is no part of the environment")
def test_tensorflow_repeats_them():
    from tools import tensorflow_rmsprop as again

    rate = again.Rate()
    optimizer = again.tf.compat.v1.train.RMSPropOptimizer(rate, **again.SETTINGS)
    np.testing.assert_allclose(again.places(optimizer, 1.0, rate), RECORDED["places"]["1"], rtol=1e-10)
