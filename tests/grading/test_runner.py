"""The runner: a notebook behaves in the box as it does at home."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from exercises.grading.sandbox.notebook import Cell
from tests.grading import box
from tests.grading.hostile import KILLED, MISSING, NOT_CALLABLE, TIMEOUT, Lost, raised

pytestmark = pytest.mark.needs("bubblewrap")


def value(*sources, name="x", **options):
    """Return the value of a name after the cells have run."""
    return box.first(box.run(*sources, requests=box.ask(name, kind="value"), **options))


def test_the_kept_names_of_jupyter_do_nothing():
    source = """
from IPython.display import display, Markdown, HTML
from IPython import get_ipython
display(Markdown('x'), HTML('y'))
get_ipython().run_line_magic('matplotlib', 'inline')
x = 1
"""
    assert value(source) == 1
    assert value("display(3)\nget_ipython().run_line_magic('a', 'b')\nx = 1") == 1


def test_cells_run_as_a_program_does():
    assert value("x = __name__") == "__main__"
    assert (
        value("import inspect\ndef f():\n    return 1\nx = inspect.getsource(f)")
        == "def f():\n    return 1\n"
    )
    assert value("class A: pass", "import pickle\nx = type(pickle.loads(pickle.dumps(A()))).__name__") == "A"
    assert value("import __main__\ny = 3", "x = __main__.y") == 3


def test_a_cell_that_raises_keeps_what_it_did():
    outcome = box.run("x = 1\n1 / 0\nx = 2", requests=box.ask("x", kind="value"))
    assert box.first(outcome) == 1
    assert outcome.cells[1].line == 2


def test_a_cell_that_is_stopped_is_as_if_it_had_not_been_there():
    outcome = box.run(
        "x = [1]", "x.append(2)\nwhile True: pass", "x.append(3)", requests=box.ask("x", kind="value")
    )
    assert box.first(outcome) == [1, 3]
    assert box.plain(outcome.cells[2]) == TIMEOUT


def test_stopped_cells_and_right_ones_mix():
    end = "import os\nos._exit(0)"
    sources = ["x = []", *(text for i in range(3) for text in (f"x.append({i})", f"x.append(9)\n{end}"))]
    outcome = box.run(*sources, requests=box.ask("x", kind="value"))
    assert box.first(outcome) == [0, 1, 2]
    assert {index: box.plain(failure) for index, failure in outcome.cells.items()} == dict.fromkeys(
        (3, 5, 7), KILLED
    )


def test_a_huge_cell_is_parsed_behind_a_checkpoint():
    outcome = box.run("x = 1", "x = " + "-" * 100_000 + "1", requests=box.ask("x", kind="value"))
    assert box.first(outcome) == 1
    assert outcome.cells[2].kind in {"raised", "killed"}


def test_the_time_of_cells_grows_with_their_number_only():
    """In a chain of forks each cell costs more than the one before: 240 of them took half a minute."""

    def seconds(cells):
        start = time.monotonic()
        assert value("x = []", *["x.append(1)"] * cells) == [1] * cells
        return time.monotonic() - start

    few = seconds(30)
    assert seconds(240) < 12 * few


def test_no_cell_is_lost_on_a_busy_machine():
    """Where processes wait for a processor, one may retire before the one that waits for it has looked."""
    cells = ["x = []", *(f"x.append({number})" for number in range(40))]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: value(*cells), range(12)))
    assert found == [list(range(40))] * 12


def test_a_cell_that_is_stopped_after_many_costs_itself_alone():
    sources = ["x = [0]", *(text for i in range(1, 20) for text in (f"x.append({i})", "grader.check('q9')"))]
    outcome = box.run(*sources, "x.append(99)\nwhile True: pass", requests=box.ask("x", kind="value"))
    assert box.first(outcome) == list(range(20))
    assert set(outcome.cells) == {40, *range(3, 40, 2)}


def test_questions_do_not_change_each_other():
    source = "seen = []\ndef f(x):\n    seen.append(x)\n    return list(seen)"
    requests = [box.ask("f", 1)[0], box.ask("f", 2)[0] | {"question": "q2"}]
    outcome = box.run(source, requests=requests)
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [[1], [2]]


def test_a_question_keeps_the_cases_before_the_one_that_stopped_it():
    source = "def f(x):\n    while x == 2: pass\n    return x"
    request = box.ask("f", 1)[0] | {"cases": [[1], [2], [3]]}
    outcome = box.run(source, requests=[request])
    assert list(map(box.plain, outcome.questions["q1"])) == [1, TIMEOUT, TIMEOUT]


def test_a_case_that_raises_costs_no_other():
    source = "def f(x):\n    return 1 / x"
    outcome = box.run(source, requests=[box.ask("f")[0] | {"cases": [[1], [0], [2]]}])
    assert list(map(box.plain, outcome.questions["q1"])) == [1.0, raised("ZeroDivisionError"), 0.5]
    assert (outcome.questions["q1"][1].cell, outcome.questions["q1"][1].line) == (1, 2)


def test_an_error_is_placed_where_the_student_wrote():
    source = "import numpy as np\ndef f(x):\n    g = lambda: np.ones(3) @ np.ones(4)\n    return g()"
    failure = box.run("pass", source, requests=box.ask("f", 1)).questions["q1"][0]
    assert (failure.type, failure.cell, failure.line) == ("ValueError", 2, 3)


def test_numpy_errors_come_as_their_builtin_parent():
    source = "import numpy as np\ndef f(x): return np.linalg.inv(np.zeros((2, 2)))"
    assert box.first(box.run(source, requests=box.ask("f", 1))) == raised("ValueError")


def test_arguments_are_told_as_they_are_after_the_call():
    source = "def f(p, g):\n    p -= g\n    return p"
    array = {"array": [3.0, 4.0], "dtype": "float64"}
    outcome = box.run(source, requests=box.ask("f", array, array, observe_arguments=True))
    result = outcome.questions["q1"][0]
    np.testing.assert_equal(result.value, np.zeros(2))
    np.testing.assert_equal(result.arguments[0], np.zeros(2))
    np.testing.assert_equal(result.arguments[1], np.array([3.0, 4.0]))


def test_given_functions_go_in_and_cannot_be_observed():
    given = "def scale(a):\n    def f(x):\n        return a * x\n    return f\n"
    request = box.ask("apply", {"given": "scale", "arguments": [3]}, 2, observe_arguments=True)
    outcome = box.run("def apply(f, x):\n    return f(x)", requests=request, given=given)
    assert outcome.questions["q1"][0].value == 6
    assert outcome.questions["q1"][0].arguments == (None, 2)


def test_missing_targets_are_told_from_wrong_ones():
    assert box.first(box.run("y = 1", requests=box.ask("x", kind="value"))) == MISSING
    assert box.first(box.run("f = 1", requests=box.ask("f", 1))) == NOT_CALLABLE
    assert box.first(box.run("def f(): return 1", requests=box.ask("f", 1))) == raised("TypeError")
    assert value("x = ...") is None


def test_what_a_student_draws_is_the_same_in_a_regrade():
    source = """
