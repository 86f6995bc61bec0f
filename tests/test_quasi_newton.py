"""Newton, BFGS and L-BFGS as optimizers: what all of them promise."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import (
    LBFGS,
    Newton,
    beale,
    bowl,
    descend,
    himmelblau,
    objectives,
    rosenbrock,
    rules,
)
from d2l_utils._engine.whole import listed
from d2l_utils.live import explore
from d2l_utils.walk import Vector, walk_whole
from tests.parity.problem import START, smooth
from tests.quasi_newton import METHODS, every_method, loss, params, searched, taken


@every_method
def test_a_dict_is_one_vector(make):
    together = taken(make(), params(), 6)
    alone = np.concatenate([each.ravel() for each in params().values()])

    def on_vector(at):
        value, g = smooth(at["params"], 1.0)
        return value, {"params": g}

    optimizer = make()
    for _ in range(6):
        optimizer.update(alone, on_vector({"params": alone})[1]["params"], loss=on_vector)
    assert np.array_equal(np.concatenate([each.ravel() for each in together.values()]), alone)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_method
def test_parameters_change_in_place_and_keep_their_dtype_as_the_state_does(make, dtype):
    at = params(dtype)
    before = dict(at)
    optimizer = make()
    taken(optimizer, at, 8)
    assert all(at[key] is before[key] and at[key].dtype == dtype for key in at)
    (slots,) = optimizer.state_dict()["state"].values()
    assert {value.dtype for value in slots.values()} <= {np.dtype(dtype)}
    expected = taken(make(), params(), 8)
    for key in at:
        np.testing.assert_allclose(at[key], expected[key], atol=1e-9 if dtype is np.float64 else 2e-2)


@pytest.mark.parametrize(
    "again",
    [
        lambda optimizer, make: pickle.loads(pickle.dumps(optimizer)),
        lambda optimizer, make: copy.deepcopy(optimizer),
        lambda optimizer, make: restored(make(), optimizer.state_dict()),
        lambda optimizer, make: restored(make(), pickle.loads(pickle.dumps(optimizer.state_dict()))),
    ],
    ids=["pickle", "copy", "state", "saved state"],
)
@every_method
def test_a_run_goes_on_bit_for_bit(make, again):
    whole = taken(make(), params(), 9)
    first = make()
    half = taken(first, params(), 4)
    second = again(first, make)
    taken(first, copy.deepcopy(half), 3)  # must not touch what was copied
    taken(second, half, 5)
    assert second.t == 9
    assert repr(second) == repr(make())
    assert all(np.array_equal(half[key], whole[key]) for key in whole)


def restored(optimizer, saved):
    optimizer.load_state_dict(saved)
    return optimizer


@every_method
def test_a_zero_gradient_leaves_parameters_alone(make):
    flat = {"w": np.array([1.0, -2.0])}
    valley = lambda at: (float(at["w"] @ at["w"]) * 0 + 1.0, {"w": 0 * at["w"]})  # noqa: E731
    if make().rule is rules.newton and not make().damping:
        with pytest.raises(ZeroDivisionError, match="singular"):
            taken(make(), flat, 1, valley)
    else:
        taken(make(), flat, 3, valley)
    assert flat["w"].tolist() == [1.0, -2.0]
    at_rest = {"w": np.zeros(2)}
    taken(make(), at_rest, 3, lambda at: (float(at["w"] @ at["w"]), {"w": 2 * at["w"]}))
    assert at_rest["w"].tolist() == [0.0, 0.0]


@every_method
def test_the_page_s_vectors_and_arrays_take_the_same_steps(make):
    """Sums of products are added in another order in NumPy, so the last digits differ."""

    def value(*point):
        return float(smooth(np.array(point), 1.0)[0])

    def gradient(*point):
        return smooth(np.array(point), 1.0)[1].tolist()

    def on_array(at):
        value, g = smooth(at["params"], 1.0)
        return value, {"params": g}

    optimizer, p = make(), START.copy()
    problem = objectives.Objective("smooth", "", value, gradient, (), (), tuple(START))
    arguments = [optimizer.arguments(t) for t in range(1, 7)]
    walk = walk_whole(optimizer.rule, listed(optimizer.slots, 8), arguments, problem, START.tolist())
    for point in walk:
        assert all(isinstance(x, float) for x in point)
        np.testing.assert_allclose(point, p, rtol=1e-6, atol=1e-9)
        optimizer.update(p, smooth(p, 1.0)[1], loss=on_array)
    assert optimizer.t == 7


def test_a_vector_reckons_as_an_array_does():
    rng = np.random.default_rng(0)
    A, a, b = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
    M, v, w = Vector(A.tolist()), Vector(a.tolist()), Vector(b.tolist())
    for ours, numpy in (
        (v + w, a + b), (v - w, a - b), (2 * v, 2 * a), (v * 2, a * 2), (v / 3, a / 3), (M @ v, A @ a),
        (M + M, A + A), (0.5 * M, A / 2), (M + rules.outer(v, w), A + np.outer(a, b)),
    ):  # fmt: skip
        found = [list(row) if isinstance(row, Vector) else row for row in ours]
        np.testing.assert_allclose(found, numpy, rtol=1e-15)
    assert v @ w == pytest.approx(a @ b, rel=1e-15)
    assert (len(M), M[1][2], M[-1][0]) == (3, A[1, 2], A[2, 0])
    v[1] += 1.0
    assert v[1] == a[1] + 1.0


def test_newton_doubles_its_digits_and_is_drawn_to_what_is_flat():
    trace = descend(Newton(), rosenbrock, num_steps=8)
    assert trace.values[7] < 1e-25
    one = descend(Newton(), bowl, num_steps=1)
    assert abs(one.points[-1]).max() < 1e-10
    maximum = descend(Newton(), himmelblau, num_steps=10)
    np.testing.assert_allclose(maximum.points[-1], (-0.270845, -0.923039), atol=1e-6)
    assert maximum.values[-1] > maximum.values[0]
    saddle = descend(Newton(), beale, num_steps=10)
    np.testing.assert_allclose(saddle.points[-1], (0, 1), atol=1e-9)
    for objective in (himmelblau, beale):
        assert descend(Newton(guarded=True), objective, num_steps=20).values[-1] < 1e-20


def test_a_step_that_divides_by_zero_is_told():
    assert descend(Newton(), objectives.trough).divides == 1
    assert "step 1 divides by zero" in explore(Newton(), objectives.trough).summary()
    assert descend(Newton(damping=0.5), objectives.trough).divides is None


@searched
@pytest.mark.parametrize("objective", objectives.ALL, ids=lambda objective: objective.name)
def test_a_search_never_lets_the_loss_rise(make, objective):
    values = descend(make(), objective, num_steps=60).values
    values = values[np.isfinite(values)]
    assert (np.diff(values) <= 2e-15 * abs(values[:-1])).all()


def test_all_of_them_run_in_the_page():
    racers = {name: make() for name, make in list(METHODS.items())[:4]}
    told = explore(racers, rosenbrock).configuration()
    assert [each["kind"] for each in told["optimizers"]] == ["vector"] * 4
    assert told["optimizers"][0]["rule"] in rules.on_page


def test_settings_are_checked_and_told():
    assert repr(LBFGS(0.5, memory=3, searched=False)) == "LBFGS(lr=0.5, memory=3, searched=False)"
    assert repr(Newton(guarded=True)) == "Newton(lr=1.0, damping=0.0, guarded=True)"
    with pytest.raises(ValueError, match="memory must be"):
        LBFGS(memory=0)
    with pytest.raises(AttributeError, match="memory is fixed when LBFGS is made"):
        LBFGS().memory = 3
    with pytest.raises(ValueError, match="damping must be finite and at least 0; got -1"):
        Newton(damping=-1)
    with pytest.raises(ValueError, match="settings of Newton cannot be swept"):
        Newton([0.1, 0.2]).update(np.ones(2), np.ones(2), loss=lambda at: (1.0, at))
    two, ten = LBFGS(memory=2), LBFGS()
    taken(ten, params(), 3)
    taken(two, params(), 3)
    with pytest.raises(ValueError, match=r"make a state of"):
        restored(two, ten.state_dict()).update(params(), loss(params())[1], loss=loss)
