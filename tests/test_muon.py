"""Muon: what Newton–Schulz does to singular values, spectral descent, shapes, kernels, published slips."""

import inspect
import pickle

import numpy as np
import pytest

from d2l_utils import Adam, Muon, rules
from d2l_utils.matrices import polar
from d2l_utils.models import TwoLayerNet
from tests.helpers import gradients, run
from tests.parity.problem import RTOL

SHAPES = [(3, 3), (7, 2), (2, 7), (1, 5), (5, 1)]
LOW, HIGH = 0.68, 1.21  # where five steps bring what was above 0.002 of the length


def rotation(n, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def with_values(values, columns, seed=0, dtype=float):
    """Return a matrix with these singular values."""
    u, vt = rotation(len(values), seed), rotation(columns, seed + 1)[: len(values)]
    return ((u * values) @ vt).astype(dtype)


def steepest(shape, **settings):
    """Return the step from 0 against a gradient, and the gradient."""
    w, (g,) = np.zeros(shape), gradients(shape, 1)
    Muon(lr=1.0, factor="none", **settings).update(w, g)
    return -w, g


@pytest.mark.parametrize("shape", SHAPES)
def test_the_polar_factor_is_orthogonal_and_the_nearest(shape):
    (x,) = gradients(shape, 1)
    q = polar(x)
    small = min(shape)
    gram = q @ q.T if shape[0] == small else q.T @ q
    np.testing.assert_allclose(gram, np.eye(small), atol=1e-14)
    for seed in range(20):
        other = polar(gradients(shape, 1, seed=seed + 1)[0])
        assert np.linalg.norm(x - q) <= np.linalg.norm(x - other)
        assert (q * x).sum() >= (other * x).sum()
    assert (q * x).sum() == pytest.approx(np.linalg.norm(x, "nuc"))  # the dual of the spectral norm


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_polar_factor_of_a_deficient_matrix_leaves_what_is_0(dtype):
    for columns in (4, 6):
        x = with_values([3.0, 1.0, 0.5, 0.0], columns, dtype=dtype)
        values = np.linalg.svd(polar(x), compute_uv=False)
        assert polar(x).dtype == dtype
        np.testing.assert_allclose(values, [1, 1, 1, 0], atol=1e-5)
    np.testing.assert_array_equal(polar(np.zeros((2, 3), dtype)), 0)


@pytest.mark.parametrize("columns", [4, 9])
def test_newton_schulz_is_a_polynomial_of_each_singular_value(columns):
    values = np.array([0.9, 0.3, 0.02, 0.0005])
    x = with_values(values, columns)
    expected = values / np.linalg.norm(values)
    for _ in range(5):
        expected = 3.4445 * expected - 4.7750 * expected**3 + 2.0315 * expected**5
    pushed = rules.newton_schulz(x, eps=0.0)
    np.testing.assert_allclose(pushed, with_values(expected, columns), rtol=0, atol=1e-13)
    np.testing.assert_allclose(rules.newton_schulz(x.T, eps=0.0), pushed.T, rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(50, 50), (20, 60), (60, 20)])
def test_newton_schulz_brings_singular_values_near_1_and_not_to_1(shape, dtype):
    (x,) = gradients(shape, 1, dtype=dtype)
    before = np.linalg.svd(x, compute_uv=False)
    pushed = rules.newton_schulz(x)
    values = np.linalg.svd(pushed, compute_uv=False)
    assert pushed.dtype == dtype
    seen = before / np.linalg.norm(x) > 0.002
    kept = values[: seen.sum()] if not seen.all() else values
    assert seen.sum() >= 19
    assert kept.max() < HIGH
    assert kept.min() > LOW
    assert np.ptp(kept) > 0.05  # more steps with these coefficients do not converge
    more = np.linalg.svd(rules.newton_schulz(x, steps=40), compute_uv=False)
    assert np.ptp(more) > 0.05


def test_the_interval_of_five_steps():
    values = np.geomspace(0.002, 1, 100_000)
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    assert LOW < values.min() < LOW + 0.01
    assert HIGH - 0.01 < values.max() < HIGH


def test_other_coefficients_converge_to_the_polar_factor():
    (x,) = gradients((4, 6), 1)
    pushed = rules.newton_schulz(x, (15 / 8, -10 / 8, 3 / 8), steps=30)
    np.testing.assert_allclose(pushed, polar(x), atol=1e-13)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("nesterov", [True, False])
