"""Whatever comes out of the box, the judge neither breaks nor gives marks for it."""

import json
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercises.grading.answers import Answer, Failure
from exercises.grading.marking.judge import trial
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.transcript import Transcript
from tests.grading.test_values import JSON, VALUES
from tests.grading.toy import given as toy_given
from tests.grading.toy.cases import PROBLEM_SET, Q2


@cache
def prepared(name):
    """A question of the toy set; with this seed no simple number is near the answer of the contest."""
    return trial(PROBLEM_SET.question(name), 5, toy_given)


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
