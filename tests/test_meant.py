"""What cannot be meant as it is given is refused, and advice that is followed does as the framework."""

import numpy as np
import pytest

from d2l_utils import SGD
from d2l_utils.frameworks import like_mxnet, like_optax, like_torch

S = like_torch.lr_scheduler


@pytest.mark.parametrize(
    "combine",
    [
        lambda: S.ChainedScheduler([S.StepLR(0.5, 2), S.ExponentialLR(0.5, 0.5)], 0.1),
        lambda: S.ChainedScheduler([S.StepLR(0.1, 2), S.LinearLR(0.5)], 0.1),
        lambda: S.SequentialLR(0.1, [S.ConstantLR(0.5), S.ExponentialLR(0.3, 0.5)], [2]),
        lambda: S.SequentialLR(0.1, [S.ConstantLR(0.1), S.CosineAnnealingLR(0.3, 5, last_epoch=1)], [2]),
    ],
)
def test_schedules_are_combined_from_the_rate_they_were_made_from(combine):
    with pytest.raises(ValueError, match=r"initial rate that is given here, 0.1; got one made from 0.[35]"):
        combine()


def test_what_has_rates_of_its_own_goes_with_any_initial_rate():
    cycle = S.CyclicLR(None, 0.25, 0.75, step_size_up=2, cycle_momentum=False)
    assert S.SequentialLR(0.5, [S.ConstantLR(0.5), cycle, lambda t: 0.125], [2, 3])(2) == 0.25
    chained = S.ChainedScheduler([S.StepLR(0.5, 2), S.ExponentialLR(0.5, 0.5)], 0.5)
    assert S.SequentialLR(0.5, [S.ConstantLR(0.5), chained], [2])(3) == 0.25


class Model:
    def parameters(self):
        return []

    def __call__(self, x):
        return x


@pytest.mark.parametrize(
    "rate",
    [float, SGD, like_torch.Adam, like_optax.sgd, Model()],
    ids=["class", "optimizer", "preset of PyTorch", "preset of Optax", "model"],
)
@pytest.mark.parametrize("make", [SGD, like_torch.SGD, lambda lr: like_mxnet.SGD(learning_rate=lr)])
def test_what_makes_no_rate_of_a_number_is_no_schedule(rate, make):
    with pytest.raises(TypeError, match="a class, an optimizer's preset or a model makes no rate of it"):
        make(lr=rate)


def test_what_the_framework_ignores_or_fixes_is_so_under_our_name_too():
    for optimizer in (like_optax.nadam(0.1), like_optax.adam(0.1, nesterov=True), like_optax.nadamw(0.1)):
        for name in ("b1", "beta1"):
            with pytest.raises(AttributeError, match=f"^{name} is fixed when the optimizer is made"):
                setattr(optimizer, name, 0.5)
    for optimizer in (like_mxnet.AdaDelta(), like_mxnet.AdaDelta(wd=0.1)):
        for name in ("lr", "learning_rate"):
            with pytest.raises(AttributeError, match=f"^{name} is fixed when the optimizer is made"):
                setattr(optimizer, name, 0.5)
        assert optimizer.lr == 1.0
    optimizer = like_optax.adam(0.1)
    optimizer.beta1 = 0.5
    assert optimizer.b1 == 0.5


def test_the_average_that_is_advised_is_optax():
    with pytest.raises(AttributeError) as refused:
        _ = like_optax.ema
    told = str(refused.value)
    assert "`average = decay * average + (1 - decay) * x`, from 0 on" in told
    assert "`average / (1 - decay**t)`" in told
    average, decay, read = 0.0, 0.9, []
    for t, x in enumerate((1.0, 2.0, 3.0), 1):
        average = decay * average + (1 - decay) * x
        read.append(average / (1 - decay**t))
    assert np.allclose(read, [1, 1.526315789, 2.070110701])  # optax.ema(0.9) of Optax 0.2.8


def test_clipping_that_is_advised_scales_once():
    with pytest.raises(TypeError, match="and make the optimizer without rescale_grad"):
        like_mxnet.SGD(rescale_grad=0.5, clip_gradient=1.0)
