"""Problem set 6: its answers are the book's, its trap is fair, a prediction is what a run says."""

import copy
import math

import numpy as np
import pytest
from scipy.optimize import linprog

from d2l_utils import Muon, ScheduleFreeSGD, rules
from exercises.grading import job
from exercises.grading.answers import Answer
from exercises.grading.marking.judge import trial
from exercises.grading.question import load
from exercises.ps6.averaging import schedule_free
from exercises.ps6.given import Trap, bowl, lowest, plain_descent, road, roof
from exercises.ps6.newton import newton_step
from exercises.ps6.predictions import PREDICTIONS
from exercises.ps6.published import mended
from exercises.ps6.ring import direction
from exercises.ps6.search import backtrack
from tests.grading import sets


def test_a_newton_step_is_the_books_and_goes_down():
    rng = np.random.default_rng(0)
    for _ in range(20):
        half, g = rng.normal(size=(4, 4)), rng.normal(size=4)
        H = half + half.T
        step, added = newton_step(H, g, 0.3)
        assert step @ g < 0
        assert np.linalg.eigvalsh(H + added * np.eye(4))[0] == pytest.approx(0.3)
        there = rules.newton(np.zeros(4), g, 1.0, added, lambda p, H=H, g=g: (0.0, H @ p + g))
        np.testing.assert_allclose(step, there, rtol=1e-5, atol=1e-6)


def along_line(along, slope):
    """Return a road as the rules ask for it: step, value, slope and gradient."""
    return lambda t: (t, along(t), slope, None)


def test_a_search_is_the_books():
    rng = np.random.default_rng(0)
    for _ in range(50):
        slope, bend, t = -rng.uniform(0.1, 3), rng.uniform(0.1, 3), rng.uniform(0.1, 40)
        limit = int(rng.integers(1, 9))
        found, trials = backtrack(road(1.0, slope, bend, limit), 1.0, slope, t, 0.3, limit)
        at = along_line(road(1.0, slope, bend, limit), slope)
        there = rules.backtracking(at, (0.0, 1.0, slope, None), t, limit, 0.3)
        assert found == there[0]
        assert trials <= limit


def test_a_ring_is_the_matrix_of_bfgs():
    rng = np.random.default_rng(0)
    S, Y, g = rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), rng.normal(size=6)
    scale = rng.uniform(0.2, 2, 6)
    C, used = np.diag(scale), 0
    for row in (3, 4, 0, 1):  # the oldest of four pairs is in row 3, the newest in row 1
        s, y = S[row], Y[row]
        if s @ y > 0:
            V, used = np.eye(6) - np.outer(y, s) / (s @ y), used + 1
            C = V.T @ C @ V + np.outer(s, s) / (s @ y)
    assert 0 < used < 4
    np.testing.assert_allclose(direction(g, S, Y, 1, 4, scale), -C @ g, rtol=1e-9)


@pytest.mark.needs("bubblewrap")
def test_a_matrix_costs_its_part_in_the_box():
    notebook = copy.deepcopy(sets.notebooks("ps6")[1])
    (cell,) = (cell for cell in notebook.cells if "def direction(" in cell.source)
    cell.source = cell.source.replace("q *= diagonal", "q = np.diag(diagonal) @ q")
    graded = {"problem_set": "ps6", "student": "ada", "notebook": sets.file(notebook), "seed": 17}
    parts = job.grade(graded)["questions"]["q3"]["parts"]
    assert {part["key"]: part["earned"] for part in parts} == {"pairs": 1, "ring": 1, "bad": 1, "long": 0}


def test_a_ring_is_the_books_two_loops():
    rng = np.random.default_rng(1)
    half = rng.normal(size=(6, 6))
    S, g = rng.normal(size=(4, 6)), rng.normal(size=6)
    Y = S @ (half @ half.T + np.eye(6))
    scale = np.full(6, S[-1] @ Y[-1] / (Y[-1] @ Y[-1]))
    np.testing.assert_allclose(direction(g, S, Y, 3, 4, scale), -rules.two_loop(g, S, Y), rtol=1e-9)


@pytest.mark.parametrize(("letter", "shape"), [("A", (5, 3)), ("B", (6, 2, 1, 2)), ("C", (3, 4))])
def test_a_mended_muon_is_the_books(letter, shape):
    rng, optimizer = np.random.default_rng(0), Muon(0.1, 0.8, factor="rows", exact=True)
    p, v, q = rng.normal(size=shape), np.zeros(shape), None
    q = p.copy()
    for _ in range(5):
        parts = rng.normal(size=(3, *shape))
        p, v = mended(letter, p, parts if letter == "C" else parts.mean(axis=0), v, 0.1, 0.8)
        optimizer.update(q, parts.mean(axis=0))
    np.testing.assert_allclose(p, q, rtol=1e-9)


@pytest.mark.parametrize("rates", [[0.3] * 8, [0.1, 0.2, 0.3, 0.3, 0.3]])
def test_a_schedule_free_run_is_the_books(rates):
    gradient, y = bowl(np.diag([0.5, 2.0])), np.array([3.0, -2.0])
    optimizer = ScheduleFreeSGD(lambda t: rates[t], momentum=0.8)
    for _ in rates:
        optimizer.update(y, gradient(y))
    x = schedule_free(gradient, np.array([3.0, -2.0]), rates, 0.8)
    np.testing.assert_allclose(x, optimizer.averaged(y), rtol=1e-12)


