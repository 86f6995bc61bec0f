"""Settings of the presets after they are made: attributes, what is told, copies and sweeps."""

import copy
import inspect
import pickle

import numpy as np
import pytest

from d2l_utils import ExponentialDecay, Optimizer, WeightDecay, rules
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.frameworks.mxnet_numbers import CountedFromOne, Rounded, in_single
from d2l_utils.frameworks.rosetta import describe
from d2l_utils.optimizers.around import ScaledGradient
from tests.helpers import run
from tests.parity.presets import AT_ONE_RATE, WITHOUT_DECAY
from tests.test_presets import MAKE, RATE, every_preset, made, path, same

# preset, the framework's name, a value -> ours, or None where it is refused
ATTRIBUTES = [
    (like_keras.SGD, "learning_rate", 0.5, "lr"),
    (like_keras.Adam, "beta_1", 0.5, "beta1"),
    (like_keras.Adam, "epsilon", 0.5, "eps"),
    (like_keras.Adagrad, "epsilon", 0.5, "eps_root"),
    (like_torch.RMSprop, "alpha", 0.5, "rho"),
    (like_torch.Adagrad, "lr_decay", 0.5, "lr_decay"),
    (like_optax.adam, "b2", 0.5, "beta2"),
    (like_optax.rmsprop, "decay", 0.5, "rho"),
    (like_mxnet.Adam, "beta2", 0.5, "beta2"),
    (like_mxnet.RMSProp, "gamma1", 0.5, "rho"),
    (like_mxnet.Nadam, "schedule_decay", 0.5, "momentum_decay"),
]


@pytest.mark.parametrize(("make", "name", "value", "ours"), ATTRIBUTES)
def test_the_framework_s_name_of_a_setting_works(make, name, value, ours):
    required = {"learning_rate": 0.1} if make.__module__.endswith("optax") else {}
    optimizer = make(**required)
    setattr(optimizer, name, value)
    assert getattr(optimizer, name) == getattr(optimizer, ours) == value
    assert same(optimizer, make(**{**required, name: value}))
    assert not same(make(**{**required, name: value}), make(**required))


def test_settings_are_reached_through_weight_decay():
    optimizer = like_keras.Adam(0.1, weight_decay=0.5)
    optimizer.learning_rate, optimizer.beta_1, optimizer.weight_decay = 0.2, 0.5, 0.25
    assert same(optimizer, like_keras.Adam(0.2, beta_1=0.5, weight_decay=0.25))
    climbing = like_torch.Adam(maximize=True, weight_decay=0.1)
    climbing.betas = 0.5, 0.75
    assert (climbing.betas, climbing.beta1, climbing.optimizer.optimizer.beta2) == ((0.5, 0.75), 0.5, 0.75)
    with pytest.raises(ValueError, match=r"^betas\[1\] must be .* below 1; got 1.0"):
        climbing.betas = 0.9, 1.0
    assert climbing.betas == (0.5, 0.75)
    with pytest.raises(ValueError, match=r"betas must be 2 numbers; got \(0.9,\)"):
        climbing.betas = (0.9,)


@pytest.mark.parametrize("value", [0.9, None, "ab", np.array(0.9), {"beta1": 0.9, "beta2": 0.999}])
def test_what_is_not_two_numbers_is_told(value):
    with pytest.raises(TypeError, match=r"^betas must be 2 numbers; got "):
        like_torch.Adam().betas = value


def test_a_setting_is_refused_under_the_name_that_was_set():
    for optimizer, name in ((like_torch.RMSprop(), "alpha"), (like_keras.Adam(), "beta_1")):
        with pytest.raises(ValueError, match=f"^{name} must be .* below 1; got 1.5"):
            setattr(optimizer, name, 1.5)
    with pytest.raises(TypeError, match=r"^learning_rate must be a number"):
        like_keras.SGD().learning_rate = "fast"


