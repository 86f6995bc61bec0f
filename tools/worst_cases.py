"""Compute the worst cases of three methods by semidefinite programming, and store them beside the data sets.

Run as ``python tools/worst_cases.py`` after ``pip install -e .[worst-cases]``; it takes about a minute.
Each number is the largest value that a quantity can have after T steps from the distance 1, over all
functions of a class in any number of dimensions (Drori & Teboulle 2014; Taylor, Hendrickx & Glineur 2017).
"""

import json
import warnings
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import PEPit
from PEPit.functions import SmoothConvexFunction, SmoothStronglyConvexFunction

FILE = Path(__file__).parents[1] / "d2l_utils" / "datasets" / "worst_cases.json"
KAPPA = 25.0  # as in the heavy ball's ring
SCALES = (25.0, 5.0, 1.0)  # L; the distance does not depend on it, the solver's accuracy does
SHOWN = 3  # steps of the worst case whose proof, or whose function, is stored
Walk = Callable[[Any, Any, float, int], list[Any]]


class Worst(NamedTuple):
    """A worst case: its value, the function, its minimum, and the points of the walk."""

    value: float
    f: Any
    best: Any
    points: list[Any]


def ball(rate: float, momentum: float, ask_ahead: bool = False) -> Walk:
    """Return the walk of gradient descent, the heavy ball, or Nesterov's method; the rate is ηL."""

    def walk(f: Any, x: Any, L: float, num_steps: int) -> list[Any]:
        points, before = [x], x
        for _ in range(num_steps):
            ahead = x + momentum * (x - before)
            before, x = x, ahead - rate / L * f.gradient(ahead if ask_ahead else x)
            points.append(x)
        return points

    return walk


def growing(f: Any, x: Any, L: float, num_steps: int) -> list[Any]:
    """Return Nesterov's walk at the rate 1/L with the momentum that grows."""
    points, q, a = [x], x, 1.0
    for _ in range(num_steps):
        after, a_after = q - f.gradient(q) / L, (1 + (1 + 4 * a * a) ** 0.5) / 2
        q, x, a = after + (a - 1) / a_after * (after - x), after, a_after
        points.append(x)
    return points


HEAVY = ball(25 / 9, 4 / 9)  # the best on quadratics of this κ


def convex(walk: Walk, num_steps: int) -> Worst:
    """Return the largest f − f* over all convex functions with L = 1."""
    problem = PEPit.PEP()
    f = problem.declare_function(SmoothConvexFunction, L=1.0)
    return _solved(problem, f, walk, 1.0, num_steps, lambda end, best: f(end) - f(best))


def round_(walk: Walk, num_steps: int) -> Worst:
    """Return the largest squared distance over all strongly convex functions with this κ."""
    for L in SCALES:
        problem = PEPit.PEP()
        f = problem.declare_function(SmoothStronglyConvexFunction, mu=L / KAPPA, L=L)
        try:
            return _solved(problem, f, walk, L, num_steps, lambda end, best: (end - best) ** 2)
        except UserWarning:  # the solver calls its solution inaccurate
            continue
    raise RuntimeError(f"no scaling of {SCALES} has an accurate solution after {num_steps} steps")


def _solved(problem: Any, f: Any, walk: Walk, L: float, num_steps: int, measure: Callable[..., Any]) -> Worst:
    best, start = f.stationary_point(), problem.set_initial_point()
    problem.set_initial_condition((start - best) ** 2 <= 1)
    points = walk(f, start, L, num_steps)
    problem.set_performance_metric(measure(points[-1], best))
    return Worst(float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0)), f, best, points)


def series(solve: Callable[[Walk, int], Worst], walk: Walk, longest: int) -> list[float]:
    """Return the worst cases after 1, 2, ... steps, to five digits."""
    return [float(f"{solve(walk, T).value:.5g}") for T in range(1, longest + 1)]


def proof() -> dict[str, Any]:
    """Return the multipliers of the inequalities that prove gradient descent's worst case."""
    worst = convex(ball(1.0, 0.0), SHOWN)
    table = worst.f.get_class_constraints_duals()["smoothness_convexity"]
    return {"bound": worst.value, "multipliers": table.to_numpy().tolist()}


def function() -> dict[str, Any]:
    """Return points, gradients and values of the function that throws the heavy ball the farthest, L = 25.

    All of it happens in a plane, whose axes are chosen so that the start is at (−1, 0).
    """
    value, f, best, points = round_(HEAVY, SHOWN)
    path = np.array([point.eval() - best.eval() for point in points])
    first = -path[0] / np.linalg.norm(path[0])
    second = path[-1] - (path[-1] @ first) * first
    plane = np.array([first, second / np.linalg.norm(second)]).T
    gradients = np.array([f.gradient(point).eval() for point in points[:-1]])
    heights = np.array([f(point).eval() - f(best).eval() for point in points[:-1]])
    return {
        "bound": float(value),
        "points": (path @ plane).round(4).tolist(),
        "gradients": (gradients @ plane).round(4).tolist(),
        "values": heights.round(4).tolist(),
    }


def main() -> None:
    """Compute everything and write it."""
    warnings.simplefilter("error", UserWarning)
    found = {
        "date": date.today().isoformat(),
        "versions": {name: version(name) for name in ("PEPit", "cvxpy", "clarabel")},
        "convex": {
            "gradient descent": series(convex, ball(1.0, 0.0), 20),
            "Nesterov": series(convex, growing, 20),
        },
        "round": {
            "gradient descent": series(round_, ball(2 / (1 + 1 / KAPPA), 0.0), 12),
            "heavy ball": series(round_, HEAVY, 12),
            "Nesterov": series(round_, ball(1.0, 2 / 3, ask_ahead=True), 12),
        },
        "proof": proof(),
        "function": function(),
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {found['date']}, {found['versions']}")


if __name__ == "__main__":
    main()
