"""Problem set 6: what a student gets wrong is recognised, what is right counts, and the trap is fair."""

import copy
import math
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from d2l_utils import Muon, ScheduleFreeSGD, rules
from exercises.grading import job
from exercises.grading.answers import Answer
from exercises.grading.marking.judge import rehearse, trial
from exercises.grading.question import load, load_given
from exercises.ps6.averaging import schedule_free
from exercises.ps6.given import Trap, bowl, lowest, plain_descent, road, roof
from exercises.ps6.newton import newton_step
from exercises.ps6.predictions import PREDICTIONS
from exercises.ps6.published import PUBLISHED, mended
from exercises.ps6.ring import direction
from exercises.ps6.search import backtrack
from tests.grading import planted, sets

ADDED = "max(0.0, least - lowest_curvature)"
SOLVE = "    return np.linalg.solve(raised, -gradient), added"
EACH = """    curvatures, vectors = np.linalg.eigh(hessian)
    return -vectors @ (vectors.T @ gradient / {}), added"""
ACCEPT = "np.isfinite(here) and here <= value + c1 * t * slope"
FOUND, NONE = "return t, trials", "    return 0.0, limit"
ORDER = "[(newest - age) % len(S) for age in range(count)]"
USED = "[row for row in order if S[row] @ Y[row] > 0]"
SHARE = "S[row] @ q / (S[row] @ Y[row])"
BACK = "shares[row] - Y[row] @ q / (S[row] @ Y[row])"
A, B, C = (f'    if which == "{letter}":\n' for letter in "ABC")
AHEAD = "(1 - momentum) * g + momentum * v"
FLAT = "flat.shape[0] / flat.shape[1]"
TURNED = """    step = np.linalg.solve(hessian, -gradient)
    return (-step if step @ gradient > 0 else step), 0.0
"""
EACH_PART = """        learned = [momentum * v + (1 - momentum) * part for part in g]
        ahead = [(1 - momentum) * part + momentum * new for part, new in zip(g, learned)]
        turned = np.mean([orthogonal(each) for each in ahead], axis=0)
        v = momentum * v + (1 - momentum) * whole
        return p - lr * max(1, p.shape[0] / p.shape[1]) ** 0.5 * turned, v
"""


def in_A(right, wrong):
    """Return an edit of the lines of A alone: those of B come after the same ones."""
    lines = """        v = momentum * v + (1 - momentum) * g
        ahead = (1 - momentum) * g + momentum * v
        factor = max(1, p.shape[0] / p.shape[1]) ** 0.5
        return p - lr * factor * orthogonal(ahead), v
"""
    return [(A + lines, A + lines.replace(right, wrong))]


