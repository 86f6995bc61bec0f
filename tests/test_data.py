"""The data: the packaged sets are what they claim to be, and minibatches show each example once."""

import gzip
import hashlib
from importlib.resources import files

import numpy as np
import pytest
from sklearn import datasets

from d2l_utils.data import (
    iterations_per_epoch,
    load_alice,
    load_diabetes,
    load_digits,
    make_regression,
    minibatches,
)


def rows(x, t):
    """Return the examples as a sorted array of rows (x, t), whatever order they came in."""
    table = np.column_stack([x, t])
    return table[np.lexsort(table.T[::-1])]


def together(*parts):
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def test_digits_are_those_of_scikit_learn():
    train, test = load_digits()
    assert (train.x.shape, train.t.shape) == ((1437, 64), (1437,))
    assert (test.x.shape, test.t.shape) == ((360, 64), (360,))
    assert (train.x.dtype, train.t.dtype) == (np.float64, np.int64)
    expected = datasets.load_digits()
    x, t = together(train, test)
    np.testing.assert_array_equal(rows(16 * x, t), rows(expected.data, expected.target))
    assert (x.min(), x.max()) == (0, 1)


def test_diabetes_is_that_of_scikit_learn_with_mean_0_and_variance_1():
    train, test = load_diabetes()
    assert (train.x.shape, test.x.shape) == ((353, 10), (89, 10))
    np.testing.assert_allclose(train.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(train.x.std(axis=0), 1)
    assert train.t.mean() == pytest.approx(0, abs=1e-12)
    assert train.t.std() == pytest.approx(1)
    expected = datasets.load_diabetes(scaled=False)
    x, t = together(train, test)
    raw = np.column_stack([expected.data, expected.target])
    ours = np.column_stack([x, t])
    for column, given in zip(ours.T, raw.T, strict=True):  # scaling keeps the order and the ratios of gaps
        a, b = np.sort(column), np.sort(given)
        np.testing.assert_allclose((a - a[0]) / (a[-1] - a[0]), (b - b[0]) / (b[-1] - b[0]), atol=1e-12)


@pytest.mark.parametrize("load", [load_digits, load_diabetes])
def test_a_split_is_disjoint_fixed_and_independent_of_earlier_calls(load):
    first, again = load(), load()
    for part, other in zip(first, again, strict=True):
        for array, same in zip(part, other, strict=True):
            assert np.array_equal(array, same)
            assert not np.shares_memory(array, same)
            array += 1
    assert not np.array_equal(first[0].x, load()[0].x)
    train, test = ({row.tobytes() for row in np.column_stack(part)} for part in again)
    assert not train & test


@pytest.mark.parametrize("label", range(10))
def test_every_digit_is_in_both_parts(label):
    train, test = load_digits()
    assert np.mean(train.t == label) == pytest.approx(0.1, abs=0.02)
    assert np.mean(test.t == label) == pytest.approx(0.1, abs=0.04)


def test_the_book_is_the_one_that_was_checked_and_nothing_else():
    data = gzip.decompress(files("d2l_utils").joinpath("datasets", "alice.txt.gz").read_bytes())
    assert hashlib.sha256(data).hexdigest() == (
        "630eceaaa63596f9466f9bd9f36c4d030273891fd5dbecb20a5f5019cb91798b"
    )
    assert data.split()[:5] == [b"CHAPTER", b"I", b"Down", b"the", b"Rabbit-Hole"]
    assert data.endswith(b"the happy summer days.\n")
    assert b"gutenberg" not in data.lower()


def test_the_book_is_cut_into_words():
    text = load_alice()
    assert text.codes.dtype == np.int64
    assert (len(text.codes), len(text.words)) == (26_647, 2619)
    said = [text.words[code] for code in text.codes]
    assert said[:10] == ["down", "the", "rabbit", "hole", "alice", "was", "beginning", "to", "get", "very"]
    assert said[-5:] == ["and", "the", "happy", "summer", "days"]
    assert {"don't", "alice's", "o'clock", "waistcoat"} < set(text.words)
    assert not any(mark in word for word in text.words for mark in "-_`*. ")
    assert not {"chapter", "xii"} & set(text.words)
    one = load_alice(num_chapters=1)
    assert [one.words[code] for code in one.codes] == said[:2165]


@pytest.mark.parametrize("num_chapters", [1, 3, 12])
def test_the_words_are_numbered_by_their_frequency(num_chapters):
    words, codes = load_alice(num_chapters)
    times = np.bincount(codes, minlength=len(words))
    assert np.all(np.diff(times) <= 0)
    assert times[-1] == 1
    first = np.unique(codes, return_index=True)[1]
    assert all(first[k] < first[k + 1] for k in range(len(words) - 1) if times[k] == times[k + 1])


@pytest.mark.parametrize(
    ("num_chapters", "error", "message"),
    [
        (0, ValueError, "num_chapters must be at least 1; got 0"),
        (13, ValueError, "num_chapters must be at most 12; got 13"),
        (1.0, TypeError, "num_chapters must be a whole number; got 1.0"),
    ],
)
def test_chapters_that_the_book_has_not_are_refused(num_chapters, error, message):
    with pytest.raises(error, match=message):
        load_alice(num_chapters)


@pytest.mark.parametrize(
    ("n", "d", "kappa"), [(50, 5, 1.0), (50, 5, 1e4), (6, 6, 10.0), (7, 1, 1.0), (1, 1, 1)]
)
def test_a_regression_has_the_eigenvalues_that_were_asked_for(n, d, kappa):
    (x, t), w = make_regression(n, d, condition_number=kappa, rng=np.random.default_rng(2))
    assert (x.shape, t.shape, w.shape) == ((n, d), (n,), (d,))
    eigenvalues = np.sort(np.linalg.eigvalsh(x.T @ x / n))
    np.testing.assert_allclose(eigenvalues, np.geomspace(1 / kappa, 1, d), rtol=1e-9)
    np.testing.assert_allclose(x @ w, t, rtol=1e-12, atol=1e-12)
    if d > 1 and kappa > 1:
        assert np.abs(np.linalg.eigh(x.T @ x)[1]).max() < 0.999  # the axes are turned


def test_noise_and_seed_of_a_regression():
    def make(seed, noise):
        return make_regression(20_000, 3, noise=noise, rng=np.random.default_rng(seed))

    (x, t), w = make(1, 0.5)
    assert np.std(t - x @ w) == pytest.approx(0.5, rel=0.03)
    assert np.mean(t - x @ w) == pytest.approx(0, abs=0.02)
    assert np.array_equal(make(1, 0.5)[0].t, t)
    assert not np.array_equal(make(2, 0.5)[0].t, t)


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), [(10, 1), (10, 3), (10, 5), (10, 10), (10, 11), (1, 1)])
def test_an_epoch_shows_each_example_once(n, size, drop_last):
    x, t = np.arange(2.0 * n).reshape(n, 2), np.arange(n)
    batches = list(minibatches(x, t, size, np.random.default_rng(0), drop_last=drop_last))
    assert len(batches) == iterations_per_epoch(n, size, drop_last=drop_last)
    assert all(len(batch.t) == size for batch in batches[:-1])
    seen = [i for batch in batches for i in batch.t]
    assert len(set(seen)) == len(seen) == (n - n % size if drop_last else n)
    for batch in batches:
        assert np.array_equal(batch.x, x[batch.t])  # each example keeps its target
        assert not np.shares_memory(batch.x, x)


