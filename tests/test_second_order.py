"""Directions from a Hessian, and whole runs of L-BFGS and in trust regions, beside SciPy's."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import optimize
from scipy.optimize._trustregion_ncg import CGSteihaugSubproblem

from d2l_utils import beale, data, himmelblau, rosenbrock, rules
from d2l_utils.models import SoftmaxRegression
from d2l_utils.second_order import (
    Counted,
    hessian,
    hessian_product,
    lbfgs,
    newton_direction,
    of_model,
    of_objective,
    steihaug,
    trust_region,
)


def square(x):
    return float(x @ x), 2 * x


def valley(n):
    """Rosenbrock's function of n numbers, as SciPy has it."""
    return (lambda x: (optimize.rosen(x), optimize.rosen_der(x))), np.tile([-1.2, 1.0], n // 2)


def test_a_hessian_from_gradients_has_eight_digits():
    x = np.array([-1.2, 1.0])
    exact = optimize.rosen_hess(x)
    H = hessian(of_objective(rosenbrock), x)
    np.testing.assert_allclose(H, exact, rtol=1e-7)
    np.testing.assert_array_equal(H, H.T)
    v = np.array([0.5, -3.0])
    np.testing.assert_allclose(hessian_product(of_objective(rosenbrock), x, v), exact @ v, rtol=1e-7)
    assert not hessian_product(of_objective(rosenbrock), x, np.zeros(2)).any()
    single = hessian(lambda x: square(x), np.array([3.0, 40.0], np.float32))
    np.testing.assert_allclose(single, 2 * np.eye(2), atol=0.01)


def test_elimination_solves_what_numpy_solves():
    rng = np.random.default_rng(0)
    for n in (1, 2, 5, 20):
        A, b = rng.normal(size=(n, n)), rng.normal(size=n)
        kept = A.copy(), b.copy()
        np.testing.assert_allclose(rules.solved(A, b), np.linalg.solve(A, b), rtol=1e-8)
        assert np.array_equal(A, kept[0])
        assert np.array_equal(b, kept[1])
        assert rules.positive_definite(A @ A.T + 1e-3 * np.eye(n))
        lowest = float(np.linalg.eigvalsh(A + A.T)[0])
        for side in (1e-6, -1e-6):
            assert rules.positive_definite(A + A.T - (lowest - side) * np.eye(n)) == (side > 0)
    swapped = np.array([[0.0, 1.0], [1.0, 0.0]])  # no pivot stands on the diagonal
    assert rules.solved(swapped, np.array([2.0, 3.0])).tolist() == [3.0, 2.0]
    with pytest.raises(ZeroDivisionError, match="the Hessian is singular; damp it"):
        rules.solved(np.array([[1.0, 2.0], [2.0, 4.0]]), np.ones(2))


def test_a_newton_direction_leads_down_whatever_the_hessian():
    """mathnet/mathnet-numerics#1067: Newton's method at an indefinite Hessian."""
    rng = np.random.default_rng(3)
    for n in (1, 2, 6):
        for _ in range(20):
            A, g = rng.normal(size=(n, n)), rng.normal(size=n)
            H = A + A.T
            d, damping = newton_direction(H, g)
            lowest = np.linalg.eigvalsh(H)[0]
            assert d @ g < 0
            assert (damping == 0) == (lowest > 0)
            assert damping > -lowest
            assert damping < max(0.0, -4 * lowest) + 1e-2 * np.linalg.norm(H)
            np.testing.assert_allclose((H + damping * np.eye(n)) @ d, -g, atol=1e-8)
    assert newton_direction(np.zeros((2, 2)), np.ones(2))[1] > 0


@pytest.mark.parametrize(
    ("H", "message"),
    [
        (np.eye(3), r"the Hessian must have shape \(2, 2\), as grad has \(2,\); got \(3, 3\)"),
        (np.array([[1.0, math.nan], [0.0, 1.0]]), "must be finite"),
        (np.array([[1.0, 2.0], [0.0, 1.0]]), "must be symmetric"),
    ],
)
def test_what_is_no_hessian_is_refused(H, message):
    with pytest.raises(ValueError, match=message):
        newton_direction(H, np.ones(2))


def test_conjugate_gradients_stay_in_the_ball_and_fall_as_far_as_the_parabola_does():
    rng = np.random.default_rng(5)
    ends = set()
    for _ in range(60):
        A, g, radius = rng.normal(size=(4, 4)), rng.normal(size=4), 10.0 ** rng.uniform(-2, 2)
        H = A @ A.T - rng.choice([0.0, 2.0]) * np.eye(4)
        step, how = steihaug(lambda v, H=H: H @ v, g, radius, tolerance=1e-12)
        ends.add(how)
        length = np.linalg.norm(step)
        assert length <= radius * (1 + 1e-12)
        assert g @ step + step @ H @ step / 2 < 0
        if how == "inside":
            np.testing.assert_allclose(step, np.linalg.solve(H, -g), rtol=1e-6)
        else:
            assert length == pytest.approx(radius)
        if np.linalg.eigvalsh(H)[0] > 0:
            assert how != "curves down"
            assert (how == "inside") == (np.linalg.norm(np.linalg.solve(H, g)) < radius)
    assert ends == {"inside", "border", "curves down"}


RUNS = {
    "Rosenbrock": valley(2),
    "Rosenbrock of ten": valley(10),
    "Beale": (of_objective(beale), np.array([1.0, 1.5])),
    "ill scaled": (
        lambda x: (x @ (np.logspace(-2, 2, 20) * x) / 2, np.logspace(-2, 2, 20) * x),
        np.ones(20),
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_runs_reach_scipys_minimum_at_its_cost(name):
    loss, start = RUNS[name]
    ours = lbfgs(loss, start, tolerance=1e-7)
    theirs = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-7, "ftol": 0.0, "maxls": 25}
    )
    region = trust_region(loss, start, tolerance=1e-7)
    assert ours.found
    assert region.found
    assert abs(ours.grad).max() <= 1e-7
    for run in (ours, region):
        np.testing.assert_allclose(run.x, theirs.x, atol=1e-3)
        assert run.value <= theirs.fun + 1e-10
    assert ours.evaluations[-1] <= 1.3 * theirs.nfev + 10
    assert ours.told == f"after {len(ours.values) - 1} steps and {ours.evaluations[-1]} evaluations " + (
        "the gradient is within the tolerance"
    )


def test_a_run_on_digits_reaches_what_scipy_reaches():
    (x, t), _ = data.load_digits()
    model = SoftmaxRegression(64, 10, rng=np.random.default_rng(0), weight_decay=1e-3)
    loss, w = of_model(model, x[:200], t[:200])
    ours = lbfgs(loss, w, tolerance=1e-5)
    theirs = optimize.minimize(loss, w, jac=True, method="L-BFGS-B", options={"gtol": 1e-5, "ftol": 0.0})
    assert ours.found
    assert ours.value == pytest.approx(theirs.fun, rel=1e-6)
    assert ours.evaluations[-1] <= 1.3 * theirs.nfev
    assert ours.evaluations[-1] <= 1.3 * len(ours.values)  # nearly one a step
    assert model.loss(x[:200], t[:200]) == pytest.approx(ours.value, rel=1e-6)


def test_a_run_counts_all_and_stops_where_it_must():
    loss = Counted(valley(10)[0])
    start = valley(10)[1]
    whole = lbfgs(loss, start)
    assert loss.calls == whole.evaluations[-1]
    assert np.diff(whole.values).max() <= 0
    assert np.array_equal(start, valley(10)[1])
    for limit in (1, 2, 5, 17):
        loss.calls = 0
        run = lbfgs(loss, start, max_evaluations=limit)
        assert loss.calls == run.evaluations[-1] <= limit
        assert run.told.endswith("no evaluation is left")
        assert run.values == whole.values[: len(run.values)] or run.values[-1] <= run.values[-2]
    short = lbfgs(loss, start, num_steps=3)
    assert (len(short.values), short.found) == (4, False)
    assert short.values == whole.values[:4]
    for method in (lbfgs, trust_region):
        loss.calls = 0
        assert method(loss, start, num_steps=300).evaluations[-1] == loss.calls
        at_rest = method(square, np.zeros(2))
        curved = 2 if method is trust_region else 0  # it asks for the curvature along two directions
        assert (at_rest.found, at_rest.evaluations) == (True, [1 + curved])
        assert len(method(loss, start, num_steps=2).values) == 3


@pytest.mark.parametrize("method", [lbfgs, trust_region])
def test_a_run_that_can_go_nowhere_ends_and_says_so(method):
    lies = method(lambda x: (float(x @ x), -2 * x), np.ones(3))  # a gradient of the wrong sign
    assert not lies.found
    assert "no step was found: none of 25 steps" in lies.told or "shrunk to nothing" in lies.told
    assert lies.values[-1] == 3.0
    nowhere = method(lambda x: (math.nan, x * math.nan), np.ones(2))
    assert not nowhere.found
    assert len(nowhere.values) < 1000


def test_the_trust_region_leaves_a_maximum_and_a_saddle():
    for objective, start in ((himmelblau, (-0.2708, -0.9230)), (beale, (1e-3, 0.999))):
        run = trust_region(of_objective(objective), np.array(start))
        assert run.found
        assert run.value < 1e-12
        assert np.linalg.norm(run.x - start) > 1


def ridge(x):
    """A saddle at 0 and minima of -1/4 at (0, ±1); along the first axis the gradient hides the way down."""
    return x[0] ** 2 / 2 - x[1] ** 2 / 2 + x[1] ** 4 / 4, np.array([x[0], x[1] ** 3 - x[1]])


@pytest.mark.parametrize("start", [(0.0, 0.0), (1.0, 0.0), (1.0, 1e-12)])
def test_the_trust_region_leaves_a_saddle_that_the_gradient_does_not_show(start):
    run = trust_region(ridge, np.array(start))
    assert run.found
    assert run.value == pytest.approx(-0.25)
    assert lbfgs(ridge, np.array([1.0, 0.0])).value == pytest.approx(0, abs=1e-12)  # it does not ask
    short = trust_region(ridge, np.zeros(2), num_steps=0)
    assert not short.found
    assert short.told == "after 0 steps and 3 evaluations no minimum is found yet"
    hill = trust_region(of_objective(himmelblau), np.array([-0.27084459, -0.92303856]), tolerance=1e-5)
    assert hill.value < 1e-9


def test_a_minimum_is_found_where_nothing_can_be_told_of_the_curvature():
    def edge(x):  # beyond 0 there is no loss
        return float(x @ x), np.where(x > 0, np.nan, 2 * x)

    assert trust_region(edge, np.zeros(3)).found
    level = trust_region(
        lambda x: ((x[0] - x[1]) ** 2, 2 * (x[0] - x[1]) * np.array([1.0, -1.0])), np.ones(2)
    )
    assert (level.found, len(level.values)) == (True, 1)  # one curvature is 0


def test_products_in_a_ball_cost_one_gradient():
    loss, n = Counted(square), 3
    run = trust_region(loss, np.full(n, 0.01), num_steps=1)
    assert run.evaluations[0] == 1
    assert run.evaluations[1] == 3 + n  # one product, the new point, and its curvatures


def test_bfgs_with_an_exact_search_ends_on_a_quadratic_after_n_steps():
    rng = np.random.default_rng(2)
    for n in (2, 5, 8):
        A = rng.normal(size=(n, n))
        H, x = A @ A.T + np.eye(n), rng.normal(size=n)
        C, g = np.eye(n), H @ x
        for _ in range(n):
            d = -C @ g
            s = -(g @ d) / (d @ H @ d) * d
            rules.bfgs_update(C, s, H @ s)
            x += s
            g = H @ x
        assert abs(g).max() < 1e-9
        np.testing.assert_allclose(C, np.linalg.inv(H), atol=1e-9)


def test_two_loops_are_bfgs_from_the_last_pairs():
    rng = np.random.default_rng(4)
    for n, m in ((2, 1), (3, 5), (30, 8)):
        A = rng.normal(size=(n, n))
        S = rng.normal(size=(m, n))
        Y, g = S @ (A @ A.T + np.eye(n)), rng.normal(size=n)
        C = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1]) * np.eye(n)
        for s, y in zip(S, Y, strict=True):
            rules.bfgs_update(C, s, y)
            np.testing.assert_allclose(C @ y, s, atol=1e-9)
            assert np.linalg.eigvalsh(C)[0] > 0
        kept = g.copy()
        np.testing.assert_allclose(rules.two_loop(g, S, Y), C @ g, rtol=1e-9)
        assert np.array_equal(g, kept)
    assert np.array_equal(rules.two_loop(g, 0 * S, 0 * Y), g)


