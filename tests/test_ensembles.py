"""Means of predictions, honest probabilities, lines between networks: by hand and against others' code."""

import itertools
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2l_utils.calibration import best_temperature, log_loss, log_softmax, reliability, softmax
from d2l_utils.connectivity import aligned, along_line, assign, barrier, interpolated
from d2l_utils.data import load_digits, minibatches
from d2l_utils.ensembles import (
    backpropagated,
    distillation_loss,
    noisy_digits,
    pool,
    pool_squared,
    scores,
)
from d2l_utils.gradients import numerical_gradient
from d2l_utils.models import LinearRegression, TwoLayerNet
from d2l_utils.racing import profiles

quick = settings(max_examples=25, deadline=None, derandomize=True)
needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="needs torch")


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def members(seed=0):
    rng = np.random.default_rng(seed)
    return softmax(2 * rng.normal(size=(5, 40, 3))), rng.integers(3, size=40)


def network(seed=0, hidden=6):
    net = TwoLayerNet(4, hidden, 3, rng=np.random.default_rng(seed))
    net.params["b1"][:] = drawn(hidden, seed=seed + 1)
    net.params["b2"][:] = drawn(3, seed=seed + 2)
    return net


# Probabilities


def test_what_is_no_probability_or_no_number_is_refused():
    with pytest.raises(ValueError, match="from 0 to 1"):
        log_loss(np.array([[5.0, -4.0]]), np.array([0]))
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match="finite"):
        best_temperature(np.log([[1.0, 0.0], [0.5, 0.5]]), np.array([0, 1]))
    with pytest.raises(ValueError, match="nan"):
        barrier(np.array([0.0, np.nan, 0.0]))


def test_halves_are_counted_in_whole_floats():
    """In float16 a logarithm has three digits, and 60000 times 2 is infinite."""
    rng = np.random.default_rng(0)
    p, t = rng.dirichlet(np.ones(3), 100).astype(np.float16), rng.integers(0, 3, 100)
    assert log_loss(p, t) == log_loss(p.astype(float), t)
    scores = (8000 * rng.normal(size=(100, 3))).astype(np.float16)
    scores[np.arange(50), t[:50]] = 60000
    assert best_temperature(scores, t) == best_temperature(scores.astype(float), t)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda a: softmax(a), "scores"),
        (lambda a: best_temperature(a, np.zeros(2, int)), "scores"),
        (lambda a: log_loss(a, np.zeros(2, int)), "probabilities"),
        (lambda a: reliability(a, np.zeros(2, int)), "x"),
        (lambda a: reliability(np.asarray(a), np.ma.zeros(2, int)), "t"),
        (lambda a: pool_squared(a, np.zeros(2)), "predictions"),
        (lambda a: pool_squared(np.zeros((1, 2, 2)), a), "targets"),
        (lambda a: barrier(a[0]), "losses"),
        (lambda a: assign(a), "gain"),
        (lambda a: profiles.ratios(a), "times"),
        (lambda a: profiles.study_time(a[0], 1), "times"),
        (lambda a: list(minibatches(a, np.zeros(2), 1, np.random.default_rng(0))), "x"),
        (lambda a: LinearRegression(2, rng=np.random.default_rng(0)).loss(a, np.zeros(2)), "x"),
    ],
)
def test_no_mask_is_passed_over(call, name):
    hidden = np.ma.array([[0.5, 0.5], [0.5, 0.5]], mask=[[True, False], [False, False]])
    with pytest.raises(TypeError, match=f"{name} is a masked array, whose mask would be lost"):
        call(hidden)


def test_a_teacher_may_be_certain():
    with np.errstate(divide="ignore"):
        teacher = np.log(np.array([[1.0, 0.0]]))
    loss, gradient = distillation_loss(np.zeros((1, 2)), np.array([0]), teacher, temperature=1.0, weight=1.0)
    assert loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(gradient, [[-0.5, 0.5]])


def test_a_softmax_of_large_scores_is_no_nan():
    assert softmax(np.array([1000.0, 0.0])).tolist() == [1.0, 0.0]
    assert log_softmax(np.array([1000.0, 0.0])).tolist() == [0.0, -1000.0]
    np.testing.assert_allclose(softmax(drawn(4, 3), 2.0), softmax(drawn(4, 3) / 2))


