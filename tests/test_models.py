"""The small networks: gradients against finite differences, losses against other formulas, and refusals."""

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.linear_model import LinearRegression as ScikitLinear
from sklearn.linear_model import LogisticRegression

from d2l_utils.gradients import gradient_check
from d2l_utils.models import LinearRegression, SoftmaxRegression, TwoLayerNet


def regression(rng, n=7):
    return rng.normal(size=(n, 4)), rng.normal(size=n)


def classes(rng, n=7):
    return rng.normal(size=(n, 4)), np.resize([2, 0, 1], n)


MODELS = {
    "linear": (lambda **settings: LinearRegression(4, **settings), regression),
    "softmax": (lambda **settings: SoftmaxRegression(4, 3, **settings), classes),
    "two layers": (lambda **settings: TwoLayerNet(4, 6, 3, **settings), classes),
}
every_model = pytest.mark.parametrize(("make", "draw"), MODELS.values(), ids=MODELS)


def moved(model, rng):
    """Move the parameters off their start, biases included."""
    for values in model.params.values():
        values += rng.normal(scale=0.3, size=values.shape).astype(values.dtype)
    return model


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@every_model
def test_gradient(make, draw, weight_decay):
    rng = np.random.default_rng(3)
    model = moved(make(rng=rng, weight_decay=weight_decay), rng)
    for n in (1, 7):
        errors = gradient_check(model, *draw(rng, n))
        assert errors.keys() == model.params.keys()
        assert max(errors.values()) < 1e-7


def expected_loss(model, x, t):
    """Return the mean loss by other means than the models use."""
    p = model.params
    if isinstance(model, LinearRegression):
        return sum((x[i] @ p["W"][:, 0] + p["b"][0] - t[i]) ** 2 / 2 for i in range(len(x))) / len(x)
    hidden, label = (np.clip(x @ p["W1"] + p["b1"], 0, None), "2") if "W1" in p else (x, "")
    return -np.mean(np.diag(log_softmax(hidden @ p["W" + label] + p["b" + label], axis=1)[:, t]))


@every_model
def test_loss_is_that_of_the_formula(make, draw):
    rng = np.random.default_rng(4)
    model, (x, t) = moved(make(rng=rng), rng), draw(rng)
    assert model.loss(x, t) == pytest.approx(expected_loss(model, x, t), rel=1e-12)
    model.weight_decay = 0.5
    penalty = 0.25 * sum(np.sum(w**2) for name, w in model.params.items() if name[0] == "W")
    loss, gradient = model.loss_and_gradient(x, t)
    assert loss == model.loss(x, t) == pytest.approx(expected_loss(model, x, t) + penalty, rel=1e-12)
    assert all(np.array_equal(gradient[name], g) for name, g in model.gradient(x, t).items())


def test_linear_regression_is_stationary_at_the_solution_of_scikit_learn():
    rng = np.random.default_rng(5)
    x, t = regression(rng, 30)
    solution = ScikitLinear().fit(x, t)
    model = LinearRegression(4, rng=rng)
    model.params["W"][:, 0], model.params["b"][0] = solution.coef_, solution.intercept_
    np.testing.assert_allclose(model.predict(x), solution.predict(x), rtol=1e-12)
    assert all(np.abs(g).max() < 1e-12 for g in model.gradient(x, t).values())


def test_softmax_regression_is_stationary_at_the_solution_of_scikit_learn():
    rng = np.random.default_rng(6)
    x, t = classes(rng, 60)
    decay = 0.1
    solution = LogisticRegression(C=1 / (decay * len(x)), tol=1e-10, max_iter=1000).fit(x, t)
    model = SoftmaxRegression(4, 3, rng=rng, weight_decay=decay)
    model.params["W"][:], model.params["b"][:] = solution.coef_.T, solution.intercept_
    assert np.array_equal(model.predict(x), solution.predict(x))
    assert model.accuracy(x, t) == solution.score(x, t)
    assert all(np.abs(g).max() < 1e-5 for g in model.gradient(x, t).values())