MISTAKES = {
    "q1": {
        "as-it-comes": [(ADDED, "0.0")],
        "turned-around": [("    lowest_curvature", f"{TURNED}    lowest_curvature")],
        "uphill": [("-gradient", "gradient")],
        "lowered": [(ADDED, "least - lowest_curvature")],
        "always": [(ADDED, "least + max(0.0, -lowest_curvature)")],
        "by-diagonal": [("np.linalg.eigvalsh(hessian)[0]", "np.diag(hessian).min()")],
        "largest": [("eigvalsh(hessian)[0]", "eigvalsh(hessian)[-1]")],
        "only-negative": [(ADDED, "0.0 if lowest_curvature > 0 else least - lowest_curvature")],
        "each-flipped": [(SOLVE, EACH.format("np.maximum(abs(curvatures), least)"))],
        "each-raised": [(SOLVE, EACH.format("np.maximum(curvatures, least)"))],
    },
    "q2": {
        "trusts-nan": [(ACCEPT, "not here > value + c1 * t * slope")],
        "trusts-minus-infinity": [("np.isfinite(here) and ", "")],
        "any-fall": [("value + c1 * t * slope", "value")],
        "no-t": [("c1 * t * slope", "c1 * slope")],
        "rising-line": [("value + c1", "value - c1")],
        "overspends": [("range(1, limit + 1)", "range(1, 1000)")],
        "one-short": [("range(1, limit + 1)", "range(1, limit)"), (NONE, "    return 0.0, limit - 1")],
        "takes-the-last": [(NONE, "    return (2 * t if limit else 0.0), limit")],
        "takes-the-next": [(NONE, "    return (t if limit else 0.0), limit")],
        "halved-first": [("    for trials", "    t = t / 2\n    for trials")],
        "halved-after": [(FOUND, "return t / 2, trials")],
        "counts-halvings": [(FOUND, "return t, trials - 1")],
        "searches-uphill": [("if not slope < 0", "if False")],
    },
    "q3": {
        "uphill": [("return -q", "return q")],
        "oldest-first": [(USED, f"{USED}[::-1]")],
        "same-order": [("reversed(used)", "used")],
        "no-second-share": [(BACK, "shares[row]")],
        "swapped": [(f"= {SHARE}", "= Y[row] @ q / (S[row] @ Y[row])")],
        "own-scale": [
            ("q *= diagonal", "q *= S[used[0]] @ Y[used[0]] / (Y[used[0]] @ Y[used[0]]) if used else 1.0")
        ],
        "divides": [("q *= diagonal", "q /= diagonal")],
        "in-sequence": [(ORDER, "list(reversed(range(count)))")],
        "all-rows": [("range(count)", "range(len(S))")],
        "forwards": [("newest - age", "newest + age")],
        "every-pair": [(USED, "order")],
        "by-size": [("S[row] @ Y[row] > 0]", "abs(S[row] @ Y[row]) > 1e-12]")],
        "until-bad": [
            (
                f"    used = {USED}\n",
                "    used = []\n    for row in order:\n        if S[row] @ Y[row] <= 0:\n            break\n"
                "        used.append(row)\n",
            )
        ],
    },
    "q5": {
        "A-plain": in_A("orthogonal(ahead)", "orthogonal(v)"),
        "A-adds": in_A(
            "(1 - momentum) * g + momentum * v\n        factor", "g + momentum * v\n        factor"
        ),
        "A-late": in_A("orthogonal(ahead)", "((1 - momentum) * orthogonal(g) + momentum * v)"),
        "B-turned": [(FLAT, "flat.shape[1] / flat.shape[0]")],
        "B-none": [(f"max(1, {FLAT})", "1")],
        "B-below-1": [(f"max(1, {FLAT})", f"({FLAT})")],
        "B-channels": [(FLAT, "p.shape[0] / p.shape[1]")],
        "C-sum": [("np.mean(g, axis=0)", "np.sum(g, axis=0)")],
        "C-last": [("np.mean(g, axis=0)", "g[-1]")],
        "C-each": [("np.mean(g, axis=0)\n", f"np.mean(g, axis=0)\n{EACH_PART}")],
    },
    "q6": {
        "y-returned": [("    return x", "    return (1 - beta) * z + beta * x")],
        "z-returned": [("    return x", "    return z")],
        "asks-at-x": [("gradient(y)", "gradient(x)")],
        "asks-at-z": [("gradient(y)", "gradient(z)")],
        "equal-weights": [("lr**2", "1.0")],
        "counts-start": [("lr**2", "1.0"), ("total = 0.0", "total = 1.0")],
        "linear-weights": [("lr**2", "lr")],
        "swapped": [("(1 - beta) * z + beta * x", "beta * z + (1 - beta) * x")],
        "averages-y": [("share * z", "share * y")],
        "averages-old-z": [("        z = z", "        old, z = z, z"), ("share * z", "share * old")],
        "divides-by-nothing": [(" if total > 0 else 0.0", "")],
        "moves-start": [
            (
                "x, z = np.array(start, dtype=float), np.array(start, dtype=float)",
                "x, z = start * 1.0, start",
            ),
            ("z = z - lr", "z -= lr"),
        ],
    },
}
# Others cost a point too, although none has words of its own.
OTHERS = {
    "q1": {"a guess": [(ADDED, "2 * max(0.0, least - lowest_curvature)")]},
    "q2": {
        "a call at 0": [("    for trials", "    value = along(0.0)\n    for trials")],
        "a third each time": [("t = t / 2", "t = t / 3")],
    },
    "q3": {
        "only the newest": [(USED, f"{USED}[:1]")],
    },
    "q5": {"forgets v": [("return p - lr * factor * orthogonal(ahead), v", "return p, v")]},
    "q6": {"one step late": [("for lr in rates", "for lr in rates[1:]")]},
}
# Other right ways to write it; what a variant does not return, the solution below it does.
VARIANTS = {
    "q1": {
        "eigenvectors": [
            (
                SOLVE,
                "    curvatures, vectors = np.linalg.eigh(hessian)\n"
                "    return -vectors @ (vectors.T @ gradient / (curvatures + added)), added",
            )
        ],
        "an inverse": [("np.linalg.solve(raised, -gradient)", "-np.linalg.inv(raised) @ gradient")],
        "a list": [(SOLVE, "    return [np.linalg.solve(raised, -gradient).tolist(), float(added)]")],
        "eig": [("np.linalg.eigvalsh(hessian)[0]", "np.linalg.eig(hessian)[0].real.min()")],
    },
    "q2": {
        "while": [
            (
                "    for trials",
                "    trials = 0\n    while trials < limit:\n        trials += 1\n        here = along(t)\n"
                f"        if {ACCEPT}:\n            {FOUND}\n        t *= 0.5\n    return 0, trials\n"
                "    for trials",
            )
        ],
        "powers": [
            (
                "    for trials",
                "    for k in range(limit):\n        here = float(along(t * 0.5**k))\n"
                "        if abs(here) < float('inf') and here - value <= c1 * t * 0.5**k * slope:\n"
                "            return np.float64(t * 0.5**k), k + 1\n    return 0.0, limit\n    for trials",
            )
        ],
        "NaN by itself": [("if not slope < 0", "if slope >= 0 or slope != slope")],
    },
    "q3": {
        "recursion": [
            (
                "    q, shares",
                "    def product(rows, g):\n        if not rows:\n            return diagonal * g\n"
                "        s, y = S[rows[0]], Y[rows[0]]\n        rho = 1 / (s @ y)\n"
                "        r = product(rows[1:], g - rho * (s @ g) * y)\n"
                "        return r - rho * (y @ r) * s + rho * (s @ g) * s\n"
                "    return -product(used, g)\n    q, shares",
            )
        ],
        "rolled": [
            (
                f"    order = {ORDER}\n",
                "    S, Y = np.roll(S, -newest - 1, axis=0)[::-1], np.roll(Y, -newest - 1, axis=0)[::-1]\n"
                "    order = range(count)\n",
            )
        ],
        "row by row": [
            (f"    order = {ORDER}\n", "    order, row = [], newest\n"),
            (
                f"    used = {USED}\n",
                "    while len(order) < count:\n        order.append(row)\n        row -= 1\n"
                f"    used = {USED}\n",
            ),
        ],
        "a relative guard": [("S[row] @ Y[row] > 0]", "S[row] @ Y[row] > 1e-14 * Y[row] @ Y[row]]")],
    },
    "q5": {
        "parts as the batch": [("np.mean(g, axis=0)", "sum(g) / len(g)")],
        "in place": [
            ("v = momentum * v + (1 - momentum) * whole", "v *= momentum; v += (1 - momentum) * whole")
        ],
        "a product of the shape": [(FLAT, "p.shape[0] / np.prod(p.shape[1:])")],
    },
    "q6": {
        "all places at once": [
            (
                "    total = 0.0\n",
                "    places, weights = [], []\n    for lr in rates:\n"
                "        z = z - lr * gradient((1 - beta) * z + beta * x)\n"
                "        places.append(z)\n        weights.append(lr * lr)\n"
                "        if sum(weights) > 0:\n            x = np.average(places, axis=0, weights=weights)\n"
                "    return x\n    total = 0.0\n",
            )
        ],
        "lerp": [("x = (1 - share) * x + share * z", "x = x + share * (z - x)")],
        "floats": [("    for lr in rates", "    for lr in map(float, rates)")],
    },
}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "slip", "edits"), planted.rows(MISTAKES))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a student's division by zero
def test_a_students_mistake_is_recognised(question, slip, edits, seed):
    judged = planted.judged("ps6", question, edits, seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    known = planted.known("ps6")
    left = {slip for slip in known["q5"] if slip.startswith("left-")}
    assert {question: set(slips) for question, slips in MISTAKES.items()} == known | {
        "q5": known["q5"] - left
    }


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "name", "edits"), planted.rows(OTHERS))
def test_another_mistake_costs_too(question, name, edits, seed):
    judged = planted.judged("ps6", question, edits, seed)
    assert judged["slip"] is None
    assert judged["score"] < judged["points"]


