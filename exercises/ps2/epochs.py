"""An epoch of minibatches."""

import numpy as np

from d2l_utils import rules
from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given


def _epoch(w, x, t, lr, picks, mean=np.mean):
    for pick in picks:
        miss = x[pick] @ w - t[pick]
        rules.sgd(w, mean(miss[:, None] * x[pick], axis=0), lr)
    return len(picks)


def _slices(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def train_epoch(w, x, t, lr, batch_size, rng):
    """Take one shuffled epoch of minibatch steps in place; return the number of updates."""
    return _epoch(w, x, t, lr, _slices(rng.permutation(len(x)), batch_size))


def _sum(w, x, t, lr, batch_size, rng):
    return _epoch(w, x, t, lr, _slices(rng.permutation(len(x)), batch_size), np.sum)


def _over_all(w, x, t, lr, batch_size, rng):
    return _sum(w, x, t, lr / len(x), batch_size, rng)


def _over_nominal(w, x, t, lr, batch_size, rng):
    return _sum(w, x, t, lr / batch_size, batch_size, rng)


def _doubled(w, x, t, lr, batch_size, rng):
    return train_epoch(w, x, t, 2 * lr, batch_size, rng)


def _drops(w, x, t, lr, batch_size, rng):
    picks = _slices(rng.permutation(len(x)), batch_size)
    return _epoch(w, x, t, lr, [pick for pick in picks if len(pick) == batch_size])


def _plus_one(w, x, t, lr, batch_size, rng):
    train_epoch(w, x, t, lr, batch_size, rng)
    return len(x) // batch_size + 1


def _unshuffled(w, x, t, lr, batch_size, rng):
    return _epoch(w, x, t, lr, _slices(np.arange(len(x)), batch_size))


def _replaced(w, x, t, lr, batch_size, rng):
    return _epoch(w, x, t, lr, _slices(rng.integers(len(x), size=len(x)), batch_size))


def _copied(w, x, t, lr, batch_size, rng):
    return train_epoch(w.copy(), x, t, lr, batch_size, rng)


def _uphill_epoch(w, x, t, lr, batch_size, rng):
    return train_epoch(w, x, t, -lr, batch_size, rng)


def epoch_cases(rng):
    """Draw regressions in which the batch size divides the number of examples, and others."""

    def case(part, n, batch_size):
        d = int(rng.integers(1, 4))
        x, t = rng.normal(size=(n, d)), rng.normal(size=n)
        seed = int(rng.integers(10**6))
        arguments = (rng.normal(size=d), x, t, float(rng.uniform(0.02, 0.2)), batch_size)
        return Case(part, (*arguments, Given("generator", (seed,))))

    for _ in range(3):
        size, number = (int(n) for n in rng.integers(3, 7, 2))
        yield case("full", size * number, size)
        yield case("partial", size * number + int(rng.integers(1, size)), size)
    n = int(rng.integers(5, 15))
    for batch_size in (1, n, n + int(rng.integers(1, 9))):
        yield case("edges", n, batch_size)


EPOCH = Function(
    name="q3",
    title="One epoch",
    target="train_epoch",
    parts=(
        Part(
            "full", 2, "takes a step for each batch and changes w in place", "The gradient is a mean over B."
        ),
        Part("partial", 1, "treats a smaller last batch fairly", "How many examples does that batch hold?"),
        Part("edges", 1, "asks one example at a time, or all at once", "What if B is N, or more than N?"),
    ),
    cases=epoch_cases,
    reference=train_epoch,
    observe_arguments=True,
    slips=(
        Mistake(
            "sum",
            "You add the gradients of the batch up. A batch gradient is their mean; with the sum, each batch "
            "size would need a rate of its own.",
            _sum,
        ),
        Mistake(
            "over-nominal",
            "You divide by batch_size even where the last batch is smaller. Divide by the number of examples "
            "that it holds.",
            _over_nominal,
        ),
        Mistake(
            "over-all", "You divide the batch's sum by N. B people were asked, so divide by B.", _over_all
        ),
        Mistake("doubled", "Your gradient is twice too long. The loss has a ½ that cancels the 2.", _doubled),
        Mistake("drops", "The smaller last batch is lost: its examples are never asked.", _drops),
        Mistake(
            "plus-one",
            "You count N // B + 1 updates. Where B divides N there is no partial batch to add: it is ⌈N/B⌉.",
            _plus_one,
        ),
        Mistake(
            "unshuffled", "You go through the examples in the order of the file. Shuffle first.", _unshuffled
        ),
        Mistake(
            "replaced",
            "You draw with replacement, so some examples come twice and others never. Deal a shuffled order.",
            _replaced,
        ),
        Mistake(
            "copied",
            "Your w does not change for the caller: `w = w - …` makes a new array; use `w -= …`.",
            _copied,
        ),
        Mistake("uphill", "You walk along the gradient. It points uphill: subtract it.", _uphill_epoch),
    ),
)
