"""Problem set 6: what a student gets wrong is recognised, what is right counts, and the trap is fair."""

from itertools import combinations

import pytest

from exercises.grading.marking.judge import rehearse
from exercises.grading.question import load
from exercises.ps6.published import PUBLISHED, mended
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
A = '    if which == "A":\n'
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