def test_the_loss_is_the_models():
    net, x, t = network(), drawn(7, 4), np.array([0, 1, 2, 0, 1, 2, 2])
    assert log_loss(softmax(scores(net.params, x)), t) == pytest.approx(net.loss(x, t), rel=1e-12)
    assert log_loss(np.array([[0.0, 1.0]]), np.array([0])) == np.inf


def test_reliability_by_hand():
    p = np.array([[0.95, 0.05], [0.85, 0.15], [0.65, 0.35], [0.55, 0.45]])
    found = reliability(p, np.array([0, 1, 0, 0]), bins=5)  # bins of 0.2: (0.4, 0.6], (0.6, 0.8], (0.8, 1]
    assert found.examples.tolist() == [0, 0, 1, 1, 2]
    np.testing.assert_allclose(found.confidence[2:], [0.55, 0.65, 0.9])
    np.testing.assert_allclose(found.accuracy[2:], [1, 1, 0.5])
    assert np.isnan(found.accuracy[:2]).all()
    assert found.error == pytest.approx((0.45 + 0.35 + 2 * 0.4) / 4)


def test_a_bin_holds_its_right_end():
    found = reliability(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0, 0]), bins=2)
    assert found.examples.tolist() == [1, 1]


def test_one_bin_compares_the_means():
    p, t = members()
    right = np.mean(p[0].argmax(axis=1) == t)
    assert reliability(p[0], t, bins=1).error == pytest.approx(abs(right - p[0].max(axis=1).mean()))


@pytest.mark.skipif(find_spec("sklearn") is None, reason="needs scikit-learn")
def test_the_bins_are_scikit_learns():
    from sklearn.calibration import calibration_curve

    rng = np.random.default_rng(0)
    first = rng.uniform(0.5, 1, 500)
    right = (rng.random(500) < first).astype(int)
    ours = reliability(np.column_stack([first, 1 - first]), 1 - right, bins=20)
    theirs = calibration_curve(right, first, n_bins=20)
    np.testing.assert_allclose(ours.accuracy[10:], theirs[0])
    np.testing.assert_allclose(ours.confidence[10:], theirs[1])


@quick
@given(st.floats(0.2, 5.0))
def test_the_temperature_that_was_put_in_is_found(tau):
    rng = np.random.default_rng(0)
    log_p = np.log(rng.dirichlet([1.0, 1.0, 1.0], 200))
    t = np.array([rng.choice(3, p=p / p.sum()) for p in np.exp(log_p)])
    base = best_temperature(log_p, t)
    assert best_temperature(tau * log_p, t) == pytest.approx(tau * base, rel=1e-9)


def test_no_temperature_beside_it_is_better():
    rng = np.random.default_rng(3)
    s = 3 * rng.normal(size=(50, 4))
    t = (s + 4 * rng.normal(size=(50, 4))).argmax(axis=1)
    best = best_temperature(s, t)
    here = log_loss(softmax(s, best), t)
    assert here < log_loss(softmax(s, best * 1.02), t)
    assert here < log_loss(softmax(s, best / 1.02), t)


def test_a_temperature_beyond_the_ends_is_the_end():
    s = np.array([[1.0, 0.0]])
    assert best_temperature(s, np.array([0]), high=4.0) == pytest.approx(0.05)
    assert best_temperature(s, np.array([1]), high=4.0) == pytest.approx(4.0)


# Means of predictions


def test_a_pool_gains_its_ambiguity():
    p, t = members()
    found = pool(p, t)
    assert found.loss == pytest.approx(found.members - found.ambiguity)
    assert found.ambiguity > 0
    assert pool(p[:1].repeat(3, axis=0), t).ambiguity == pytest.approx(0, abs=1e-15)


@quick
@given(st.integers(0, 1000))
def test_the_decomposition_of_krogh_and_vedelsby(seed):
    rng = np.random.default_rng(seed)
    predictions, targets = rng.normal(size=(4, 9, 2)), rng.normal(size=(9, 2))
    found = pool_squared(predictions, targets)
    assert found.loss == pytest.approx(found.members - found.ambiguity, abs=1e-12)
    assert pool_squared(predictions, targets + 5).ambiguity == found.ambiguity  # without the targets