@every_model
def test_parameters_and_gradients(make, draw):
    rng = np.random.default_rng(7)
    for dtype in (np.float32, np.float64):
        model = make(rng=rng, dtype=dtype)
        x, t = draw(rng)
        before = {name: values.copy() for name, values in model.params.items()}
        loss, gradient = model.loss_and_gradient(x.astype(dtype), t)
        assert type(loss) is float
        assert [(name, g.shape, g.dtype) for name, g in gradient.items()] == [
            (name, values.shape, np.dtype(dtype)) for name, values in model.params.items()
        ]
        assert all(np.array_equal(values, before[name]) for name, values in model.params.items())
        assert all(not values.any() for name, values in before.items() if name[0] == "b")
    assert [values.tobytes() for values in make(rng=np.random.default_rng(1)).params.values()] == [
        values.tobytes() for values in make(rng=np.random.default_rng(1)).params.values()
    ]


def test_weights_start_with_variance_2_over_inputs():
    net = TwoLayerNet(400, 300, 200, rng=np.random.default_rng(8))
    assert net.params["W1"].std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert net.params["W2"].std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    assert abs(net.params["W1"].mean()) < 1e-3


def test_accuracy_and_prediction():
    model = SoftmaxRegression(2, 2, rng=np.random.default_rng(0))
    model.params["W"][:] = np.eye(2)
    x = np.array([[1.0, 0.0], [0.0, 1.0], [3.0, 2.0], [0.0, 5.0]])
    assert model.predict(x).tolist() == [0, 1, 0, 1]
    assert model.accuracy(x, np.array([0, 1, 0, 0])) == 0.75
    assert model.predict([[1.0, 2.0]]).tolist() == [1]


@pytest.mark.parametrize("name", ["softmax", "two layers"])
def test_large_scores_do_not_overflow(name):
    make, draw = MODELS[name]
    rng = np.random.default_rng(9)
    model, (x, t) = make(rng=rng), draw(rng)
    for scale in (1e4, -1e4):
        loss, gradient = model.loss_and_gradient(scale * x, t)
        assert np.isfinite(loss)
        assert all(np.isfinite(g).all() for g in gradient.values())


X = np.zeros((3, 4))
INPUTS = [
    ("linear", X[:, :3], np.zeros(3), r"x must have shape \(n, 4\) and t \(n,\); got \(3, 3\) and \(3,\)"),
    ("linear", X, np.zeros((3, 1)), r"got \(3, 4\) and \(3, 1\)"),
    ("linear", X[0], np.zeros(4), r"got \(4,\) and \(4,\)"),
    ("linear", X, np.zeros(2), r"the same number of examples, at least 1; got shapes \(3, 4\) and \(2,\)"),
    ("linear", X[:0], np.zeros(0), "at least 1"),
    ("linear", X, 1.0, "the same number of examples"),
    ("softmax", X, np.array([0, 1, 3]), r"class labels from 0 to 2; got \[0 1 3\]"),
    ("softmax", X, np.array([0, 1, -1]), "class labels from 0 to 2"),
    ("softmax", X, np.zeros(3), "class labels from 0 to 2"),
    ("two layers", X, np.eye(3), r"got \(3, 4\) and \(3, 3\)"),
    ("two layers", X, np.array(["a", "b", "c"]), "class labels"),
]


@pytest.mark.parametrize(("name", "x", "t", "message"), INPUTS)
def test_wrong_examples_are_refused(name, x, t, message):
    model = MODELS[name][0](rng=np.random.default_rng(0))
    for method in ("loss", "gradient", "loss_and_gradient"):
        with pytest.raises(ValueError, match=message):
            getattr(model, method)(x, t)
    if name != "linear":
        with pytest.raises(ValueError, match=message):
            model.accuracy(x, t)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("make", "arguments", "settings", "error", "message"),
    [
        (LinearRegression, (0,), {}, ValueError, "number of units must be at least 1; got 0"),
        (LinearRegression, (2.0,), {}, TypeError, "number of units must be a whole number; got 2.0"),
        (SoftmaxRegression, (2, True), {}, TypeError, "whole number; got True"),
        (TwoLayerNet, (2, -1, 2), {}, ValueError, "at least 1; got -1"),
        (LinearRegression, (2,), {"weight_decay": -1}, ValueError, "weight_decay must be"),
        (LinearRegression, (2,), {"rng": 0}, TypeError, r"rng must be a numpy.random.Generator, .*; got 0"),
        (LinearRegression, (2,), {"dtype": int}, TypeError, "dtype must be a floating-point type"),
    ],
)
def test_a_wrong_setting_is_refused(make, arguments, settings, error, message):
    with pytest.raises(error, match=message):
        make(*arguments, **{"rng": RNG, **settings})