SET = [
    (lambda: like_keras.SGD(), "beta_1", "SGD has no setting 'beta_1'; it has lr, learning_rate"),
    (lambda: like_keras.SGD(), "momentum", "this SGD was made without momentum"),
    (lambda: like_keras.SGD(), "weight_decay", "this SGD was made without weight_decay"),
    (lambda: like_keras.SGD(), "nesterov", "nesterov is fixed"),
    (lambda: like_keras.SGD(), "clipnorm", "SGD has no setting 'clipnorm'"),
    (lambda: like_torch.Adam(), "amsgrad", "amsgrad is fixed when Adam is made; make another, Adam"),
    (lambda: like_torch.RMSprop(), "centered", "centered is fixed when RMSProp is made"),
    (lambda: like_torch.RMSprop(), "momentum", "this RMSProp was made without momentum"),
    (lambda: like_torch.SGD(momentum=0.9), "lr_in_velocity", "lr_in_velocity is fixed"),
    (lambda: like_torch.Adam(weight_decay=0.1), "decoupled", "decoupled is fixed when WeightDecay is made"),
    (lambda: like_torch.Adam(weight_decay=0.1), "amsgrad", "amsgrad is fixed when Adam is made"),
    (lambda: like_torch.Adam(weight_decay=0.1), "gamma", "no setting 'gamma'; it has weight_decay, lr, "),
    (lambda: like_torch.Adam(), "learning_rate", "Adam has no setting 'learning_rate'; it has lr, beta1"),
    (lambda: like_mxnet.AdaDelta(), "learning_rate", "learning_rate is fixed"),
    (lambda: like_optax.rmsprop(0.1), "eps", "eps is the framework's name of eps_root, .*; set eps_root"),
    (lambda: like_keras.Adagrad(), "initial_accumulator_value", "initial_accumulator_value is fixed"),
    (lambda: like_mxnet.SGD(), "clip_gradient", "no setting 'clip_gradient': before `update`, take `np.clip"),
    (lambda: WeightDecay(like_mxnet.SGD(), 0.1), "param_dict", "no setting 'param_dict': MXNet reads off it"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "name", "message"), SET)
def test_an_attribute_that_would_do_nothing_is_refused(make, name, message):
    optimizer = make()
    before, told = path(copy.deepcopy(optimizer)), repr(optimizer)
    with pytest.raises(AttributeError, match=message):
        setattr(optimizer, name, 0.5)
    assert repr(optimizer) == told
    assert np.array_equal(path(optimizer), before)


def test_an_attribute_that_is_not_there_is_not_read():
    for optimizer in (like_keras.SGD(), like_keras.Adam(weight_decay=0.1)):
        for name in ("momentum", "nothing", "_nothing"):
            with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
                getattr(optimizer, name)


READ = [
    (lambda: like_mxnet.SGD(), "wd", "SGD has no attribute 'wd': the optimizer was made without; make "),
    (lambda: like_mxnet.Adam(), "rescale_grad", "no attribute 'rescale_grad': the optimizer was made"),
    (lambda: like_torch.SGD(), "momentum", "no attribute 'momentum': the optimizer was made without"),
    (lambda: like_mxnet.SGD(), "clip_gradient", "no attribute 'clip_gradient': before `update`, take"),
    (lambda: like_mxnet.AdaDelta(), "learning_rate", "'learning_rate': it was fixed when the optimizer was"),
    (lambda: WeightDecay(like_torch.Adam(), 0.1), "param_groups", "'param_groups': there are no groups"),
    (lambda: Optimizer(lr=0.1), "rule", "Optimizer has no attribute 'rule': a subclass names the function"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "name", "message"), READ)
def test_an_attribute_that_is_not_there_is_named_as_it_was_asked_for(make, name, message):
    optimizer = make()
    assert not hasattr(optimizer, name)
    with pytest.raises(AttributeError, match=message):
        getattr(optimizer, name)


every_elementwise_preset = pytest.mark.parametrize(
    "label", [label for label in MAKE if made(label).kind == "elementwise"]
)


@every_elementwise_preset
@pytest.mark.parametrize("around", [lambda o: WeightDecay(o, 0.1), lambda o: ScaledGradient(o, 0.5)])
def test_the_framework_s_names_work_through_what_is_put_around_a_preset(label, around):
    framework, optimizer = label.split(".")[0], made(label)
    wrapped = around(optimizer)
    for name, ours in optimizer._aliases.items():
        if hasattr(optimizer, name) and ours not in (None, "t", "weight_decay"):
            assert getattr(wrapped, name) == getattr(optimizer, name)
    if label != "mxnet.AdaDelta":
        setattr(wrapped, RATE[framework], 0.25)
        assert optimizer.lr == getattr(wrapped, RATE[framework]) == 0.25
    wrapped.update(np.ones(2), np.ones(2))


@pytest.mark.parametrize(
    ("t", "error"), [(-1, ValueError), (1.5, TypeError), ("1", TypeError), (True, TypeError)]
)
def test_the_number_of_updates_is_a_whole_number(t, error):
    optimizer = like_mxnet.Adam()
    for name in ("t", "begin_num_update"):
        with pytest.raises(error, match=f"{name} must be"):
            setattr(optimizer, name, t)
    assert optimizer.t == 0
    optimizer.begin_num_update = np.int64(3)
    assert optimizer.t == 3


