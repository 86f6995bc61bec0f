"""Whoever would win the contest by other means than training: what each of them gets, in the real box."""

import copy

import numpy as np
import pytest

from exercises.grading import job
from exercises.grading.question import load
from exercises.ps5.given import BUDGET, LEAST, NUM_EXAMPLES, Signs
from tests.grading import sets

Q4 = load("ps5").question("q4")
# One attack a study; the first is no attack but the solution, which the others are measured by.
ATTACKS = '''
from importlib.resources import files


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def fitted(x, t, num_steps=400):
    """Train as long as one likes on examples that one holds, and return the parameters."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    x, y = (x - mean) / spread, np.eye(10)[t]
    W, b, v, c = np.zeros((x.shape[1], 10)), np.zeros(10), 0, 0
    for _ in range(num_steps):
        error = (softmax(x @ W + b) - y) / len(x)
        v, c = 0.9 * v + x.T @ error + 1e-3 * W, 0.9 * c + error.sum(axis=0)
        W, b = W - 0.1 * v, b - 0.1 * c
    return {"W": W / spread[:, None], "b": b - mean / spread @ W}


def sums(gradient, start, size, trusted=0):
    """Return sum and number of the examples of each class: with all trust in one, the others' are bare."""
    grads = gradient({"W": start["W"], "b": np.eye(10)[trusted] * 1e3}, size)
    return -size * grads["W"].T, np.rint(-size * grads["b"])


def class_means(gradient, start, num_examples):
    """Return the mean of each class, over as many examples as there are."""
    found, counts = sums(gradient, start, num_examples)
    first, first_count = sums(gradient, start, num_examples, trusted=1)
    found[0], counts[0] = first[0], first_count[0]
    return found / counts[:, None]


def single_examples(gradient, start, num_examples, budget):
    """Ask for one example at a time, and train on what comes."""
    x, t = [], []
    for call in range(budget // 64):
        found, counts = sums(gradient, start, 64, call % 10)
        for digit in np.flatnonzero(counts > 0):
            x.append(found[digit] / counts[digit]), t.append(digit)
    return fitted(np.array(x), np.array(t))


def lonely_examples(gradient, start, num_examples, budget):
    """Keep only what came alone in its class."""
    x, t = [], []
    for call in range(budget // 64):
        found, counts = sums(gradient, start, 64, call % 10)
        for digit in np.flatnonzero(counts == 1):
            x.append(found[digit]), t.append(digit)
    return fitted(np.array(x), np.array(t)) if len(x) > 1 else start


def packaged_digits(gradient, start, num_examples, budget):
    """Find from means of classes what became of the pixels, and train on the digits of the package."""
    packaged = np.load(files("d2l_utils").joinpath("datasets", "signs.npz"))
    x, t = packaged["x"] / 16.0, packaged["t"].astype(int)
    means = class_means(gradient, start, num_examples)
    theirs = np.array([x[t == digit].mean(axis=0) for digit in range(10)])
    return fitted(x @ np.linalg.pinv(theirs) @ means, t)


def nearest_mean(gradient, start, num_examples, budget):
    """Return what the means of the classes alone would say."""
    return fitted(class_means(gradient, start, num_examples), np.arange(10))


def by_index(gradient, start, num_examples, budget):
    """Name an example, as one could once."""
    return gradient(start, np.array([0]))


def constant(gradient, start, num_examples, budget):
    return {name: values + 1.0 for name, values in start.items()}


attacks = iter([train, single_examples, lonely_examples, packaged_digits, nearest_mean, by_index, constant])


def train(gradient, start, num_examples, budget):
    return next(attacks)(gradient, start, num_examples, budget)
'''
SEED = 2**100
NAMES = ("honest", "single", "lonely", "packaged", "means", "index", "constant")


@pytest.fixture(scope="module")
def scores():
    """What each attack scores in a study of its own."""
    notebook = copy.deepcopy(sets.notebooks("ps5")[1])
    (cell,) = (cell for cell in notebook.cells if "def train(" in cell.source)
    cell.source += ATTACKS
    task = {"problem_set": "ps5", "student": "eve", "notebook": sets.file(notebook), "seed": SEED}
    return dict(zip(NAMES, job.grade(task)["questions"]["q4"]["studies"], strict=True))


@pytest.mark.needs("bubblewrap")
def test_training_beats_every_other_way(scores):
    assert scores["honest"] > Q4.thresholds["good"]
    others = {name: score for name, score in scores.items() if name != "honest"}
    assert max(others.values()) < Q4.thresholds["good"], others
    assert scores["index"] == 0.0


@pytest.mark.needs("bubblewrap")
def test_what_the_package_holds_is_of_no_use(scores):
    assert scores["packaged"] < Q4.thresholds["learns"]


def test_no_batch_is_smaller_than_the_least_at_the_end_of_an_order_too():
    signs = Signs(3)
    start = signs.arguments[0]
    for size in (NUM_EXAMPLES - 1, 1, NUM_EXAMPLES - 1, 1):
        before = signs.spent
        signs.gradient(start, size)
        assert signs.spent - before == max(size, LEAST)


def test_two_calls_never_differ_by_one_example():
    signs, other = Signs(3), Signs(3)
    start = signs.arguments[0]
    signs.gradient(start, LEAST)
    other.gradient(start, LEAST + 1)
    first, second = (each.gradient(start, LEAST)["W"] for each in (signs, signs))
    assert not np.allclose(first, second)
    for wrong in (np.array([0]), [0], 0, NUM_EXAMPLES + 1, 64.5, np.nan, -1):
        with pytest.raises(ValueError, match="batch_size must be a whole number from 1 to 1200"):
            signs.gradient(start, wrong)


def test_one_round_teaches_nothing_about_another():
    first, second = Signs(3), Signs(4)
    net = first._net
    for values in net.params.values():
        values[...] = 0.0
    for _ in range(300):
        for name, g in net.gradient(*first._train).items():
            net.params[name] -= 0.1 * g
    params = {name: values.copy() for name, values in net.params.items()}
    assert first.score(params) > Q4.thresholds["learns"] > 0.2 > second.score(params)


def test_the_titles_of_the_parts_tell_the_thresholds():
    for part in Q4.parts:
        assert f"{Q4.thresholds[part.key]:.2f}" in part.title
    assert Q4.thresholds.keys() == {part.key for part in Q4.parts}
    assert BUDGET % LEAST == 0
