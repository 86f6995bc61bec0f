"""What is no setting of a preset, or is read or set where it means another: refused, with what to do."""

import numpy as np
import pytest

from d2l_utils import SGD, Adam, WeightDecay
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch


@pytest.mark.parametrize(
    ("make", "name", "message"),
    [
        (lambda: like_optax.rmsprop(0.1), "eps", "eps is the framework's name of eps_root.*; read eps_root"),
        (lambda: like_optax.adagrad(0.1), "eps", "; read eps_root"),
        (lambda: like_mxnet.AdaGrad(eps=1e-3), "eps", "; read eps_root"),
        (lambda: WeightDecay(like_optax.rmsprop(0.1), 0.1), "eps", "; read eps_root"),
        (lambda: like_mxnet.AdaGrad(wd=0.1), "eps", "; read eps_root"),
        (
            lambda: like_mxnet.RMSProp(),
            "gamma2",
            "attribute 'gamma2': it was fixed when the optimizer was made",
        ),
    ],
)
def test_a_name_that_means_another_setting_here_is_not_read(make, name, message):
    with pytest.raises(AttributeError, match=message):
        getattr(make(), name)
    assert like_mxnet.RMSProp(centered=True, gamma2=0.5).gamma2 == 0.5
    assert like_optax.rmsprop(0.1, eps_in_sqrt=False, eps=0.25).eps == 0.25


def test_two_numbers_come_in_an_order():
    for value in ({0.999, 0.9}, (x for x in (0.9, 0.999)), {0.9: 0, 0.999: 1}.keys()):
        with pytest.raises(TypeError, match=r"^betas must be 2 numbers; got "):
            like_torch.Adam().betas = value


def test_no_setting_has_a_mask():
    with pytest.raises(TypeError, match=r"lr must be a number or an array of numbers; got masked_array"):
        like_torch.SGD(lr=np.ma.array([0.1, 0.2], mask=[0, 1]))


def test_no_number_at_all_is_no_setting():
    for make in (like_torch.SGD, like_keras.SGD, like_keras.RMSprop):
        with pytest.raises(ValueError, match=r"^(momentum|weight_decay) must be .*; got none: \[\]"):
            make(**{"weight_decay": []} if make is like_keras.RMSprop else {"momentum": []})


def test_a_setting_of_the_preset_itself_is_refused():
    with pytest.raises(
        AttributeError, match=r"torch.optim.SGD is a function .* set 'lr' of the optimizer that"
    ):
        like_torch.SGD.lr = 0.5


def test_a_large_whole_number_is_a_number():
    assert like_torch.SGD(lr=10**20).lr == 1e20
    with pytest.raises(ValueError, match="lr must be finite; got a number that no float holds"):
        like_torch.SGD(lr=10**400)


def test_a_setting_that_is_not_there_is_missed_by_the_optimizer_itself():
    with pytest.raises(AttributeError, match=r"^this SGD was made without weight_decay; make another"):
        like_torch.SGD(maximize=True).weight_decay = 0.1


def test_no_numbers_at_all_sweep_nothing():
    for make in (lambda: SGD([]), lambda: Adam(beta1=np.ones((2, 0))), lambda: WeightDecay(SGD(), ())):
        with pytest.raises(ValueError, match=r"^(lr|beta1|weight_decay) must be a number or .*; got none: "):
            make()
    optimizer = SGD(lr=0.5)
    with pytest.raises(ValueError, match=r"^lr must be a number or an array of numbers; got none: \[\]"):
        optimizer.lr = []
    assert optimizer.lr == 0.5
