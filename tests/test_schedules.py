"""The schedules: their values, when they change, and what they refuse."""

import dataclasses
import math

import numpy as np
import pytest

from d2l_utils import SGD, Constant, ExponentialDecay, InverseTimeDecay, StepDecay

VALUES = [
    (Constant(0.1), {0: 0.1, 1: 0.1, 10**6: 0.1}),
    (StepDecay(0.8, factor=0.5, every=3), {0: 0.8, 2: 0.8, 3: 0.4, 5: 0.4, 6: 0.2, 30: 0.8 / 1024}),
    (StepDecay(1.0, factor=0.1), {0: 1.0, 1: 0.1, 2: 0.01}),
    (StepDecay(1.0, factor=0, every=2), {0: 1.0, 1: 1.0, 2: 0.0}),
    (ExponentialDecay(2.0, rate=math.log(2) / 5), {0: 2.0, 5: 1.0, 10: 0.5}),
    (ExponentialDecay(2.0), {0: 2.0, 100: 2.0}),
    (InverseTimeDecay(1.0, rate=0.5), {0: 1.0, 1: 2 / 3, 2: 0.5, 8: 0.2}),
]
every_schedule = pytest.mark.parametrize(("schedule", "values"), VALUES, ids=lambda value: repr(value)[:60])


@every_schedule
def test_values(schedule, values):
    for t, rate in values.items():
        assert schedule(t) == pytest.approx(rate, rel=1e-14)
        assert type(schedule(t)) is float


@every_schedule
def test_a_rate_never_rises_or_becomes_negative(schedule, values):
    rates = np.array([schedule(t) for t in range(200)])
    assert np.all(np.diff(rates) <= 0)
    assert rates.min() >= 0
    assert rates[0] == schedule.lr


@every_schedule
def test_an_optimizer_follows_it(schedule, values):
    w, optimizer = np.zeros(1), SGD(schedule)
    for _ in range(6):
        optimizer.update(w, np.ones(1))
    assert w == pytest.approx(-sum(schedule(t) for t in range(6)))


@every_schedule
def test_a_schedule_never_changes(schedule, values):
    with pytest.raises(dataclasses.FrozenInstanceError):
        schedule.lr = 1.0
    assert dataclasses.replace(schedule) == schedule


@pytest.mark.parametrize("t", [-1, math.nan])
@every_schedule
def test_time_before_the_start_is_refused(schedule, values, t):
    with pytest.raises(ValueError, match=f"t counts the updates made, 0 or more; got {t}"):
        schedule(t)


@pytest.mark.parametrize(
    ("make", "settings", "error", "message"),
    [
        (Constant, {"lr": -1}, ValueError, "lr must be finite and at least 0; got -1"),
        (Constant, {"lr": math.nan}, ValueError, "lr must be finite"),
        (Constant, {"lr": "0.1"}, TypeError, "lr must be a number"),
        (Constant, {"lr": [0.1, 0.2]}, TypeError, "lr must be one number; got an array"),
        (StepDecay, {"lr": 1, "factor": 1.5}, ValueError, "factor must be at most 1, .*; got 1.5"),
        (StepDecay, {"lr": 1, "factor": -0.5}, ValueError, "factor must be finite and at least 0"),
        (StepDecay, {"lr": 1, "every": 0}, ValueError, "every must be at least 1; got 0"),
        (StepDecay, {"lr": 1, "every": 2.5}, TypeError, "every must be a whole number; got 2.5"),
        (ExponentialDecay, {"lr": 1, "rate": -0.1}, ValueError, "rate must be finite and at least 0"),
        (InverseTimeDecay, {"lr": 1, "rate": math.inf}, ValueError, "rate must be finite"),
    ],
)
def test_a_wrong_setting_is_refused(make, settings, error, message):
    with pytest.raises(error, match=message):
        make(**settings)
