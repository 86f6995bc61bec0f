"""Data without a network: two small real sets, a book, sets with a known optimum, and minibatches."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from d2l_utils._engine import checks

__all__ = [
    "Examples",
    "Text",
    "iterations_per_epoch",
    "load_alice",
    "load_diabetes",
    "load_digits",
    "make_regression",
    "minibatches",
]


class Examples(NamedTuple):
    """Examples and their targets.

    Attributes
    ----------
    x : ndarray, shape (n, d)
        One example a row.
    t : ndarray, shape (n,)
        Their targets.
    """

    x: np.ndarray
    t: np.ndarray


class Text(NamedTuple):
    """A text as numbers, one a word.

    Attributes
    ----------
    words : tuple of str
        The vocabulary, most frequent first; of two words that are equally frequent, the one that comes first.
    codes : ndarray of int64, shape (n,)
        For each word of the text its number: its place in ``words``.
    """

    words: tuple[str, ...]
    codes: np.ndarray


def load_digits() -> tuple[Examples, Examples]:
    """Return the handwritten digits as a training and a test set.

    Returns
    -------
    train, test : Examples
        1437 and 360 images of 8×8 pixels, flattened to 64 numbers from 0 to 1 (float64); labels 0 to 9
        (int64). The split is shuffled and always the same.

    References
    ----------
    Alpaydin & Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0.

    Examples
    --------
    >>> train, test = load_digits()
    >>> train.x.shape, test.t.shape
    ((1437, 64), (360,))
    """
    x, t = _packaged("digits")
    return _split(x / 16.0, t.astype(np.int64), 1437)


def load_diabetes() -> tuple[Examples, Examples]:
    """Return the diabetes study of 442 patients as a training and a test set.

    Returns
    -------
    train, test : Examples
        353 and 89 patients with 10 measurements, and the progression of their disease after a year (float64).
        All columns have mean 0 and variance 1 over the training set. The split is always the same.

    References
    ----------
    Efron, Hastie, Johnstone & Tibshirani 2004, "Least Angle Regression".

    Examples
    --------
    >>> train, test = load_diabetes()
    >>> train.x.shape, test.x.shape
    ((353, 10), (89, 10))
    """
    train, test = _split(*_packaged("diabetes"), 353)
    center, scale = train.x.mean(axis=0), train.x.std(axis=0)
    middle, spread = train.t.mean(), train.t.std()
    scaled = (Examples((part.x - center) / scale, (part.t - middle) / spread) for part in (train, test))
    return next(scaled), next(scaled)


def load_alice(num_chapters: int = 12) -> Text:
    """Return *Alice's Adventures in Wonderland*, or its first chapters, cut into words.

    A word is a run of letters in lower case; an apostrophe between letters belongs to it (``don't``).
    Anything else separates words: ``rabbit-hole`` is two of them. Titles of chapters are part of the text,
    their numbers are not.

    Parameters
    ----------
    num_chapters : int
        How many chapters from the beginning, 1 to 12.

    Returns
    -------
    text : Text
        26 647 words, 2619 of them different; the first chapter has 2165 and 611.

    Raises
    ------
    TypeError, ValueError
        If ``num_chapters`` is not a whole number from 1 to 12.

    References
    ----------
    Carroll 1865; in the public domain. ``datasets/README.md`` says whose copy it is.

    Examples
    --------
    >>> text = load_alice(num_chapters=1)
    >>> len(text.codes), len(text.words), text.words[:4]
    (2165, 611, ('the', 'she', 'to', 'and'))
    >>> " ".join(text.words[code] for code in text.codes[:7])
    'down the rabbit hole alice was beginning'
    """
    count = checks.whole_number("num_chapters", num_chapters, low=1)
    packed = files("d2l_utils").joinpath("datasets", "alice.txt.gz").read_bytes()
    book = gzip.decompress(packed).decode("ascii")
    chapters = re.split(r"^ *CHAPTER [IVX]+$", book, flags=re.MULTILINE)[1:]
    if count > len(chapters):
        raise ValueError(f"num_chapters must be at most {len(chapters)}; got {num_chapters}")
    text = re.findall(r"[a-z]+(?:'[a-z]+)*", " ".join(chapters[:count]).lower())
    words = tuple(word for word, _ in Counter(text).most_common())
    code = {word: number for number, word in enumerate(words)}
    return Text(words, np.array([code[word] for word in text]))


def _packaged(name: str) -> tuple[np.ndarray, np.ndarray]:
    with files("d2l_utils").joinpath("datasets", f"{name}.npz").open("rb") as file, np.load(file) as arrays:
        return arrays["x"].astype(np.float64), arrays["t"]


def _split(x: np.ndarray, t: np.ndarray, num_train: int) -> tuple[Examples, Examples]:
    order = np.random.default_rng(0).permutation(len(x))
    first, rest = order[:num_train], order[num_train:]
    return Examples(x[first], t[first]), Examples(x[rest], t[rest])


def make_regression(
    num_examples: int,
    num_features: int,
    *,
    condition_number: float = 1.0,
    noise: float = 0.0,
    rng: np.random.Generator,
) -> tuple[Examples, np.ndarray]:
    """Make a linear regression whose loss surface has a chosen condition number.

    The Hessian of the loss ``mean(½ (x·w − t)²)`` is ``xᵀx / n``. Its eigenvalues run from 1 to 1/κ in equal
    ratios, in a random orthogonal basis, exactly.

    Parameters
    ----------
    num_examples, num_features : int
        n and d, with n ≥ d ≥ 1.
    condition_number : float
        κ of the Hessian, 1 or more; 1 where d is 1.
    noise : float
        Standard deviation of the noise in the targets.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    examples : Examples
        n examples.
    w_true : ndarray, shape (d,)
        The weights that made the targets: the minimum itself when there is no noise.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> (x, t), w = make_regression(50, 3, condition_number=100.0, rng=np.random.default_rng(0))
    >>> np.linalg.cond(x.T @ x).round(6).item(), bool(np.allclose(x @ w, t))
    (100.0, True)
    """
    d = checks.whole_number("num_features", num_features, low=1)
    n = checks.whole_number("num_examples", num_examples, low=d)
    kappa = checks.number("condition_number", condition_number, low=1.0)
    if d == 1 and kappa != 1:
        raise ValueError(f"condition_number must be 1 where there is one feature; got {condition_number!r}")
    sigma = checks.number("noise", noise, low=0.0)
    left = np.linalg.qr(checks.generator(rng).normal(size=(n, d)))[0]
    right = np.linalg.qr(rng.normal(size=(d, d)))[0]
    eigenvalues = np.geomspace(1.0, 1.0 / kappa, d)
    x = left * np.sqrt(n * eigenvalues) @ right.T
    w_true = rng.normal(size=d)
    return Examples(x, x @ w_true + sigma * rng.normal(size=n)), w_true


def iterations_per_epoch(num_examples: int, batch_size: int, *, drop_last: bool = False) -> int:
    """Return the number of minibatches in an epoch: ⌈N/B⌉, or ⌊N/B⌋ if the last partial one is dropped.

    Parameters
    ----------
    num_examples : int
        N, at least 1.
    batch_size : int
        B, at least 1.
    drop_last : bool
        Leave out the last batch if it is smaller than B.

    Examples
    --------
    >>> iterations_per_epoch(50_000, 128), iterations_per_epoch(50_000, 125)
    (391, 400)
    """
    n = checks.whole_number("num_examples", num_examples, low=1)
    b = checks.whole_number("batch_size", batch_size, low=1)
    return n // b if checks.switch("drop_last", drop_last) else -(-n // b)


def minibatches(
    x: np.ndarray, t: np.ndarray, batch_size: int, rng: np.random.Generator, *, drop_last: bool = False
) -> Iterator[Examples]:
    """Return one epoch of minibatches, drawn without replacement: each example comes once.

    Parameters
    ----------
    x, t : ndarray
        Examples along the first axis, and their targets.
    batch_size : int
        Examples a batch, at least 1; more than there are gives one batch of all.
    rng : numpy.random.Generator
        Shuffles the examples.
    drop_last : bool
        Leave out the last batch if it is smaller than ``batch_size``.

    Returns
    -------
    iterator of Examples
        Copies; ``x`` and ``t`` are not changed.

    Raises
    ------
    TypeError, ValueError
        If the lengths differ, the batch size is not a whole number of 1 or more, or ``rng`` is no Generator.

    Examples
    --------
    >>> import numpy as np
    >>> x, t = np.arange(10.0).reshape(5, 2), np.arange(5)
    >>> [len(batch.t) for batch in minibatches(x, t, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    x, t = checks.same_length(x, t)
    size = checks.whole_number("batch_size", batch_size, low=1)
    order = checks.generator(rng).permutation(len(x))
    stop = len(x) - len(x) % size if checks.switch("drop_last", drop_last) else len(x)
    picks = (order[i : i + size] for i in range(0, stop, size))
    return (Examples(x.take(pick, axis=0), t.take(pick, axis=0)) for pick in picks)