def test_over_all_subsets_the_loss_falls_like_one_over_their_size():
    p, t = members()
    hot = np.eye(3)[t]
    mean = []
    for size in range(1, 6):
        chosen = list(itertools.combinations(range(5), size))
        mean.append([f(p[list(c)]) for c in chosen for f in [lambda q: pool_squared(q, hot).loss]])
    mean = np.array([np.mean(each) for each in mean])
    x = 1 / np.arange(1, 6)
    np.testing.assert_allclose(mean, np.polyval(np.polyfit(x, mean, 1), x), rtol=1e-12)
    assert np.all(np.diff(mean) < 0)


# The student


def test_the_gradient_of_distillation_is_that_of_its_loss():
    s, q, t = 2 * drawn(6, 4), 2 * drawn(6, 4, seed=1), np.array([0, 1, 2, 3, 0, 0])
    for temperature, weight in ((1.0, 1.0), (3.0, 0.7), (0.5, 0.0)):
        given = {"temperature": temperature, "weight": weight}
        _, gradient = distillation_loss(s, t, q, **given)
        slope = numerical_gradient(lambda given=given: distillation_loss(s, t, q, **given)[0], s)
        np.testing.assert_allclose(gradient, slope, atol=1e-9)


def test_without_a_teacher_it_is_the_loss_and_with_itself_nothing():
    s, t = drawn(6, 4), np.array([0, 1, 2, 3, 0, 0])
    loss, _ = distillation_loss(s, t, drawn(6, 4, seed=1), temperature=2.0, weight=0.0)
    assert loss == pytest.approx(log_loss(softmax(s), t))
    loss, gradient = distillation_loss(s, t, s + 1, temperature=2.0, weight=1.0)
    assert loss == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(gradient, 0, atol=1e-12)


@needs_torch
def test_distillation_is_torchs_batchmean_and_ten_times_its_mean():
    import torch
    from torch.nn import functional

    s, q, t = drawn(6, 10), drawn(6, 10, seed=1), np.zeros(6, int)
    student = torch.tensor(s, requires_grad=True)
    log_p = functional.log_softmax(student / 3, dim=1)
    target = functional.softmax(torch.tensor(q) / 3, dim=1)
    loss = 9 * functional.kl_div(log_p, target, reduction="batchmean")
    loss.backward()
    ours, gradient = distillation_loss(s, t, q, temperature=3.0, weight=1.0)
    assert ours == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, student.grad.numpy(), atol=1e-14)
    with pytest.warns(UserWarning, match="batch size and the support size"):
        mean = functional.kl_div(log_p.detach(), target, reduction="mean")
    assert ours == pytest.approx(10 * 9 * mean.item(), rel=1e-12)


def test_back_through_the_network_as_the_model_does():
    net, x, t = network(), drawn(7, 4), np.array([0, 1, 2, 0, 1, 2, 2])
    error = (softmax(scores(net.params, x)) - np.eye(3)[t]) / 7
    for name, gradient in backpropagated(net.params, x, error).items():
        np.testing.assert_allclose(gradient, net.gradient(x, t)[name], atol=1e-14)


def test_the_noise_is_in_the_training_labels_only():
    train, validation, test = noisy_digits(np.random.default_rng(1), wrong=1.0)
    x, t = (np.concatenate(both) for both in zip(*load_digits(), strict=True))
    label = {image.tobytes(): number for image, number in zip(x, t, strict=True)}
    for part, low, high in ((train, 0.05, 0.15), (validation, 1, 1), (test, 1, 1)):
        same = np.mean([label[image.tobytes()] == number for image, number in zip(*part, strict=True)])
        assert low <= same <= high
    clean, _, _ = noisy_digits(np.random.default_rng(1), wrong=0.0)
    assert all(label[image.tobytes()] == number for image, number in zip(*clean, strict=True))
    assert np.array_equal(clean.x, train.x)


# Lines


