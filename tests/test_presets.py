"""A setting means what its framework means: calls, attributes, copies and sweeps of the presets."""

import sys

import numpy as np
import pytest

from d2l_utils import OneCycle
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.frameworks.presets import Framework
from d2l_utils.frameworks.rosetta import FRAMEWORKS, describe, found, offered
from tests.parity.frameworks import installed
from tests.parity.signatures import live

MAKE = {f"{each}.{name}": found(each, name) for each in FRAMEWORKS for name in offered(each)}
RATE = {"torch": "lr", "keras": "learning_rate", "optax": "learning_rate", "mxnet": "learning_rate"}
every_preset = pytest.mark.parametrize("label", MAKE)


def made(label, **settings):
    """Make a preset, with the rate that Optax asks for."""
    framework = label.split(".")[0]
    if framework == "optax":
        settings.setdefault("learning_rate", 0.1)
    return MAKE[label](**settings)


def path(optimizer, steps=4, shape=None):
    """Return the points of a few steps from 1 with given gradients."""
    shape = shape or ((3, 2) if optimizer.kind == "matrix" else (3,))
    p, points = np.ones(shape), []
    for g in np.random.default_rng(7).normal(size=(steps, *shape)):
        optimizer.update(p, g)
        points.append(p.copy())
    return np.array(points)


def same(first, second):
    return np.array_equal(path(first), path(second))


# a call that once meant something else -> the settings by name that it means in the framework
MEANT = [
    lambda: (like_torch.SGD(0.1, 0.9, 0, 1e-2), like_torch.SGD(lr=0.1, momentum=0.9, weight_decay=1e-2)),
    lambda: (like_torch.Adagrad(0.1, 0, 0, 0.5), like_torch.Adagrad(lr=0.1, initial_accumulator_value=0.5)),
    lambda: (like_optax.rmsprop(0.1, 0.8, 1e-6, 0.0), like_optax.rmsprop(0.1, decay=0.8, eps=1e-6)),
    lambda: (like_optax.nadamw(0.1, 0.9, 0.999, 1e-8, 0.0, None), like_optax.nadamw(0.1)),
    lambda: (
        like_optax.adamw(0.1, 0.9, 0.999, 1e-8, 0.0, None, 0.5),
        like_optax.adamw(0.1, weight_decay=0.5),
    ),
    lambda: (like_mxnet.SGD(0.9), like_mxnet.SGD(momentum=0.9)),
    lambda: (like_mxnet.AdaGrad(1e-3), like_mxnet.AdaGrad(eps=1e-3)),
    lambda: (like_mxnet.RMSProp(0.1, 0.8, 0.7), like_mxnet.RMSProp(0.1, gamma1=0.8, gamma2=0.7)),
    lambda: (like_keras.AdamW(0.1, 0.5, 0.8), like_keras.AdamW(0.1, weight_decay=0.5, beta_1=0.8)),
]


@pytest.mark.parametrize("calls", MEANT)
def test_positional_arguments_stand_in_the_framework_s_order(calls):
    by_place, by_name = calls()
    assert repr(by_place) == repr(by_name)
    assert same(by_place, by_name)


def test_the_example_of_nesterov_without_decay():
    assert describe(like_torch.SGD(0.1, 0.9, 0, 1e-2))[-1] == "λ = 0.01, coupled"


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_what_the_framework_prints_of_its_settings_goes_in(framework):
    try:
        installed(framework)
    except ImportError as error:
        pytest.skip(str(error))
    module = sys.modules[framework]
    for name in FRAMEWORKS[framework][2].__all__:
        if framework == "torch":
            printed = getattr(module.optim, name)([module.zeros(1, 1, requires_grad=True)]).defaults
        else:
            printed = getattr(module.optimizers, name)().get_config()
        ours = MAKE[f"{framework}.{name}"]
        assert path(ours(**printed)) == pytest.approx(path(ours()), rel=1e-5)  # Keras prints 32 bits


@every_preset
def test_every_neutral_value_of_the_signature_goes_in(label):
    """All defaults of the live framework by name; those of MXNet from its base class too."""
    framework, name = label.split(".", 1)
    try:
        rows = live(framework, name)
    except ImportError as error:
        pytest.skip(str(error))
    neutral = {row[0]: eval(row[2]) for row in rows if row[2] != "required"}
    neutral.pop("learning_rate", None) if framework == "optax" else None
    assert same(made(label, **neutral), made(label))


