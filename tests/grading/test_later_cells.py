"""What a later cell changes: a question is marked as it was at its check, and the page says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from exercises.grading import job, sandbox
from exercises.grading.pages import student_page
from tests.grading import box
from tests.grading.hostile import MISSING, NOT_CALLABLE, Lost
from tests.grading.toy.notebooks import RIGHT, notebook

pytestmark = pytest.mark.needs("bubblewrap")
TOY = "tests.grading.toy"
START = "import numpy as np\nimport otter\ngrader = otter.Notebook('toy.ipynb')"
STEP = "def positive(lr):\n    if lr <= 0:\n        raise ValueError('lr')\n" + RIGHT["q2"].replace(
    "    if lr <= 0:\n        raise ValueError('lr must be positive')\n", "    positive(lr)\n"
)


def handed_in(*last, checks=True, **others):
    """Return the marks of a notebook with a check below each answer and ``last`` cells."""
    cells = [START]
    for name, answer in (RIGHT | others).items():
        cells += [answer, f"grader.check('{name}')"] if checks else [answer]
    result = job.grade(
        {"problem_set": TOY, "student": "ada", "notebook": notebook(*cells, *last), "seed": 17}
    )
    return result, {name: question["score"] for name, question in result["questions"].items()}


ALL = {"q1": 3, "q2": 4, "q3": 2, "q4": 3, "q5": None, "q6": 2}


@pytest.fixture(scope="module")
def careless():
    """A notebook in which later cells take the names of all answers for other things."""
    return handed_in(
        "centre = centre(np.ones((3, 2)))",
        "def positive(x):\n    return x > 0",
        "slope = slope(lambda x: x * x, 1.0, 0.1)",
        "predictions['factor'] = 3",
        "find = 3",
        q2=STEP,
    )


def test_a_name_that_a_later_cell_takes_costs_nothing(careless):
    result, scores = careless
    assert scores == ALL
    assert result["status"] == "ok"


def test_a_remark_says_which_cell_changed_what(careless):
    result, _ = careless
    remarks = {name: question["remark"] for name, question in result["questions"].items()}
    assert remarks == {
        "q1": "Your code cell 14 changes centre, or what it uses, after the check of q1. "
        "What it was at the check is marked.",
        "q2": "Your code cell 15 changes step, or what it uses, after the check of q2. "
        "What it was at the check is marked.",
        "q3": "Your code cell 16 changes slope, or what it uses, after the check of q3. "
        "What it was at the check is marked.",
        "q4": "Your code cell 17 changes predictions, or what it uses, after the check of q4. "
        "What it was at the check is marked.",
        "q5": "",
        "q6": "Your code cell 18 changes find, or what it uses, after the check of q6. "
        "What it was at the check is marked.",
    }
    for page in (student_page.html(result), student_page.markdown(result)):
        assert page.count("What it was at the check is marked.") == 5
        assert "code cell 14 changes centre, or what it uses" in page


def test_a_notebook_without_checks_does_not_lose_a_function_that_became_a_value():
    last = ("centre = centre(np.ones((3, 2)))", "slope = slope(lambda x: x * x, 1.0, 0.1)")
    assert handed_in(*last, checks=False)[1] == ALL


def test_answers_may_stand_at_the_end_of_the_notebook():
    stub = "def centre(x):\n    ..."
    late = "def positive(lr):\n    if lr <= 0:\n        raise ValueError('lr')"
    result, scores = handed_in(
        "print('and here are my answers')",
        RIGHT["q1"],
        late,
        "def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)",
        RIGHT["q4"],
        RIGHT["q6"],
        q1=stub,
        q2=STEP[STEP.index("def step") :],
        q3="def slope(f, x, h):\n    return (f(x + h) - f(x)) / h",
        q4="predictions = {'letters': ..., 'factor': 4}",
        q6="",
    )
    assert scores == ALL
    assert "q3" in result["questions"]["q3"]["remark"]
    assert "at the end of the notebook is marked" in result["questions"]["q3"]["remark"]


def test_of_two_answers_one_counts_whatever_they_earn():
    wrong = "def centre(x):\n    return x + x.mean(axis=0)"
    in_its_place, _ = handed_in("grader.check('q6')", q1=wrong, q2=f"{RIGHT['q1']}\n{RIGHT['q2']}")
    assert in_its_place["questions"]["q1"]["score"] == 0
    at_the_end, scores = handed_in("print(1)", wrong, "predictions = {'letters': 'b', 'factor': 4}")
    assert scores["q1"] == 0
    assert "at the end of the notebook is marked" in at_the_end["questions"]["q1"]["remark"]
    assert scores["q4"] == 3


def test_a_question_is_checked_where_its_last_check_stands():
    wrong = "def centre(x):\n    return x + x.mean(axis=0)"
    cells = (RIGHT["q1"], "grader.check('q1')", "centre = 3")
    assert handed_in(*cells, q1=wrong)[1] == ALL


def test_cells_that_never_end_use_up_no_state_that_is_kept():
    end = "import os\nos._exit(0)"
    cells = ["f = lambda: 1", "grader.check('q1')", *[end] * 20, "f = 2", "g = lambda: 3", "g = int"]
    requests = [box.ask("f")[0], box.ask("g")[0] | {"question": "q2"}]
    outcome = box.run(*cells, requests=requests)
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [1, 0]
    assert set(outcome.cells) == set(range(2, 23))
    assert outcome.changes == {"q1": ("own", 23)}


def test_states_share_one_patience():
    cells = []
    for number in range(3):
        sleep = f"def f{number}():\n    import time\n    time.sleep(60)"
        cells += [sleep, f"grader.check('q{number}')", f"f{number} = [].append(1)"]
    requests = [box.ask(f"f{number}")[0] | {"question": f"q{number}"} for number in range(3)]
    outcome = box.run(*cells, requests=requests, limits=sandbox.Limits(patience=2.0))
    assert [box.first(outcome, f"q{number}") for number in range(3)] == [Lost("timeout", "wall")] * 3
    assert outcome.seconds < 8


def test_a_value_where_a_function_should_be_is_called_that():
    requests = [box.ask("f", 1)[0], box.ask("g", 1)[0] | {"question": "q2"}]
    outcome = box.run("f = [1]", requests=requests)
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [NOT_CALLABLE, MISSING]
    result, _ = handed_in(q1="centre = 3")
    assert "In the notebook centre is a value, where it should be a function" in result["message"]


# A kept state finds that the process after it is done, and then that nobody will ask any more.
KEPT = """
import os, sys
sys.path[:0] = [sys.argv[1]]
import checkpoints
from processes import DONE, Child, pipe
(hears, tells), (begin, begins), (asks, asker) = pipe(), os.pipe(), os.pipe()
pid = os.fork()
if pid == 0:
    os.close(asker)
    os.read(begin, 1)
    os.write(tells, b".")
    os._exit(DONE)
os.close(tells)
look = checkpoints.has_ended
def has_ended(child):
    checkpoints.has_ended = look
    os.write(begins, b".")
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    os.close(asker)
    return look(child)
checkpoints.has_ended = has_ended
overseer = type("Overseer", (), {"tells": 1})
checkpoints.stand_by(Child(pid, hears), overseer, asks)
"""


def test_a_kept_state_that_nobody_asks_tells_that_all_is_done():
    command = [sys.executable, "-c", KEPT, str(Path(sandbox.__file__).parent / "box")]
    assert subprocess.run(command, timeout=60).returncode == sandbox.DONE
