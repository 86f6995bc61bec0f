"""Mistakes as students write them: edits of the solution, judged as if a notebook had them."""

from functools import cache

import numpy as np

from exercises.grading.marking.judge import trial
from exercises.grading.question import Function, load, load_given
from tests.grading import sets


def solution(name, target):
    """Return the source of the solution's cell that defines ``target``."""
    cells = (cell.source for cell in sets.notebooks(name)[1].cells if cell.cell_type == "code")
    return next(source for source in cells if f"def {target}(" in source)


def planted(name, target, edits):
    """Return the solution's function after ``edits``, pairs of a text and what a student writes instead."""
    source = solution(name, target)
    for right, wrong in edits:
        assert right in source, f"{right!r} is not in the solution:\n{source}"
        source = source.replace(right, wrong)
    names = {"np": np, **vars(load_given(name))}
    exec(compile(source, target, "exec"), names)
    return names[target]


@cache
def asked(name, question, seed):
    """Return what asks a question: what the reference and the slips answer is worked out once."""
    return trial(load(name).question(question), seed, load_given(name))


def judged(name, question, edits, seed):
    """Return what the student hears about the edited solution of a question."""
    asking = asked(name, question, seed)
    return asking.judge(asking.outcomes(planted(name, asking.question.target, edits)))


def rows(table):
    """Return the arguments of a test for each mistake in ``table``: question -> slip -> edits."""
    return [(question, slip, edits) for question, slips in table.items() for slip, edits in slips.items()]


def known(name):
    """Return the slips that a problem set knows, like the keys of a table."""
    functions = (question for question in load(name).questions if isinstance(question, Function))
    return {question.name: {slip.key for slip in question.slips} for question in functions}