def test_without_momentum_it_is_spectral_descent(shape, nesterov):
    step, g = steepest(shape, momentum=0.0, exact=True, nesterov=nesterov)
    u, values, vt = np.linalg.svd(g, full_matrices=False)
    np.testing.assert_allclose(step, u @ vt, atol=1e-13)
    assert (step * g).sum() == pytest.approx(values.sum())


@pytest.mark.parametrize("exact", [True, False])
def test_a_rotation_of_the_gradients_rotates_the_path(exact):
    left, right = rotation(3, 1), rotation(5, 2)
    grads = gradients((3, 5), 6)
    make = lambda: Muon(lr=0.1, exact=exact)  # noqa: E731
    plain = run(make(), np.zeros((3, 5)), grads)
    turned = run(make(), np.zeros((3, 5)), [left @ g @ right for g in grads])
    np.testing.assert_allclose(turned, left @ plain @ right, atol=1e-12)
    # Adam's does not: it knows the axes
    plain = run(Adam(lr=0.1), np.zeros((3, 5)), grads)
    turned = run(Adam(lr=0.1), np.zeros((3, 5)), [left @ g @ right for g in grads])
    assert np.abs(turned - left @ plain @ right).max() > 0.1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("exact", [True, False])
def test_a_zero_gradient_changes_nothing_and_a_deficient_one_stays_in_its_space(exact, dtype):
    w = np.ones((3, 4), dtype)
    optimizer = Muon(lr=0.1, exact=exact)
    optimizer.update(w, np.zeros_like(w))
    np.testing.assert_array_equal(w, 1)
    g = np.outer([1.0, 2.0, -1.0], [1.0, 0.0, 0.0, 3.0]).astype(dtype)
    w[:] = 0
    optimizer.update(w, g)
    values = np.linalg.svd(w, compute_uv=False)
    assert values[1] < 1e-5 * values[0]
    assert w.dtype == dtype
    assert np.isfinite(w).all()


@pytest.mark.parametrize(
    ("factor", "shape", "expected"),
    [
        ("rows", (8, 2), 2.0), ("rows", (2, 8), 1.0),
        ("columns", (8, 2), 1.0), ("columns", (2, 8), 2.0),
        ("rms", (4, 2), 0.4), ("rms", (2, 4), 0.4), ("rms", (16, 9), 0.8),
        ("none", (8, 2), 1.0),
    ],
)  # fmt: skip
def test_the_factor_of_a_shape(factor, shape, expected):
    w, (g,) = np.zeros(shape), gradients(shape, 1)
    Muon(lr=0.5, factor=factor, exact=True).update(w, g)
    np.testing.assert_allclose(np.linalg.svd(w, compute_uv=False), 0.5 * expected)


def test_the_factor_rms_makes_entries_of_one_size_whatever_the_shape():
    for shape in ((64, 64), (256, 16), (16, 256)):
        w, (g,) = np.zeros(shape), gradients(shape, 1)
        Muon(lr=1.0, factor="rms", exact=True).update(w, g)
        assert np.sqrt((w**2).mean()) == pytest.approx(0.2)


def test_a_kernel_is_a_matrix_with_a_row_for_each_output_channel():
    grads = gradients((4, 3, 2, 2), 3)
    kernel = run(Muon(lr=0.1), np.zeros((4, 3, 2, 2)), grads)
    matrix = run(Muon(lr=0.1), np.zeros((4, 12)), [g.reshape(4, 12) for g in grads])
    np.testing.assert_array_equal(kernel.reshape(4, 12), matrix)
    scattered = np.zeros((2, 2, 3, 4)).T  # a view in another order
    run(Muon(lr=0.1), scattered, grads)
    np.testing.assert_array_equal(scattered, kernel)


@pytest.mark.parametrize("shape", [(3,), ()])
def test_a_vector_is_refused_and_told_where_it_belongs(shape):
    params = {"W": np.zeros((2, 2)), "b": np.zeros(shape)}
    with pytest.raises(ValueError, match=r"params\['b'\] has shape .*beside it: Split\(this_one, Adam"):
        Muon().update(params, {key: np.ones_like(p) for key, p in params.items()})
    np.testing.assert_array_equal(params["W"], 0)


def clipped(g, most):
    return g * min(1.0, most / np.linalg.norm(g))


