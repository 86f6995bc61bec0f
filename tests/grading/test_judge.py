"""Marks and words for every kind of answer, and the proof that each problem set marks its own."""

import itertools
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exercises
from exercises.grading.answers import Answer, Failure
from exercises.grading.judge import rehearse, trial
from exercises.grading.notebook import Cell
from exercises.grading.question import Case, Function, Part, Question, Value, load, load_given
from exercises.grading.transcript import Transcript
from exercises.grading.values import Unreadable, encode
from tests.grading.test_values import JSON, VALUES
from tests.grading.toy import given as toy_given
from tests.grading.toy.cases import PROBLEM_SET, Q1, Q2, Q3, Q4, Q5, Q6, centre, slope, step

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


def part(judged, key):
    """The row of a part."""
    return next(row for row in judged["parts"] if row["key"] == key)


@cache
def prepared(name):
    """A question of the toy set, asked with seed 1."""
    return trial(PROBLEM_SET.question(name), 1, toy_given)


# --- every problem set


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_the_reference_earns_everything(name, question, seed):
    question = load(name).question(question)
    judged = rehearse(question, question.reference, seed, load_given(name))
    assert judged["score"] == judged["points"] == question.points
    assert (judged["status"], judged["slip"], judged["message"]) == ("ok", None, "")


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_each_slip_costs_marks_and_is_known(name, question, seed):
    question = load(name).question(question)
    for slip in question.slips:
        judged = rehearse(question, slip.function, seed, load_given(name))
        assert judged["score"] < question.points, slip.key
        assert (judged["slip"], judged["message"]) == (slip.key, slip.message)


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
            row = part(trial(question, 0).judge([Answer({**question.answers, key: value})]), key)
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


# --- functions


def test_parts_are_earned_one_by_one():
    judged = rehearse(Q1, lambda x: x - x.mean() if x.ndim == 1 else x[:, :1])
    assert (judged["score"], judged["points"]) == (1, 3)
    assert part(judged, "vector") == {
        "key": "vector", "title": "centres a vector", "points": 1, "earned": 1, "message": "", "hint": "",
    }  # fmt: skip
    assert part(judged, "matrix")["earned"] == 0
    assert part(judged, "matrix")["hint"] == Q1.parts[0].hint
    assert "instead of (" in part(judged, "matrix")["message"]
    assert "in 3 of 3 tries" in part(judged, "matrix")["message"]


def test_one_wrong_case_costs_its_part():
    calls = itertools.count()
    judged = rehearse(Q1, lambda x: centre(x) + (next(calls) == 1))
    assert judged["score"] == 1
    assert "in 1 of 3 tries" in part(judged, "matrix")["message"]


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (lambda p, g, v, lr: None, "Returned nothing"),
        (lambda p, g, v, lr: (p, g, v), "a tuple of 3 where 2 were expected"),
        (lambda p, g, v, lr: (p * np.nan, v), "NaN"),
        (lambda p, g, v, lr: step(p.copy(), g, v, lr), "Left its argument p as it was"),
        (lambda p, g, v, lr: (step(p, g, v, lr), g.fill(0))[0], "Changed its argument g, which was to stay"),
        (
            lambda p, g, v, lr: (tuple(x.copy() for x in step(p, g, v, lr)), v.fill(7))[0],
            "Changed its argument v to",
        ),
    ],
)
def test_what_went_wrong_is_told(function, told):
    assert told in part(rehearse(Q2, function), "motion")["message"]


@pytest.mark.parametrize("arguments", [None, (), (1.0,), ("p", "g", "v", 0.1)])
def test_arguments_that_are_not_told_or_made_up_cost_the_part(arguments):
    rehearsal = trial(Q2, 0)
    outcomes = rehearsal.outcomes(step)
    outcomes[0] = Answer(outcomes[0].value, arguments)
    judged = rehearsal.judge(outcomes)
    assert "Changed its argument p" in part(judged, "rest")["message"]
    assert judged["score"] == 3


def test_a_part_that_is_tried_once_counts_no_tries():
    once = Function(
        name="q", title="", target="f", parts=(Part("a", 1, "", ""),),
        cases=lambda rng: [Case("a", (1.0,))], reference=lambda x: x,
    )  # fmt: skip
    assert part(rehearse(once, lambda x: x + 1), "a")["message"] == "Returned a wrong answer."