PARAMS = [
    lambda: iter([np.zeros(2), np.zeros(3)]),
    lambda: [{"params": [np.zeros(2)]}],
    lambda: {"w": np.zeros(2)},
    lambda: (pair for pair in [("w", np.zeros(2))]),
    lambda: np.zeros(2),
    lambda: [np.zeros((2, 3)), np.zeros(2)],
    lambda: [Ungiving()],
]


class Ungiving:
    """As a parameter of PyTorch, it makes no array of itself."""

    shape = (2,)

    def __array__(self, *_):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (0.5, 0.25)[i]


@pytest.mark.parametrize("params", PARAMS)
@pytest.mark.parametrize("name", like_torch.__all__)
def test_the_parameters_of_torch_may_come_first(name, params):
    make = getattr(like_torch, name)
    expected = repr(make(lr=0.1))
    assert repr(make(params(), lr=0.1)) == repr(make(params=params(), lr=0.1)) == expected
    assert repr(make(0.1)) == expected
    if not isinstance(params(), np.ndarray):
        assert repr(make(params(), 0.1)) == expected
        assert repr(make(params())) == repr(make())


@pytest.mark.parametrize("number", [0.1, np.float64(0.1), np.array(0.1)])
def test_a_number_that_comes_first_is_the_rate(number):
    assert like_torch.SGD(number, 0.9).lr == 0.1


def test_a_schedule_that_comes_first_is_the_rate():
    for schedule in (OneCycle(0.1, steps=10), lambda t: 0.1):  # one of them has a shape, "cosine"
        assert like_torch.SGD(schedule, 0.9).lr is schedule


def test_the_commonest_line_of_all():
    torch = pytest.importorskip("torch")
    model = torch.nn.Linear(2, 1)
    assert repr(like_torch.SGD(model.parameters(), lr=0.1)) == "SGD(lr=0.1)"
    assert like_torch.SGD(model.named_parameters(), 0.1, 0.9).momentum == 0.9
    assert repr(like_torch.SGD(model.parameters())) == repr(like_torch.SGD(list(model.parameters())))
    assert like_torch.SGD(torch.tensor(0.5)).lr == 0.5
    for wrong in (model, torch.nn.Sequential(model), model.parameters):
        for settings in ({}, {"lr": 0.1}):
            with pytest.raises(TypeError, match=r"params must be what PyTorch takes, such as model\.param"):
                like_torch.SGD(wrong, **settings)


