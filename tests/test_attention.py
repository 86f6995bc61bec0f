"""The small attention model: its gradient, its losses beside PyTorch's, what attention does, and refusals."""

import numpy as np
import pytest

from d2l_utils import Adam
from d2l_utils.attention import AttentionModel
from d2l_utils.gradients import gradient_check
from d2l_utils.training import fit


def drawn(seed=0, words=9, context=4, dim=6, n=5, dtype=np.float64):
    rng = np.random.default_rng(seed)
    model = AttentionModel(words, context, dim, rng=rng, dtype=dtype)
    return model, rng.integers(words, size=(n, context)), rng.integers(words, size=n)


@pytest.mark.parametrize("shape", [(9, 4, 6, 5), (3, 1, 2, 1), (2, 7, 2, 4), (5, 3, 4, 40)])
def test_gradient(shape):
    words, context, dim, n = shape
    model, x, t = drawn(3, words, context, dim, n)
    for values in model.params.values():
        values *= 2.0
    errors = gradient_check(model, x, t)
    assert errors.keys() == model.params.keys()
    assert max(errors.values()) < 1e-7


# What PyTorch 2.13.0 says, with scaled_dot_product_attention and cross_entropy in float64: the norm of each
# gradient and its fourth element, and the loss at the start and after 25 steps of torch.optim.Adam at 0.05.
TORCH = {
    "E": (0.5266006811961028, 0.001376455152747329),
    "P": (0.3971250934520718, -0.012129431043538783),
    "Wq": (0.04829058384699826, 0.007450777528468685),
    "Wk": (0.05226249277454852, -0.007457913926458737),
    "Wv": (0.18563241474429637, 0.0675467583567132),
    "U": (0.5787987651665011, -0.010403783800438783),
}


def test_it_is_what_pytorch_computes():
    model, x, t = drawn(11)
    loss, gradient = model.loss_and_gradient(x, t)
    assert loss == pytest.approx(2.448552490716041, rel=1e-12)
    assert gradient.keys() == TORCH.keys()
    for name, (norm, fourth) in TORCH.items():
        assert np.linalg.norm(gradient[name]) == pytest.approx(norm, rel=1e-10)
        assert gradient[name].ravel()[3] == pytest.approx(fourth, rel=1e-10)
    optimizer = Adam(0.05)
    for _ in range(25):
        optimizer.update(model.params, model.gradient(x, t))
    assert model.loss(x, t) == pytest.approx(3.794198724385043e-05, rel=1e-8)


def test_it_attends_to_the_word_that_its_scores_point_at():
    model, *_ = drawn(words=3, context=3, dim=3)
    for values in model.params.values():
        values[:] = 0
    model.params["E"][:] = 40 * np.eye(3)
    model.params["Wv"][:] = np.eye(3)
    model.params["U"][:] = np.eye(3)
    model.params["Wq"][0, 1] = model.params["Wk"][1, 1] = 1.0  # word 0 asks for word 1
    assert model.predict([[1, 2, 0]]).tolist() == [0]  # its own 40 and the other's 40: the first wins the tie
    model.params["Wv"][:] *= 2
    assert model.predict([[1, 2, 0], [2, 1, 0]]).tolist() == [1, 1]
    assert model.predict([[2, 2, 0]]).tolist() != [1]


def test_the_order_of_the_words_counts_only_through_their_places():
    model, x, t = drawn(5)
    swapped = x[:, [1, 0, 2, 3]]
    assert model.loss(x, t) != pytest.approx(model.loss(swapped, t), rel=1e-6)
    model.params["P"][:] = 0
    assert model.loss(x, t) == pytest.approx(model.loss(swapped, t), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_and_gradients_have_the_dtype(dtype):
    model, x, t = drawn(dtype=dtype)
    before = {name: values.copy() for name, values in model.params.items()}
    loss, gradient = model.loss_and_gradient(x, t)
    assert type(loss) is float
    for name, values in model.params.items():
        assert values.dtype == gradient[name].dtype == dtype
        assert values.shape == gradient[name].shape
        assert np.array_equal(values, before[name])


def test_the_weights_start_with_variance_1_over_d():
    model = AttentionModel(500, 40, 25, rng=np.random.default_rng(1))
    for name in ("E", "P", "Wq", "U"):
        assert model.params[name].std() == pytest.approx(0.2, rel=0.05)


def test_large_scores_do_not_overflow():
    model, x, t = drawn()
    for values in model.params.values():
        values *= 1e3
    loss, gradient = model.loss_and_gradient(x, t)
    assert np.isfinite(loss)
    assert all(np.isfinite(g).all() for g in gradient.values())


def test_it_learns_in_the_training_loop():
    model, x, t = drawn(2, words=20, context=3, dim=8, n=30)
    history = fit(model, (x, t), Adam(0.03), epochs=100, batch_size=10, rng=np.random.default_rng(0))
    assert history.train_loss[-1] < 0.3 < 2.5 < history.train_loss[0]
    assert model.accuracy(x, t) > 0.9


X, T = np.zeros((3, 4), int), np.zeros(3, int)


@pytest.mark.parametrize(
    ("x", "t", "message"),
    [
        (X[:, :3], T, r"x must have shape \(n, 4\) and t \(n,\); got \(3, 3\) and \(3,\)"),
        (X + 9, T, "x must hold word numbers from 0 to 8; got"),
        (X - 1, T, "x must hold word numbers from 0 to 8; got"),
        (X * 1.0, T, "x must hold word numbers from 0 to 8; got"),
        (X, T + 9, "t must hold class labels from 0 to 8"),
        (X, T[:2], "same number of examples"),
    ],
)
def test_wrong_examples_are_refused(x, t, message):
    model, *_ = drawn()
    for method in (model.loss, model.gradient, model.accuracy):
        with pytest.raises(ValueError, match=message):
            method(x, t)


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ((0, 4, 6), ValueError, "num_words must be at least 1; got 0"),
        ((9, 4.0, 6), TypeError, "context must be a whole number; got 4.0"),
        ((9, 4, 0), ValueError, "dim must be at least 1; got 0"),
    ],
)
def test_a_wrong_size_is_refused(sizes, error, message):
    with pytest.raises(error, match=message):
        AttentionModel(*sizes, rng=np.random.default_rng(0))