def test_an_error_counts_as_the_built_in_one_that_it_is():
    class Own(ValueError):
        pass

    def refuses(p, g, v, lr):
        if lr <= 0:
            raise Own
        return step(p, g, v, lr)

    assert rehearse(Q2, refuses)["score"] == 4


def test_what_should_be_refused_must_be_refused():
    trusts = rehearse(Q2, lambda p, g, v, lr: step(p, g, v, abs(lr)))
    assert part(trusts, "refuses")["message"] == (
        "Returned an answer where it was to raise ValueError, in 2 of 2 tries."
    )
    assert (trusts["score"], trusts["slip"]) == (3, "trusts")

    def divides(p, g, v, lr):
        return step(p, g, v, lr) if lr > 0 else 1 / 0

    divided = rehearse(Q2, divides)
    assert "Raised ZeroDivisionError" in part(divided, "refuses")["message"]
    assert (divided["score"], divided["status"]) == (3, "partial")


FAILURES = {
    Failure("missing"): ("missing_function", "does not define centre"),
    Failure("raised", "ZeroDivisionError", 2, 3): (
        "partial",
        "Raised ZeroDivisionError at `return 1 / 0` (line 3 of your code cell 2)",
    ),
    Failure("raised", "ValueError", 2, 99): ("partial", "Raised ValueError, in"),
    Failure("timeout", "cpu"): ("timeout", "more than its 4 s"),
    Failure("timeout", "wall"): ("timeout", "Took too long"),
    Failure("killed"): ("killed", "Ended the whole program"),
    Failure("unreadable", "generator"): ("partial", "Returned a generator"),
    Failure("unreadable", ""): ("partial", "Returned something"),
    Failure("too_long"): ("partial", "more than 1 MB"),
}


@pytest.mark.parametrize(("failure", "told"), FAILURES.items(), ids=[str(failure) for failure in FAILURES])
def test_a_failure_is_told_and_costs_its_part_only(failure, told):
    rehearsal = trial(Q1, 0)
    outcomes = rehearsal.outcomes(centre)
    outcomes[1] = failure
    judged = rehearsal.judge(outcomes, {2: "# half\ndef centre(x):\n    return 1 / 0\n"})
    assert judged["score"] == 1
    assert judged["status"] == told[0]
    assert told[1] in part(judged, "matrix")["message"]


def test_a_question_left_open_is_told_from_a_wrong_one():
    judged = rehearse(Q2, lambda *_: None)
    assert (judged["slip"], judged["score"]) == (None, 0)
    assert "not answered yet" in judged["message"]
    assert rehearse(Q2, lambda p, g, v, lr: None if lr < 0 else 1)["message"] == ""
    assert rehearse(Q1, lambda x: None)["slip"] == "nothing"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("    return `x`  ", "`return 'x'`"),
        ("    x\x00 = '\u202e'\t+ 1", "`x = ''+ 1`"),
        ("    " + "x" * 100, f"`{'x' * 60}…`"),
    ],
)
def test_a_line_is_shown_plainly_and_not_at_length(line, shown):
    rehearsal = trial(Q1, 0)
    outcomes = [Failure("raised", "TypeError", 1, 2)] * len(rehearsal.cases)
    judged = rehearsal.judge(outcomes, {1: f"def centre(x):\n{line}"})
    assert f"Raised TypeError at {shown} (line 2" in part(judged, "vector")["message"]


def test_a_slip_must_explain_every_answer():
    all_but_one = itertools.count()
    judged = rehearse(Q1, lambda x: x - x.mean() + (next(all_but_one) == 0))
    assert (judged["slip"], judged["message"]) == (None, "")


def test_the_first_of_two_slips_that_fit_is_named():
    first, second = Q1.slips[:2]
    tied = [type(first)("one", "One.", first.function), type(first)("two", "Two.", first.function), second]
    for slips, key in ((tied, "one"), (tied[::-1], "two")):
        question = Function(
            name="q1",
            title="",
            target="centre",
            parts=Q1.parts,
            cases=Q1.cases,
            reference=centre,
            slips=slips,
        )
        assert rehearse(question, first.function)["slip"] == key


def test_functions_among_the_arguments_are_made_outside_too():
    assert rehearse(Q3, slope, given=toy_given)["score"] == 2
    assert rehearse(Q3, lambda f, x, h: 2 * slope(f, x, h), given=toy_given)["slip"] == "half"


