"""What a preset fixes, because its framework's state means something else, and what it hands elsewhere."""

import numpy as np
import pytest

from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.schedules import InverseTimeDecay


def test_keras_velocity_is_a_sum_and_its_momentum_stays():
    optimizer = like_keras.Muon(0.1)
    with pytest.raises(AttributeError, match="momentum is fixed when the optimizer is made"):
        optimizer.momentum = 0.5
    assert optimizer.momentum == 0.95
    like_torch.Muon(lr=0.1).momentum = 0.5  # an average, as ours


@pytest.mark.parametrize("muon", [like_keras.Muon(), like_optax.contrib.muon(0.1), like_torch.Muon()])
def test_kernels_are_not_for_muon_where_the_framework_does_not_take_them(muon):
    kernel = np.ones((2, 2, 3, 3))
    with pytest.raises(ValueError, match=r"which=lambda name, p: p\.ndim == 2\)"):
        muon.update(kernel, kernel)
    assert np.all(kernel == 1)


@pytest.mark.parametrize("make", [like_keras.Muon, like_keras.Lamb, like_keras.Lion])
@pytest.mark.parametrize("decay", [False, "", [], "0.1"])
def test_a_decay_that_is_no_number_is_refused(make, decay):
    with pytest.raises((TypeError, ValueError), match="weight_decay must be a number"):
        make(weight_decay=decay)


def test_a_momentum_that_is_no_number_is_refused_by_its_name():
    with pytest.raises(TypeError, match="momentum must be"):
        like_keras.Muon(momentum="0.9")


@pytest.mark.parametrize(
    "make", [like_optax.contrib.schedule_free_sgd, like_optax.contrib.schedule_free_adamw]
)
def test_a_rate_that_another_power_would_weigh_stays(make):
    optimizer = make(0.1, weight_lr_power=0.0)
    for name in ("learning_rate", "lr"):
        with pytest.raises(AttributeError, match=f"{name} is fixed when the optimizer is made"):
            setattr(optimizer, name, 0.3)
    assert optimizer.lr == 0.1
    make(0.1).learning_rate = 0.3
    with pytest.raises(TypeError, match="weight_lr_power must be a number"):
        make(0.1, weight_lr_power="2")


def test_keras_reads_and_sets_the_rate_without_its_warm_up():
    optimizer = like_keras.ScheduleFreeAdamW(0.5, warmup_steps=4)
    assert optimizer.learning_rate == 0.5
    optimizer.learning_rate = 0.25
    assert [optimizer.lr(t) for t in (0, 1, 7)] == [0.0625, 0.125, 0.25]
    falling = like_keras.ScheduleFreeAdamW(InverseTimeDecay(0.5, 1.0), warmup_steps=4)
    falling.t = 1
    assert falling.learning_rate == 0.25
    with pytest.raises(TypeError, match="learning_rate follows a schedule"):
        falling.learning_rate = 0.1


def test_a_rate_that_warms_up_is_checked_and_swept():
    for rate in (-0.1, "0.1", None):
        with pytest.raises((TypeError, ValueError), match="learning_rate must be"):
            like_keras.ScheduleFreeAdamW(rate, warmup_steps=4)
    w = np.ones((1, 2))
    like_keras.ScheduleFreeAdamW([0.5, 1.0], warmup_steps=4).update(w, np.ones((1, 2)))
    np.testing.assert_allclose(w, [[0.875, 0.75]], rtol=1e-6)


@pytest.mark.parametrize("settings", [{}, {"wd": 0.1, "rescale_grad": 0.5}])
def test_a_number_in_place_of_mxnet_s_scheduler_is_refused_as_there(settings):
    scheduler = like_mxnet.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.5)
    for optimizer in (
        like_mxnet.SGD(lr_scheduler=scheduler, **settings),
        like_mxnet.Adam(lr_scheduler=lambda num_update: 0.5 / num_update, **settings),
    ):
        followed = optimizer.lr
        with pytest.raises(TypeError, match=r"follows a scheduler; .* end it by `lr`; got 0\.25"):
            optimizer.learning_rate = 0.25
        assert optimizer.lr is followed
        optimizer.learning_rate = scheduler
        optimizer.lr = 0.25
        optimizer.learning_rate = 0.125
        assert optimizer.lr == 0.125