GORGE = [[1.0, 1.0, 0.0], [-10.0, 1.0, 0.0], [0.0, 0.0, -10.0]]


def chapter(a, floor=-10.0):
    """Return the roof of the chapter's exercise, with a floor so that it has a lowest height."""
    return [[a, 1.0, 0.0], [-a, 1.0, 0.0], [0.0, 0.0, floor]]


@pytest.mark.parametrize("a", [1.5, 2, 8, 30, 100])
def test_the_roof_of_the_chapter_is_no_trap(a):
    assert np.mean([Trap(seed).score(chapter(a)) for seed in range(5)]) < 0.3
    assert Trap(0).score(chapter(a)[:2]) == 0  # without a floor it falls for ever


def test_the_solutions_trap_holds_in_every_round():
    solved = sets.left_behind("ps6", solved=True)[0]["trap"]
    assert np.array_equal(solved(None), GORGE)
    assert min(Trap(seed).score(GORGE) for seed in range(20)) > 0.75
    assert Trap(3).score(GORGE) == Trap(3).score(np.array(GORGE, dtype=np.float32).tolist())


def test_a_trap_for_both_is_none():
    far = [[1.0, 1.0, 0.0], [-10.0, 1.0, 0.0], [0.0, 0.0, -100.0]]
    undone = Trap(0).shares(far)
    assert undone[:, 0].min() > 0.9
    assert undone[:, 1].max() > 0.05
    assert Trap(0).score(far) == 0


def test_a_bowl_is_no_trap():
    cone = [[math.cos(angle), math.sin(angle), 0.0] for angle in np.arange(8) * math.pi / 4]
    assert Trap(0).score(cone) < 0.05


def test_the_lowest_height_is_that_of_a_linear_program():
    rng, ends = np.random.default_rng(0), set()
    for _ in range(60):
        planes = rng.normal(size=(int(rng.integers(2, 7)), 3)).round(1)
        result = linprog(
            [0, 0, 1],
            A_ub=np.column_stack([planes[:, :2], -np.ones(len(planes))]),
            b_ub=-planes[:, 2],
            bounds=(None, None),
        )
        assert result.status in (0, 3)
        assert lowest(planes) == pytest.approx(result.fun if result.status == 0 else -np.inf)
        ends.add(result.status)
    assert ends == {0, 3}
    assert lowest([[2.0, 0.0, 1.0], [-2.0, 0.0, 1.0]]) == pytest.approx(1)


def test_a_roof_has_the_slopes_of_finite_differences():
    rng, loss = np.random.default_rng(0), roof(GORGE)
    for p in rng.uniform(-3, 3, (50, 2)):
        h = 1e-6
        slopes = [(loss(p + h * unit)[0] - loss(p - h * unit)[0]) / (2 * h) for unit in np.eye(2)]
        np.testing.assert_allclose(slopes, loss(p)[1], atol=1e-6)
    assert plain_descent(loss, np.array([1.0, 3.0])) == -10


@pytest.mark.parametrize(
    ("planes", "words"),
    [
        ([1.0, 2.0, 3.0], "2 to 8 rows of three"),
        ([[1.0, 2.0]] * 3, "2 to 8 rows of three"),
        ([[1.0, 2.0, 3.0]] * 9, "2 to 8 rows of three"),
        ([[1.0, 0.0, 0.0], [-1.0, 0.0, 101.0]], "between -100 and 100"),
        ([[1.0, 0.0, 0.0], [-1.0, 0.0, math.nan]], "between -100 and 100"),
        ([[1e-9, 0.0, 0.0], [-1e-9, 0.0, 0.0]], "at least 0.1"),
    ],
)
def test_what_is_no_roof_is_refused_in_words(planes, words):
    with pytest.raises(ValueError, match=words):
        Trap(0).ask(planes)
    judged = trial(load("ps6").question("q4"), 3).judge([Answer(planes)] * 7)
    assert judged["score"] == 0
    assert judged["measure"] is None


@pytest.mark.parametrize("steeper", [1.0, 10.0])
def test_the_marks_are_for_what_lbfgs_leaves(steeper):
    planes = [[1.0, 1.0, 0.0], [-steeper, 1.0, 0.0], [0.0, 0.0, -10.0]]
    judged = trial(load("ps6").question("q4"), 3).judge([Answer(planes)] * 7)
    assert judged["score"] == (4 if steeper > 1 else 0)


def test_a_roof_may_be_asked_about_so_many_times_and_no_more():
    round_ = Trap(0)
    round_.left = 1
    assert round_.ask(GORGE) == round_.score(GORGE)
    with pytest.raises(RuntimeError, match="14 times"):
        round_.ask(GORGE)


def test_the_predictions_follow_from_the_formulas():
    expected = {
        "sixth": 0.8**10,
        "settle": frozenset("AC"),
        "clip": 20.0,
        "wall": 2.0,
    }
    letters = expected.pop("settle")
    assert PREDICTIONS.answers["settle"] == letters
    assert {name: PREDICTIONS.answers[name] for name in expected} == pytest.approx(expected)
