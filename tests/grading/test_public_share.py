"""Public checks catch about half of the slips that a set knows; the others are left to the hidden cases.

A check that catches nothing teaches nothing. One that catches everything is an oracle: who mends until it
passes has never thought of a case.
"""

import inspect
import re
from fractions import Fraction

import pytest

from exercises.grading.question import Function, load
from tests.grading import sets

LEAST, MOST = Fraction(1, 3), Fraction(2, 3)
FEW = 4  # slips; of fewer than that no share is a third to two thirds by more than luck
QUESTIONS = [
    pytest.param(name, question, id=f"{name}-{question.name}")
    for name in sets.NAMES
    for question in load(name).questions
    if isinstance(question, Function) and len(question.slips) >= FEW
]
DECORATOR = re.compile(r"^@.*\n", re.MULTILINE)
FUNCTION = re.compile(r"^def (test_\w+)", re.MULTILINE)


def checks(name, question):
    """Return the public checks of a question as functions."""
    names, source = {}, sets.notebooks(name)[0].metadata["otter"]["tests"][question]
    exec(DECORATOR.sub("", source), names)
    return [names[each] for each in FUNCTION.findall(source)]


def passes(check, names):
    """Tell whether a check says nothing about a notebook that holds these names."""
    try:
        check(*(names[each] for each in inspect.signature(check).parameters))
    except Exception:
        return False
    return True


@pytest.mark.parametrize(("name", "question"), QUESTIONS)
def test_public_checks_catch_about_half_of_the_slips(name, question):
    names, _ = sets.left_behind(name, solved=True)
    found = checks(name, question.name)
    assert all(passes(check, names) for check in found)
    left = [
        slip.key
        for slip in question.slips
        if all(passes(check, names | {question.target: slip.function}) for check in found)
    ]
    caught = len(question.slips) - len(left)
    print(f"{name} {question.name}: {caught} of {len(question.slips)}; left to the hidden cases: {left}")
    assert LEAST <= Fraction(caught, len(question.slips)) <= MOST