def test_a_rate_that_is_set_later_keeps_the_rest():
    """MXNet's correction, and PyTorch's decay of the rate."""
    later = like_mxnet.Adam()
    later.lr = 0.1
    assert same(later, like_mxnet.Adam(learning_rate=0.1))
    p = run(later, np.ones(1), [])
    like_mxnet.Adam(learning_rate=0.1).update(p, np.ones(1))
    assert p == pytest.approx(0.9, rel=1e-6)
    later = like_torch.Adagrad(lr=0.1, lr_decay=0.5)
    later.lr = 0.05
    assert same(later, like_torch.Adagrad(lr=0.05, lr_decay=0.5))
    later = like_mxnet.SGD(momentum=0.9)
    later.lr, later.momentum = 0.1, 0.8
    assert (later.lr, later.momentum) == (float(np.float32(0.1)), float(np.float32(0.8)))
    later.lr = ExponentialDecay(0.1, rate=0.5)
    assert later.lr(1) == float(np.float32(0.1 * np.exp(-0.5)))


def test_what_is_told_is_what_was_given():
    assert like_mxnet.Adam(learning_rate=0.1).lr == 0.1
    assert repr(like_mxnet.Adam(0.1, 0.8)) == (
        "CorrectedRate(lr=0.1, beta1=0.8, beta2=0.999, eps=1e-08, eps_root=0.0)"
    )
    assert repr(like_torch.Adagrad(lr=0.1, lr_decay=0.5)).endswith("eps_root=0.0, lr_decay=0.5)")
    assert describe(like_torch.Adagrad(lr=0.1, lr_decay=0.5))[-1] == "η over 1 + 0.5 (t − 1)"
    assert describe(like_torch.SGD(maximize=True))[-1] == "g times -1"
    assert describe(like_torch.SGD(np.float64(0.1), [0.5, 0.9]))[1] == "β = [0.5, 0.9]"


SETTINGS = {"torch": {"weight_decay": 0.1}, "keras": {"weight_decay": 0.1}, "optax": {}, "mxnet": {"wd": 0.1}}


@every_preset
@pytest.mark.parametrize("rate", [0.25, ExponentialDecay(0.25, rate=0.1)])
def test_a_copy_goes_on_as_the_original_does(label, rate):
    framework, name = label.split(".", 1)
    if name.startswith(AT_ONE_RATE) and callable(rate):
        with pytest.raises(TypeError, match=f"{label} with a schedule is not offered: .* 1744"):
            made(label, learning_rate=rate)
        return
    settings = {} if (framework, name) in WITHOUT_DECAY else SETTINGS[framework]
    optimizer = made(label, **{RATE[framework]: rate}, **settings)
    p = path(optimizer)[-1]
    for again in (pickle.loads(pickle.dumps(optimizer)), copy.deepcopy(optimizer)):
        assert repr(again) == repr(optimizer)
        q, g = p.copy(), np.full(p.shape, 0.5)
        again.update(q, g)
        fresh, r = made(label, **{RATE[framework]: rate}, **settings), p.copy()
        fresh.load_state_dict(optimizer.state_dict())
        fresh.update(r, g)
        assert np.array_equal(q, r)
        assert not np.array_equal(q, p)


SWEPT_FROM = {"learning_rate": 0.1, "betas": 0.9, "threshold": 8.0}


@every_elementwise_preset
def test_every_number_of_a_signature_can_be_swept(label):
    """An array of two values takes, in each column, the steps of that value alone."""
    make = MAKE[label]
    for name in inspect.signature(make.__wrapped__).parameters:
        default = SWEPT_FROM.get(name, make.__signature__.parameters[name].default)
        unswept = ("begin_num_update", "lr_scheduler", "warmup_steps", "weight_lr_power")
        if name in unswept or isinstance(default, bool):
            continue
        if tuple(label.split(".", 1)) in WITHOUT_DECAY and name in ("wd", "weight_decay"):
            continue  # not offered, or not with the momentum below
        values = [default or 0.0, 0.75 * (default or 0.0) + 0.05]
        further = {"momentum": 0.5} if label.endswith((".SGD", ".sgd")) and name != "momentum" else {}

        def given(value, name=name):
            return {name: (value, 0.99) if name == "betas" else value}

        swept = path(made(label, **given(np.array(values)), **further), shape=(3, 2))
        for j, value in enumerate(values):
            optimizer, p = made(label, **given(value), **further), np.ones(3)
            for g, point in zip(np.random.default_rng(7).normal(size=(4, 3, 2)), swept, strict=True):
                optimizer.update(p, np.ascontiguousarray(g[:, j]))
                np.testing.assert_allclose(point[:, j], p, rtol=1e-12, err_msg=name)