def test_our_update_on_scipys_pairs_points_where_scipys_bfgs_goes():
    for loss, start in (valley(2), valley(6)):
        visited = [start]
        found = optimize.minimize(
            loss, start, jac=True, method="BFGS", callback=lambda x, kept=visited: kept.append(x.copy())
        )
        C = np.eye(len(start))
        for x, there in pairwise(visited):
            s, way = there - x, -C @ loss(x)[1]
            assert s @ way == pytest.approx(np.linalg.norm(s) * np.linalg.norm(way), rel=1e-9)
            before = C.copy()
            rules.bfgs_update(C, s, loss(there)[1] - loss(x)[1])
        assert len(visited) > 20
        np.testing.assert_allclose(before, found.hess_inv, rtol=1e-6)  # SciPy does without the last pair


def test_our_steps_in_a_ball_are_scipys():
    rng = np.random.default_rng(6)
    for _ in range(40):
        A, g, radius = rng.normal(size=(5, 5)), rng.normal(size=5), 10.0 ** rng.uniform(-1, 1)
        H = A @ A.T - rng.choice([0.0, 1.0]) * np.eye(5)
        theirs = CGSteihaugSubproblem(
            np.zeros(5), lambda x: 0.0, lambda x, g=g: g, hessp=lambda x, v, H=H: H @ v
        ).solve(radius)
        step, how = steihaug(lambda v, H=H: H @ v, g, radius)
        assert (how != "inside") == theirs[1]
        if how != "curves down":  # there SciPy also looks at the border behind
            np.testing.assert_allclose(step, theirs[0], rtol=1e-9)
        else:
            assert np.linalg.norm(step) == pytest.approx(radius)
