"""What a refusal advises takes the steps that the framework takes."""

import numpy as np
import pytest

from d2l_utils import ExponentialAverage
from d2l_utils.frameworks import import_mxnet, like_keras, like_mxnet, like_torch
from tests.parity.frameworks import installed

GRADIENTS = [np.array([3.0, -4.0]), np.array([0.5, 0.25]), np.array([-6.0, 8.0])]


def clipped_by_value(g):
    return np.clip(g, -1.0, 1.0)


def clipped_by_norm(g):
    return g * min(1.0, 1.0 / np.linalg.norm(g))


@pytest.mark.parametrize(
    ("setting", "clip"),
    [("clipvalue", clipped_by_value), ("clipnorm", clipped_by_norm), ("global_clipnorm", clipped_by_norm)],
)
def test_clipping_before_the_update_is_keras_clipping(setting, clip):
    try:
        installed("keras")
    except ImportError as error:
        pytest.skip(str(error))
    import keras

    keras.config.set_floatx("float64")
    theirs, variable = keras.optimizers.SGD(0.1, 0.9, **{setting: 1.0}), keras.Variable([1.0, 2.0])
    ours, p = like_keras.SGD(0.1, 0.9), np.array([1.0, 2.0])
    for g in GRADIENTS:
        theirs.apply([keras.ops.convert_to_tensor(g)], [variable])
        ours.update(p, clip(g))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), p, rtol=1e-6)


def test_an_average_after_the_update_is_keras_ema():
    try:
        installed("keras")
    except ImportError as error:
        pytest.skip(str(error))
    import keras

    keras.config.set_floatx("float64")
    theirs, variable = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.75), keras.Variable([1.0, 2.0])
    ours, p, average = like_keras.SGD(0.1), np.array([1.0, 2.0]), ExponentialAverage(0.75)
    for g in GRADIENTS:
        theirs.apply([keras.ops.convert_to_tensor(g)], [variable])
        ours.update(p, g)
        average.update(p)
    theirs.finalize_variable_values([variable])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), average.params, rtol=1e-6)


def test_clipping_before_the_update_is_clipping_of_mxnet():
    try:
        mxnet = import_mxnet()
    except ImportError as error:
        pytest.skip(str(error))
    theirs = mxnet.optimizer.SGD(momentum=0.9, learning_rate=0.1, wd=0.25, clip_gradient=1.0)
    weight = mxnet.nd.array([1.0, 2.0], dtype="float64")
    state = theirs.create_state(0, weight)
    ours, p = like_mxnet.SGD(momentum=0.9, learning_rate=0.1, wd=0.25), np.array([1.0, 2.0])
    for g in GRADIENTS:
        theirs.update(0, weight, mxnet.nd.array(g, dtype="float64"), state)
        ours.update(p, np.clip(g, -1.0, 1.0))
    np.testing.assert_allclose(weight.asnumpy(), p, rtol=1e-12)


def test_dampening_is_a_smaller_rate_from_the_second_gradient_on():
    """What the refusal says, where the first gradient is 0."""
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.SGD([tensor], lr=0.1, momentum=0.9, dampening=0.5)
    ours, p = like_torch.SGD(lr=0.1 * (1 - 0.5), momentum=0.9), np.array([1.0, 2.0])
    for g in (np.zeros(2), *GRADIENTS):
        tensor.grad = torch.from_numpy(g)
        theirs.step()
        ours.update(p, g)
    np.testing.assert_allclose(tensor.detach().numpy(), p, rtol=1e-12)