REFUSED = [
    (lambda: like_torch.SGD([], lr=0.1), ValueError, "params is empty"),
    (lambda: like_torch.SGD([{"params": [], "lr": 1.0}]), TypeError, r"own \['lr'\]: make an"),
    (lambda: like_torch.SGD(np.zeros(2)), TypeError, "may be params or lr"),
    (lambda: like_torch.SGD(0.1, lr=0.1), TypeError, "params must be what PyTorch takes"),
    (lambda: like_torch.SGD([0.1, 0.01], momentum=0.9), TypeError, r"of numbers sweeps as lr=\[0.1, 0.01\]"),
    (lambda: like_torch.SGD({"params": [np.zeros(2)], "lr": 1.0}), TypeError, r"own \['lr'\]: make an"),
    (lambda: like_torch.SGD({}, lr=0.1), ValueError, "params is empty"),
    (lambda: like_torch.SGD(lr=Ungiving()), TypeError, "lr must be a number or an array of numbers; got"),
    (lambda: like_torch.SGD(0.1, 0.9, 0.5), TypeError, r"torch.optim.SGD\(dampening=0.5\) is not offered"),
    (lambda: like_torch.Adam(differentiable=True), TypeError, "without autograd"),
    (lambda: like_torch.Adam(beta1=0.9), TypeError, r"optim.Adam: .*'beta1'; it takes \(params=None, "),
    (lambda: like_torch.Adam(betas=(0.9,)), ValueError, r"betas must be two numbers, .*; got 1: \(0.9,\)"),
    (lambda: like_torch.AdamW(betas=(0.9, 0.999, 0.9999)), ValueError, "betas must be two numbers"),
    (lambda: like_torch.NAdam(betas=0.9), TypeError, "betas must be two numbers, .*; got 0.9"),
    (lambda: like_torch.NAdam(betas="ab"), TypeError, "betas must be two numbers"),
    (lambda: like_torch.Adagrad(lr_decay=-0.5), ValueError, "lr_decay must be .* at least 0; got -0.5"),
    (lambda: like_torch.SGD(nesterov=True), ValueError, "momentum above 0; got 0"),
    (lambda: like_torch.SGD(momentum=np.array([0.0, 0.9]), nesterov=True), ValueError, "momentum above 0"),
    (lambda: like_torch.SGD(momentum="fast"), TypeError, "momentum must be a number"),
    (lambda: like_torch.SGD(momentum=lambda t: 0.9), TypeError, "momentum must be a number"),
    (lambda: like_torch.AdamW(decoupled_weight_decay=False), TypeError, "what the class means"),
    (lambda: like_torch.Adam(amsgrad=1), TypeError, "amsgrad must be True or False; got 1"),
    (lambda: like_keras.AdamW(weight_decay=None), ValueError, "must be a number, as in Keras 3.15; got None"),
    (lambda: like_keras.SGD(clipnorm=1.0), TypeError, r"min\(1, clipnorm / its norm\)"),
    (lambda: like_keras.SGD(use_ema=True), TypeError, r"average = ExponentialAverage\(ema_m"),
    (lambda: like_keras.SGD(decay=0.1), TypeError, "unexpected keyword argument 'decay'; it takes"),
    (lambda: like_optax.adamw(0.1, mask={"w": True}), TypeError, "make two optimizers"),
    (lambda: like_optax.adam(0.1, mu_dtype="float32"), TypeError, "the state has the parameters' dtype"),
    (lambda: like_optax.adam(), TypeError, "optax.adam: missing a required argument: 'learning_rate'"),
    (lambda: like_optax.adadelta(), TypeError, r"adadelta\(learning_rate=None\) climbs"),
    (lambda: like_optax.rmsprop(0.1, nesterov=True, momentum=0.9), TypeError, "no rule of this book"),
    (lambda: like_optax.rmsprop(0.1, bias_correction=True, centered=True), TypeError, "alone it is Adam"),
    (lambda: like_optax.amsgrad(0.1, bias_correction_mu=False), TypeError, "both or none"),
    (lambda: like_mxnet.SGD(clip_gradient=1.0), TypeError, "before `update`, take `np.clip"),
    (lambda: like_mxnet.SGD(0.9, True, 0.1), TypeError, "too many positional arguments; it takes"),
    (lambda: like_mxnet.SGD(param_idx2name={0: "b"}), TypeError, "make two optimizers"),
    (lambda: like_mxnet.NAG(momentum=0.9, wd=0.1), TypeError, "at two points; put WeightDecay"),
    (
        lambda: like_mxnet.SGD(learning_rate=0.1, lr_scheduler=like_mxnet.lr_scheduler.FactorScheduler(10)),
        TypeError,
        "make the schedule with that base_lr and give it as learning_rate",
    ),
    (lambda: like_mxnet.SGD(lr_scheduler=0.1), TypeError, "lr_scheduler must be a scheduler"),
    (lambda: like_mxnet.SGD(lr_scheduler=lambda: 0.1), TypeError, r"lr_scheduler must .*, which takes \(\)"),
    (lambda: like_mxnet.SGD(learning_rate=[1, 2], lr_scheduler=abs), TypeError, "learning_rate must be one"),
    (lambda: like_mxnet.SGD(lr_scheduler=Framework), TypeError, "must be a scheduler, .*; got <class"),
    (lambda: like_mxnet.SGD(begin_num_update=-1), ValueError, "begin_num_update must be at least 0"),
    # a None that PyTorch refuses once trained without decay
    (lambda: like_torch.AdamW(weight_decay=None, amsgrad=True), ValueError, "weight_decay must be a number"),
    (lambda: like_torch.SGD(momentum=None), ValueError, "momentum must be a number, as in PyTorch"),
    (lambda: like_mxnet.NAG(momentum=0.9, wd=None), ValueError, "wd must be a number, as in MXNet"),
    (lambda: like_optax.adadelta(0.1, weight_decay=None), ValueError, "weight_decay must be a number"),
    # a setting is told by the framework's name
    (lambda: like_torch.RMSprop(alpha=1), ValueError, "^alpha must be .* below 1; got 1"),
    (lambda: like_torch.Adam(betas=(0.9, 1.0)), ValueError, r"^betas\[1\] must be .* below 1; got 1.0"),
    (lambda: like_keras.Adagrad(epsilon=-1), ValueError, "^epsilon must be .* at least 0; got -1"),
    (lambda: like_keras.Adam("adam"), TypeError, "^learning_rate must be a number or an array"),
    (lambda: like_optax.rmsprop(0.1, 1.5, bias_correction=True), ValueError, "^decay must be .* below 1"),
    (lambda: like_optax.nadam(0.1, b1=1.0), ValueError, "^b1 must be .* below 1; got 1.0"),
    (lambda: like_mxnet.SGD(wd=-1), ValueError, "^wd must be .* at least 0; got -1"),
    (lambda: like_mxnet.SGD(rescale_grad="1/8"), TypeError, "^rescale_grad must be a number"),
    (lambda: like_mxnet.Adam(rescale_grad=1j), TypeError, "^rescale_grad must be a number .*; got 1j"),
    (lambda: like_mxnet.Adam(wd="a"), TypeError, "^wd must be a number .*; got 'a'"),
    # a switch is no number, and no text
    (lambda: like_keras.SGD(0.1, 0.9, 0.01), TypeError, "nesterov must be True or False; got 0.01"),
    (lambda: like_torch.Adam(maximize="no"), TypeError, "maximize must be True or False; got 'no'"),
    (lambda: like_optax.sgd(0.1, 0.9, None), TypeError, "nesterov must be True or False; got None"),
    (lambda: like_mxnet.RMSProp(centered=np.ones(2)), TypeError, "centered must be True or False; got array"),
    (lambda: like_keras.SGD(clipnorm="1"), TypeError, "clipnorm='1'.* is not offered"),
    # what has no length, or no first entry
    (lambda: like_torch.Adam(betas=np.array(0.9)), TypeError, "betas must be two numbers"),
    (lambda: like_torch.Adam(betas={"beta1": 0.9, "beta2": 0.999}), TypeError, "betas must be two numbers"),
    (lambda: like_keras.SGD(clipnorm="1"), TypeError, r"SGD\(clipnorm='1'\) is not offered"),
    (lambda: like_keras.SGD(nesterov=np.array([True])), TypeError, "^nesterov must be True or False; got"),
    (lambda: like_optax.rmsprop(0.1, eps_in_sqrt="no"), TypeError, "eps_in_sqrt must be True .*; got 'no'"),
    (lambda: like_keras.SGD({"class_name": "Mine", "config": {}}), TypeError, "of .*CosineDecay.*'Mine'"),
    (lambda: like_keras.SGD({"initial_learning_rate": 0.1}), TypeError, r"what get_config\(\) prints"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused_says_what_to_do(call, error, message):
    with pytest.raises(error, match=message):
        call()


@every_preset
def test_a_docstring_lists_what_is_not_used(label):
    """Every argument of the signature is used, or named in the docstring that help() shows."""
    make, framework = MAKE[label], label.split(".")[0]
    used = set(make.__wrapped__.__code__.co_varnames[: make.__wrapped__.__code__.co_argcount])
    declared = set(make.__signature__.parameters)
    assert used <= declared
    assert all(f"``{name}``" in make.__doc__ for name in declared - used)
    assert RATE[framework] in used


def test_a_declaration_without_an_explanation_is_refused():
    def sgd(lr):
        return None

    with pytest.raises(TypeError, match=r"sgd: \['other'\] must be declared"):
        Framework("X 1", "x.").preset("lr, other=None")(sgd)


def test_schedules_are_where_the_framework_has_them():
    halved = like_torch.lr_scheduler.StepLR(0.4, step_size=2, gamma=0.5)
    assert like_torch.SGD(lr=halved).lr is halved
    decayed = like_keras.schedules.ExponentialDecay(0.4, 2, 0.5, staircase=True)
    assert like_keras.SGD(decayed).lr(2) == pytest.approx(0.2)
    warmed = like_optax.schedules.linear_schedule(0.0, 0.4, 4)
    assert like_optax.sgd(warmed).lr(2) == pytest.approx(0.2)
    assert (
        like_mxnet.SGD(learning_rate=like_mxnet.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.5)).lr(2)
        == 0.25
    )