@pytest.mark.parametrize("seed", [0, 7, 2**33])
@pytest.mark.parametrize(("question", "name", "edits"), planted.rows(VARIANTS))
def test_no_right_way_to_write_it_costs(question, name, edits, seed):
    judged = planted.judged("ps6", question, edits, seed)
    assert judged["score"] == judged["points"]


@pytest.mark.parametrize("letters", [c for size in (1, 2, 3) for c in combinations("ABC", size)])
def test_muons_that_are_left_as_published_are_named(letters):
    untouched = sets.left_behind("ps6", solved=False)[0]["mended"]

    def half_mended(which, *arguments):
        return (untouched if which in letters else mended)(which, *arguments)

    judged = rehearse(load("ps6").question("q5"), half_mended, seed=5)
    assert judged["slip"] == f"left-{''.join(letters)}"
    assert judged["score"] == 3 - len(letters)
    assert all(PUBLISHED[letter][1] in judged["message"] for letter in letters)


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
    judged = trial(load("ps6").question("q4"), 3).judge([Answer(planes)])
    assert judged["score"] == 0
    assert judged["measure"] is None


@pytest.mark.parametrize("steeper", [1.0, 10.0])
def test_the_marks_are_for_what_lbfgs_leaves(steeper):
    planes = [[1.0, 1.0, 0.0], [-steeper, 1.0, 0.0], [0.0, 0.0, -10.0]]
    judged = trial(load("ps6").question("q4"), 3).judge([Answer(planes)])
    assert judged["score"] == (4 if steeper > 1 else 0)


def test_a_roof_may_be_asked_about_a_hundred_times():
    round_ = Trap(0)
    round_.left = 1
    assert round_.ask(GORGE) == round_.score(GORGE)
    with pytest.raises(RuntimeError, match="100 times"):
        round_.ask(GORGE)


def test_the_predictions_follow_from_the_formulas():
    expected = {
        "sixth": 0.8**10,
        "pairs": 2 * 10 * 3 * 8,
        "settle": frozenset("AC"),
        "clip": 20.0,
        "wall": 2.0,
    }
    letters = expected.pop("settle")
    assert PREDICTIONS.answers["settle"] == letters
    assert {name: PREDICTIONS.answers[name] for name in expected} == pytest.approx(expected)


def test_students_are_given_what_the_cases_use():
    assert vars(load_given("ps6"))["Trap"] is Trap