def test_clipping_the_gradient_changes_no_direction_and_clipping_the_step_rules_it():
    """DeepSpeed #7713, #8439: what was clipped was the orthogonal step, so its size hung on the width."""
    for width in (4, 16, 64):
        (g,) = gradients((width, width), 1)
        steps = []
        for given in (g, clipped(g, 1.0), 1e6 * g):
            w = np.zeros_like(g)
            Muon(lr=1.0, exact=True).update(w, given)
            steps.append(w)
        np.testing.assert_allclose(steps[1], steps[0], atol=1e-12)
        np.testing.assert_allclose(steps[2], steps[0], atol=1e-12)
        assert np.linalg.norm(steps[0]) == pytest.approx(width**0.5)
        assert np.linalg.norm(clipped(steps[0], 1.0)) == pytest.approx(1.0)  # the slip


# what stands in Newton–Schulz, what is put there instead
SLIPS = [
    ("x.T if tall else x) /", "x) /"),  # a tall matrix is not turned: xxᵀ is the larger Gram matrix
    ("return x.T if tall else x", "return x"),
    ("tall = len(x) > len(x.T)", "tall = len(x) < len(x.T)"),
    ("(x * x).sum() ** 0.5", "abs(x).sum()"),
    ("c * s @ s", "c * s * s"),
    ("+ eps", ""),
    ("range(steps)", "range(steps - 1)"),
    ("b * s", "c * s"),
    ("-4.7750", "4.7750"),
]


def faults(function):
    """Return which of its properties a Newton–Schulz lacks."""
    found = []
    with np.errstate(all="ignore"):
        for shape in ((6, 4), (4, 6)):
            x = with_values([3.0, 1.0, 0.3, 0.1], 6)
            x = x.T if shape == (6, 4) else x
            pushed = function(x)
            if pushed.shape != shape or not np.allclose(pushed, expected(x), rtol=RTOL, atol=RTOL):
                found.append(shape)
            if not np.array_equal(function(np.zeros(shape)), np.zeros(shape)):
                found.append("zero")
    return found


def expected(x):
    u, values, vt = np.linalg.svd(x, full_matrices=False)
    values = values / (np.linalg.norm(values) + 1e-7)
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    return (u * values) @ vt


@pytest.mark.parametrize(("right", "wrong"), SLIPS)
def test_a_wrong_newton_schulz_is_rejected(right, wrong):
    source = inspect.getsource(rules.newton_schulz)
    assert source.count(right) == 1
    assert faults(rules.newton_schulz) == []
    space = {}
    exec(source.replace(right, wrong), space)
    try:
        found = faults(space["newton_schulz"])
    except ValueError:  # shapes that do not fit
        found = ["shapes"]
    # of a tall matrix the product is the same either way, and only the larger Gram matrix is work
    work = right.startswith("tall")
    assert bool(found) is not work


def test_settings_are_checked_and_told():
    assert repr(Muon(factor="rms", exact=True)) == (
        "Muon(lr=0.02, momentum=0.95, weight_decay=0.0, factor='rms', exact=True)"
    )
    with pytest.raises(
        ValueError, match="factor must be one of 'rows', 'columns', 'rms', 'none'; got 'jordan'"
    ):
        Muon(factor="jordan")
    with pytest.raises(ValueError, match=r"coefficients must be three numbers, .*; got \(1.5, -0.5\)"):
        Muon(coefficients=(1.5, -0.5))
    with pytest.raises(ValueError, match="corrected=True goes with nesterov=True"):
        Muon(corrected=True, nesterov=False)
    with pytest.raises(AttributeError, match="exact is fixed when Muon is made"):
        Muon().exact = True
    optimizer = Muon(lr=lambda t: 0.1 / (1 + t))
    optimizer.momentum = 0.5
    w = np.zeros((2, 2))
    optimizer.update(w, np.eye(2))
    optimizer.update(w, np.eye(2))
    assert optimizer.t == 2


def test_a_copy_and_a_pickle_go_on_as_the_first():
    grads = gradients((3, 2), 6)
    first, w = Muon(lr=0.1, eps_floor=True), np.zeros((3, 2))
    run(first, w, grads[:3])
    second, v = pickle.loads(pickle.dumps(first)), w.copy()
    np.testing.assert_array_equal(run(first, w, grads[3:]), run(second, v, grads[3:]))


def test_the_factor_columns_is_that_of_this_books_models():
    """Weights here have shape (inputs, outputs): Jordan's factor grows with outputs over inputs."""
    model = TwoLayerNet(64, 16, 4, rng=np.random.default_rng(0))
    assert model.params["W1"].shape == (64, 16)
    assert Muon(factor="columns").helpers["factor"](model.params["W1"]) == 1.0
    assert Muon(factor="rows").helpers["factor"](model.params["W1"]) == 2.0
