"""Values are marked part by part, texts are collected, and contests are measured outside."""

import json

import numpy as np
import pytest

from exercises.grading.answers import Answer, Failure
from exercises.grading.marking.judge import trial
from exercises.grading.question import Part, Value
from exercises.grading.values import encode
from tests.grading.toy.cases import Q4, Q5, Q6


def part(judged, key):
    """The row of a part."""
    return next(row for row in judged["parts"] if row["key"] == key)


@pytest.mark.parametrize(
    ("value", "score", "told"),
    [
        ({"letters": "ca", "factor": 4}, 3, {}),
        ({"letters": frozenset("ac"), "factor": 4.01}, 3, {}),
        ({"letters": "c", "factor": 4}, 1, {"letters": 'predictions["letters"] holds a wrong answer.'}),
        ({"letters": None, "factor": 4}, 1, {"letters": 'predictions["letters"] is not answered yet.'}),
        ({"factor": 4}, 1, {"letters": 'predictions["letters"] is not answered yet.'}),
        ({"letters": "ac", "factor": "4"}, 2, {"factor": "a text instead of a number"}),
        ({"letters": 2, "factor": 4}, 1, {"letters": "holds a number instead of a set"}),
        ({"letters": "ac", "factor": 2}, 2, {"factor": "The error of a central difference"}),
        (None, 0, {"letters": "predictions is not answered yet", "factor": "not answered yet"}),
        ([1], 0, dict.fromkeys(("letters", "factor"), "holds a list instead of a dictionary")),
    ],
)
def test_values_are_marked_part_by_part(value, score, told):
    judged = trial(Q4, 0).judge([Answer(value)])
    assert judged["score"] == score
    for row in judged["parts"]:
        assert told.get(row["key"], "") in row["message"]
        assert bool(row["message"]) == (row["key"] in told)


def test_a_known_wrong_value_is_named():
    judged = trial(Q4, 0).judge([Answer({"letters": "ac", "factor": 2})])
    assert judged["slip"] == "factor=2"


def test_a_single_value_needs_no_dictionary():
    single = Value(
        name="q",
        title="",
        target="rate",
        parts=(Part("rate", 1, "", ""),),
        answers={"rate": 0.5},
        wrong={2: "No."},
    )
    for value in (0.5, {"rate": 0.5}, np.array(0.5)):
        assert trial(single, 0).judge([Answer(value)])["score"] == 1
    assert part(trial(single, 0).judge([Answer(2)]), "rate")["message"] == "No."
    assert part(trial(single, 0).judge([Answer(None)]), "rate")["message"] == "rate is not answered yet."
    assert "dictionary" in part(trial(single, 0).judge([Answer({"x": 0.5})]), "rate")["message"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Because of Taylor.  ", "Because of Taylor."),
        ("\n...\n", ""),
        (None, ""),
        (7, ""),
        ("a" * 300, "a" * 200),
        ("half \ud800 a pair", "half ? a pair"),
    ],
)
def test_a_text_is_collected_and_not_marked(value, text):
    asked = trial(Q5, 0)
    judged = asked.judge([Answer(value)])
    assert (judged["score"], judged["points"], judged["status"]) == (None, 5, "ok")
    assert part(judged, "text")["earned"] is None
    assert asked.text([Answer(value)]) == text
    assert text not in json.dumps(judged) or not text


def test_a_text_that_is_missing_says_so():
    judged = trial(Q5, 0).judge([Failure("missing")])
    assert (judged["score"], judged["status"]) == (None, "missing_function")
    assert trial(Q5, 0).text([Failure("missing")]) == ""


def test_a_contest_is_measured_outside():
    contest = trial(Q6, 4)
    start = np.zeros(2)
    lowest = start - contest.oracles[0].ask(start)
    judged = contest.judge([Answer(lowest)])
    assert (judged["score"], judged["measure"]) == (2, 0.0)
    near = contest.judge([Answer(lowest + 0.1)])
    assert near["score"] == 1
    assert "Reached -0.1414" in part(near, "there")["message"]
    assert contest.request["cases"] == [[encode(start), 10]]


@pytest.mark.parametrize("returned", [[1], "x", {"a": 1}, [float("nan")] * 2, [[1], [2, 3]], [None, None]])
def test_what_cannot_be_measured_earns_nothing(returned):
    judged = trial(Q6, 4).judge([Answer(returned)])
    assert (judged["score"], judged["measure"]) == (0, None)
    assert "cannot be measured" in part(judged, "near")["message"]


def test_a_contest_with_nothing_returned_says_so():
    judged = trial(Q6, 4).judge([Answer(None)])
    assert part(judged, "near")["message"] == "Returned nothing where an answer was expected."


def test_each_submission_has_an_oracle_of_its_own():
    first, second = trial(Q6, 4), trial(Q6, 4)
    for _ in range(10):
        first.oracles[0].ask(np.zeros(2))
    with pytest.raises(RuntimeError):
        first.oracles[0].ask(np.zeros(2))
    second.oracles[0].ask(np.zeros(2))
