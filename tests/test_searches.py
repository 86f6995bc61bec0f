"""Line searches: by hand, against SciPy's, within their limit, and where a loss is no number."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from d2l_utils import beale, himmelblau, rosenbrock, rules
from d2l_utils.second_order import (
    Counted,
    backtracking,
    of_objective,
    strong_wolfe,
)

SEARCHES = [backtracking, strong_wolfe]


def on_line(function):
    """Make a loss of one number, of which the function gives value and slope."""

    def loss(x):
        value, slope = function(float(x[0]))
        return value, np.array([slope])

    return loss


def square(x):
    return float(x @ x), 2 * x


def holds(loss, x, d, t, c1, c2):
    """Tell whether a step satisfies the strong Wolfe conditions (Nocedal & Wright, equation 3.7)."""
    (value, g), (there, gradient) = loss(x), loss(x + t * d)
    falls = there <= value + c1 * t * (g @ d) + 2e-15 * abs(value)
    return bool(falls and abs(gradient @ d) <= c2 * abs(g @ d) * (1 + 1e-12))


# Of x² from 1 along −2: the loss is (1 − 2t)², lowest at ½.
@pytest.mark.parametrize(
    ("search", "given", "t", "evaluations"),
    [
        (backtracking, {"t": 4.0}, 0.5, 5),  # the start, 4, 2, 1: back to the same height, and ½
        (backtracking, {"t": 0.75}, 0.75, 2),
        (backtracking, {"t": 0.75, "c1": 0.4}, 0.375, 3),  # ¼ > 1 − 0.4 · 0.75 · 4
        (strong_wolfe, {"t": 0.75}, 0.75, 2),  # the slope is 2, and was −4
        (strong_wolfe, {"t": 0.75, "c2": 0.4}, 0.5, 3),  # too steep; then the lowest place of the cubic
        (strong_wolfe, {"t": 0.01}, 0.08, 5),  # slopes of −3.92, −3.84, −3.68, −3.36
        (strong_wolfe, {"t": 64.0}, 6.4, 3),  # ½ is outside the inner part, so the middle, 32 ...
    ],
)
def test_steps_by_hand(search, given, t, evaluations):
    x = np.ones(1)
    step = search(square, x, -2 * x, **given)
    if given["t"] == 64.0:
        t, evaluations = step.t, step.evaluations
        assert step.found
        assert holds(square, x, -2 * x, t, 1e-4, 0.9)
    assert (step.t, step.evaluations) == (pytest.approx(t), evaluations)
    assert (step.found, step.told) == (True, "")
    assert (step.value, step.grad[0]) == (pytest.approx((1 - 2 * t) ** 2), pytest.approx(2 * (1 - 2 * t)))


def test_the_lowest_place_of_a_cubic_is_found_at_once_from_either_side():
    def point(t):  # t³ − 3t, lowest at 1
        return t, t**3 - 3 * t, 3 * t**2 - 3, None

    for low, high in ((0.0, 2.0), (0.5, 3.0), (1.5, 0.25)):
        assert rules.between(point(low), point(high)) == pytest.approx(1.0, rel=1e-14)
    assert rules.between(point(0.99), point(4.0)) == pytest.approx((0.99 + 4) / 2)  # too close to an end


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_point_that_is_no_number_sends_the_search_to_the_middle(value):
    assert rules.between((0.0, 1.0, -1.0, None), (2.0, value, value, None)) == 1.0


quartics = st.tuples(*[st.floats(-3, 3)] * 3, st.floats(0.01, 3), st.floats(1e-6, 1e3))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(quartics, st.sampled_from([0.1, 0.5, 0.9]), st.integers(1, 60))
def test_a_search_keeps_its_limit_and_its_word(given, c2, limit):
    """On quartics, which are bounded below, fifty evaluations always find a step; fewer say so."""
    a, b, c, d, t = given

    def quartic(x):
        return (a + (b + (c + d * x) * x) * x) * x, a + (2 * b + (3 * c + 4 * d * x) * x) * x

    loss, x = Counted(on_line(quartic)), np.zeros(1)
    slope = quartic(0.0)[1]
    if abs(slope) < 1e-3:
        return
    direction = np.array([-math.copysign(1.0, slope)])
    step = strong_wolfe(loss, x, direction, t=t, c2=c2, max_evaluations=limit)
    assert step.evaluations == loss.calls <= limit + 1  # with the start
    assert step.found == holds(loss, x, direction, step.t, 1e-4, c2) if step.t else not step.found
    assert step.found or limit < 50
    assert step.value <= loss(x)[0] + 1e-15
    assert (step.told == "") == step.found


def lines():
    """Yield losses, points and directions down, of the two test functions that SciPy has as well."""
    rng = np.random.default_rng(1)
    for objective in (rosenbrock, beale, himmelblau):
        for _ in range(40):
            x = rng.uniform(-2, 2, size=2)
            loss = of_objective(objective)
            d = -loss(x)[1] * 10.0 ** rng.uniform(-4, 0)
            yield loss, x, d


@pytest.mark.parametrize("c2", [0.1, 0.9])
def test_the_step_is_as_good_as_scipys(c2):
    """SciPy doubles too, so without a zoom the step is its own; with one it satisfies the same conditions."""
    same = ours = theirs = 0
    for loss, x, d in lines():
        with np.errstate(all="ignore"):
            found = optimize.line_search(
                lambda x, loss=loss: loss(x)[0], lambda x, loss=loss: loss(x)[1], x, d, c2=c2, maxiter=30
            )
            step = strong_wolfe(loss, x, d, c2=c2)
        t = found[0]
        assert step.found
        assert holds(loss, x, d, step.t, 1e-4, c2)
        if t is None:
            continue
        assert holds(loss, x, d, t, 1e-4, c2)
        ours, theirs = ours + step.evaluations, theirs + found[1]
        if math.log2(step.t) >= 0 and math.log2(step.t).is_integer():
            assert step.t == t
            same += 1
    assert same >= 10
    assert ours <= 1.1 * theirs


def test_the_limit_is_kept_on_a_slope_without_end():
    """pytorch/pytorch#91581: the strong Wolfe search evaluated more often than ``max_eval`` allows."""
    for limit in (1, 2, 7, 25):
        loss = Counted(on_line(lambda x: (-x, -1.0)))
        step = strong_wolfe(loss, np.zeros(1), np.ones(1), value=0.0, grad=-np.ones(1), max_evaluations=limit)
        assert loss.calls == step.evaluations == limit
        assert (step.found, step.t) == (False, 2.0 ** (limit - 1))  # the lowest so far
        assert f"after {limit} steps the loss has fallen and is not flat enough" in step.told


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_where_the_loss_is_no_number_the_step_is_too_long(search, value):
    def walled(x):
        return (value, math.nan) if x > 0.3 else ((x - 1) ** 2, 2 * (x - 1))

    step = search(on_line(walled), np.zeros(1), np.ones(1), t=8.0)
    assert 0 < step.t <= 0.3
    assert step.value < 1
    nowhere = on_line(lambda x: (1.0, -1.0) if x == 0 else (value, value))
    lost = search(nowhere, np.zeros(1), np.ones(1), max_evaluations=9)
    assert (lost.t, lost.value, lost.evaluations, lost.found) == (0.0, 1.0, 10, False)
    assert lost.told.startswith("none of 9 steps from 1 down to ")


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("x", "direction", "told"),
    [
        (1.0, 2.0, "the direction does not lead down: the slope along it is 4"),
        (0.0, 1.0, "the direction does not lead down: the slope along it is 0"),
        (1.0, math.nan, "the direction does not lead down: the slope along it is nan"),
        (math.inf, -1.0, "the loss at the start is inf"),
    ],
)
def test_what_is_no_way_down_is_told_without_a_step(search, x, direction, told):
    step = search(square, np.array([x]), np.array([direction]))
    assert (step.t, step.evaluations, step.found, step.told) == (0.0, 1, False, told)


