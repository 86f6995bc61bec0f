"""Marks and words for what functions answer."""

import itertools

import numpy as np
import pytest

from exercises.grading.answers import Answer, Failure
from exercises.grading.marking.judge import rehearse, trial
from exercises.grading.question import Case, Function, Part, Question
from exercises.grading.sandbox.notebook import Cell
from tests.grading.toy import given as toy_given
from tests.grading.toy.cases import Q1, Q2, Q3, centre, slope, step


def part(judged, key):
    """The row of a part."""
    return next(row for row in judged["parts"] if row["key"] == key)


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
    Failure("too_long"): ("partial", "more than is read"),
    Failure("unmarkable"): ("partial", "too much time or memory"),
}


@pytest.mark.parametrize(("failure", "told"), FAILURES.items(), ids=[str(failure) for failure in FAILURES])
def test_a_failure_is_told_and_costs_its_part_only(failure, told):
    rehearsal = trial(Q1, 0)
    outcomes = rehearsal.outcomes(centre)
    outcomes[1] = failure
    judged = rehearsal.judge(outcomes, {2: Cell(2, "# half\ndef centre(x):\n    return 1 / 0\n")})
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
    judged = rehearsal.judge(outcomes, {1: Cell(1, f"def centre(x):\n{line}")})
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
        trial(broken, 0).prepare()
