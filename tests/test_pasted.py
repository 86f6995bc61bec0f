"""Lines of the frameworks' own documentation, pasted: they work, or are told what to write here."""

import copy
import pickle
import sys

import numpy as np
import pytest

from d2l_utils import WeightDecay
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.frameworks.presets import Framework
from d2l_utils.frameworks.rosetta import FRAMEWORKS
from d2l_utils.optimizers.around import ScaledGradient
from tests.parity.frameworks import installed
from tests.test_presets import made, same


@pytest.mark.parametrize("by_name", [False, True])
def test_a_schedule_that_keras_prints_goes_in(by_name):
    """``get_config()`` of an optimizer with a schedule holds the schedule's class and settings."""
    printed = {
        "module": "keras.optimizers.schedules",
        "class_name": "ExponentialDecay",
        "config": {
            "initial_learning_rate": 0.4, "decay_steps": 2, "decay_rate": 0.5, "staircase": True,
            "name": "ExponentialDecay",
        },
        "registered_name": None,
    }  # fmt: skip
    decayed = like_keras.schedules.ExponentialDecay(0.4, 2, 0.5, staircase=True)
    made = like_keras.Adam(learning_rate=printed) if by_name else like_keras.Adam(printed, 0.9)
    assert made.lr == decayed
    assert same(made, like_keras.Adam(decayed))


def test_what_keras_prints_of_every_schedule_goes_in():
    try:
        installed("keras")
    except ImportError as error:
        pytest.skip(str(error))
    keras = sys.modules["keras"].optimizers
    values = {"boundaries": [2], "values": [0.4, 0.2], "decay_steps": 3, "decay_rate": 0.5}
    values |= {"initial_learning_rate": 0.4, "first_decay_steps": 3}
    for name in like_keras.schedules.__all__:
        cls = getattr(keras.schedules, name)
        schedule = cls(**{key: values[key] for key in values if key in cls.__init__.__code__.co_varnames})
        ours = like_keras.SGD(**keras.SGD(schedule).get_config())
        assert [ours.lr(t) for t in range(6)] == pytest.approx(
            [float(schedule(t)) for t in range(6)], rel=1e-5
        )


ELSEWHERE = [
    (lambda: like_torch.SGD(lr=0.1).step, r"no attribute 'step': `update\(params, grads\)` takes a step"),
    (
        lambda: like_torch.SGD(lr=0.1).register_step_pre_hook,
        r"call it yourself, in the line before `update\(",
    ),
    (
        lambda: like_torch.SGD(lr=0.1).register_step_post_hook,
        r"call it yourself, in the line after `update\(",
    ),
    (
        lambda: like_torch.Adam(weight_decay=0.1).param_groups,
        "'param_groups': .*set the optimizer's own `lr`",
    ),
    (lambda: like_torch.Rprop, "torch.optim.Rprop is not offered: of PyTorch 2.13 .* SGD, Adadelta, Adagrad"),
    (lambda: like_keras.SGD().apply_gradients, r"`update\(params, grads\)` takes a step"),
    (lambda: like_keras.Ftrl, "keras.optimizers.Ftrl is not offered: of Keras 3.15 there are the rules"),
    (lambda: like_keras.get, "keras.optimizers.get is not offered: write the class"),
    (lambda: like_keras.SGD(momentum=0.9).clipnorm, "attribute 'clipnorm': before `update`, multiply each"),
    (lambda: like_keras.Adam(weight_decay=0.1).set_weights, r"'set_weights': `load_state_dict\(saved\)`"),
    (
        lambda: like_keras.Adam().learning_rate.assign(0.01),
        "is a number, without 'assign': read it as it is, set it by `=`",
    ),
    (lambda: like_optax.adam(0.1).init, "'init': the first `update"),
    (lambda: like_optax.chain, r"optax.chain is not offered: .* `WeightDecay\(optimizer, λ\)`"),
    (lambda: like_optax.apply_updates, "apply_updates is not offered: `update.* in place"),
    (lambda: like_optax.sgd(0.1).mask, "attribute 'mask': make two optimizers"),
    (lambda: like_mxnet.Adam().set_learning_rate, "set `learning_rate`"),
    (lambda: like_mxnet.Adam().step(32), r"'step': `update\(params, grads\)` takes a step; rescale_grad="),
    (lambda: like_mxnet.SGD().save_states("x"), r"'save_states': `state_dict\(\)` returns the state"),
    (lambda: like_mxnet.SGD().lr_mult, "'lr_mult': make two optimizers, with two rates"),
    (lambda: setattr(like_mxnet.SGD(), "wd_mult", {}), "no setting 'wd_mult': make two optimizers, one with"),
    (lambda: like_mxnet.create("sgd"), "create is not offered: call what it would make by its name"),
    (lambda: like_mxnet.Ftrl, "mx.optimizer.Ftrl is not offered: .* NAG, SGD"),
]


