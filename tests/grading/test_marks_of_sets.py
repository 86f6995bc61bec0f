"""Each problem set marks its own reference and its own slips as it should, and tells nothing hidden."""

import json
from pathlib import Path

import pytest

import exercises
from exercises.grading.answers import Answer
from exercises.grading.marking.examples import shown
from exercises.grading.marking.judge import rehearse, trial
from exercises.grading.question import Function, Value, load, load_given
from exercises.grading.values import Unreadable, encode

SETS = sorted(path.parent.name for path in Path(exercises.__file__).parent.glob("ps*/cases.py"))
FUNCTIONS = [
    pytest.param(name, question.name, id=f"{name}-{question.name}")
    for name in [*SETS, "tests.grading.toy"]
    for question in load(name).questions
    if isinstance(question, Function)
]
VALUE_QUESTIONS = [
    pytest.param(name, question.name, id=f"{name}-{question.name}")
    for name in [*SETS, "tests.grading.toy"]
    for question in load(name).questions
    if isinstance(question, Value)
]


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_the_reference_earns_everything(name, question, seed):
    question = load(name).question(question)
    judged = rehearse(question, question.reference, seed, load_given(name))
    assert judged["score"] == judged["points"] == question.points
    assert (judged["status"], judged["slip"], judged["message"]) == ("ok", None, "")


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
@pytest.mark.parametrize("seed", [None, 1, 2**40])  # None: the examples, from which a page has its words
def test_each_slip_costs_marks_and_is_known(name, question, seed):
    question = load(name).question(question)
    given = load_given(name)
    # Either answers as each slip does once, for all of them.
    asked = shown(question, given) if seed is None else trial(question, seed, given)
    for slip in question.slips:
        judged = asked.judge(asked.outcomes(slip.function))
        assert judged["score"] < question.points, slip.key
        assert (judged["slip"], judged["message"]) == (slip.key, slip.told())


@pytest.mark.parametrize(("name", "question"), VALUE_QUESTIONS)
def test_the_right_values_earn_everything_and_known_wrong_ones_nothing(name, question):
    question = load(name).question(question)
    several = len(question.parts) > 1
    right = dict(question.answers) if several else next(iter(question.answers.values()))
    assert trial(question, 0).judge([Answer(right)])["score"] == question.points
    for wrong, message in question.wrong.items():
        keys = [wrong[0]] if isinstance(wrong, tuple) else list(question.answers)
        value = wrong[1] if isinstance(wrong, tuple) else wrong
        told = []
        for key in keys:
            judged = trial(question, 0).judge([Answer({**question.answers, key: value})])
            row = next(row for row in judged["parts"] if row["key"] == key)
            assert row["earned"] == 0 or value == question.answers[key]
            told.append(row["message"])
        assert any(message.rstrip(".") in line for line in told), (wrong, told)


@pytest.mark.parametrize("name", [*SETS, "tests.grading.toy"])
def test_a_request_holds_arguments_only(name):
    for question in load(name).questions:
        request = trial(question, 3, load_given(name)).request
        json.dumps(request)
        assert request.keys() <= {
            "question", "kind", "target", "cases", "cpu_seconds", "observe_arguments",
        }  # fmt: skip


def numbers_in(encoded):
    """Every number with more than a few digits, as it would be printed."""
    text = json.dumps(encoded)
    found = {word.strip('[]{}",') for word in text.replace(":", " ").split()}
    return {word[:7] for word in found if len(word) > 8 and word.lstrip("-")[0].isdigit()}


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
def test_no_hidden_value_is_told(name, question):
    question = load(name).question(question)
    asked = trial(question, 7, load_given(name))
    hidden = numbers_in(asked.encoded)
    hidden |= numbers_in([encode(right.value) for right in asked.right if isinstance(right, Answer)])
    wrong = [
        lambda *arguments: arguments,
        lambda *arguments: repr(arguments),
        lambda *arguments: {repr(arguments): 1},
    ]
    for function in [*wrong, *(slip.function for slip in question.slips)]:
        try:
            told = json.dumps(asked.judge(asked.outcomes(function)))
        except Unreadable:  # a function came back
            continue
        assert not [number for number in hidden if number in told]