import random, secrets
import numpy as np
x = [random.random(), np.random.rand(), np.random.default_rng().random(), secrets.randbits(30), hash('a'),
     np.random.default_rng(5).random(), list({'a', 'b', 'c', 'd'})]
"""
    assert value(source, seed=3) == value(source, seed=3)
    first, other = value(source, seed=3), value(source, seed=4)
    assert [a == b for a, b in zip(first, other, strict=True)] == [False] * 4 + [True] * 3
    assert first[5] == np.random.default_rng(5).random()


def test_each_question_draws_from_the_start():
    source = "import numpy as np\nnp.random.seed(8)\ndef f(x): return np.random.rand()"
    requests = [box.ask("f", 1)[0] | {"question": name} for name in ("q1", "q2")]
    outcome = box.run(source, requests=requests, seed=5)
    assert box.first(outcome, "q1") == box.first(outcome, "q2") == np.random.RandomState(5).rand()


def test_seldom_used_parts_of_numpy_work():
    source = """
import numpy as np
x = [np.ma.masked_array([1, 2], [0, 1]).sum(), np.fft.fft([1.0, 1.0]).real.tolist(),
     np.polynomial.Polynomial([1, 2])(3.0), np.linalg.norm([3, 4])]
from numpy.random import default_rng, SeedSequence
from numpy.polynomial import Polynomial
import numpy.ma as ma
"""
    assert value(source) == [1, [2.0, 0.0], 7.0, 5.0]


def test_matplotlib_waits_until_it_is_used():
    unused = "import sys\nimport matplotlib\nimport matplotlib.pyplot as plt"
    assert value(f"{unused}\nx = 'matplotlib.figure' in sys.modules") is False


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()\nx = 1",
        "from matplotlib import pyplot as plt, cm\nplt.plot([1, 2])\nx = len(plt.gca().lines)\ncm.viridis",
        "import matplotlib as mpl\nmpl.rcParams['font.size'] = 1\nx = int(mpl.rcParams['font.size'])",
        "import matplotlib.pyplot as plt\nplt.rcParams.update({'font.size': 12})\nplt.title('x')\nx = 1",
        "from matplotlib.figure import Figure\nimport matplotlib.animation as animation\nx = 1",
        "from pylab import plot\nx = len(plot([1, 2]))",
    ],
)
def test_matplotlib_works_once_it_is_used(source):
    assert value(source, limits=box.sandbox.Limits()) == 1


def test_figure_cells_are_not_run():
    cells = [Cell(1, "x = 1"), Cell(2, "x = 2", ("figure",)), Cell(3, "y = x")]
    outcome = box.sandbox.run(cells, box.ask("y", kind="value"), limits=box.LIMITS)
    assert box.first(outcome) == 1


def test_a_problem_set_says_what_of_the_book_may_be_used():
    source = "from d2l_utils import bowl\nfrom d2l_utils.objectives import parabola\nx = bowl.name"
    assert value(source, modules=("objectives",)) == "bowl"
    outcome = box.run("from d2l_utils import Adam", modules=("objectives",), requests=box.ask("x"))
    assert box.plain(outcome.cells[1]) == raised("ImportError")
    outcome = box.run("import d2l_utils.rules", modules=("objectives",), requests=box.ask("x"))
    assert box.plain(outcome.cells[1]) == raised("ModuleNotFoundError")


def test_the_packaged_data_may_be_used():
    assert value("from d2l_utils.data import load_digits\nx = len(load_digits())", modules=("data",)) == 2


def test_files_of_ones_own_may_be_written():
    assert (
        value("import numpy as np\nnp.save('a.npy', np.ones(3))\nx = np.load('a.npy').tolist()") == [1.0] * 3
    )


class Board:
    """An oracle that squares, three times."""

    def __init__(self):
        self.asked = []

    def __call__(self, question, arguments, case):
        self.asked.append((question, arguments))
        if len(self.asked) > 3:
            raise RuntimeError("the budget of 3 is spent")
        (number,) = arguments
        if number < 0:
            raise ValueError("a negative number")
        return {"square": np.array(number) ** 2}


def contest(source, oracle, *arguments):
    return box.first(box.run(source, requests=box.ask("f", *arguments, kind="contest"), oracle=oracle))


def test_a_contest_asks_the_oracle():
    oracle = Board()
    assert contest("def f(ask, x):\n    return [int(ask(x + i)['square']) for i in range(3)]", oracle, 2) == [
        4,
        9,
        16,
    ]
    assert oracle.asked == [("q1", (2,)), ("q1", (3,)), ("q1", (4,))]


def test_the_errors_of_the_oracle_are_raised_in_the_box():
    source = """
def f(ask, number):
    words = []
    for each in (-1, 'a', 3, 4):
        try:
            ask(each)
        except Exception as error:
            words.append(f'{type(error).__name__}: {error}')
    try:
        ask(lambda: 3)
    except ValueError as error:
        words.append('unreadable')
    return words
"""
    assert contest(source, Board(), 1) == [
        "ValueError: a negative number",
        "TypeError: this cannot be asked",
        "RuntimeError: the budget of 3 is spent",
        "unreadable",
    ]


def test_an_ask_is_quick():
    source = (
        "import numpy as np\ndef f(ask):\n    for _ in range(500): ask({'w': np.ones(1500)})\n    return 1"
    )
    request = box.ask("f", kind="contest", cpu_seconds=10.0)
    outcome = box.run(source, requests=request, oracle=lambda question, arguments, case: arguments[0])
    assert box.first(outcome) == 1
    assert outcome.seconds < 15


def test_a_contest_asked_by_a_forged_line_is_not_confused():
    source = "def f(ask):\n    return [int(ask(i)['square']) for i in range(2)]"
    assert contest(source, Board()) == [0, 1]
    assert isinstance(contest("def f(ask):\n    return ask(1, 2)", Board()), Lost)
