"""Answers that are made to be dear: they cost their question, and the grader little."""

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.grading import job, values
from exercises.grading.answers import Answer, Failure
from exercises.grading.marking.apart import Broken, Lost, Marker
from exercises.grading.marking.judge import trial
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.transcript import Transcript
from tests.grading.hostile.tricks import FORGE
from tests.grading.test_values import JSON
from tests.grading.toy import given as toy
from tests.grading.toy.cases import PROBLEM_SET
from tests.grading.toy.notebooks import RIGHT, notebook

PRIME = 2**61 - 1  # the hash of an integer is its remainder
# Bytes of lines that cost much more to understand than to write.
DEAR = {
    "lists": b"[" + b"[]," * (10**6) + b"[]]",
    "dictionaries": b"[" + b"{}," * (10**6) + b"{}]",
    "zeros": b"[" + b"0," * (2 * 10**6) + b"0]",
    "texts": b"[" + b'"",' * (10**6) + b'""]',
    "keys": b"{" + b",".join(b'"%d":0' % k for k in range(400_000)) + b"}",
    "an integer": b"[" + b"7" * (3 * 10**6) + b"]",
    "a fraction": b"[0." + b"7" * (3 * 10**6) + b"]",
    "an exponent": b"[1e" + b"9" * (3 * 10**6) + b"]",
    "fractions": b"[" + b",".join([b"0." + b"3" * 5000] * 600) + b"]",
    "depth": b"[" * (3 * 10**6),
    "depth in a dictionary": b'{"a":' * (5 * 10**5),
    "backslashes": b'["' + b"\\" * (3 * 10**6) + b'"]',
    "quotes": b'["' + b'\\"' * (15 * 10**5) + b'"]',
    "an open text": b'["' + b"[" * (3 * 10**6),
    "blanks": b"[" + b" " * (3 * 10**6) + b"]",
    "two numbers": b"1 " * (15 * 10**5),
    "UTF-16": ("[" + "[]," * (5 * 10**5) + "[]]").encode("utf-16"),
}


def task(*cells):
    """Return the task of a notebook of the toy set."""
    content = notebook("import numpy as np", *cells)
    return {"problem_set": "tests.grading.toy", "student": "eve", "notebook": content, "seed": 17}


@pytest.fixture(scope="module")
def graded():
    """What comes of a notebook that answers as dearly as it can, and how long the grader worked."""
    cells = RIGHT | {
        "flood": f"""{FORGE}
for _ in range(10): forge(b'[],' * 1_300_000)
collide = b','.join(b'%d' % (k * {PRIME}) for k in range(40_000))""",
        "q3": """def slope(f, x, h):
    for name in (b'q3 example', b'q3'):
        forge(b'{"question": "' + name + b'", "case": 0, "answer": {"set": [' + collide + b']}}')
    return (f(x + h) - f(x - h)) / (2 * h)""",
        "q1": "def centre(x):\n    return ['a' * 300_000] + ['b'] * 150_000",
        "q4": f"predictions = {{'letters': [k * {PRIME} for k in range(20_000)], 'factor': 10**999}}",
        "q5": "explain_q5 = '[{\"' * 100_000",
        "q6": """def find(ask, start, budget):
    for dear in (['a' * 10**6] + ['b'] * 10**5, [[]] * 110_000, ['a' * 300_000] + ['b'] * 150_000, 10**4000):
        try:
            ask(dear)
        except (ValueError, TypeError):
            pass
    return start - ask(start)""",
    }
    start = time.process_time()
    return job.grade(task(*cells.values())), time.process_time() - start


@pytest.mark.needs("bubblewrap")
def test_dear_answers_cost_their_questions_only(graded):
    result, _ = graded
    assert {name: question["score"] for name, question in result["questions"].items()} == {
        "q1": 0, "q2": 4, "q3": 0, "q4": 0, "q5": None, "q6": 2,
    }  # fmt: skip
    messages = {name: question["parts"][0]["message"] for name, question in result["questions"].items()}
    assert "a list that is not a regular array of numbers" in messages["q1"]
    assert messages["q3"].startswith("Returned something, which is no number, array, text")
    assert messages["q4"] == 'predictions["letters"] holds a wrong answer.'
    assert len(result["written"]["q5"]) == 200
    assert result["traceback"] == ""


@pytest.mark.needs("bubblewrap")
def test_dear_answers_cost_the_grader_little(graded):
    assert graded[1] < 5


@pytest.mark.parametrize("kind", DEAR)
def test_a_dear_line_is_refused_before_anything_is_built(kind):
    start = time.process_time()
    with contextlib.suppress(ValueError):
        values.parse(DEAR[kind])
    assert time.process_time() - start < 2  # on a busy machine; what builds it takes 17 and more


