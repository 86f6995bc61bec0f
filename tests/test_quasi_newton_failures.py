"""Newton, BFGS and L-BFGS where others have failed, beside PyTorch, and under noise."""

import math

import numpy as np
import pytest

from d2l_utils import (
    BFGS,
    LBFGS,
    SGD,
    Newton,
    data,
    descend,
    objectives,
    rosenbrock,
    rules,
)
from d2l_utils.models import SoftmaxRegression
from tests.parity.problem import START, smooth
from tests.quasi_newton import every_method, searched, taken

# From START down `smooth` in torch 2.13.0: LBFGS([x], max_iter=1, max_eval=100, history_size=10,
# tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe"), a call of step(closure) each.
TORCH_SEARCHED = {
    1: [
        0.03872945621134857, 0.020925614496010783, -0.016117140683543783, -0.04415128947835288,
        0.2542743145845547, -1.2395989401196916, 1.0129809629401705, -0.8109687908948199,
    ],
    4: [
        0.4759112488665592, 0.18783572151136685, -0.122953800916891, -0.23510996770570777,
        -0.1278168896331077, 0.09236338506525402, 0.9124795045429964, -1.7204268710711283,
    ],
    10: [
        0.6530596124671972, 0.13679718921227021, -0.12487230999556466, -0.21607055506093065,
        -0.10657479944780601, -0.02317419646557647, 0.9516858799733728, -1.683729839745198,
    ],
}  # fmt: skip


def test_the_search_takes_pytorchs_steps_at_its_cost():
    """As long as the first step tried is good, that is; and PyTorch keeps no pair with sᵀy ≤ 1e-10."""
    calls, optimizer, p = [], LBFGS(), START.copy()

    def asked(at):
        calls.append(1)
        value, g = smooth(at["params"], 1.0)
        return value, {"params": g}

    for t in range(1, 11):
        optimizer.update(p, smooth(p, 1.0)[1], loss=asked)
        if t in TORCH_SEARCHED:
            np.testing.assert_allclose(p, TORCH_SEARCHED[t], rtol=1e-10)
    assert len(calls) == 20  # two a step, as PyTorch's


CAMEL = objectives.Objective(  # six humps (Dixon & Szegő 1978)
    "camel", "",
    lambda x, y: (4 - 2.1 * x * x + x * x * x * x / 3) * x * x + x * y + 4 * (y * y - 1) * y * y,
    lambda x, y: (8 * x - 8.4 * x * x * x + 2 * x * x * x * x * x + y, x - 8 * y + 16 * y * y * y),
    (), (), (0.0, 0.0),
)  # fmt: skip


def test_guarded_newton_ends_in_a_valley_from_everywhere():
    """mathnet/mathnet-numerics#1067: an indefinite Hessian, on this function."""
    astray = 0
    for start in np.mgrid[-1.9:1.9:9j, -0.9:0.9:7j].reshape(2, -1).T:
        x, y = descend(Newton(guarded=True), CAMEL, start, num_steps=40).points[-1]
        assert abs(np.array(CAMEL.gradient(x, y))).max() < 1e-6
        curvatures = 8 - 25.2 * x * x + 10 * x**4, -8 + 48 * y * y
        assert curvatures[0] > 0
        assert curvatures[0] * curvatures[1] > 1  # its other entries are 1
        plain = descend(Newton(), CAMEL, start, num_steps=40).values
        astray += not plain[-1] < plain[0] - 1e-9
    assert astray > 10


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
