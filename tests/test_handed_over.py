"""What comes from elsewhere and does not fit is told what to give instead."""

import numpy as np
import pytest

from d2l_utils import SGD, Optimizer, WeightDecay
from d2l_utils.frameworks import like_keras, like_torch

OWN = {"module": "mine", "class_name": "CosineDecay", "registered_name": "Mine>CosineDecay"}
CONFIG = {"initial_learning_rate": 0.5, "decay_steps": 10}


class Unnamed(Optimizer):
    @staticmethod
    def rule(p, g, eta):
        p -= eta * g
        return p


CALLS = [
    (
        lambda w: like_torch.SGD(**{"lr": 0.1, "initial_lr": 0.2}),
        "initial_lr is no setting: a scheduler of PyTorch",
    ),
    (
        lambda w: like_torch.SGD(lr=0.1, params=[0]),
        "the indices that a state_dict holds as params are left out",
    ),
    (lambda w: like_keras.SGD({**OWN, "config": CONFIG}), "a CosineDecay of mine, and not Keras' own"),
    (lambda w: like_keras.Adam(class_name="Adam", config={}, module="x"), r"give \*\*serialized\['config'\]"),
    (
        lambda w: WeightDecay(Unnamed(lr=0.1), 0.1, decoupled=True).update(w, w.copy()),
        "looks for its argument 'lr'; rule takes p, g, eta",
    ),
    (lambda w: SGD().update(w, w.copy(), check_finite=np.ones(2)), "check_finite must be True or False; got"),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_does_not_fit_is_told_what_to_give(call, message):
    w = np.ones(2)
    with pytest.raises(TypeError, match=message):
        call(w)
    assert np.array_equal(w, np.ones(2))


def test_what_keras_prints_of_its_own_schedules_is_taken():
    printed = {"module": "keras.optimizers.schedules", "class_name": "CosineDecay", "config": CONFIG}
    assert like_keras.SGD(printed).lr(0) == 0.5
    assert like_keras.SGD({"class_name": "CosineDecay", "config": CONFIG}).lr(0) == 0.5


@pytest.mark.parametrize("check_finite", [True, 1, np.True_])
def test_a_check_may_be_asked_for_as_before(check_finite):
    with pytest.raises(ValueError, match="NaN or infinite"):
        SGD().update(np.ones(1), np.array([np.nan]), check_finite=check_finite)
