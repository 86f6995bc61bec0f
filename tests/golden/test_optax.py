"""Numbers and laws that Optax publishes in its tests.

google-deepmind/optax at 107e9ad2 (v0.2.8), optax/_src/: alias_test.py, transform_test.py, float64_test.py,
update_test.py; optax/transforms/_adding_test.py; optax/schedules/: _schedule_test.py, _join_test.py and
_inject_test.py, of which ``test_schedule_golden.py`` has more. There is nothing here of L-BFGS, of complex
numbers, of compilation and of the optimizers that this book lacks.
"""

from math import cos, pi

import numpy as np
import pytest

from d2l_utils import WeightDecay
from d2l_utils.frameworks import like_optax
from d2l_utils.frameworks.like_optax import schedules

START = np.array([-1.0, 10.0, 1.0, 0.0, 0.0])
END = np.array([1.0, -1.0, 1.0, 1.0, 1.0])
CASES = {
    "adadelta": lambda lr=0.1: like_optax.adadelta(learning_rate=lr),
    "adagrad": lambda lr=1.0: like_optax.adagrad(learning_rate=lr),
    "adam": lambda lr=1e-1: like_optax.adam(learning_rate=lr),
    "adamw": lambda lr=1e-1: like_optax.adamw(learning_rate=lr),
    "amsgrad": lambda lr=1e-1: like_optax.amsgrad(learning_rate=lr),
    "nadam": lambda lr=1e-2: like_optax.nadam(learning_rate=lr),
    "nadamw": lambda lr=1e-2: like_optax.nadamw(learning_rate=lr),
    "adamax": lambda lr=1e-1: like_optax.adamax(learning_rate=lr),
    "adamaxw": lambda lr=1e-1: like_optax.adamaxw(learning_rate=lr),
    "lion": lambda lr=1e-2: like_optax.lion(learning_rate=lr, weight_decay=1e-4),
    "radam": lambda lr=5e-3: like_optax.radam(learning_rate=lr),
    "yogi": lambda lr=1e-1: like_optax.yogi(learning_rate=lr),
    "rmsprop": lambda lr=5e-3: like_optax.rmsprop(learning_rate=lr),
    "rmsprop with momentum": lambda lr=5e-3: like_optax.rmsprop(learning_rate=lr, momentum=0.9),
    "sgd with momentum": lambda lr=1e-3: like_optax.sgd(learning_rate=lr, momentum=0.9),
}
every_case = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


def gradient(p):
    """Return the slope of a sum of three squares and of Rosenbrock's valley, side by side."""
    a, b, c, x, y = p.tolist()
    return np.array(
        [2 * (a - 1), 2 * (b + 1), 2 * (c - 1), 2 * (x - 1) - 400 * x * (y - x**2), 200 * (y - x**2)]
    )


def descended(optimizer, steps, dtype=float):
    p = START.astype(dtype)
    for _ in range(steps):
        optimizer.update(p, gradient(p).astype(dtype))
    return p


@every_case
def test_optimization(make):
    """At the minimum, to 0.03, after 10000 steps; Optax itself skips adadelta without a rate."""
    np.testing.assert_allclose(descended(make(), 10000), END, rtol=3e-2, atol=3e-2)


@every_case
def test_a_constant_schedule_is_its_rate(make):
    by_schedule = descended(make(schedules.constant_schedule(1e-3)), 10)
    assert by_schedule.tolist() == descended(make(1e-3), 10).tolist() != START.tolist()


@every_case
def test_state_and_parameters_keep_their_dtype(make):
    for dtype in (np.float16, np.float32, np.float64):
        optimizer = make()
        p = descended(optimizer, 2, dtype)
        assert p.dtype == dtype
        kept = np.float32 if dtype == np.float16 else dtype  # Optax keeps float16
        assert {v.dtype for v in optimizer.state_dict()["state"]["params"].values()} == {np.dtype(kept)}


@every_case
def test_dtypes_side_by_side(make):
    params = {"a": np.array([1.0, 2.0], np.float32), "b": np.array([3.0, 4.0])}
    make().update(params, {"a": np.array([10.0, 21.0], np.float32), "b": np.array([33.0, 42.0])})
    assert (params["a"].dtype, params["b"].dtype) == (np.float32, np.float64)