def test_a_question_draws_the_same_cases_whatever_stands_beside_it():
    assert trial(Q1, 5).encoded == trial(Q1, 5).encoded != trial(Q1, 6).encoded
    assert Q1.generator(5).random() == Q1.generator(5).random() != Q2.generator(5).random()


def test_a_question_of_no_known_kind_is_a_mistake_in_the_set():
    with pytest.raises(TypeError, match="no trial for a question of type Question"):
        trial(Question(name="q", title="", target="f", parts=()), 0)


def test_a_part_without_cases_is_a_mistake_in_the_set():
    lone = Function(
        name="q", title="", target="f", parts=(Part("a", 1, "", ""), Part("b", 1, "", "")),
        cases=lambda rng: [Case("a", ())], reference=lambda: 1,
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"draws cases for \['a'\]; its parts are \['a', 'b'\]"):
        trial(lone, 0)


def test_a_reference_that_breaks_is_a_mistake_in_the_set():
    broken = Function(
        name="q", title="", target="f", parts=(Part("a", 1, "", ""),),
        cases=lambda rng: [Case("a", ())], reference=lambda: 1 / 0,
    )  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        trial(broken, 0)


# --- whatever comes out

FAILED = st.builds(
    Failure,
    st.sampled_from(["missing", "raised", "timeout", "killed", "unreadable", "too_long", "?"]),
    st.text(max_size=8) | st.sampled_from(["ValueError", "print", "generator"]),
    st.none() | st.integers(),
    st.none() | st.integers(),
)
OUTCOMES = st.builds(Answer, VALUES, st.none() | st.lists(VALUES, max_size=4).map(tuple)) | FAILED


@given(st.lists(OUTCOMES, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_junk_never_breaks_the_judge_nor_earns_marks(junk):
    for question in PROBLEM_SET.questions:
        asked = prepared(question.name)
        outcomes = [junk[k % len(junk)] for k in range(len(asked.request.get("cases", [0])))]
        judged = asked.judge(outcomes, {1: "x = 1\ny = 2"})
        json.dumps(judged)
        refused = any(isinstance(each, Failure) and each.type == "ValueError" for each in junk)
        assert not judged["score"] or (question is Q2 and refused)


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.integers(), max_size=2)
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "question": st.sampled_from(["q1", "q2", "q3", "q4", "q5", "q6"]) | JUNK,
        "case": st.integers(-1, 6) | JUNK,
        "answer": JSON,
        "arguments": st.lists(JSON, max_size=2),
        "error": st.fixed_dictionaries(
            {"type": st.sampled_from(["OSError", "x"]) | JUNK, "cell": JUNK, "line": JUNK}
        ),
        "cell": st.integers(0, 3) | JUNK,
        "stopped": st.sampled_from(["timeout", "killed"]) | JUNK,
        "clock": st.sampled_from(["cpu", "wall"]) | JUNK,
        "missing": st.booleans() | JUNK,
        "unreadable": JUNK,
        "too_long": st.booleans(),
        "ask": JUNK,
        "ticket": JUNK,
    },
)


@given(st.lists(LINES.map(json.dumps).map(str.encode) | st.binary(max_size=40), max_size=12))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_junk_lines_never_break_the_grader_nor_earn_marks(lines):
    trials = {question.name: prepared(question.name) for question in PROBLEM_SET.questions}
    requests = [{"cases": [[]]} | each.request for each in trials.values()]
    cells = [Cell(1, "x = 1\ny = 2"), Cell(2, "")]
    transcript = Transcript(cells, requests, lambda question, asked: trials[question].ask(*asked), 10**6)
    for line in lines:
        transcript.hear(line)
    for name, outcomes in transcript.outcome(None, 1.0).questions.items():
        judged = trials[name].judge(outcomes, {cell.index: cell.source for cell in cells})
        json.dumps(judged)
        assert not judged["score"]


# --- values, texts, contests


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
    lowest = start - contest.oracle.ask(start)
    judged = contest.judge([Answer(lowest)])
    assert (judged["score"], judged["measure"]) == (2, 0.0)
    near = contest.judge([Answer(lowest + 0.1)])
    assert near["score"] == 1
    assert "Reached -0.1414" in part(near, "there")["message"]
    assert "hidden" not in json.dumps(contest.request)


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
        first.oracle.ask(np.zeros(2))
    with pytest.raises(RuntimeError):
        first.oracle.ask(np.zeros(2))
    second.oracle.ask(np.zeros(2))


# --- nothing hidden


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