def test_every_epoch_is_shuffled_anew_and_can_be_repeated():
    def order(rng):
        return [int(t) for batch in minibatches(np.zeros(50), np.arange(50), 7, rng) for t in batch.t]

    rng = np.random.default_rng(0)
    first, second = order(rng), order(rng)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert first != list(range(50))
    assert order(np.random.default_rng(0)) == first


@pytest.mark.parametrize(
    ("n", "size", "whole", "dropped"),
    [(50_000, 128, 391, 390), (50_000, 125, 400, 400), (1, 5, 1, 0)],
)
def test_iterations_per_epoch(n, size, whole, dropped):
    assert iterations_per_epoch(n, size, drop_last=True) == dropped
    assert iterations_per_epoch(n, size) == whole


X, T, RNG = np.zeros((4, 2)), np.zeros(4), np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: minibatches(X, T[:3], 2, RNG), ValueError, r"same number .* got shapes \(4, 2\) and \(3,\)"),
        (lambda: minibatches(X[:0], T[:0], 2, RNG), ValueError, "at least 1"),
        (lambda: minibatches(X, T, 0, RNG), ValueError, "batch_size must be at least 1; got 0"),
        (lambda: minibatches(X, T, 2.0, RNG), TypeError, "batch_size must be a whole number; got 2.0"),
        (lambda: minibatches(X, T, 2, 0), TypeError, "rng must be a numpy.random.Generator"),
        (lambda: minibatches(X, T, 2, np.random), TypeError, "rng must be a numpy.random.Generator"),
        (lambda: iterations_per_epoch(0, 1), ValueError, "num_examples must be at least 1; got 0"),
        (lambda: iterations_per_epoch(1, True), TypeError, "batch_size must be a whole number"),
        (lambda: make_regression(3, 4, rng=RNG), ValueError, "num_examples must be at least 4; got 3"),
        (lambda: make_regression(3, 0, rng=RNG), ValueError, "num_features must be at least 1; got 0"),
        (
            lambda: make_regression(9, 2, condition_number=0.5, rng=RNG),
            ValueError,
            "condition_number must be",
        ),
        (lambda: make_regression(9, 1, condition_number=2, rng=RNG), ValueError, "must be 1 where .* got 2"),
        (lambda: make_regression(9, 2, noise=-1, rng=RNG), ValueError, "noise must be finite and at least 0"),
        (lambda: make_regression(9, 2, rng=3), TypeError, "rng must be .*; got 3"),
    ],
)
def test_wrong_arguments_are_refused_at_once(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("drop_last", ["no", 1, None])
@pytest.mark.parametrize(
    "call",
    [
        lambda drop_last: iterations_per_epoch(5, 2, drop_last=drop_last),
        lambda drop_last: minibatches(
            np.ones(5), np.ones(5), 2, np.random.default_rng(0), drop_last=drop_last
        ),
    ],
)
def test_a_switch_is_true_or_false(call, drop_last):
    with pytest.raises(TypeError, match=f"drop_last must be True or False; got {drop_last!r}"):
        call(drop_last)
