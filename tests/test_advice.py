"""What a refusal advises takes the steps that the framework takes."""

import numpy as np
import pytest

from d2l_utils import SGD, ExponentialAverage, RMSProp, Split, WeightDecay
from d2l_utils.frameworks import import_mxnet, like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.optimizers.around import ScaledGradient
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


def test_a_schedule_counts_the_batches_that_keras_accumulates():
    try:
        installed("keras")
    except ImportError as error:
        pytest.skip(str(error))
    import keras

    keras.config.set_floatx("float64")
    falling = {"initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.5}
    rate = keras.optimizers.schedules.ExponentialDecay(**falling)
    theirs, variable = keras.optimizers.SGD(rate, gradient_accumulation_steps=3), keras.Variable([1.0, 2.0])
    steps, schedule = 3, like_keras.schedules.ExponentialDecay(**falling)
    ours, p = like_keras.SGD(lambda t: schedule(steps * t + steps - 1)), np.array([1.0, 2.0])
    for _ in range(2):
        for g in GRADIENTS:
            theirs.apply([keras.ops.convert_to_tensor(g)], [variable])
        ours.update(p, sum(GRADIENTS) / steps)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), p, rtol=1e-6)


def test_keras_averages_after_every_batch_where_it_accumulates_too():
    try:
        installed("keras")
    except ImportError as error:
        pytest.skip(str(error))
    import keras

    keras.config.set_floatx("float64")
    settings = {"use_ema": True, "ema_momentum": 0.5, "gradient_accumulation_steps": 3}
    theirs, variable = keras.optimizers.SGD(0.25, **settings), keras.Variable([1.0, 2.0])
    ours, p, average, each_update = (
        like_keras.SGD(0.25),
        np.array([1.0, 2.0]),
        *map(ExponentialAverage, [0.5] * 2),
    )
    for i, g in enumerate(3 * GRADIENTS, 1):
        theirs.apply([keras.ops.convert_to_tensor(g)], [variable])
        if i % 3 == 0:
            ours.update(p, sum(GRADIENTS) / 3)
            each_update.update(p)
        if i >= 3:
            average.update(p)
    theirs.finalize_variable_values([variable])
    found = keras.ops.convert_to_numpy(variable.value)
    np.testing.assert_allclose(found, average.params, rtol=1e-6)
    assert not np.allclose(found, each_update.params)


def chained(optax, *links):
    """Return where a chain of Optax goes from (1, 2) with the gradients, twice over."""
    import jax

    jax.config.update("jax_enable_x64", True)
    transform, p = optax.chain(*links), jax.numpy.array([1.0, 2.0])
    state = transform.init(p)
    for g in 2 * GRADIENTS:
        step, state = transform.update(jax.numpy.array(g), state, p)
        p = optax.apply_updates(p, step)
    return np.asarray(p)


def updated(optimizer, prepare=lambda g, t: g):
    p = np.array([1.0, 2.0])
    for t, g in enumerate(2 * GRADIENTS, 1):
        optimizer.update(p, prepare(g, t))
    return p


def test_where_a_link_of_optax_chain_stands():
    optax = pytest.importorskip("optax")
    adam, decay, scale = optax.scale_by_adam(), optax.add_decayed_weights(0.5), optax.scale(0.5)
    made = like_optax.adam(0.1)
    rate, moving = like_optax.schedules.exponential_decay(0.5, 1, 0.5), {"momentum": 0.5}
    rms, falling = optax.rmsprop(1.0, **moving), optax.scale_by_schedule(lambda t: 0.5 * 0.5**t)
    outside = RMSProp(rate, 0.9, 0.0, 1e-8, **moving, lr_in_velocity=False)
    for links, ours in (
        ((decay, optax.adam(0.1)), WeightDecay(made, 0.5)),
        ((adam, decay, optax.scale(-0.1)), WeightDecay(made, 0.5, decoupled=True)),
        ((scale, optax.adam(0.1, eps=1.0)), ScaledGradient(like_optax.adam(0.1, eps=1.0), 0.5)),
        ((optax.adam(0.1), scale), like_optax.adam(0.1 * 0.5)),
        ((optax.adam(1.0), falling), like_optax.adam(rate)),
        ((rms, falling), outside),
    ):
        np.testing.assert_allclose(chained(optax, *links), updated(ours), rtol=1e-12)