@every_case
def test_large_gradients_leave_all_finite(make):
    params = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}
    optimizer = make()
    optimizer.update(params, {"a": np.array([500.0, 5.0]), "b": np.array([300.0, 3.0])})
    slots = [v for state in optimizer.state_dict()["state"].values() for v in state.values()]
    assert all(np.isfinite(v).all() for v in [*params.values(), *slots])


def test_rms_match_adam():
    rms = like_optax.rmsprop(1.0, decay=0.999, eps_in_sqrt=False, bias_correction=True)
    p, q, adam = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0]), like_optax.adam(1.0, b1=0)
    for _ in range(5):
        rms.update(p, 2 * p)
        adam.update(q, 2 * q)
    np.testing.assert_allclose(p, q, rtol=1e-6)


def test_add_decayed_weights():
    """With a mask: two of three weights are given to the optimizer that decays."""
    decaying = {"0": np.ones(2), "a": np.ones(2)}
    WeightDecay(like_optax.sgd(1.0), 0.1).update(decaying, {"0": np.zeros(2), "a": np.zeros(2)})
    np.testing.assert_allclose([1 - decaying["0"], 1 - decaying["a"]], 0.1)


def test_a_momentum_that_follows_a_schedule():
    """What stands in for inject_hyperparams, whose first question is for step 0 too."""
    schedule = schedules.piecewise_constant_schedule(0.8, {3: 0.5, 9: 1.25})
    optimizer, p, v = like_optax.sgd(1.0, momentum=0.0, nesterov=True), np.zeros(3), 0.0
    for t, momentum in enumerate([0.8] * 3 + [0.4] * 6 + [0.5] * 3):
        optimizer.momentum = schedule(t)
        before = p.copy()
        optimizer.update(p, np.ones(3))
        v = 1.0 + momentum * v
        np.testing.assert_allclose(before - p, 1.0 + momentum * v, rtol=1e-12)