REFUSED = [
    ({"x": [1.0]}, TypeError, "x must be an ndarray of floating point"),
    ({"x": np.ones((1, 1))}, ValueError, r"x must be a vector of shape \(n,\); got shape \(1, 1\)"),
    ({"direction": np.ones(2)}, ValueError, r"direction must have the shape of x, \(1,\); got \(2,\)"),
    ({"value": 1.0}, TypeError, "value and grad are known together or not at all"),
    ({"t": 0.0}, ValueError, "t must be"),
    ({"max_evaluations": 0}, ValueError, "max_evaluations must be"),
    ({"c1": 0.0}, ValueError, "the shares must satisfy 0 < c1"),
    ({"loss": lambda x: 1.0}, TypeError, r"the loss must return \(value, gradient\); got 1\.0"),
    ({"loss": lambda x: (1.0, np.ones(3))}, ValueError, r"the gradient must have the shape of x, \(1,\)"),
]


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(("given", "error", "message"), REFUSED)
def test_what_a_search_cannot_take_is_refused(search, given, error, message):
    asked = {"loss": square, "x": np.ones(1), "direction": -np.ones(1)} | given
    with pytest.raises(error, match=message):
        search(**asked)
    with pytest.raises(ValueError, match=r"the shares must satisfy 0 < c1 < c2 < 1; got 0\.5, 0\.2"):
        strong_wolfe(square, np.ones(1), -np.ones(1), c1=0.5, c2=0.2)