@pytest.mark.parametrize(("look", "message"), ELSEWHERE)
def test_a_line_of_the_framework_s_loop_is_told_what_to_write_here(look, message):
    with pytest.raises(AttributeError, match=message):
        look()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("clipnorm", "SGD has no setting 'clipnorm': before `update`, multiply each gradient"),
        ("iterations", "SGD has no setting 'iterations': the updates made are `t`"),
        ("clip", "SGD has no setting 'clip'; it has lr, learning_rate"),
    ],
)
def test_what_cannot_be_set_is_told_what_to_write_here(name, message):
    with pytest.raises(AttributeError, match=message):
        setattr(like_keras.SGD(), name, 1)


def test_the_rate_that_keras_reads_is_a_number():
    """It is the rate of the next update, of a schedule too."""
    optimizer = like_keras.SGD(like_keras.schedules.ExponentialDecay(0.5, 1, 0.5), weight_decay=0.1)
    rates = [float(optimizer.learning_rate)]
    for _ in range(2):
        optimizer.update(np.ones(1), np.ones(1))
        rates.append(float(optimizer.learning_rate))
    assert rates == [0.5, 0.25, 0.125]
    optimizer.learning_rate *= 2
    assert (repr(optimizer.lr), optimizer.learning_rate) == ("0.25", 0.25)
    assert type(optimizer.lr) is float
    assert (
        copy.deepcopy(optimizer).learning_rate == pickle.loads(pickle.dumps(optimizer)).learning_rate == 0.25
    )
    assert like_keras.SGD([0.5, 0.25]).learning_rate.tolist() == [0.5, 0.25]


@pytest.mark.parametrize("name", ["adam", "adamw", "nadam", "nadamw"])
def test_the_momentum_of_optax_nadam_is_fixed(name):
    """NAdam corrects by the product of all β₁; under inject_hyperparams Optax does by a power of the last."""
    optimizer = getattr(like_optax, name)(0.1, b1=0.8, nesterov=True)
    with pytest.raises(AttributeError, match="b1 is fixed when the optimizer is made; make another"):
        optimizer.b1 = 0.5
    assert optimizer.b1 == pickle.loads(pickle.dumps(optimizer)).b1 == 0.8


@pytest.mark.parametrize("around", [lambda o: WeightDecay(o, 0.1), lambda o: ScaledGradient(o, 0.5)])
def test_what_is_put_around_a_preset_keeps_the_framework_s_names(around):
    """As the documentation of `like_optax` advises it to be."""
    optimizer = around(like_optax.adam(0.1, b1=0.8))
    optimizer.learning_rate, optimizer.b2 = 0.2, 0.7
    assert (optimizer.learning_rate, optimizer.b1, optimizer.b2) == (0.2, 0.8, 0.7)
    assert same(optimizer, around(like_optax.adam(0.2, 0.8, 0.7)))
    assert copy.deepcopy(optimizer).b2 == pickle.loads(pickle.dumps(optimizer)).b2 == 0.7
    with pytest.raises(ValueError, match=r"^b2 must be finite"):
        optimizer.b2 = 1.5
    with pytest.raises(AttributeError, match="'init': the first `update"):
        _ = optimizer.init
    assert around(like_keras.SGD(0.5)).learning_rate / 2 == 0.25


def test_the_arguments_of_optax_are_counted():
    w = np.ones(1)
    with pytest.raises(
        TypeError, match="takes params and grads, and keeps the state itself; got 3 arguments"
    ):
        like_optax.sgd(0.1).update(w, None, w)
    assert w == 1


def test_what_is_explained_is_not_here():
    for framework, (_, _, module) in FRAMEWORKS.items():
        declared = next(each for each in vars(module).values() if isinstance(each, Framework))
        optimizer = made(f"{framework}.{module.__all__[0]}")
        assert declared.methods
        assert not [name for name in {**declared.methods, **declared.rarely} if hasattr(optimizer, name)]
        assert not [name for name in declared.rarely if hasattr(module, name)]


def test_optax_has_its_schedules_beside_its_optimizers():
    assert like_optax.exponential_decay(0.4, 2, 0.5) == like_optax.schedules.exponential_decay(0.4, 2, 0.5)


def test_a_live_object_in_the_wrong_place_is_told_where_it_goes():
    torch = pytest.importorskip("torch")
    theirs = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    with pytest.raises(TypeError, match="give one of our optimizers, or the initial rate"):
        like_torch.lr_scheduler.StepLR(theirs, step_size=30)


def test_a_scheduler_of_mxnet_is_not_taken_for_a_schedule_of_ours():
    """As ``learning_rate`` it would be asked a step late."""
    scheduler = type(
        "FactorScheduler", (), {"__call__": lambda self, t: 0.1, "__module__": "mxnet.lr_scheduler"}
    )
    with pytest.raises(TypeError, match="MXNet's count from 1: make the optimizer with lr_scheduler"):
        like_mxnet.SGD(learning_rate=scheduler())
    optimizer, mine = like_mxnet.SGD(), type("Mine", (scheduler,), {"__module__": "__main__"})
    for cls in (scheduler, mine):
        with pytest.raises(TypeError, match="make the optimizer with lr_scheduler"):
            optimizer.learning_rate = cls()
