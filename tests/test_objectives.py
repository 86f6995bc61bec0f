"""The toy objectives: gradients, minima, curvature."""

import ast
import inspect
import math

import numpy as np
import pytest

from d2l_utils import SGD, descend, objectives, quadratic
from d2l_utils.objectives import ALL, parabola, trough
from tests.helpers import imports

TURNED = quadratic((3.0, 0.5), (math.cos(0.7), math.sin(0.7)), name="turned")
EVERY = (*ALL, parabola, quadratic((1.0, 10.0, 0.25)), TURNED)

every_objective = pytest.mark.parametrize("objective", EVERY, ids=lambda objective: objective.name)


def points(objective, n, seed=0):
    """Draw n points in the objective's window, shape (n, d)."""
    low, high = np.transpose(objective.window)
    return np.random.default_rng(seed).uniform(low, high, (n, len(low)))


def hessian(objective, point, h=1e-4):
    """Return the central differences of the gradient at a point."""
    shifts = h * np.eye(len(point))
    return np.array(
        [
            np.subtract(objective.gradient(*(point + s)), objective.gradient(*(point - s))) / (2 * h)
            for s in shifts
        ]
    )


@every_objective
def test_gradient_is_that_of_the_value(objective):
    h = 1e-5
    for point in points(objective, 20):
        numeric = [
            (objective.value(*(point + s)) - objective.value(*(point - s))) / (2 * h)
            for s in h * np.eye(len(point))
        ]
        scale = 1 + abs(objective.value(*point))
        np.testing.assert_allclose(objective.gradient(*point), numeric, rtol=1e-7, atol=1e-8 * scale)


@every_objective
def test_minima_are_stationary_and_lowest(objective):
    lowest = [objective.value(*minimum) for minimum in objective.minima]
    for minimum, value in zip(objective.minima, lowest, strict=True):
        np.testing.assert_allclose(objective.gradient(*minimum), 0, atol=1e-12)
        assert np.all(np.linalg.eigvalsh(hessian(objective, np.array(minimum))) > 0)
        assert value == pytest.approx(lowest[0], abs=1e-12)
        assert all(low < x < high for x, (low, high) in zip(minimum, objective.window, strict=True))
    if lowest:
        assert np.all(objective.value(*points(objective, 1000).T) > lowest[0])


def test_only_the_saddle_has_no_minimum():
    assert [objective.name for objective in EVERY if not objective.minima] == ["saddle"]


@every_objective
def test_eigenvalues_are_those_of_the_hessian(objective):
    somewhere = [*points(objective, 5), *map(np.array, objective.minima)]
    hessians = [hessian(objective, point) for point in somewhere]
    if objective.eigenvalues is None:
        assert not np.allclose(hessians, hessians[0])
        return
    for matrix in hessians:
        np.testing.assert_allclose(np.linalg.eigvalsh(matrix), np.sort(objective.eigenvalues), rtol=1e-6)


@every_objective
def test_floats_arrays_and_grids_agree(objective):
    grid = points(objective, 12).T.reshape(-1, 3, 4)
    values, gradient = objective.value(*grid), objective.gradient(*grid)
    assert np.shape(values) == (3, 4)
    for index in np.ndindex(3, 4):
        point = [float(x[index]) for x in grid]
        assert type(objective.value(*point)) is float
        assert all(type(partial) is float for partial in objective.gradient(*point))
        assert objective.value(*point) == pytest.approx(values[index], rel=1e-14)
        assert objective.gradient(*point) == pytest.approx(
            [partial[index] for partial in gradient], rel=1e-14
        )


@every_objective
def test_a_gradient_never_aliases_the_point(objective):
    point = [np.array([x]) for x in objective.start]
    for partial in objective.gradient(*point):
        assert not any(np.shares_memory(partial, x) for x in point)


@every_objective
def test_what_a_figure_shows_fits_the_objective(objective):
    d = len(objective.start)
    assert len(objective.window) == d
    assert all(len(minimum) == d for minimum in objective.minima)
    assert all(low < x < high for x, (low, high) in zip(objective.start, objective.window, strict=True))
    assert repr(objective) == f"Objective({objective.name!r})"
    assert objective.formula
    assert "$" not in objective.formula


def test_the_trough_is_the_worst_of_the_convex_functions_of_curvature_one():
    """Drori & Teboulle 2014: no convex one keeps more than ‖p₀‖²/(4T + 2) after T steps at the rate 1."""
    x = trough.start[0]
    path = descend(SGD(1.0), trough, (x, 0.0), 30)
    assert path.values[-1] == pytest.approx(x * x / (4 * 30 + 2), rel=1e-12)
    gentler = [descend(SGD(1.0), trough, (x + shift, 0.0), 30) for shift in (-0.5, 0.5)]
    for other in gentler:
        assert other.values[-1] < 0.999 * other.points[0, 0] ** 2 / (4 * 30 + 2)


def test_names_are_different():
    assert len({objective.name for objective in ALL}) == len(ALL)


def test_a_rotation_turns_the_axes():
    c, s = 0.6, 0.8
    plain, turned = quadratic((3.0, 0.5)), quadratic((3.0, 0.5), (c, s))
    for x, y in points(plain, 10):
        assert turned.value(c * x - s * y, s * x + c * y) == pytest.approx(plain.value(x, y))


@pytest.mark.parametrize(
    ("eigenvalues", "rotation"),
    [((1.0, 2.0), (1.0, 1.0)), ((1.0, 2.0, 3.0), (0.6, 0.8)), ((1.0,), (1.0, 0.0))],
)
def test_a_rotation_off_the_circle_or_out_of_the_plane_is_refused(eigenvalues, rotation):
    with pytest.raises(ValueError, match=r"rotation needs two eigenvalues and .* on the unit circle; got"):
        quadratic(eigenvalues, rotation)


def test_objectives_import_nothing():
    assert imports(ast.parse(inspect.getsource(objectives))) == []


def test_the_plane_is_that_of_a_network_on_exclusive_or():
    solution, (d, e) = np.array(objectives.XOR_SOLUTION), np.array(objectives.XOR_DIRECTIONS)
    inputs, targets = np.array([[1, 1, 1], [1, -1, 1], [-1, 1, 1], [-1, -1, 1]]), [-1, 1, 1, -1]
    for x, y in ((0.0, 0.0), (1.5, -2.0), (-3.0, 4.0)):
        w = solution + x * d + y * e
        z = inputs @ w[:2].T
        outputs = z / np.sqrt(1 + z**2) @ w[2, :2] + w[2, 2]
        assert objectives.xor_plane.value(x, y) == pytest.approx(
            np.mean((outputs - targets) ** 2) / 2, abs=1e-15
        )


@pytest.mark.parametrize("direction", objectives.XOR_DIRECTIONS)
def test_the_planes_directions_are_as_long_as_the_units_they_move(direction):
    lengths = np.linalg.norm(direction, axis=1) / np.linalg.norm(objectives.XOR_SOLUTION, axis=1)
    np.testing.assert_allclose(lengths, lengths.mean(), atol=0.01)
    assert np.linalg.norm(direction) == pytest.approx(1, abs=0.01)