def test_updates_of_a_copy_are_applied_every_so_often():
    optax = pytest.importorskip("optax")
    ours, params, total = like_optax.adamw(0.1, weight_decay=0.5), np.array([1.0, 2.0]), 0.0
    for t, g in enumerate(2 * GRADIENTS, 1):
        step = params.copy()
        ours.update(step, g)
        total = total + (step - params)
        if t % 3 == 0:
            params += total
            total = 0.0
    theirs = chained(optax, optax.adamw(0.1, weight_decay=0.5), optax.apply_every(3))
    np.testing.assert_allclose(theirs, params, rtol=1e-12)


def test_an_average_of_the_gradients_is_handed_to_the_update():
    optax = pytest.importorskip("optax")
    decay, average = 0.75, 0.0

    def averaged(g, t):
        nonlocal average
        average = decay * average + (1 - decay) * g
        return average / (1 - decay**t)

    theirs = chained(optax, optax.ema(decay), optax.sgd(0.1))
    np.testing.assert_allclose(theirs, updated(like_optax.sgd(0.1), averaged), rtol=1e-12)


def followed(transform, optimizer):
    """Return whether a transformation of Optax and an optimizer walk two arrays alike."""
    optax, jax = pytest.importorskip("optax"), pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    ours = {"w": np.array([[1.0, 2.0]]), "b": np.array([1.0, 2.0])}
    theirs = {key: jax.numpy.array(p) for key, p in ours.items()}
    state = transform.init(theirs)
    for g in GRADIENTS:
        grads = {"w": g[None], "b": g}
        steps, state = transform.update({key: jax.numpy.array(g) for key, g in grads.items()}, state, theirs)
        theirs = optax.apply_updates(theirs, steps)
        optimizer.update(ours, grads)
    return all(np.allclose(theirs[key], p, rtol=1e-12) for key, p in ours.items())


def test_what_is_masked_out_of_an_optax_optimizer_climbs_or_is_frozen():
    optax = pytest.importorskip("optax")
    to_w, to_b = {"w": True, "b": False}, {"w": False, "b": True}
    alone, zero = optax.masked(optax.adam(0.1), to_w), optax.masked(optax.set_to_zero(), to_b)
    climbing, frozen = ScaledGradient(SGD(1.0), -1.0), SGD(0.0)
    assert followed(alone, Split(like_optax.adam(0.1), climbing))
    assert not followed(alone, Split(like_optax.adam(0.1), SGD(0.0)))
    assert followed(optax.chain(alone, zero), Split(like_optax.adam(0.1), frozen))
    both = {"a": optax.adam(0.1), "z": optax.set_to_zero()}
    labels = {"w": "a", "b": "z"}
    assert followed(optax.multi_transform(both, labels), Split(like_optax.adam(0.1), SGD(0.0)))


@pytest.mark.parametrize("mean", [True, False])
def test_the_gradients_of_so_many_batches_are_averaged_or_summed(mean):
    optax = pytest.importorskip("optax")
    rate = like_optax.schedules.exponential_decay(0.5, 1, 0.5)
    inside = optax.sgd(optax.exponential_decay(0.5, 1, 0.5), 0.5)
    theirs = optax.MultiSteps(inside, 3, use_grad_mean=mean).gradient_transformation()
    ours, p = like_optax.sgd(rate, 0.5), np.array([1.0, 2.0])
    for _ in range(2):
        ours.update(p, sum(GRADIENTS) / (3 if mean else 1))
    np.testing.assert_allclose(chained(optax, theirs), p, rtol=1e-12)


@pytest.mark.parametrize(
    ("ask", "advice"),
    [
        (lambda: like_keras.SGD(gradient_accumulation_steps=3), "schedule(steps * t + steps - 1)"),
        (lambda: like_keras.SGD(use_ema=True), "averages after every batch from the one of the first update"),
        (lambda: like_optax.chain, "decoupled=True"),
        (lambda: like_optax.add_decayed_weights, "WeightDecay(optimizer, λ, decoupled=True)"),
        (lambda: like_optax.scale, "after it, a factor of its learning_rate"),
        (lambda: like_optax.scale_by_schedule, "lr_in_velocity=False"),
        (lambda: like_optax.apply_every, "step = params.copy()"),
        (lambda: like_optax.ema, "before `update`"),
        (lambda: like_optax.masked, "adds the gradient itself, `p += g`"),
        (lambda: like_optax.set_to_zero, "the part of `SGD(0.0)` stays as it is"),
        (lambda: like_optax.MultiSteps, "with use_grad_mean=False do not"),
        (lambda: like_torch.swa_utils, "`ExponentialAverage(decay)` of d2l_utils"),
    ],
)
def test_what_is_advised_is_what_is_tested_here(ask, advice):
    with pytest.raises((TypeError, AttributeError)) as refused:
        ask()
    assert advice in str(refused.value)