def depth(value):
    """Return how deeply lists and dictionaries lie in each other."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, dict | list) + max(map(depth, inner), default=0)


TEXTS = st.text('[]{}",\\0 é', max_size=12)
NESTED = st.recursive(
    TEXTS | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
)


@given(NESTED, st.booleans())
@settings(max_examples=150, deadline=None)
def test_brackets_and_quotes_in_texts_are_no_structure(value, ascii_only):
    line = json.dumps(["x" * values.HARMLESS, value], ensure_ascii=ascii_only).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "MOST_LEVELS", depth(value) + 1)
        assert values.parse(line)[1] == value
        patch.setattr(values, "MOST_LEVELS", depth(value))
        with pytest.raises(values.TooLarge, match="deeper"):
            values.check(line)


@pytest.mark.parametrize(
    "junk",
    [
        {"array": ["1.5"], "dtype": "float64"},
        {"array": [None], "dtype": "float64"},
        {"array": [[1.0], ["nan"]], "dtype": "float64"},
        {"array": ["a" * 10**5] + ["b"] * 10**5, "dtype": "bool"},
        {"array": [], "dtype": "float64", "shape": [0, 10**9]},
        {"array": [], "dtype": "float64", "shape": [10**3, 0, 10**4]},
        {"set": [k * PRIME for k in range(201)]},
    ],
)
def test_what_only_looks_like_numbers_is_refused(junk):
    with pytest.raises(values.Unreadable):
        values.decode(junk)


@pytest.fixture(scope="module")
def marker():
    """What marks the toy set, in a process of its own."""
    with Marker("tests.grading.toy", 17) as marker:
        yield marker


@given(
    st.sampled_from(PROBLEM_SET.questions), st.lists(JSON, min_size=2, max_size=2), st.lists(JSON, max_size=4)
)
@settings(max_examples=100, deadline=None)
def test_no_answer_ends_the_process_that_marks(marker, question, answers, after):
    request = trial(question, 17, toy).request
    request = {"cases": [[]]} | request
    box = Transcript([Cell(1, "")], [request], None, 10**6)
    for case in range(len(request["cases"])):
        message = {"question": question.name, "case": case, "answer": answers[case % 2], "arguments": after}
        box.hear(json.dumps(message).encode())
    outcomes = box.outcome(None, 1.0).questions[question.name]
    assert marker.judge(question.name, outcomes, {})["points"] == question.points


FRAGILE = "tests.grading.fragile"


@pytest.mark.parametrize("order", ["exhaust", "hoard", "recurse"])
def test_what_an_answer_cannot_have_costs_its_question_only(order):
    with Marker(FRAGILE, 1) as marker:
        assert "cannot be measured" in marker.judge("q1", [Answer(order)], {})["parts"][0]["message"]
        assert marker.judge("q2", [Answer(4)], {})["score"] == 1


@pytest.mark.parametrize("order", ["spin", "crash"])
def test_what_kills_the_process_that_marks_costs_its_question_only(order):
    with Marker(FRAGILE, 1, cpu_seconds=0.5) as marker:
        with pytest.raises(Lost, match="ended with the status"):
            marker.judge("q1", [Answer(order)], {})
        assert marker.judge("q2", [Answer(4)], {})["score"] == 1


def test_an_oracle_that_dies_of_a_question_is_gone():
    with Marker(FRAGILE, 1) as marker:
        assert marker.ask("q1", ("nothing",), 0) == 1.0
        with pytest.raises(TypeError, match="cannot be asked"):
            marker.ask("q1", ("exhaust",), 0)
        for _ in range(2):
            with pytest.raises(Lost):
                marker.ask("q1", ("crash",), 0)
        with pytest.raises(Lost, match="has died of it"):
            marker.judge("q1", [Answer(1.0)], {})
        assert marker.judge("q2", [Answer(4)], {})["score"] == 1


def test_a_problem_set_that_fails_is_no_fault_of_an_answer():
    with pytest.raises(Broken, match="ValueError"), Marker("tests.grading.toy", -1) as marker:
        marker.judge("q1", [Failure("missing")], {})


@pytest.mark.needs("bubblewrap")
def test_a_lost_question_has_a_failure_and_the_notebook_its_row(monkeypatch):
    monkeypatch.setattr(job, "Marker", lambda *arguments: Marker(*arguments, cpu_seconds=0.5))
    content = notebook("x = 4", "def f(ask):\n    return 'spin'")
    result = job.grade({"problem_set": FRAGILE, "student": "eve", "notebook": content, "seed": 1})
    assert (result["status"], result["score"]) == ("partial", 1)
    message = result["questions"]["q1"]["parts"][0]["message"]
    assert message == "Returned something that takes too much time or memory to be marked."
    assert "status -24" in result["traceback"]
