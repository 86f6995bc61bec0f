"""Presets are functions where the frameworks have classes: what users do with a class works, or is told."""

import copy
import inspect
import pickle

import pytest

from d2l_utils import SGD, AdaGrad, WeightDecay
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.schedules import ExponentialDecay
from tests.test_presets import MAKE, every_preset, made


@every_preset
def test_an_optimizer_is_an_instance_of_the_preset_that_made_it_alone(label):
    preset, optimizer = MAKE[label], made(label)
    assert isinstance(optimizer, preset)
    assert isinstance(pickle.loads(pickle.dumps(optimizer)), preset)
    others = [like_torch.SGD, like_keras.SGD, like_optax.sgd, like_mxnet.SGD, like_torch.Adam]
    assert not any(isinstance(optimizer, other) for other in others if other is not preset)
    assert not isinstance(SGD(0.1), preset)


@every_preset
def test_a_preset_is_told_from_a_class(label):
    preset = MAKE[label]
    assert inspect.isroutine(preset)
    assert pickle.loads(pickle.dumps(preset)) is preset is copy.deepcopy(preset)
    with pytest.raises(TypeError, match=rf"\.{preset.__name__} is a function here.*d2l_utils.Optimizer"):

        class Mine(preset):
            pass

    with pytest.raises(AttributeError, match=rf"\.{preset.__name__} has no attribute 'nothing' here"):
        preset.nothing  # noqa: B018


def test_what_a_class_of_keras_has_is_told():
    with pytest.raises(AttributeError, match=r"SGD has no .*'from_config' here: .*\*\*config"):
        like_keras.SGD.from_config({})


def test_a_saved_state_says_what_it_does_not_hold():
    saved = WeightDecay(SGD(0.1), 0.1).state_dict()
    with pytest.raises(
        KeyError, match="a saved state holds 't', 'method' and 'state', and not 'param_groups'"
    ):
        saved["param_groups"]
    assert saved == {"t": 0, "method": "SGD", "state": {}} == pickle.loads(pickle.dumps(saved))
    assert saved.get("param_groups") is None


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        (like_keras.Adagrad(), "initial_accumulator_value"),
        (like_torch.Adagrad(weight_decay=0.1), "initial_accumulator_value"),
        (like_optax.rmsprop(0.1), "initial_scale"),
    ],
)
def test_what_is_fixed_is_refused_under_the_framework_s_name(optimizer, name):
    with pytest.raises(AttributeError, match=rf"^{name} is fixed when .* make another, with {name}=0.3"):
        setattr(optimizer, name, 0.3)
    with pytest.raises(AttributeError, match=r"AdaGrad\(initial_accumulator=0.3\)"):
        AdaGrad(0.1).initial_accumulator = 0.3


def test_a_schedule_tells_what_it_has():
    schedule = ExponentialDecay(0.1, 0.5)
    told = "^this ExponentialDecay has lr, rate, "
    with pytest.raises(AttributeError, match=told + "all fixed: make another instead of setting 'base_lr'"):
        schedule.base_lr = 1.0
    with pytest.raises(AttributeError, match=told + "all fixed"):
        del schedule.lr
    with pytest.raises(AttributeError, match=told + "and no attribute 'base_lr'"):
        schedule.base_lr  # noqa: B018
    assert copy.deepcopy(schedule) == pickle.loads(pickle.dumps(schedule)) == schedule
