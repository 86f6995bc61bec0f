"""Schedule-free rules: what they average, which point is to be evaluated, and public mistakes with both."""

import numpy as np
import pytest

from d2l_utils import SGD, ScheduleFreeAdamW, ScheduleFreeSGD, WeightDecay, bowl
from d2l_utils.data import make_regression, minibatches
from d2l_utils.frameworks import like_keras, like_optax
from d2l_utils.models import LinearRegression
from d2l_utils.optimizers import ScaledGradient
from d2l_utils.training import fit
from tests.helpers import gradients, run
from tests.parity.problem import falling, walk
from tests.rules import schedule_free

KINDS = [
    (ScheduleFreeSGD, schedule_free.SGD, schedule_free.schedule_free_sgd),
    (ScheduleFreeAdamW, schedule_free.ADAMW, schedule_free.schedule_free_adamw),
]
RATES = {"constant": 0.125, "falling": falling(0.125), "rising": schedule_free.rising}
both = pytest.mark.parametrize("kind", [ScheduleFreeSGD, ScheduleFreeAdamW])


@pytest.mark.parametrize("lr", RATES.values(), ids=RATES)
@pytest.mark.parametrize(("kind", "settings", "formula"), KINDS)
def test_what_is_averaged_is_the_x_of_the_paper_and_not_y(kind, settings, formula, lr):
    """facebookresearch/schedule_free, issues 11 and 15: y was evaluated, and saved."""
    optimizer, state, apart = kind(lr=lr, **settings), {}, []

    def step(p, g, t):
        formula(p, g, t, lr(t - 1) if callable(lr) else lr, state, **settings)
        optimizer.update(p, g)
        y, x = p.copy(), optimizer.averaged(p)
        assert np.array_equal(p, y)
        np.testing.assert_allclose(x, state["x"], rtol=1e-10, atol=1e-12)
        apart.append(np.abs(x - y).max())
        return p

    walk(step, 1.0)
    assert max(apart) > 0.01


def test_x_is_nearer_to_the_minimum_than_y_where_gradients_are_noisy():
    """What one who evaluates y loses; without noise, and without β, there is nothing to lose."""
    rng, ends = np.random.default_rng(0), {"y": [], "x": []}
    for _ in range(50):
        p, optimizer = np.array([-7.0, 2.0]), ScheduleFreeSGD(lr=1.0)
        for _ in range(300):
            optimizer.update(p, np.array(bowl.gradient(*p)) + rng.normal(size=2))
        ends["y"].append(bowl.value(*p))
        ends["x"].append(bowl.value(*optimizer.averaged(p)))
    assert np.mean(ends["x"]) < 0.8 * np.mean(ends["y"])


def test_at_a_constant_rate_without_interpolation_it_is_the_mean_of_gradient_descent():
    p, q, grads = np.ones(4), np.ones(4), gradients(4, 20)
    optimizer, plain, visited = ScheduleFreeSGD(lr=0.3, momentum=0.0), SGD(lr=0.3), []
    for g in grads:
        optimizer.update(p, g)
        plain.update(q, g)
        visited.append(q.copy())
        np.testing.assert_allclose(p, q, rtol=1e-12)
        np.testing.assert_allclose(optimizer.averaged(p), np.mean(visited, axis=0), rtol=1e-12)


@both
def test_the_weight_of_a_step_is_of_its_own_rate(kind):
    """google-deepmind/optax, pull request 1744: the first step was weighed by the rate of the second."""
    rates = [0.25, 0.5, 0.5]
    optimizer, p, squares = kind(lr=lambda t: rates[t]), np.ones(2), 0.0
    for t, g in enumerate(gradients(2, 3)):
        optimizer.update(p, g)
        squares += max(rates[: t + 1]) ** 2
        state = optimizer.state_dict()["state"]["params"]
        assert state["lr_max"].tolist() == [max(rates[: t + 1])] * 2
        assert state["lr_squares"].tolist() == [squares] * 2


@pytest.mark.parametrize(
    "make", [like_optax.contrib.schedule_free_sgd, like_optax.contrib.schedule_free_adamw]
)
def test_what_optax_would_weigh_by_the_wrong_rate_is_refused(make):
    with pytest.raises(TypeError, match=r"\(warmup_steps=10\) is not offered: .* 1744"):
        make(0.1, warmup_steps=10)
    with pytest.raises(TypeError, match=r"with a schedule is not offered: .* 1744"):
        make(lambda t: 0.1)


@pytest.mark.parametrize("equal_weights", [False, True])
@both
def test_no_rate_moves_nothing(kind, equal_weights):
    """test_learning_rate_zero of Optax."""
    p, optimizer = np.array([-1.0, 10.0, 1.0]), kind(lr=0.0, equal_weights=equal_weights)
    run(optimizer, p, gradients(3, 5))
    assert p.tolist() == optimizer.averaged(p).tolist() == [-1.0, 10.0, 1.0]


@both
def test_equal_weights_ignore_the_rates(kind):
    rates = [0.0, 0.1, 0.3, 0.2]
    grads, lags = gradients(3, 4), {}
    for equal in (True, False):
        optimizer, p = kind(lr=lambda t: rates[t], equal_weights=equal), np.ones(3, np.float32)
        run(optimizer, p, [g.astype(np.float32) for g in grads])
        lags[equal] = optimizer.state_dict()["state"]["params"]["lag"]
    assert not np.allclose(lags[True], lags[False])
    walker, average = np.ones(3), np.ones(3)
    if kind is ScheduleFreeSGD:
        for t, g in enumerate(grads, start=1):
            walker = walker - rates[t - 1] * g
            average = average + (walker - average) / t
        np.testing.assert_allclose(lags[True], average - walker, rtol=1e-5)


