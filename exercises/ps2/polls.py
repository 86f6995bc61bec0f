"""The error of a minibatch."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def _error(combine):
    """Make an error of polls: ``combine`` joins variance, squared bias, B, finite factor and (N, d)."""

    def error(each, batch_size, replace=True, chances=None):
        n = len(each)
        chances = np.full(n, 1 / n) if chances is None else chances
        middle = chances @ each
        variance = chances @ np.sum((each - middle) ** 2, axis=1)
        bias = np.sum((middle - each.mean(axis=0)) ** 2)
        finite = 1.0 if replace else (n - batch_size) / (n - 1)
        return float(combine(variance, bias, batch_size, finite, each.shape))

    return error


poll_error = _error(lambda variance, bias, b, finite, shape: (variance / b * finite + bias) ** 0.5)


def _fair(each, batch_size, replace=True, chances=None):
    return poll_error(each, batch_size, replace)


def poll_cases(rng):
    """Draw opinions, and fair polls of them with and without replacement, and unfair ones."""
    for _ in range(4):
        n, d = int(rng.integers(4, 12)), int(rng.integers(2, 5))
        each = rng.normal(rng.normal(size=d), rng.uniform(0.5, 3.0), size=(n, d))
        yield Case("again", (each, int(rng.integers(2, 3 * n))))
        yield Case("once", (each, int(rng.integers(2, n)), False))
        yield Case("unfair", (each, int(rng.integers(2, 3 * n)), True, rng.dirichlet(np.ones(n))))
    yield Case("again", (each, 1))
    yield Case("once", (each, n, False))


POLL = Function(
    name="q4",
    title="How wrong is a poll?",
    target="poll_error",
    parts=(
        Part("again", 1, "knows the error of fair draws with replacement", "Variance over B, then the root."),
        Part("once", 1, "knows the error without replacement", "What must it be when everybody is asked?"),
        Part("unfair", 1, "knows the error of an unfair poll", "Which part of the error does B not divide?"),
    ),
    cases=poll_cases,
    reference=poll_error,
    slips=(
        Mistake(
            "no-root",
            "You return the mean of the squared distance; the root is missing.",
            _error(lambda variance, bias, b, finite, shape: variance / b * finite + bias),
        ),
        Mistake(
            "no-batch",
            "The batch size does not enter: that is the error of a single draw.",
            _error(lambda variance, bias, b, finite, shape: (variance * finite + bias) ** 0.5),
        ),
        Mistake(
            "over-batch",
            "Your error falls as 1/B. The variance does; its root falls as 1/√B.",
            _error(lambda variance, bias, b, finite, shape: (variance / b**2 * finite + bias) ** 0.5),
        ),
        Mistake(
            "per-coordinate",
            "You take the mean over the coordinates. A squared distance is their sum.",
            _error(
                lambda variance, bias, b, finite, shape: ((variance / b * finite + bias) / shape[1]) ** 0.5
            ),
        ),
        Mistake(
            "sample-variance",
            "You divide by N − 1 where you take the variance. These N are all there are, so divide by N.",
            _error(
                lambda variance, bias, b, finite, shape: (
                    (variance * shape[0] / (shape[0] - 1) / b * finite + bias) ** 0.5
                )
            ),
        ),
        Mistake(
            "always-again",
            "You ignore `replace`: without replacement the variance has the factor (N − B)/(N − 1).",
            _error(lambda variance, bias, b, finite, shape: (variance / b + bias) ** 0.5),
        ),
        Mistake(
            "finite-not-rooted",
            "The factor (N − B)/(N − 1) belongs to the variance, under the root.",
            _error(lambda variance, bias, b, finite, shape: (variance / b * finite**2 + bias) ** 0.5),
        ),
        Mistake(
            "no-bias",
            "You measure the distance from the mean of the unfair poll. It is asked from the mean of all: an "
            "unfair poll also misses by its bias.",
            _error(lambda variance, bias, b, finite, shape: (variance / b * finite) ** 0.5),
        ),
        Mistake(
            "polled-bias",
            "You divide the bias by B as well. Asking more people does not make the question fairer.",
            _error(lambda variance, bias, b, finite, shape: ((variance * finite + bias) / b) ** 0.5),
        ),
        Mistake(
            "sum-of-lengths",
            "You add the lengths of noise and bias. Add their squares, then take the root.",
            _error(lambda variance, bias, b, finite, shape: (variance / b * finite) ** 0.5 + bias**0.5),
        ),
        Mistake("fair", "You ignore `chances`: each example counts as often as it is drawn.", _fair),
    ),
)