def test_none_and_arrays_stand_for_no_momentum_and_some():
    assert repr(like_optax.sgd(0.1, None)) == "SGD(lr=0.1)"
    assert repr(like_optax.rmsprop(0.1, momentum=None)) == repr(like_optax.rmsprop(0.1))
    assert list(like_torch.SGD(momentum=np.zeros(2)).slots) == []
    assert list(like_torch.SGD(momentum=np.array([0.0, 0.5])).slots) == ["v"]


def test_a_scheduler_of_mxnet_is_asked_for_updates_1_2_3():
    asked = []
    optimizer = like_mxnet.SGD(lr_scheduler=lambda t: asked.append(t) or 0.1)
    path(optimizer, steps=3)
    assert asked == [1, 2, 3]
    schedule = ExponentialDecay(0.1, rate=0.5)
    assert like_mxnet.AdaGrad(lr_scheduler=schedule).lr is schedule  # ours counts as it always does
    assert like_mxnet.SGD(lr_scheduler=schedule).lr == Rounded(schedule)


def test_a_scheduler_of_mxnet_starts_from_the_rate_that_is_given_and_is_not_changed():
    class Scheduler:
        base_lr = 0.5

        def __call__(self, num_update):
            return self.base_lr / num_update

    mine = Scheduler()
    assert like_mxnet.AdaGrad(learning_rate=0.25, lr_scheduler=mine).lr(1) == 0.125
    assert mine.base_lr == 0.5
    assert like_mxnet.AdaGrad(lr_scheduler=mine).lr == CountedFromOne(mine)


@pytest.mark.parametrize("name", ["wd", "rescale_grad"])
@pytest.mark.parametrize("make", [like_mxnet.SGD, like_mxnet.RMSProp, like_mxnet.Adam])
def test_what_mxnet_rounds_is_rounded_when_it_is_set_later(make, name):
    later, at_once = make(wd=0.5, rescale_grad=0.5), make(**{"wd": 0.5, "rescale_grad": 0.5, name: 0.1})
    setattr(later, name, 0.1)
    assert getattr(later, name) == float(np.float32(0.1))
    assert repr(later) == repr(at_once)
    assert same(later, at_once)


@pytest.mark.parametrize("rate", [None, "0.1", [None]])
def test_a_schedule_that_returns_no_number_is_refused_where_rates_are_rounded(rate):
    optimizer, p = like_mxnet.SGD(learning_rate=lambda t: rate), np.ones(2)
    with pytest.raises(TypeError, match="lr must be a number or an array of numbers; got"):
        optimizer.update(p, np.ones(2))
    assert (p.tolist(), optimizer.t) == ([1, 1], 0)


def test_rounding_reaches_what_is_inside():
    optimizer = in_single(like_torch.SGD(lr=0.1, momentum=0.9, weight_decay=0.3, maximize=True))
    assert (optimizer.lr, optimizer.momentum, optimizer.weight_decay) == tuple(
        map(float, np.float32([0.1, 0.9, 0.3]))
    )


def test_a_class_of_your_own_may_keep_notes():
    class Diary(type(like_torch.SGD())):
        rule = staticmethod(rules.sgd)

    diary = Diary(lr=0.1)
    diary.pages = [1]
    assert diary.pages == [1]
    with pytest.raises(ValueError, match="lr must be"):
        diary.lr = -1


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.25), (0.5, -1.0)])
def test_climbing_is_descending_with_the_gradient_turned(first, second):
    p, q, g = np.ones(2), np.ones(2), np.array([first, second])
    like_torch.Adam(0.1, maximize=True, weight_decay=0.5).update(p, g)
    like_torch.Adam(0.1, weight_decay=0.5).update(q, -g)
    assert np.array_equal(p, q)


@every_preset
def test_what_is_read_of_the_settings_is_not_set(label):
    optimizer = made(label)
    settings, before = optimizer.hyperparameters, repr(optimizer)
    for change in (
        lambda: settings.__setitem__("lr", 0.5),
        lambda: settings.update(lr=0.5),
        lambda: settings.pop("lr"),
        lambda: settings.setdefault("momentum", 0.5),
    ):
        with pytest.raises(TypeError, match="settings are attributes of the optimizer: set them there"):
            change()
    assert repr(optimizer) == before
    for copied in (dict(settings), copy.copy(settings), pickle.loads(pickle.dumps(settings)), settings | {}):
        assert type(copied) is dict
        assert repr(copied) == repr(settings)