@both
def test_before_an_update_the_average_is_a_copy_of_the_parameters(kind):
    p, optimizer = np.ones(2), kind()
    x = optimizer.averaged(p)
    x[0] = 5.0
    assert p.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@both
def test_the_average_has_the_names_shapes_and_dtypes_of_the_parameters(kind, dtype):
    params = {"W": np.ones((2, 3), dtype), "b": np.ones(3, dtype)}
    optimizer = kind(lr=0.1)
    run(optimizer, params, [{key: np.ones_like(p) for key, p in params.items()}] * 3)
    found = optimizer.averaged(params)
    assert {key: (x.shape, x.dtype) for key, x in found.items()} == {
        "W": ((2, 3), np.dtype(dtype)),
        "b": ((3,), np.dtype(dtype)),
    }


def test_a_sweep_is_averaged_column_by_column():
    shares = np.array([0.0, 0.5, 0.9])
    p, optimizer = np.ones((4, 3)), ScheduleFreeSGD(lr=0.1, momentum=shares)
    grads = gradients((4, 3))
    run(optimizer, p, grads)
    for j, share in enumerate(shares):
        alone, q = ScheduleFreeSGD(lr=0.1, momentum=share), np.ones(4)
        run(alone, q, [np.ascontiguousarray(g[:, j]) for g in grads])
        np.testing.assert_allclose(optimizer.averaged(p)[:, j], alone.averaged(q), rtol=1e-13)


@both
def test_other_parameters_are_refused(kind):
    optimizer = kind()
    run(optimizer, np.ones(2), gradients(2))
    with pytest.raises(ValueError, match=r"'params'\] has shape \(3,\); its state"):
        optimizer.averaged(np.ones(3))
    with pytest.raises(ValueError, match="other"):
        optimizer.averaged({"other": np.ones(2)})


def test_what_keras_calls_evaluates_x_too():
    p, optimizer = np.ones(2), like_keras.ScheduleFreeAdamW(0.1, warmup_steps=3)
    run(optimizer, p, gradients(2))
    state = optimizer.state_dict()["state"]["params"]
    assert optimizer.averaged(p) == pytest.approx(p + 0.1 * state["lag"])


@pytest.mark.parametrize(
    "around",
    [lambda each: WeightDecay(each, 0.0), lambda each: ScaledGradient(WeightDecay(each, 0.0), 1.0)],
    ids=["decay", "decay and scale"],
)
@both
def test_what_is_put_around_averages_too(kind, around):
    first, second, p, q = kind(lr=0.1), around(kind(lr=0.1)), np.ones(3), np.ones(3)
    for g in gradients(3, 4):
        first.update(p, g)
        second.update(q, g)
    assert second.averaged(q).tolist() == first.averaged(p).tolist() != p.tolist()
    assert not hasattr(WeightDecay(SGD(), 0.1), "averaged")


@both
def test_fit_evaluates_x_and_goes_on_from_y(kind):
    rng = np.random.default_rng(0)
    data, _ = make_regression(60, 3, rng=rng)
    settings = {"epochs": 3, "batch_size": 20, "validation": data}
    model, optimizer = LinearRegression(3, rng=np.random.default_rng(1)), kind(lr=0.3)
    history = fit(model, data, optimizer, rng=np.random.default_rng(2), **settings)
    at_y = model.loss(*data)
    y = {key: value.copy() for key, value in model.params.items()}
    for key, x in optimizer.averaged(model.params).items():
        model.params[key][...] = x
    assert history.train_loss[-1] == history.validation_loss[-1] == model.loss(*data) != at_y
    again, by_hand = LinearRegression(3, rng=np.random.default_rng(1)), kind(lr=0.3)
    order = np.random.default_rng(2)
    for _ in range(3):
        for batch in minibatches(*data, 20, order):
            by_hand.update(again.params, again.loss_and_gradient(*batch)[1])
    assert all(np.array_equal(again.params[key], y[key]) for key in y)


@pytest.mark.parametrize(("kind", "name"), [(ScheduleFreeSGD, "momentum"), (ScheduleFreeAdamW, "beta1")])
def test_what_says_where_the_parameters_are_stays(kind, name):
    w, optimizer = np.ones(2), kind(lr=0.1)
    for _ in range(3):
        optimizer.update(w, np.array([1.0, -2.0]))
    average = optimizer.averaged(w)
    for each in (optimizer, WeightDecay(optimizer, 0.1)):
        setattr(each, name, 0.9)
        with pytest.raises(AttributeError, match=f"{name} is fixed when {kind.__name__} is made"):
            setattr(each, name, 0.5)
    np.testing.assert_array_equal(optimizer.averaged(w), average)
    with pytest.raises(ValueError, match=rf"{name}=0\.9\), and"):
        kind(lr=0.1, **{name: 0.5}).load_state_dict(optimizer.state_dict())


def test_a_decay_of_the_parameters_alone_does_not_pull_the_average():
    for inside in (ScheduleFreeAdamW(), ScaledGradient(ScheduleFreeSGD(), -1.0)):
        with pytest.raises(TypeError, match="with its own weight_decay"):
            WeightDecay(inside, 0.1, decoupled=True)
        WeightDecay(WeightDecay(ScheduleFreeSGD(), 0.1), 0.1)