def test_a_barrier_is_measured_from_the_chord():
    assert barrier(np.array([0.0, 1.0, 2.0])) == 0.0
    assert barrier(np.array([0.0, 0.5, 2.0])) == 0.0
    assert barrier(np.array([0.0, 3.0, 2.0])) == 2.0


@quick
@given(st.integers(1, 6), st.integers(0, 10_000), st.booleans())
def test_no_other_assignment_gains_more(n, seed, whole):
    gain = np.random.default_rng(seed).normal(size=(n, n))
    gain = np.round(gain) if whole else gain
    columns = assign(gain)
    assert sorted(columns) == list(range(n))
    best = max(sum(gain[i, j] for i, j in enumerate(order)) for order in itertools.permutations(range(n)))
    assert gain[np.arange(n), columns].sum() == pytest.approx(best)


@pytest.mark.skipif(find_spec("scipy") is None, reason="needs scipy")
def test_the_assignment_is_scipys():
    from scipy.optimize import linear_sum_assignment

    gain = drawn(60, 60)
    assert np.array_equal(assign(gain), linear_sum_assignment(gain, maximize=True)[1])


def shuffled(params, order):
    return {
        "W1": params["W1"][:, order],
        "b1": params["b1"][order],
        "W2": params["W2"][order],
        "b2": params["b2"].copy(),
    }


def test_a_shuffled_network_is_found_again():
    net = network()
    other = shuffled(net.params, [3, 1, 5, 0, 2, 4])
    found = aligned(other, net.params)
    for name, value in net.params.items():
        assert np.array_equal(found[name], value)


def test_aligning_keeps_the_function_and_brings_nearer():
    one, two, x = network(0), network(5), drawn(9, 4)
    found = aligned(two.params, one.params)
    np.testing.assert_allclose(scores(found, x), scores(two.params, x), atol=1e-12)

    def apart(params):
        return sum(np.sum((params[name] - one.params[name]) ** 2) for name in params)

    for order in itertools.permutations(range(6)):
        assert apart(found) <= apart(shuffled(two.params, list(order))) + 1e-12


def test_the_ends_of_a_line_are_its_ends():
    one, two = network(0), network(5)
    for share, end in ((0, one), (1, two)):
        for name, value in interpolated(one.params, two.params, share).items():
            np.testing.assert_allclose(value, end.params[name], atol=1e-15)
    curve = along_line(lambda p: float(p["b2"][0]), one.params, two.params, 3)
    assert curve[1] == pytest.approx((curve[0] + curve[2]) / 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: softmax(np.zeros(2), 0.0), "temperature must be above 0; got 0.0"),
        (lambda: log_loss(np.ones((2, 2)) / 2, np.array([0, 2])), "labels from 0 to 1"),
        (lambda: reliability(np.ones(3), np.zeros(3, int)), r"expected shapes \(n, K\) and \(n,\)"),
        (lambda: best_temperature(np.zeros((1, 2)), np.array([0]), low=2, high=1), "low must be above 0"),
        (lambda: pool(np.zeros((2, 2)), np.zeros(2, int)), "at least 3 axes"),
        (lambda: pool_squared(np.zeros((2, 3)), np.zeros(2)), "shape"),
        (lambda: noisy_digits(np.random.default_rng(0), wrong=2), "wrong must be from 0 to 1"),
        (lambda: noisy_digits(np.random.default_rng(0), num_train=1700), "must be below 1797"),
        (lambda: assign(np.zeros((2, 3))), r"square matrix .* got shape \(2, 3\)"),
        (lambda: barrier(np.zeros(2)), "at least 3"),
        (lambda: interpolated({"w": np.zeros(2)}, {"w": np.zeros(3)}, 0.5), "same names and shapes"),
        (lambda: aligned({"w": np.zeros(2)}, {"w": np.zeros(2)}), "two-layer network"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_teacher_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="teacher must have the shape"):
        distillation_loss(np.zeros((1, 2)), np.array([0]), np.zeros((1, 3)), temperature=1, weight=1)
    with pytest.raises(ValueError, match="weight must be from 0 to 1"):
        distillation_loss(np.zeros((1, 2)), np.array([0]), np.zeros((1, 2)), temperature=1, weight=2)
