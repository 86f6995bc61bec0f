"""Results of the toy set that no notebook had to be run for."""

import copy
import random

from exercises.grading import job
from exercises.grading.answers import Answer, Failure
from exercises.grading.marking.judge import trial
from exercises.grading.question import Function
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.statuses import worst
from tests.grading.toy import given
from tests.grading.toy.cases import PROBLEM_SET

TOY = "tests.grading.toy"


def task(student, late=False):
    """The task that the results are said to come from."""
    return {
        "problem_set": TOY,
        "student": student,
        "notebook": repr(student).encode(),
        "seed": 1,
        "late": late,
    }


def judged():
    """For each question of the set, what became of it in some notebooks: the right one first."""
    found = {}
    for question in PROBLEM_SET.questions:
        asked = trial(question, 1, given)
        if isinstance(question, Function):
            functions = [question.reference, *(slip.function for slip in question.slips)]
            outcomes = [asked.outcomes(function) for function in functions]
            for failure in (
                Failure("timeout", "cpu"),
                Failure("missing"),
                Failure("raised", "TypeError", 1, 1),
            ):
                outcomes.append([failure] * len(asked.cases))
        elif question.name == "q4":
            values = [{"letters": "ac", "factor": 4}, {"letters": "ac", "factor": 2}, {"letters": "b"}]
            outcomes = [[Answer(value)] for value in values]
        else:
            outcomes = [[Answer(value)] for value in ("Because.", [0.0, 0.0])]
        found[question.name] = [asked.judge(each, {1: Cell(1, "x = '<b>'")}) for each in outcomes]
    return found


def result(questions, student="s001", seconds=0.5, **others):
    """A result with these questions."""
    status = worst(question["status"] for question in questions.values())
    marked = [question["score"] for question in questions.values() if question["score"] is not None]
    totals = {"score": sum(marked), "pending": 5.0, "seconds": seconds, "questions": copy.deepcopy(questions)}
    return job.blank(task(student), status, "What happened.") | totals | others


def results(count, seed=1):
    """A whole course: most is right, some is wrong, and a few files are no notebooks."""
    rng, kinds, course = random.Random(seed), judged(), []
    for number in range(count):
        student = f"s{number:03}"
        if rng.random() < 0.04:
            course.append(job.blank(task(student), "invalid_notebook", "it is not JSON"))
            continue
        picked = {name: each[0] if rng.random() < 0.6 else rng.choice(each) for name, each in kinds.items()}
        course.append(result(picked, student, round(rng.lognormvariate(-0.5, 0.6), 3)))
    return course
