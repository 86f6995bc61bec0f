"""Which answers are right, and how a wrong one is told from the right one without telling either."""

import re

import numpy as np
import pytest
from hypothesis import given, settings

from exercises.grading.marking.compare import difference
from tests.grading.test_values import VALUES

VECTOR = np.array([1.5, -2.0, 0.25])


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (3, 3.0),
        (3.0, 3),
        (np.array(3.0), 3),
        ([1.5, -2, 0.25], VECTOR),
        ((1.5, -2, 0.25), VECTOR),
        (VECTOR, [1.5, -2.0, 0.25]),
        (VECTOR.astype(np.float32), VECTOR),
        ([VECTOR, VECTOR], (VECTOR, VECTOR)),
        (np.stack([VECTOR, VECTOR]), (VECTOR, VECTOR)),
        ((0.5, VECTOR), [0.5, VECTOR]),
        ([[1, 2], [3]], (np.array([1, 2]), np.array([3]))),
        ({"b": [1.0], "a": 2}, {"a": 2.0, "b": np.ones(1)}),
        (float("nan"), float("nan")),
        ([1, float("inf")], np.array([1, np.inf])),
        (1 + 9e-8, 1.0),
        (9e-10, 0.0),
        (True, True),
        ([True, False], np.array([True, False])),
        (None, None),
        (" Adam\n", "adam"),
        ([], np.zeros(0)),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        ("A, c", frozenset("ac")),
        ("ca", frozenset("ac")),
        (["c", "a"], frozenset("ac")),
        (frozenset("AC"), frozenset("ac")),
        ("sgd adam", frozenset({"adam", "sgd"})),
    ],
)
def test_right_in_another_wrapping_is_right(answer, right):
    assert difference(answer, right) is None


@pytest.mark.parametrize(
    ("answer", "right", "told"),
    [
        (None, 1.0, "nothing"),
        (1.0, None, "where nothing was to be returned"),
        ((1, 2), (1, 2, 3), "a tuple of 2 where 3 were expected"),
        ([1, 2], [1, 2, 3], "a list of 2 where 3 were expected"),
        (VECTOR, (1.5, VECTOR), "an array of 3 where 2 were expected"),
        (VECTOR[:, None], VECTOR, r"shape \(3, 1\) instead of \(3,\)"),
        ([VECTOR], VECTOR, r"shape \(1, 3\) instead of \(3,\)"),
        ([1.5], 1.5, r"shape \(1,\) instead of a number"),
        (1.5, VECTOR, r"a number instead of an array of shape \(3,\)"),
        (np.zeros((0, 3)), np.zeros((3, 0)), r"shape \(0, 3\) instead of \(3, 0\)"),
        ("1.5", 1.5, "a text instead of a number"),
        ({"a": 1}, VECTOR, "a dictionary instead of an array"),
        (["a", "b", "c"], VECTOR, "not a regular array"),
        ([[1, 2], [3]], np.ones((2, 2)), "not a regular array"),
        (1, True, "a number instead of True or False"),
        (True, 1, "True or False instead of a number"),
        (False, True, "a wrong answer"),
        ([True, True], np.array([True, False]), "a wrong answer"),
        ([1.5, float("nan"), 0.25], VECTOR, "NaN"),
        (float("nan"), 1.0, "NaN"),
        (1.0, float("nan"), "wrong"),
        (float("inf"), 1.0, "infinity"),
        ([1.5, float("inf"), 0.25], VECTOR, "infinity"),
        (-np.inf, np.inf, "wrong sign"),
        (10**400, 1.0, "infinity|a wrong answer|instead"),
        (-VECTOR, VECTOR, "wrong sign"),
        (VECTOR * 1.001, VECTOR, "near the right"),
        (1 + 2e-7, 1.0, "near the right"),
        (VECTOR * [1, 1, 2], VECTOR, "some are right"),
        (VECTOR * 3, VECTOR, "a wrong answer"),
        ((1.0, -VECTOR), (1.0, VECTOR), "wrong sign, in entry 2 of 2"),
        ({"a": 1}, {"a": 1, "W1": 2}, "without the entry 'W1'"),
        ({"a": 1, "b": 2}, {"a": 1}, "an entry that is not asked for"),
        ({"a": 1, "W1": -2}, {"a": 1, "W1": 2}, "wrong sign, in the entry 'W1'"),
        ([1], {"a": 1}, "a list instead of a dictionary"),
        ("b", "a", "a wrong answer"),
        (1, "a", "a number instead of a text"),
        ("a", frozenset("ac"), "a wrong answer"),
        ("abc", frozenset("ac"), "a wrong answer"),
        (3, frozenset("ac"), "a number instead of a set"),
        ((np.array(1.0),), (VECTOR,), "a number instead of an array"),
        (np.array(1.0), (1.0, 2.0), "a number instead of a tuple"),
    ],
)
def test_wrong_is_told_in_words(answer, right, told):
    assert re.search(told, difference(answer, right))


def test_single_precision_is_compared_as_such():
    right = np.array([1.0], np.float32)
    assert difference(right * (1 + 5e-7), right) is None
    assert difference(right * (1 + 5e-6), right)
    assert difference(right.astype(float) * (1 + 5e-7), right.astype(float))


def test_tolerances_are_those_of_the_question():
    assert difference(1.05, 1.0, rtol=0.1) is None
    assert difference(0.05, 0.0, atol=0.1) is None
    assert difference(1.05, 1.0, rtol=0.01)


@given(VALUES, VALUES)
@settings(max_examples=150, deadline=None)
def test_any_two_values_can_be_compared(answer, right):
    assert difference(right, right) is None
    told = difference(answer, right)
    assert told is None or (isinstance(told, str) and told)


def test_no_value_is_told():
    secret = 0.7234951
    for right in (secret, np.array([secret, 2.0]), (secret, 1.0), {"a": secret}, str(secret)):
        for answer in (None, -secret, {str(secret): 1}, {"a": 1, str(secret): 1}, [str(secret)], (secret,)):
            assert "7234951" not in str(difference(answer, right))


def test_a_shape_cannot_carry_a_message_out():
    for answer in (np.zeros((0, 7234951)), np.zeros((1,) * 9), [0] * 2500):
        told = difference(answer, np.ones(3)) + str(difference(answer, (1.0, VECTOR)))
        assert "7234951" not in told
        assert "1, 1, 1, 1, 1" not in told
        assert "2500" not in told
