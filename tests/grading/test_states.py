"""Feedback names the state that goes wrong first and how it lags, and nothing of the hidden cases."""

import inspect
import re
from functools import cache

import numpy as np
import pytest

from d2l_utils import rules
from exercises.grading.answers import Answer
from exercises.grading.marking import states
from exercises.grading.marking.judge import FunctionTrial, rehearse
from exercises.grading.question import Function, load, load_given

QUESTIONS = {
    f"{name}-{question.name}": (name, question)
    for name in ("ps3", "ps4")
    for question in load(name).questions
    if isinstance(question, Function) and question.lagging
}


@cache
def trial_of(case):
    """What the reference and the known mistakes answer is worked out once."""
    name, question = QUESTIONS[case]
    return FunctionTrial(question, 17, load_given(name))


def lag(question, key):
    return next(each for each in question.lagging if each.key == key)


@pytest.mark.parametrize("case", QUESTIONS)
def test_each_lag_is_named_and_costs_marks(case):
    _, question = QUESTIONS[case]
    trial = trial_of(case)
    for each in question.lagging:
        judged = trial.judge(trial.outcomes(each.function))
        known = {slip.key for slip in question.slips}
        assert judged["score"] < question.points, each.key
        assert judged["slip"] == each.key or judged["slip"] in known, each.key


def test_every_optimizer_that_carries_a_state_is_among_them():
    assert {(name, question.target) for name, question in QUESTIONS.values()} == {
        ("ps3", "momentum_step"),
        ("ps3", "nesterov_path"),
        ("ps4", "scaled_step"),
        ("ps4", "adadelta_step"),
        ("ps4", "adam_path"),
    }


def test_a_late_state_shows_at_once_and_one_that_is_not_handed_on_at_the_second_step():
    _, adam = QUESTIONS["ps4-q3"]
    assert "One step late: your m." in lag(adam, "late-m").told()
    assert lag(adam, "late-m").values["step"] == 1
    assert "Not handed on: your s." in lag(adam, "kept-s").told()
    assert lag(adam, "kept-s").values["step"] == 2


def adam_by_hand(gradients, start, lr, beta1, beta2, eps, correct=True):
    """Move p before m has heard the gradient, as a student writes it."""
    p = np.array(start, dtype=float)
    m, s, points = np.zeros_like(p), np.zeros_like(p), [p.copy()]
    for t, g in enumerate(gradients, start=1):
        s = beta2 * s + (1 - beta2) * g * g
        m_hat, s_hat = (m / (1 - beta1**t), s / (1 - beta2**t)) if correct else (m, s)
        p = p - lr * m_hat / (np.sqrt(s_hat) + eps)
        m = beta1 * m + (1 - beta1) * g
        points.append(p.copy())
    return np.array(points)


def test_a_student_who_never_saw_the_rule_is_told_the_same():
    _, question = QUESTIONS["ps4-q3"]
    assert rehearse(question, adam_by_hand, 3)["slip"] == "late-m"


def test_where_no_known_mistake_fits_the_first_that_is_wrong_is_named():
    _, question = QUESTIONS["ps4-q2"]

    def wrong_u(p, g, s, u, rho, eps):
        p, s, u = question.reference(p, g, s, u, rho, eps)
        return p, s, u + 0.5

    def wrong_p(p, g, s, u, rho, eps):
        p, s, u = question.reference(p, g, s, u, rho, eps)
        return p + 0.5, s, u

    def wrong_s(p, g, s, u, rho, eps):
        p, s, u = question.reference(p, g, s, u, rho, eps)
        return p + 0.5, s + 0.5, u

    told = [rehearse(question, each)["message"] for each in (wrong_u, wrong_p, wrong_s)]
    assert told[0].startswith("p itself is still right")
    assert told[1] == "The state is right: look at the line that changes p."
    assert told[2] == "Look first at the line that changes s."


@pytest.mark.parametrize(
    ("first", "told"), [(1, "step 1 already"), (2, "step 2 is not"), (3, "a later one"), (9, "a later one")]
)
def test_of_a_path_one_of_three_things_is_told(first, told):
    rows = np.arange(24.0).reshape(12, 2)
    answer = rows.copy()
    answer[first:] += 0.25
    said = states.first_wrong(states.PATH, [Answer(answer)], [Answer(rows)], differs)
    assert told in said


def differs(answer, right):
    return None if np.array_equal(answer, right) else "wrong"


def test_no_number_of_a_hidden_case_is_told():
    for case in QUESTIONS:
        trial = trial_of(case)
        rng = np.random.default_rng(1)
        for _ in range(3):
            outcomes = [Answer(garbled(each.value, rng), each.arguments) for each in trial.right]
            told = trial.judge(outcomes)["message"]
            assert told
            assert not re.search(r"\d", re.sub(r"[Ss]tep \d", "", told)), told


def garbled(value, rng):
    """Return an answer of the right form in which some entries are wrong."""
    if isinstance(value, tuple):
        return tuple(each if rng.random() < 0.3 else np.add(each, rng.normal()) for each in value)
    rows = np.array(value)
    first = int(rng.integers(1, max(len(rows), 2)))
    rows[first:] += rng.normal()
    return rows


@pytest.mark.parametrize(
    "value",
    [
        None,
        3.0,
        np.array(3.0),
        [],
        (),
        [[1.0], [1.0, 2.0]],
        "p, v",
        {"p": 1},
        frozenset("p"),
        [None] * 3,
        ((), {}),
        [[]] * 5,
    ],
    ids=str,
)
def test_an_answer_of_any_form_is_judged(value):
    for case in QUESTIONS:
        trial = trial_of(case)
        assert trial.judge([Answer(value)] * len(trial.cases))["score"] < trial.question.points


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"])
def test_what_is_made_of_a_rule_still_has_its_lines(rule):
    source = inspect.getsource(getattr(rules, rule))
    late = states._late(source, ("v", "s", "m"))
    assert sorted(late.splitlines()) == sorted(source.splitlines())
    assert states.first_wrong((), [], [], differs) is None
