"""What a schedule is made of is checked when it is made, and does not change behind it."""

import math

import numpy as np
import pytest

from d2l_utils import CosineRestarts, OneCycle, PiecewiseConstant, StepDecay, Warmup
from d2l_utils.schedules.cycles import Interpolated, Triangle
from d2l_utils.schedules.parts import Clipped, Geometric, Joined, Mirrored, Scaled, Shifted, Stairs

DECAY = StepDecay(1.0)
REFUSED = [
    (lambda: OneCycle(0.1, 9, three_phase="no"), TypeError, "^three_phase must be True or False; got 'no'"),
    (lambda: OneCycle(0.1, 9, cycle_momentum=0), TypeError, "^cycle_momentum must be True or False; got 0"),
    (lambda: Geometric(0.1, 0.5, 2, "no"), TypeError, "^staircase must be True or False; got 'no'"),
    (lambda: Interpolated(3), TypeError, "^points must be a sequence of pairs; got 3"),
    (lambda: Interpolated(((0, 1, 2),)), TypeError, r"^points must be pairs, .*; got \(0, 1, 2\)"),
    (lambda: Joined(DECAY, ()), TypeError, "^schedules must be a sequence of schedules; got StepDecay"),
    (lambda: Joined((DECAY, DECAY), 3), TypeError, "^boundaries must be a sequence of numbers; got 3"),
    (lambda: Scaled(0.1, DECAY), TypeError, "^functions must be a sequence of functions; got StepDecay"),
    (lambda: PiecewiseConstant("ab", (1,)), TypeError, "^values must be a sequence of numbers; got 'ab'"),
    (lambda: Clipped(DECAY, low="a"), TypeError, "^low must be a number"),
    (
        lambda: Clipped(DECAY, high=np.ones(2)),
        TypeError,
        r"^high must be one number; got an array of shape \(2",
    ),
    (lambda: Clipped(DECAY, low=-1.0), ValueError, "^low must be finite and at least 0; got -1"),
    (lambda: Triangle(0, 1, 1, 1, scale=3), TypeError, "^scale must be a function; got 3"),
    (lambda: Triangle(0, 1, 1, 1, beside=3), TypeError, "^beside must be a function; got 3"),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED)
def test_a_setting_that_cannot_be_meant_is_refused_at_once(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda number: StepDecay(1.0, 0.5, number),
        lambda number: OneCycle(1.0, number),
        lambda number: CosineRestarts(1.0, number),
        lambda number: Geometric(1.0, 0.5, number),
        lambda number: Shifted(DECAY, number),
        lambda number: Stairs(DECAY, number),
        lambda number: Mirrored(DECAY, number),
        lambda number: Warmup(DECAY, number),
        lambda number: Clipped(DECAY, high=number),
    ],
)
def test_a_number_that_is_an_array_is_kept_as_it_was(make):
    number = np.array(4)
    schedule = make(number)
    before, rates = repr(schedule), [schedule(t) for t in range(4)]
    number[...] = 2
    assert (repr(schedule), [schedule(t) for t in range(4)]) == (before, rates)
    assert rates == [make(4)(t) for t in range(4)]


def test_what_can_be_walked_through_once_will_do():
    assert Interpolated((t, t) for t in range(3))(1.5) == 1.5
    assert Joined((each for each in (DECAY, DECAY)), iter([2]))(2) == 1
    assert Scaled(0.5, (each for each in (DECAY,)))(1) == 0.25
    assert PiecewiseConstant(iter((0.5, 0.25)), iter((3,)))(3) == 0.25
    assert Clipped(Geometric(1.0, 2.0), high=math.inf)(3) == Clipped(Geometric(1.0, 2.0))(3) == 8
