"""The path of an optimizer over a toy objective: one setting, a grid of settings, noise, and divergence."""

import numpy as np
import pytest

from d2l_utils import (
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    StepDecay,
    Trace,
    bowl,
    descend,
    double_well,
    objectives,
    saddle,
)
from d2l_utils.objectives import Objective, parabola
from d2l_utils.walk import Noise
from tests.rules import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


@every_optimizer
def test_the_path_is_that_of_update(make):
    trace = descend(make(), double_well, (1.9, 1.0), 20)
    p, optimizer = np.array([1.9, 1.0]), make()
    for point, value in zip(trace.points, trace.values, strict=True):
        np.testing.assert_allclose(point, p, rtol=1e-12)
        assert value == pytest.approx(double_well.value(*p), rel=1e-12)
        optimizer.update(p, np.array(double_well.gradient(*p)))


@pytest.mark.parametrize("objective", [*objectives.ALL, parabola], ids=lambda objective: objective.name)
@pytest.mark.parametrize("steps", [0, 1, 7])
def test_shapes(objective, steps):
    d = len(objective.start)
    trace = descend(SGD(lr=1e-4), objective, num_steps=steps)
    assert trace.points.shape == (steps + 1, d)
    assert trace.values.shape == (steps + 1,)
    assert tuple(trace.points[0]) == objective.start
    assert trace.objective is objective
    swept = descend(SGD(lr=np.full(3, 1e-4)), objective, num_steps=steps)
    assert swept.points.shape == (steps + 1, d, 3)
    assert swept.values.shape == (steps + 1, 3)


@pytest.mark.parametrize("noise", [0.0, 0.5])
@every_optimizer
def test_a_sweep_is_that_many_single_paths(make, noise):
    lr = np.array([0.001, 0.01, 0.1])
    swept = descend(make(lr=lr), bowl, num_steps=20, noise=noise, seed=3)
    for j, single in enumerate(lr):
        trace = descend(make(lr=float(single)), bowl, num_steps=20, noise=noise, seed=3)
        np.testing.assert_allclose(swept.points[..., j], trace.points, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(swept.values[..., j], trace.values, rtol=1e-9, atol=1e-12)


def test_a_grid_of_two_settings():
    lr, momentum = np.array([[0.01], [0.1]]), np.array([[0.0, 0.5, 0.9]])
    grid = descend(Momentum(lr, momentum), bowl, num_steps=10)
    assert grid.points.shape == (11, 2, 2, 3)
    single = descend(Momentum(0.1, 0.9), bowl, num_steps=10)
    np.testing.assert_allclose(grid.points[..., 1, 2], single.points, rtol=1e-12)
    assert grid.steps_to(1e9).shape == (2, 3)


def test_other_settings_can_be_swept():
    for swept, single in [
        (Adam(0.1, beta1=[0.0, 0.9]), Adam(0.1, beta1=0.9)),
        (Adam(0.1, beta2=[0.5, 0.9], eps_hat=True), Adam(0.1, beta2=0.9, eps_hat=True)),
        (AdaGrad(0.1, initial_accumulator=[0.0, 0.5]), AdaGrad(0.1, initial_accumulator=0.5)),
        (Adam(StepDecay(0.1, every=4), beta1=[0.0, 0.9]), Adam(StepDecay(0.1, every=4))),
    ]:
        path = descend(swept, bowl, num_steps=10).points
        np.testing.assert_allclose(path[..., 1], descend(single, bowl, num_steps=10).points, rtol=1e-12)


def test_noise_is_added_to_each_partial_derivative():
    lr, sigma, draws = 0.1, 0.5, Noise(4)
    trace = descend(SGD(lr), bowl, (-7.0, 2.0), 5, noise=sigma, seed=4)
    p = np.array([-7.0, 2.0])
    for point in trace.points[1:]:
        g = np.array(bowl.gradient(*p)) + sigma * np.array([draws.normal(), draws.normal()])
        p = p - lr * g
        np.testing.assert_allclose(point, p, rtol=1e-12)
    np.testing.assert_allclose(trace.values, bowl.value(*trace.points.T))
    assert not np.array_equal(trace.points, descend(SGD(lr), bowl, num_steps=5, noise=sigma, seed=5).points)
    assert np.array_equal(trace.points, descend(SGD(lr), bowl, num_steps=5, noise=sigma, seed=4).points)


@every_optimizer
def test_the_optimizer_and_the_start_stay_as_they_were(make):
    optimizer, start = make(), np.array([-7.0, 2.0])
    optimizer.update(np.ones(2), np.ones(2))
    before = str(optimizer.state_dict())
    first = descend(optimizer, bowl, start, 5)
    assert str(optimizer.state_dict()) == before
    assert np.array_equal(start, [-7.0, 2.0])
    first.points[:] = 0
    second = descend(optimizer, bowl, start, 5)
    assert tuple(second.points[0]) == (-7.0, 2.0)
    assert np.array_equal(second.points, descend(make(), bowl, start, 5).points)


CUBIC = Objective(
    "cubic", "x^4", lambda x: x * x * x * x, lambda x: (4 * x * x * x,), (), ((-1, 1),), (10.0,)
)
POWER = Objective("power", "x^4", lambda x: x**4, lambda x: (4 * x**3,), (), ((-1.0, 1.0),), (10.0,))


@pytest.mark.parametrize("objective", [CUBIC, POWER], ids=["products", "powers"])
@pytest.mark.parametrize("lr", [1.0, np.array([1.0, 1e-3])], ids=["float", "sweep"])
def test_divergence_ends_in_nan_without_a_warning_or_an_error(objective, lr):
    trace = descend(SGD(lr), objective, num_steps=30)
    points, values = trace.points.reshape(31, -1), trace.values.reshape(31, -1)
    assert points[0, 0] == 10
    assert not np.isfinite(points[-1, 0])
    assert not np.isfinite(values[-1, 0])
    if points.shape[1] == 2:
        assert np.all(np.abs(points[:, 1]) <= 10)


def test_a_division_by_zero_ends_in_nan():
    trace = descend(AdaGrad(lr=0.1, eps=0.0), bowl, (0.0, 1.0), 3)
    assert np.array_equal(trace.points[0], [0.0, 1.0])
    assert np.isnan(trace.points[1:]).all()


PRODUCT = Objective("product", "xy", lambda x, y: x * y, lambda x, y: (y, x), (), ((-1, 1),) * 2, (1.0, 0.5))


@every_optimizer
def test_a_gradient_may_hold_the_coordinates_themselves(make):
    swept = descend(make(lr=np.array([0.01, 0.1])), PRODUCT, num_steps=5)
    single = descend(make(lr=0.1), PRODUCT, num_steps=5)
    np.testing.assert_allclose(swept.points[..., 1], single.points, rtol=1e-12)


LIFTED = Objective(
    "lifted", "x^2 + 5", lambda x: x * x + 5, lambda x: (2 * x,), ((0.0,),), ((-1, 1),), (1.0,)
)


def with_values(values):
    """Return a trace with made-up values, which count from the objective's lowest, 5."""
    return Trace(np.empty(0), 5 + np.array(values, float), LIFTED, SGD())


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([5, 3, 1, 0.5, 0.1], 2),
        ([5, 1, 3, 1, 0.5], 3),  # it left once more
        ([0.1, 0.1], 0),
        ([5, 4, 3], None),
        ([5, 0.5, 2], None),
        ([5, 0.5, np.nan], None),
        ([np.inf, 1.0], 1),
        ([1.0], 0),
        ([2.0], None),
    ],
)
def test_steps_to_a_tolerance_of_1(values, steps):
    assert with_values(values).steps_to(1.0) == steps
    swept = with_values(np.transpose([values, values])).steps_to(1.0)
    assert swept.tolist() == [-1 if steps is None else steps] * 2