def powers(rate, begin, end, stairs):
    raised = [1.0] * begin + [rate ** (t // 2 if stairs else t / 2) for t in range(11)]
    return [max(each, end) if rate < 1 else min(each, end) for each in raised]


def half(done):
    return (1 + cos(pi * min(done, 1))) / 2


VALUES = {
    "constant": (schedules.constant_schedule(10), [10] * 15),
    "linear": (
        schedules.polynomial_schedule(init_value=10.0, end_value=20.0, power=1, transition_steps=10),
        [*range(10, 20), *[20] * 5],
    ),
    "nonlinear": (
        schedules.polynomial_schedule(init_value=25.0, end_value=10.0, power=2, transition_steps=10),
        [10 + 15 * (1 - n / 10) ** 2 for n in range(10)] + [10] * 5,
    ),
    "with decay begin": (
        schedules.polynomial_schedule(30.0, 10.0, power=2, transition_steps=10, transition_begin=4),
        [30] * 4 + [10 + 20 * (1 - n / 10) ** 2 for n in range(10)] + [10] * 6,
    ),
    "zero steps": (schedules.polynomial_schedule(10.0, 20.0, 1, 0), [10] * 15),
    "fewer steps": (schedules.polynomial_schedule(10.0, 20.0, 1, -1), [10] * 15),
    "rate of 0": (schedules.exponential_decay(1.0, 2, 0.0), [1] * 15),
    "no steps": (schedules.exponential_decay(1.0, -1, 1.0, staircase=True), [1] * 15),
    "immutable count": (schedules.exponential_decay(32.0, 1, 0.5), [32, 16, 8, 4, 2]),
    "cosine": (schedules.cosine_decay_schedule(0.1, 10, 0.0), [0.1 * half(t / 10) for t in range(10)]),
    "cosine, over": (schedules.cosine_decay_schedule(0.1, 5, 0.0), [0.1 * half(t / 5) for t in range(12)]),
    "cosine, alpha": (
        schedules.cosine_decay_schedule(0.1, 5, 0.1),
        [0.1 * (0.9 * half(t / 5) + 0.1) for t in range(12)],
    ),
    "no dict": (schedules.piecewise_interpolate_schedule("cosine", 17.0), [17] * 3),
    "joined": (
        schedules.join_schedules([schedules.constant_schedule(each) for each in (1.0, 2.0, 1.0)], [3, 6]),
        [1, 1, 1, 2, 2, 2, 1],
    ),
    "injected": (
        schedules.piecewise_constant_schedule(3.0, {1: 5, 7: 2, 12: 1.5}),
        [3] + [15] * 6 + [30] * 5 + [45] * 3,
    ),
    **{
        f"exponential {rate}, {begin}, {end}, {stairs}": (
            schedules.exponential_decay(1.0, 2, rate, begin, stairs, end),
            powers(rate, begin, end, stairs),
        )
        for rate, begin, end in ((0.2, 3, 0.1), (1.0, 3, 0.1), (2.0, 3, 3.0), (2.0, 0, 1e9), (2.0, 5, 1e9))
        for stairs in (False, True)
    },
}


@pytest.mark.parametrize(("schedule", "values"), VALUES.values(), ids=VALUES)
def test_values_in_order(schedule, values):
    assert [schedule(t) for t in range(len(values))] == pytest.approx(values, rel=1e-12)


AT = [
    (
        schedules.cosine_decay_schedule(0.1, 100, 0.0, exponent=2),
        {0: 0.1, 10: 0.09516553580760956, 50: 0.025, 75: 0.0021446612663567066, 100: 0.0},
    ),
    (schedules.cosine_decay_schedule(1000.0, int(1e10)), {int(1e9): 975.52826}),
    (schedules.warmup_cosine_decay_schedule(10, 0.5, 100, 1000, 1e-4), {0: 10, 100: 0.5, 1000: 1e-4}),
    (schedules.warmup_cosine_decay_schedule(5, 3, 100, 1000, 0.0), {0: 5, 100: 3, 1000: 0}),
    (
        schedules.warmup_cosine_decay_schedule(0.2, 0, 50, 100, -3.0, exponent=2),
        {0: 0.2, 10: 0.16, 50: 0.0, 75: 0.0, 100: 0.0},
    ),
]


@pytest.mark.parametrize(("schedule", "values"), AT)
def test_values_at_some_steps(schedule, values):
    assert [schedule(t) for t in values] == pytest.approx(list(values.values()), rel=1e-6, abs=1e-8)


def test_monotonicity_and_exponent_ordering():
    regular, steep = (
        [schedules.warmup_cosine_decay_schedule(0.0, 1.0, 5, 25, 0.1, exponent)(t) for t in range(26)]
        for exponent in (1.0, 2.0)
    )
    assert regular[:6] == sorted(set(regular[:6]))
    assert regular[5] == max(regular) == 1.0
    assert regular[5:] == sorted(regular[5:], reverse=True)
    assert regular[-1] == pytest.approx(0.1)
    assert all(low <= high + 1e-12 for low, high in zip(steep[5:], regular[5:], strict=True))


REFUSED = [  # what Optax' tests expect to be refused, and what they do that this book has not
    (lambda: schedules.warmup_cosine_decay_schedule(0.2, 1.2, 10, 10), ValueError, "counts the warm-up too"),
    (
        lambda: schedules.piecewise_interpolate_schedule("linar", 13.0),
        ValueError,
        "one of 'linear', 'cosine'",
    ),
    (
        lambda: schedules.piecewise_interpolate_schedule(None, 13.0, {}),
        ValueError,
        "interpolate_type .* None",
    ),
    (
        lambda: schedules.piecewise_interpolate_schedule("linear", 13.0, {5: -3}),
        ValueError,
        "^the scale at 5 must be .* got -3",
    ),
    (lambda: schedules.cosine_onecycle_schedule(0, 5.0), ValueError, "transition_steps must be above 0"),
    (lambda: schedules.linear_onecycle_schedule(0, 5.0), ValueError, "transition_steps must be above 0"),
    (lambda: schedules.piecewise_constant_schedule(-0.1, {3: 2.0}), ValueError, "init_value must be .* -0.1"),
    (
        lambda: schedules.warmup_cosine_decay_schedule(0.2, 1.21, 50, 100, -3.0),
        ValueError,
        "^end_value must be finite and at least 0; got -3.0",
    ),
    (lambda: like_optax.adam(0.1, mu_dtype="bfloat16"), TypeError, "the state has the parameters' dtype"),
    (lambda: descended(like_optax.adam(0.1), 1, complex), TypeError, "floating point; got dtype complex128"),
    (lambda: like_optax.sgd(0.1).update((np.ones(2),), (np.ones(2),)), TypeError, "two dicts .* got tuple"),
    (lambda: like_optax.MultiSteps, AttributeError, "divide by their number"),
    (lambda: like_optax.inject_hyperparams, AttributeError, r"`optimizer.momentum = schedule\(t\)`"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
