"""What is in the box while a student's code runs there: this case, and nothing of what is still to come."""

import struct

import pytest

from exercises.grading import job, sandbox
from exercises.grading.marking.judge import trial
from tests.grading.hostile import memory
from tests.grading.toy import cases, given
from tests.grading.toy.notebooks import RIGHT, notebook

TOY = "tests.grading.toy"
SEED = 7_391_824_650_112
FIRST = "def centre(x):\n    global seen\n    seen = seen or search()\n    return seen"
LAST = "def find(ask, start, budget):\n    return search()"


def needles():
    """Return what a search may look for, by its name."""
    found = {
        "the seed as text": str(SEED).encode(),
        "the seed in binary": struct.pack("<q", SEED),
        # An integer of Python has digits of 30 bits.
        "the seed as an integer": struct.pack("<2I", SEED % (1 << 30), SEED >> 30),
        "the last question": b'"kind": "contest"',
        "a slip": cases.Q1.slips[0].message[:30].encode(),
        "a slip's function": b"_spoils",
        "the cases' function": b"centre_cases",
        "the oracle": cases.Valley.__doc__[:30].encode(),
    }
    for question, which in ((cases.Q1, (0, 1)), (cases.Q2, (0,))):
        asked = trial(question, SEED, given)
        for number in which:
            array = asked.cases[number].arguments[0]
            found |= memory.numbers(f"case {number} of {question.name}", array)
    (oracle,) = trial(cases.Q6, SEED).oracles
    return found | memory.numbers("the oracle's secret", oracle._lowest)


@pytest.fixture(
    scope="module", params=[pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap")), "trusted"]
)
def found(request):
    """What a search finds in a cell, in the first case of q1, and in the contest."""
    kept = []
    run = sandbox.run

    def listen(*arguments, **options):
        kept.append(run(*arguments, **options))
        return kept[0]

    cells = [memory.source(needles()), "seen = []\nin_cell = search()", FIRST, RIGHT["q2"], RIGHT["q3"]]
    cells += ["predictions = {'letters': in_cell, 'factor': 4}", RIGHT["q5"], LAST]
    task = {"problem_set": TOY, "student": "ada", "notebook": notebook(*cells), "seed": SEED}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "run", listen)
        job.grade(task | {"isolation": request.param})
    questions = kept[0].questions
    cell = questions["q4"][0].value["letters"]
    return {"cell": cell} | {name: questions[name][0].value for name in ("q1", "q6")}


def test_a_search_finds_the_case_that_is_being_answered(found):
    assert "case 0 of q1 in binary" in found["q1"]


def test_nothing_that_is_still_to_come_is_in_the_box(found):
    assert found["cell"] == []
    assert [name for name in found["q1"] if not name.startswith("case 0 of q1")] == []
    assert set(found["q6"]) <= {"the last question"}
