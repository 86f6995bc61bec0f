"""An answer that does not depend on what was asked earns nothing, nor does the question given back."""

import numpy as np
import pytest

from exercises.grading.marking.judge import FunctionTrial, rehearse
from exercises.grading.question import Case, Function, Part, load, load_given
from exercises.grading.values import Unreadable, encode
from tests.grading import sets

FUNCTIONS = [
    pytest.param(name, question, id=f"{name}-{question.name}")
    for name in sets.NAMES
    for question in load(name).questions
    if isinstance(question, Function)
]


def readable(value):
    """Return a value, or None for what holds a function, which the box does not hand out."""
    try:
        encode(value)
    except Unreadable:
        return None
    return value


def always(value):
    """Return a function that returns a value whatever it is given."""
    return lambda *arguments: value


def filled(number):
    """Return a function that fills the shape of its first array with a number."""

    def fill(*arguments):
        arrays = [each for each in arguments if isinstance(each, np.ndarray)]
        return np.full(arrays[0].shape, number) if arrays else number

    return fill


def given_back(place, sign=1):
    """Return a function that returns one of its arguments, or its negative."""

    def back(*arguments):
        argument = readable(arguments[place]) if place < len(arguments) else None
        return argument if sign == 1 or not isinstance(argument, float | np.ndarray) else sign * argument

    return back


def raising(kind):
    """Return a function that raises whatever it is given."""

    def refuse(*arguments):
        raise kind("no")

    return refuse


CONSTANTS = (
    0.0,
    0,
    1.0,
    -1.0,
    True,
    False,
    np.nan,
    np.inf,
    "",
    [],
    (),
    {},
    np.zeros(0),
    (0.0, 0.0),
    (0.0, 0),
)
THOUGHTLESS = {
    **{f"{value!r}": always(value) for value in CONSTANTS},
    **{f"full of {number}": filled(number) for number in (0.0, 1.0)},
    **{f"argument {place}, {sign}": given_back(place, sign) for place in range(6) for sign in (1, -1)},
    "all arguments": lambda *arguments: readable(arguments),
    **{kind.__name__: raising(kind) for kind in (ValueError, TypeError, KeyError, ZeroDivisionError)},
}


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
def test_who_does_not_think_earns_nothing(name, question):
    for seed in range(2):
        trial = FunctionTrial(question, seed, load_given(name))
        earned = {
            how: trial.judge(trial.outcomes(function))["score"] for how, function in THOUGHTLESS.items()
        }
        assert {how: score for how, score in earned.items() if score} == {}


def test_a_part_that_one_constant_answers_is_found():
    planted = Function(
        name="q1",
        title="Zero",
        target="zero",
        parts=(Part("zero", 1, "is zero", "It is zero."),),
        cases=lambda rng: [Case("zero", (1.0,)), Case("zero", (2.0,))],
        reference=lambda x: 0.0 * x,
    )
    assert rehearse(planted, THOUGHTLESS["0.0"])["score"] == 1
    assert rehearse(planted, THOUGHTLESS["1.0"])["score"] == 0
