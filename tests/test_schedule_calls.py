"""What a framework's schedule is called with is checked first, under the framework's name for it."""

import functools
import inspect

import numpy as np
import pytest

from d2l_utils import SGD
from d2l_utils.frameworks import like_keras, like_optax
from d2l_utils.frameworks.calls import told
from d2l_utils.schedules import Constant

GOOD = {
    "keras": {
        "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "boundaries": [3, 6],
        "values": [0.1, 0.2, 0.3], "warmup_target": 0.2, "warmup_steps": 2, "first_decay_steps": 5,
    },
    "optax": {
        "value": 0.1, "init_value": 0.1, "end_value": 0.01, "power": 1, "transition_steps": 10,
        "boundaries_and_scales": {3: 0.5}, "decay_rate": 0.5, "decay_steps": 20, "peak_value": 1.0,
        "interpolate_type": "linear", "warmup_steps": 5, "boundaries": [3],
        "cosine_kwargs": [{"init_value": 0.0, "peak_value": 1.0, "warmup_steps": 2, "decay_steps": 10}],
        "schedules": [lambda t: 0.1, lambda t: 0.2],
    },
}  # fmt: skip
MODULES = {"keras": like_keras.schedules, "optax": like_optax.schedules}
ARGUMENTS = [
    (framework, name, argument.name, str(argument.annotation))
    for framework, module in MODULES.items()
    for name in module.__all__
    for argument in inspect.signature(getattr(module, name)).parameters.values()
    if argument.name not in ("name", "interpolate_type")
]
NUMBERS = [each for each in ARGUMENTS if each[3] in ("float", "float | None", "int", "Positive", "Signed")]


def call(framework, name, **changed):
    make = getattr(MODULES[framework], name)
    good = GOOD[framework]
    return make(**{each: good[each] for each in inspect.signature(make).parameters if each in good} | changed)


@pytest.mark.parametrize(("framework", "name", "argument", "kind"), ARGUMENTS)
def test_what_is_no_such_thing_is_told_by_its_name(framework, name, argument, kind):
    is_number = (framework, name, argument, kind) in NUMBERS
    for bad in ["x", *([1 + 2j, {1, 2}, np.array([0.1, 0.2])] if is_number else [])]:
        with pytest.raises(TypeError, match=f"^{argument} must be "):
            call(framework, name, **{argument: bad})


@pytest.mark.parametrize(("framework", "name", "argument", "kind"), NUMBERS)
def test_a_number_that_cannot_be_is_told_by_its_name(framework, name, argument, kind):
    nowhere = [float("nan"), float("inf")] if kind != "int" else []
    for bad in [*nowhere, *([-1] if kind != "Signed" else [])]:
        with pytest.raises(ValueError, match=f"^{argument} must be "):
            call(framework, name, **{argument: bad})


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: call("keras", "CosineDecay", warmup_steps=1.5), TypeError, "^warmup_steps must be a whole"),
        (lambda: call("keras", "CosineDecay", decay_steps=0), ValueError, "^decay_steps must be above 0"),
        (lambda: call("optax", "linear_onecycle_schedule", div_factor=0), ValueError, "^div_factor must be"),
        (lambda: call("optax", "warmup_cosine_decay_schedule", end_value=-3.0), ValueError, "^end_value mu"),
        (lambda: like_optax.sgdr_schedule([{}]), TypeError, "warmup_cosine_decay_schedule: missing.*; it"),
        (lambda: like_optax.linear_schedule(1.0), TypeError, "linear_schedule: missing a required argument"),
        (lambda: like_optax.schedules.inject_hyperparams, AttributeError, "can be set before each update"),
        (lambda: like_keras.schedules.LearningRateSchedule, AttributeError, "any function of the updates"),
        (lambda: Constant(0.1)(np.arange(3)), TypeError, r"one number.*for many, \[schedule\(t\) for t in"),
        (lambda: Constant(0.1)("3"), TypeError, "t must be one number, the updates made; got '3'"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_number_of_steps_may_be_a_whole_float():
    """As it is where it was computed, ``0.1 * num_steps``."""
    assert call("keras", "CosineDecay", warmup_steps=4.0) == call("keras", "CosineDecay", warmup_steps=4)
    warmed = call("optax", "warmup_cosine_decay_schedule", warmup_steps=0.1 * 50)
    assert warmed == call("optax", "warmup_cosine_decay_schedule", warmup_steps=5)


def test_a_boundary_of_keras_before_the_first_update_is_over():
    stairs = like_keras.schedules.PiecewiseConstantDecay([-2, 3], [0.1, 0.2, 0.3])
    assert [stairs(t) for t in (0, 3, 4)] == [0.2, 0.2, 0.3]
    with pytest.raises(ValueError, match=r"^boundaries must be finite; got inf"):
        like_keras.schedules.PiecewiseConstantDecay([float("inf")], [0.1, 0.2])


def test_an_initial_rate_of_1_is_no_int():
    assert call("keras", "ExponentialDecay", initial_learning_rate=1)(10) == 0.5


def test_a_rise_of_no_steps_stays_where_it_begins():
    assert call("optax", "warmup_constant_schedule", warmup_steps=-1)(9) == 0.1


def test_a_peak_of_0_takes_any_end_as_in_optax():
    flat = call("optax", "warmup_cosine_decay_schedule", peak_value=0.0, end_value=-3.0)
    assert [flat(t) for t in (0, 5, 20)] == [0.1, 0.0, 0.0]


def test_a_schedule_that_is_told_keeps_its_name_and_its_signature():
    def halved(init_value: float) -> Constant:
        """Make half of it."""
        return Constant(init_value / 2)

    checked = told(halved)
    assert (checked.__name__, checked.__doc__) == ("halved", "Make half of it.")
    assert inspect.signature(checked) == inspect.signature(halved)
    assert SGD(checked(0.5)).lr(0) == 0.25


def compiled(function):
    return pytest.importorskip("jax").jit(function)


@pytest.mark.parametrize("wrap", [compiled, np.vectorize, functools.lru_cache, functools.cache])
def test_a_lambda_that_something_is_put_around_is_still_a_schedule(wrap):
    w, optimizer = np.array([1.0]), SGD(wrap(lambda t: 0.5 / (1 + t)))
    for _ in range(2):
        optimizer.update(w, np.array([1.0]))
    assert w.item() == pytest.approx(0.25)
    with pytest.raises(TypeError, match="would take the place of this lambda's default"):
        SGD(wrap(lambda rate=0.5: rate))
