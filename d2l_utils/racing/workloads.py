"""Eight small workloads, each with a difficulty of its own: what a race of optimizers is run on."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from d2l_utils.attention import AttentionModel
from d2l_utils.data import Examples, load_alice, load_digits, make_regression
from d2l_utils.models import LinearRegression, Model, SoftmaxRegression, TwoLayerNet
from d2l_utils.racing.recurrent import RecurrentModel

__all__ = ["NAMES", "Workload", "workload"]


@dataclass(frozen=True)
class Workload:
    """A model, its examples, and how long it is trained.

    Attributes
    ----------
    name, about : str
        What it is called, and what is hard about it.
    start : callable
        ``start(rng)`` -> Model with fresh weights.
    train, held_out : Examples
        What batches are drawn from, and what the loss is measured on.
    batch_size, num_steps, every : int
        Examples a step, steps a run, steps between two measurements.
    """

    name: str
    about: str
    start: Callable[[np.random.Generator], Model]
    train: Examples
    held_out: Examples
    batch_size: int
    num_steps: int
    every: int

    def batches(self, seed: int) -> np.ndarray:
        """Return which examples each step sees, epoch after epoch, shape (num_steps, batch_size).

        Examples
        --------
        >>> workload("digits").batches(seed=0).shape
        (200, 32)
        """
        rng, wanted = np.random.default_rng([seed, 1]), self.num_steps * self.batch_size
        epochs = [rng.permutation(len(self.train.t)) for _ in range(-(-wanted // len(self.train.t)))]
        return np.concatenate(epochs)[:wanted].reshape(self.num_steps, self.batch_size)


def _digits() -> Workload:
    train, test = load_digits()
    return Workload("digits", "dense", lambda rng: TwoLayerNet(64, 32, 10, rng=rng), train, test, 32, 200, 5)


def _noisy_labels() -> Workload:
    train, test = load_digits()
    rng = np.random.default_rng(1)
    wrong = rng.random(len(train.t)) < 0.4
    labels = np.where(wrong, rng.integers(10, size=len(train.t)), train.t)
    start = _digits().start
    return Workload("noisy labels", "noisy labels", start, Examples(train.x, labels), test, 32, 200, 5)


def _bad_scales() -> Workload:
    train, test = load_digits()
    scales = 10 ** np.random.default_rng(2).uniform(-2, 0.5, size=64)
    parts = Examples(train.x * scales, train.t), Examples(test.x * scales, test.t)
    return Workload(
        "bad scales", "ill-conditioned", lambda rng: SoftmaxRegression(64, 10, rng=rng), *parts, 32, 200, 5
    )


def _quadratic() -> Workload:
    rng = np.random.default_rng(3)
    (x, t), w = make_regression(1000, 30, condition_number=300.0, noise=0.3, rng=rng)
    return Workload(
        "quadratic",
        "noisy quadratic",
        lambda rng: LinearRegression(30, rng=rng),
        Examples(x, t),
        Examples(x, x @ w),
        16,
        300,
        5,
    )


def _zipf() -> Workload:
    rng, K = np.random.default_rng(4), 64
    share = 1 / np.arange(1, K + 1)
    middle = rng.normal(size=(K, 24))
    t = rng.choice(K, size=5500, p=share / share.sum())
    x = middle[t] + 1.2 * rng.normal(size=(5500, 24))
    parts = Examples(x[:5000], t[:5000]), Examples(x[5000:], t[5000:])
    return Workload(
        "rare classes", "heavy-tailed", lambda rng: SoftmaxRegression(24, K, rng=rng), *parts, 32, 200, 5
    )


def _bags() -> Workload:
    """Which of Alice's chapters do twenty words in a row come from?"""
    parts = [load_alice(chapter).codes for chapter in range(1, 13)]
    ends = [0, *map(len, parts)]
    text, num_words = load_alice(), 600
    code = text.codes
    rows, labels = [], []
    for chapter, (begin, end) in enumerate(itertools.pairwise(ends)):
        for place in range(begin, end - 19, 20):
            seen = code[place : place + 20]
            rows.append(np.bincount(seen[seen < num_words], minlength=num_words)[:num_words])
            labels.append(chapter)
    x, t = np.sqrt(np.array(rows, float)), np.array(labels)
    late = np.arange(len(t)) % 4 == 3
    parts_of = Examples(x[~late], t[~late]), Examples(x[late], t[late])
    return Workload(
        "bags of words",
        "sparse",
        lambda rng: SoftmaxRegression(num_words, 12, rng=rng),
        *parts_of,
        32,
        200,
        5,
    )


def _windows(code: np.ndarray, length: int, num: int, seed: int) -> tuple[Examples, Examples]:
    """Return windows of a text with what follows: of each thousand places the last hundred are held out.

    No window crosses a border, and held-out ones that training has too, word for word, are dropped.
    """
    starts = np.random.default_rng(seed).permutation(len(code) - length)
    late, end = starts % 1000 >= 900, (starts + length) % 1000
    inside = np.where(late, end >= 900, end < 900) & (starts // 1000 == (starts + length) // 1000)
    parts = []
    for chosen in (starts[inside & ~late][:num], starts[inside & late]):
        parts.append(np.column_stack([code[chosen[:, None] + np.arange(length)], code[chosen + length]]))
    known = set(map(tuple, parts[0]))
    new = np.array([tuple(row) not in known for row in parts[1]])
    whole = parts[0], parts[1][new][:400]
    return Examples(whole[0][:, :-1], whole[0][:, -1]), Examples(whole[1][:, :-1], whole[1][:, -1])


def _letters() -> Workload:
    text = load_alice(3)
    book = " ".join(text.words[code] for code in text.codes).replace("'", "")
    code = np.array([0 if letter == " " else ord(letter) - 96 for letter in book])
    parts = _windows(code, 8, 8000, 5)
    return Workload(
        "letters", "recurrent", lambda rng: RecurrentModel(27, 8, 20, rng=rng), *parts, 32, 160, 4
    )


def _attention() -> Workload:
    code = np.minimum(load_alice().codes, 99)  # the hundredth stands for all rarer words
    parts = _windows(code, 6, 10000, 6)
    return Workload(
        "attention", "attention", lambda rng: AttentionModel(100, 6, 16, rng=rng), *parts, 32, 160, 4
    )


_MAKERS: dict[str, Callable[[], Workload]] = {
    "digits": _digits,
    "bags of words": _bags,
    "bad scales": _bad_scales,
    "quadratic": _quadratic,
    "rare classes": _zipf,
    "noisy labels": _noisy_labels,
    "letters": _letters,
    "attention": _attention,
}
NAMES = tuple(_MAKERS)


@functools.cache
def workload(name: str) -> Workload:
    """Return one of the eight workloads; made once, it stays in memory.

    Parameters
    ----------
    name : str
        ``digits``, ``bags of words``, ``bad scales``, ``quadratic``, ``rare classes``, ``noisy labels``,
        ``letters`` or ``attention``.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> each = workload("rare classes")
    >>> each.about, each.train.x.shape
    ('heavy-tailed', (5000, 24))
    """
    if name not in _MAKERS:
        raise ValueError(f"name must be one of {', '.join(map(repr, NAMES))}; got {name!r}")
    return _MAKERS[name]()
