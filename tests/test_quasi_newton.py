"""Newton, BFGS and L-BFGS as optimizers: what all of them promise, and where others' have failed."""

import copy
import inspect
import math
import pickle

import numpy as np
import pytest

from d2l_utils import (
    BFGS,
    LBFGS,
    SGD,
    Newton,
    beale,
    bowl,
    data,
    descend,
    himmelblau,
    objectives,
    rosenbrock,
    rules,
)
from d2l_utils._engine.printed import rules_text
from d2l_utils._engine.whole import listed
from d2l_utils.live import explore
from d2l_utils.models import SoftmaxRegression
from d2l_utils.walk import Vector, walk_whole
from tests.parity.problem import START, smooth
from tests.rules import WHOLE
from tests.test_mutations import load, rejected

METHODS = {name: make for name, make in WHOLE.items() if make().kind == "vector"}
every_method = pytest.mark.parametrize("make", METHODS.values(), ids=METHODS)
searched = pytest.mark.parametrize("make", [BFGS, LBFGS, lambda: Newton(guarded=True)])


def params(dtype=np.float64):
    return {"W": np.linspace(-1, 1, 6, dtype=dtype).reshape(2, 3), "b": np.ones(2, dtype)}


def loss(at):
    """`smooth` of all parameters in a row."""
    value, g = smooth(np.concatenate([each.ravel() for each in at.values()]).astype(float), 1.0)
    parts = np.split(g, np.cumsum([each.size for each in at.values()])[:-1])
    return value, {
        key: part.reshape(each.shape).astype(each.dtype)
        for (key, each), part in zip(at.items(), parts, strict=True)
    }


def taken(optimizer, at, steps, asked=loss):
    for _ in range(steps):
        optimizer.update(at, asked(at)[1], loss=asked)
    return at


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


@every_method
def test_a_pair_that_curves_down_is_left_out(make):
    """google-deepmind/optax#1708: L-BFGS breaks where sᵀy ≤ 0."""
    start = {"w": np.array([0.05, 0.02])}  # close to the top of a hill

    def hills(at):
        return float(np.cos(at["w"]).sum()), {"w": -np.sin(at["w"])}

    optimizer = make()
    with np.errstate(all="ignore"):
        taken(optimizer, start, 80, hills)
    assert np.isfinite(start["w"]).all()
    if isinstance(optimizer, LBFGS):
        (slots,) = optimizer._state.values()
        assert all(s @ y > 0 for s, y in zip(slots["S"], slots["Y"], strict=True) if s.any())
    if optimizer.rule is rules.newton and not optimizer.damping:
        assert hills(start)[0] == pytest.approx(2)  # it went up to the top
    else:
        assert hills(start)[0] == pytest.approx(-2, abs=1e-5)


def test_a_bad_pair_changes_nothing():
    rng = np.random.default_rng(0)
    S, g = rng.normal(size=(3, 4)), rng.normal(size=4)
    Y = S * [1.0, 2.0, 3.0, 4.0]
    expected = rules.two_loop(g, S, Y)
    for s, y in ((S[0], -S[0]), (S[0], 0 * S[0]), (S[0], S[0] * math.nan), (S[0] * math.inf, S[0]),
                 (S[0], 1e-320 * S[0]), (1e-320 * S[0], 1e-320 * S[0])):  # fmt: skip
        with np.errstate(all="ignore"):
            assert not rules.curved(s, y)
            found = rules.two_loop(g, np.vstack([S, s]), np.vstack([Y, y]))
        assert np.array_equal(found, expected)
    assert rules.curved(1e-100 * S[0], 1e-100 * S[0])  # small numbers alone are no reason


@pytest.mark.parametrize("make", [BFGS, LBFGS, lambda: LBFGS(searched=False)])
@pytest.mark.parametrize("slope", [0.0, 1e-160, 1e-320])
def test_a_gradient_that_hardly_changes_gives_no_nan(make, slope):
    """pytorch/pytorch#5953: L-BFGS returned NaN where y was tiny."""
    w, optimizer = {"w": np.array([1.0, 2.0])}, make()

    def plane(at):
        x = at["w"]
        return float(x.sum() + slope * (x @ x) / 2), {"w": 1.0 + slope * x}

    with np.errstate(all="ignore"):
        taken(optimizer, w, 10, plane)
    assert np.isfinite(w["w"]).all()
    assert (w["w"] < 0).all()


@pytest.mark.parametrize("make", [BFGS, LBFGS])
def test_scale_is_no_reason_to_leave_a_pair_out(make):
    """PyTorch asks for sᵀy > 1e-10, whatever the units of the loss; ours compares with yᵀy."""
    paths = []
    for scale in (1.0, 1e-14):
        at, optimizer = {"w": START.copy()}, make()

        def scaled(at, scale=scale):
            value, g = smooth(at["w"], scale)
            return value, {"w": g}

        taken(optimizer, at, 40, scaled)
        paths.append(at["w"])
    np.testing.assert_allclose(*paths, atol=1e-6)


@searched
def test_a_search_stays_where_the_loss_is_a_number(make):
    def walled(at):
        x = at["w"]
        if x[0] <= 0:
            return math.nan, {"w": x * math.nan}
        return float(x[0] - np.log(x[0]) + x[1] ** 2), {"w": np.array([1 - 1 / x[0], 2 * x[1]])}

    w = {"w": np.array([6.0, 1.0])}
    with np.errstate(all="ignore"):
        taken(make(), w, 30, walled)
    np.testing.assert_allclose(w["w"], (1, 0), atol=1e-6)


