"""The stored worst cases: closed forms where they are known, a proof and a function that can be checked."""

from importlib.util import find_spec

import numpy as np
import pytest

from d2l_utils.theory import load_worst_cases

FOUND = load_worst_cases()


def remainder(weights, bound):
    """Return the heights and the quadratic form that the weighted inequalities leave (L = 1)."""
    size = len(weights)
    unit = np.eye(size)  # p₀ − p*, then the gradients on the way
    gradients = np.vstack([np.zeros(size), unit[1:]])
    points = np.vstack([np.zeros(size), unit[0] - np.cumsum(np.vstack([0 * unit[0], unit[1:-1]]), axis=0)])
    form, heights = bound * np.outer(unit[0], unit[0]), np.zeros(size)
    for (i, j), weight in np.ndenumerate(weights):
        turn = gradients[i] - gradients[j]
        product = np.outer(gradients[j], points[i] - points[j]) + np.outer(turn, turn) / 2
        form += weight * (product + product.T) / 2
        heights += weight * (unit[j] - unit[i])
    return heights, form


def slack(points, gradients, values, mu, L):
    """Return by how much a table meets each condition for curvatures from mu to L (Taylor et al. 2017)."""
    found = []
    for i, j in zip(*np.nonzero(~np.eye(len(points), dtype=bool)), strict=True):
        way, turn = points[i] - points[j], gradients[i] - gradients[j]
        bend = turn @ turn / L + mu * way @ way - 2 * mu / L * turn @ way
        found.append(values[i] - values[j] - gradients[j] @ way - bend / (2 * (1 - mu / L)))
    return min(found)


def thrown():
    """Return the stored function's points, gradients and values, the minimum first."""
    table = FOUND["function"]
    return (
        np.array([[0, 0], *table["points"][:-1]]),
        np.array([[0, 0], *table["gradients"]]),
        np.array([0, *table["values"]]),
    )


def test_gradient_descents_are_the_known_ones():
    T = np.arange(1, 21)
    np.testing.assert_allclose(FOUND["convex"]["gradient descent"], 1 / (4 * T + 2), rtol=1e-4)
    T = np.arange(1, 13)
    np.testing.assert_allclose(FOUND["round"]["gradient descent"], (24 / 26) ** (2 * T), rtol=1e-4)


def test_nesterovs_keep_their_promises():
    T = np.arange(1, 21)
    assert np.all(np.array(FOUND["convex"]["Nesterov"]) < 2 / (T + 1) ** 2)
    T = np.arange(1, 13)
    assert np.all(np.array(FOUND["round"]["Nesterov"]) < 26 * (1 - 1 / 5) ** T)


def test_the_proof_is_one():
    weights, bound = np.array(FOUND["proof"]["multipliers"]), FOUND["proof"]["bound"]
    heights, form = remainder(weights, bound)
    assert weights.min() > -1e-8
    np.testing.assert_allclose(heights, [-1, 0, 0, 0, 1], atol=1e-8)
    assert np.linalg.eigvalsh(form)[0] > -1e-8
    assert np.linalg.eigvalsh(remainder(weights, 0.99 * bound)[1])[0] < -1e-5
    assert abs(remainder(weights.T, bound)[0] - heights).max() > 1


def test_the_function_exists_and_throws_the_ball():
    points, gradients, values = thrown()
    assert slack(points, gradients, values, 1.0, 25.0) > -1e-3
    assert slack(points, gradients, values, 1.0, 24.0) < -0.1  # it needs all of its curvature
    path = np.array(FOUND["function"]["points"])
    before = np.vstack([path[:1], path[:-2]])
    np.testing.assert_allclose(
        path[1:], path[:-1] + 4 / 9 * (path[:-1] - before) - gradients[1:] / 9, atol=1e-3
    )
    assert np.sum(path[-1] ** 2) == pytest.approx(FOUND["function"]["bound"], rel=1e-3)
    assert FOUND["function"]["bound"] == pytest.approx(FOUND["round"]["heavy ball"][2], rel=1e-4)


@pytest.mark.skipif(find_spec("PEPit") is None, reason="needs the extra worst-cases")
def test_a_solver_finds_them_again():
    from tools import worst_cases as again

    for num_steps in (1, 4):
        found = again.convex(again.growing, num_steps).value
        assert found == pytest.approx(FOUND["convex"]["Nesterov"][num_steps - 1], rel=1e-4)
        found = again.round_(again.HEAVY, num_steps).value
        assert found == pytest.approx(FOUND["round"]["heavy ball"][num_steps - 1], rel=1e-4)
