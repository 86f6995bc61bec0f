"""What PyTorch's own tests demand of its optimizers, where they publish no number.

FILES are its public tests. Those of CUDA, of several devices, of hooks, of autograd through an update and of
other optimizers concern nothing here. Their settings of the optimizers stand in INPUTS.
"""

import copy
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from d2l_utils.frameworks import like_torch
from d2l_utils.frameworks.like_torch_schedules import (
    ConstantLR,
    ExponentialLR,
    LinearLR,
    PolynomialLR,
    ReduceLROnPlateau,
    StepLR,
)

REPOSITORY = "pytorch/pytorch"
FILES = {  # path, commit, and where the numbers of it are
    "test/test_optim.py": ("c96bc81b", "here"),
    "test/optim/test_optim.py": ("455a8125, the last with settings of its own", "here"),
    "test/optim/test_lrscheduler.py": (
        "01f9ef32",
        "test_torch_schedules, test_torch_steppers, test_schedule_golden",
    ),
    "test/optim/test_swa_utils.py": ("045a976c", "nowhere: averages of models"),
    "torch/testing/_internal/common_optimizers.py": ("cf30153c, which is 2.13.0", "here"),
    "test/optim/test_scheduler_nested_composite.py": ("d8e3af99, not in 2.13", "test_torch_steppers"),
    "test/cpp/api/optim.cpp": ("00b4db57", "test_torch"),
    "test/cpp/api/optim_baseline.h": ("58dd0f53", "test_torch"),
    "test/optim/tests.json": ("0a58cfbd", "test_torch7"),
    "test/optim/test.lua": ("6fa06991", "test_torch7"),
    "test/optim/lua.out": ("3d80b137", "test_torch7"),
}
INPUTS = [
    ("SGD", {}),
    ("SGD", {"lr": 1e-2}),
    ("SGD", {"weight_decay": 0.5}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"weight_decay": 0.1, "maximize": True}),
    ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.01}),
    ("Adadelta", {"weight_decay": 0.1}),
    ("Adadelta", {"maximize": True}),
    ("Adadelta", {"weight_decay": 0.1, "maximize": True}),
    ("Adadelta", {"rho": 0.95, "weight_decay": 0.9}),
    ("Adagrad", {}),
    ("Adagrad", {"weight_decay": 0.1}),
    ("Adagrad", {"weight_decay": 0.1, "maximize": True}),
    ("Adagrad", {"lr": 0.1}),
    ("Adagrad", {"initial_accumulator_value": 0.1, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.5, "weight_decay": 0.1}),
    *((name, settings) for name in ("Adam", "AdamW") for settings in (
        {}, {"lr": 0.01}, {"weight_decay": 0.1}, {"weight_decay": 0.1, "maximize": True},
        {"weight_decay": 0.1, "amsgrad": True},
    )),
    ("Adamax", {}),
    ("Adamax", {"lr": 1e-3}),
    ("Adamax", {"weight_decay": 0.1}),
    ("Adamax", {"weight_decay": 0.1, "maximize": True}),
    ("Adamax", {"maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 2e-3}),
    ("RAdam", {"eps": 1e-6}),
    ("RAdam", {"weight_decay": 0.1}),
    ("RAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"weight_decay": 0.1, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 1e-3}),
    ("NAdam", {"momentum_decay": 6e-3}),
    ("NAdam", {"weight_decay": 0.1}),
    ("NAdam", {"weight_decay": 0.1, "momentum_decay": 6e-3}),
    ("NAdam", {"weight_decay": 0.1, "momentum_decay": 6e-3, "decoupled_weight_decay": True}),
    ("NAdam", {"weight_decay": 0.1, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 1e-3}),
    ("RMSprop", {"weight_decay": 0.1}),
    ("RMSprop", {"maximize": True}),
    ("RMSprop", {"weight_decay": 0.1, "centered": True}),
    ("RMSprop", {"maximize": True, "weight_decay": 0.1}),
    ("RMSprop", {"weight_decay": 0.1, "centered": True, "momentum": 0.1}),
    ("RMSprop", {"weight_decay": 0.1, "centered": True, "momentum": 0.1, "maximize": True}),
]  # fmt: skip
SCHEDULERS = [
    lambda o: [],
    lambda o: [StepLR(o, 10, 0.9)],
    lambda o: [LinearLR(o, 0.4, 0.8, 4)],
    lambda o: [ConstantLR(o, 0.4, 4)],
    lambda o: [PolynomialLR(o, 4, 0.9)],
    lambda o: [ExponentialLR(o, 0.9)],
    lambda o: [StepLR(o, 10, 0.9), LinearLR(o, 0.4, 0.6, 4)],
    lambda o: [StepLR(o, 10, 0.9), ReduceLROnPlateau(o)],
    lambda o: [StepLR(o, 10, 0.99), ExponentialLR(o, 0.99), ReduceLROnPlateau(o)],
    lambda o: [ConstantLR(o, 0.4, 4), ExponentialLR(o, 0.9)],
]
every_input = pytest.mark.parametrize(
    ("name", "settings"), INPUTS, ids=[f"{name}, {', '.join(settings)}" for name, settings in INPUTS]
)


def start(contiguous=True):
    """Return weights, offsets and the one input of a layer with ten outputs."""
    rng = np.random.default_rng(0)
    w, b, x = rng.normal(size=(10, 5, 2)), rng.normal(size=(10, 2)), rng.normal(size=5)
    params = {"w": w[..., 0], "b": b[..., 0]}
    return {key: p.copy() for key, p in params.items()} if contiguous else params, x


def loss(params, x):
    return float(np.sum((params["w"] @ x + params["b"]) ** 2))


def walk(optimizer, params, x, schedulers=(), steps=20):
    """Take steps down, or up, the sum of the squared outputs."""
    for _ in range(steps):
        before = loss(params, x)
        slope = 2 * (params["w"] @ x + params["b"])
        optimizer.update(params, {"w": np.outer(slope, x), "b": slope})
        for each in schedulers:
            each.step(*((before,) if isinstance(each, ReduceLROnPlateau) else ()))


def test_the_files_that_have_the_numbers_are_there():
    here = Path(__file__)
    for path, (_, where) in FILES.items():
        for name in re.findall(r"test_\w+", where):
            found = [*here.parent.glob(f"{name}.py"), *here.parents[1].glob(f"{name}.py")]
            assert found, f"{path} of {REPOSITORY} is said to be in {name}"


@every_input
def test_the_loss_goes_the_right_way(name, settings):
    """test_forloop_goes_right_direction: arrays with gaps first, then with schedulers."""
    for i, make in enumerate(SCHEDULERS):
        params, x = start(contiguous=i > 0)
        before, optimizer = loss(params, x), getattr(like_torch, name)(**settings)
        walk(optimizer, params, x, make(optimizer))
        assert (loss(params, x) > before) == settings.get("maximize", False)


@every_input
def test_a_copy_goes_on_alike(name, settings):
    """test_state_dict_deterministic, test_deepcopy_copies_all_public_attrs."""
    (params, x), optimizer = start(), getattr(like_torch, name)(**settings)
    walk(optimizer, params, x)
    fresh = getattr(like_torch, name)(**settings)
    fresh.load_state_dict(optimizer.state_dict())
    copies = [fresh, copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    found = [{key: p.copy() for key, p in params.items()} for _ in copies]
    walk(optimizer, params, x)
    for other, own in zip(copies, found, strict=True):
        walk(other, own, x)
        assert str(own) == str(params)
        assert str(other.state_dict()) == str(optimizer.state_dict())
        assert repr(other) == repr(optimizer)


@every_input
def test_a_slope_of_0_moves_nothing_without_decay(name, settings):
    """test_step_is_noop_for_zero_grads; decay moves p even then."""
    p = np.random.default_rng(0).normal(size=(5, 1))
    before, decayed = p.copy(), bool(settings.get("weight_decay", name == "AdamW"))
    getattr(like_torch, name)(**settings).update(p, np.zeros_like(p))
    assert (str(p) != str(before)) == decayed


@every_input
def test_a_rate_in_an_array_without_axes_is_the_number(name, settings):
    """test_tensor_lr; and test_complex, for numbers that are not real are refused here."""
    given, told = getattr(like_torch, name), {**settings, "lr": 1e-3}
    assert repr(given(**{**told, "lr": np.array(1e-3)})) == repr(given(**told))
    with pytest.raises(TypeError, match="must be an ndarray of floating point; got dtype complex64"):
        given(**told).update(np.ones(2, np.complex64), np.ones(2, np.complex64))


@pytest.mark.parametrize(("name", "rate"), [("SGD", 4.8e-3), ("Adagrad", 0.1)])
@pytest.mark.parametrize("schedulers", [lambda o: [], lambda o: [StepLR(o, 300, 0.99999)]])
def test_one_coordinate_after_the_other_comes_nearer_to_rosenbrock_s_minimum(name, rate, schedulers):
    """test_rosenbrock_sparse, whose gradients have one entry that is not 0."""
    optimizer, p = getattr(like_torch, name)(lr=rate), np.array([1.5, 1.5])
    scheduled = schedulers(optimizer)
    for i in range(1800):
        x, y = p.tolist()
        slopes = [-400 * x * (y - x**2) - 2 * (1 - x), 0] if i % 2 else [0, 200 * (y - x**2)]
        optimizer.update(p, np.array(slopes))
        for each in scheduled:
            each.step()
    assert np.linalg.norm(p - 1) <= np.linalg.norm([0.5, 0.5])


ERRORS = [
    ("Adadelta", {"rho": 1.1}, "rho must be .* below 1; got 1.1"),
    ("Adam", {"betas": (1.0, 0.0)}, r"betas\[0\] must be .* below 1; got 1.0"),
    ("Adam", {"weight_decay": -1}, "weight_decay must be .* at least 0; got -1"),
    ("AdamW", {"weight_decay": -1}, "weight_decay must be .* at least 0; got -1"),
    ("NAdam", {"betas": (1.0, 0.0)}, r"betas\[0\] must be .* below 1; got 1.0"),
    ("NAdam", {"momentum_decay": -0.2}, "momentum_decay must be .* at least 0; got -0.2"),
    ("Adamax", {"betas": (0.0, 1.0)}, r"betas\[1\] must be .* below 1; got 1.0"),
    ("RAdam", {"betas": (1.0, 0.0)}, r"betas\[0\] must be .* below 1; got 1.0"),
    ("RAdam", {"weight_decay": -1}, "weight_decay must be .* at least 0; got -1"),
    ("RMSprop", {"momentum": -1.0}, "momentum must be .* at least 0 and below 1; got -1.0"),
    ("SGD", {"momentum": -0.5}, "momentum must be .* at least 0 and below 1; got -0.5"),
]


@pytest.mark.parametrize(("name", "settings", "message"), ERRORS)
def test_what_pytorch_refuses_is_refused(name, settings, message):
    """The construction errors of optim_error_inputs_func_*, whose params are None."""
    with pytest.raises(ValueError, match=message):
        getattr(like_torch, name)(None, lr=1e-2, **settings)