@searched
def test_a_gradient_that_lies_moves_nothing(make):
    w = {"w": np.array([1.0, 2.0])}
    taken(make(), w, 3, lambda at: (float(at["w"] @ at["w"]), {"w": -2 * at["w"]}))
    assert w["w"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("make", [BFGS, LBFGS, lambda: LBFGS(0.1, searched=False)])
def test_pairs_from_one_batch_stay_curved_under_noise(make):
    """Value and gradients of a step are those of one batch, so every pair is one of its loss's."""
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(64, 4)), rng.normal(size=64)
    w, optimizer = {"w": np.zeros(4)}, make()
    for _ in range(60):
        batch = rng.choice(64, size=8)

        def on_batch(at, batch=batch):
            error = x[batch] @ at["w"] - t[batch]
            return float(error @ error) / 16, {"w": error @ x[batch] / 8}

        optimizer.update(w, on_batch(w)[1], loss=on_batch)
    assert np.isfinite(w["w"]).all()
    (slots,) = optimizer._state.values()
    if "C" in slots:
        assert np.linalg.eigvalsh(slots["C"])[0] > 0
    else:
        assert all(s @ y > 0 for s, y in zip(slots["S"], slots["Y"], strict=True))


def test_a_gradient_of_another_batch_than_the_loss_never_gives_nan():
    for method in (BFGS(), LBFGS(), Newton(guarded=True)):
        trace = descend(method, rosenbrock, num_steps=100, noise=2.0, seed=1)
        assert np.isfinite(trace.points).all()
        assert trace.values[-1] <= trace.values[0]


def test_a_full_batch_fit_comes_closer_than_by_the_best_rate_of_sgd_at_equal_work():
    (x, t), _ = data.load_digits()
    x, t = x[:300], t[:300]

    def spent(optimizer, most, **given):
        """Fit until so many gradients are used, and return the loss."""
        model = SoftmaxRegression(64, 10, rng=np.random.default_rng(0), weight_decay=1e-3)
        calls = []

        def asked(_):
            calls.append(1)
            return model.loss_and_gradient(x, t)

        while len(calls) < most:
            optimizer.update(model.params, asked(None)[1], **({"loss": asked} if given["asks"] else {}))
        return model.loss(x, t)

    lowest = spent(LBFGS(), 900, asks=True)
    tuned = min(spent(SGD(lr), 150, asks=False) for lr in (0.1, 0.3, 1.0, 3.0, 10.0))
    assert spent(LBFGS(), 150, asks=True) - lowest < 0.2 * (tuned - lowest)


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


# helper, what stands there, what is put there instead
HELPERS = [
    ("bfgs_update", "(1 + y @ sent / curvature) / 2", "(1 + y @ sent / curvature)"),
    ("bfgs_update", "* s - sent", "* s + sent"),
    ("begun", "s @ y / (y @ y)", "1.0"),
    ("begun", "s @ y / (y @ y)", "s @ s / (s @ y)"),
    ("two_loop", "reversed(kept)", "kept"),
    ("two_loop", "q = s @ y / (y @ y) * q", "q = 1.0 * q"),
    ("two_loop", "kept[-1]", "kept[0]"),
    ("two_loop", "shares[i] - Y[i] @ q", "shares[i] + Y[i] @ q"),
    ("remember", "rows[i] = rows[i + 1]", "rows[i] = rows[i]"),
    ("remember", "rows[-1] = row", "rows[0] = row"),
    ("trial", "is_known else", "not is_known else"),
    ("trial", "abs(x) for", "x * x for"),
    ("searched", "there - g", "there"),
    ("searched", "25, 1e-4, 0.9", "25, 1e-4, 0.1"),
    ("halved", "t * d if t", "d if t"),
    ("fallen", "c1 * here[0] * start[2]", "c1 * start[2] * 1e4"),
    ("backtracking", "t = t / 2", "t = t / 3"),
    ("strong_wolfe", "-c2 * start[2]", "c2 * start[2]"),
    ("strong_wolfe", "high = low", "high = here"),
    ("strong_wolfe", "else 2 * t", "else 3 * t"),
    ("between", "slope_b - slope_a + 2 * d2", "slope_b - slope_a + d2"),
    ("between", "0.1 <= share <= 0.9", "0.4 <= share <= 0.6"),
    ("hessian_product", "(2 * h)", "h"),
    ("damped", "row + damping", "row - damping"),
    ("enough", "2 * more", "3 * more"),
    ("enough", "1e-3 * size", "1e-2 * size"),
    ("positive_definite", "A[j][i] / A[i][i] * A[i]", "A[j][i] * A[i]"),
    ("solved", "x[j] -= share * x[i]", "x[j] += share * x[i]"),
]  # fmt: skip


def sees(mutated):
    """Tell whether the comparisons of any rule here see that a helper is wrong."""
    try:
        return any(rejected(rule, rules=mutated) for rule in ("newton", "newton_guarded", "bfgs", "lbfgs"))
    except ArithmeticError:
        return True


def test_the_right_helpers_are_not_rejected():
    assert not sees(load("mutated", rules_text(whole=True)))


@pytest.mark.parametrize(("helper", "right", "wrong"), HELPERS)
def test_a_wrong_helper_is_rejected(helper, right, wrong):
    text = inspect.getsource(getattr(rules, helper))
    assert right in text
    assert sees(load("mutated", rules_text(whole=True).replace(text, text.replace(right, wrong))))