def test_steps_to_of_a_sweep():
    trace = descend(SGD(lr=np.array([0.5, 0.01, 1.5])), bowl, num_steps=100)
    singles = [descend(SGD(lr=lr), bowl, num_steps=100).steps_to(0.01) for lr in (0.5, 0.01, 1.5)]
    assert trace.steps_to(0.01).tolist() == [-1 if step is None else step for step in singles]
    assert singles[0] > 0
    assert singles[2] is None


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"start": (1.0,)}, ValueError, r"Objective\('bowl'\) takes 2 coordinates; start has 1"),
        ({"start": (1.0, 2.0, 3.0)}, ValueError, "takes 2 coordinates; start has 3"),
        ({"start": (1.0, np.nan)}, ValueError, "start must be finite"),
        ({"start": (1.0, "2")}, TypeError, "start must be a number"),
        ({"start": [[1.0, 2.0], [3.0, 4.0]]}, TypeError, r"start must be one number; got .* shape \(2,\)"),
        ({"noise": [0.1, 0.2]}, TypeError, "noise must be one number; got an array"),
        ({"num_steps": -1}, ValueError, "num_steps must be at least 0; got -1"),
        ({"num_steps": 1.5}, TypeError, "num_steps must be a whole number"),
        ({"noise": -1}, ValueError, "noise must be finite and at least 0; got -1"),
        ({"seed": -1}, ValueError, "seed must be at least 0; got -1"),
        ({"seed": 0.5}, TypeError, "seed must be a whole number"),
    ],
)
def test_wrong_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        descend(SGD(), bowl, **arguments)


@pytest.mark.parametrize(("objective", "tolerance"), [(saddle, 1.0), (bowl, -1.0), (bowl, np.nan)])
def test_steps_to_refuses_what_has_no_answer(objective, tolerance):
    with pytest.raises(ValueError, match=r"has no minimum|tolerance must be finite"):
        descend(SGD(), objective).steps_to(tolerance)


def test_a_schedule_may_sweep():
    rates = np.array([0.1, 0.3])
    swept = descend(SGD(lambda t: rates / (1 + t)), bowl, num_steps=5).points
    for i, rate in enumerate(rates):
        alone = descend(SGD(lambda t, rate=rate: rate / (1 + t)), bowl, num_steps=5).points
        np.testing.assert_array_equal(swept[..., i], alone)


@pytest.mark.parametrize(
    ("optimizer", "start", "error", "words"),
    [
        (SGD(0.1), 3, TypeError, "start must be a sequence"),
        (Momentum(np.array([0.1, 0.2]), np.array([0.5, 0.6, 0.7])), None, ValueError, r"\(2,\), \(3,\)"),
    ],
)
def test_what_does_not_fit_is_named(optimizer, start, error, words):
    with pytest.raises(error, match=words):
        descend(optimizer, bowl, start)


@pytest.mark.parametrize(
    ("optimizer", "objective", "message"),
    [
        ("sgd", bowl, r"optimizer must be one of d2l_utils, made, such as SGD\(lr=0.1\); got 'sgd'"),
        (SGD, bowl, r"made, such as SGD\(lr=0.1\); got <class"),
        (SGD(), lambda x, y: x, "objective must be one of d2l_utils, .* has no value"),
    ],
)
def test_what_cannot_descend_is_told(optimizer, objective, message):
    with pytest.raises(TypeError, match=message):
        descend(optimizer, objective)
