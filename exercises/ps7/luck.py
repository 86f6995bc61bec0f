"""What the best of k trials is worth, when validation picks it and the test tells."""

import math
from itertools import groupby

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def expected_pick(validation, test, k):
    """Return the mean test loss of the pick of k trials, over all choices of k of them."""
    return _expect(validation, test, k)


def _ways(n, k):
    return float(math.comb(n, k))


def _power(n, k):
    return float(n) ** k


def _fair(group):
    return sum(group) / len(group)


def _expect(validation, test, k, ways=_ways, share=_fair, lost=math.inf):
    """Return the sum over ties of what they tell, by how often one of them is the least."""
    keys = [lost if math.isnan(each) else each for each in validation]
    ranked = sorted(zip(keys, range(len(keys)), strict=True))
    expected, behind = 0.0, len(keys)
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        told = [float(test[number]) for _, number in tied]
        often = ways(behind, k) - ways(behind - len(told), k)
        expected += often / ways(len(keys), k) * share(told)
        behind -= len(told)
    return expected


def _with(**others):
    return lambda validation, test, k: _expect(validation, test, k, **others)


def _finite(validation):
    """Return validation losses with a lost trial as large as any may be, so that a mean can be told."""
    return np.nan_to_num(validation, nan=1e3)


def _own_best(validation, test, k):
    return _expect(validation, _finite(validation), k)


def _left_out(validation, test, k):
    kept = ~np.isnan(validation)
    return (
        _expect(validation[kept], test[kept], min(k, int(kept.sum()))) if kept.any() else float(test.mean())
    )


def _first_k(validation, test, k):
    return float(test[np.argmin(_finite(validation)[:k])])


def cases(rng):
    """Draw validation and test losses that mostly agree; with ties, with many trials, with lost ones."""

    def drawn(n):
        validation = rng.permutation(np.round(rng.uniform(0.2, 2.0, n), 3) + 1e-3 * np.arange(n) / n)
        return validation, validation * rng.uniform(0.9, 1.3, n)

    for n in (5, 8):
        for k in (1, 2, int(rng.integers(3, n)), n):
            yield Case("pick", (*drawn(n), k))
    for n in (4, 7, 9):
        validation, test = drawn(n)
        order = np.argsort(validation)
        validation[order[1]] = validation[order[0]]
        validation[order[-1]] = validation[order[-2]]
        for k in (2, n):
            yield Case("ties", (validation, test, k))
    yield Case("ties", (np.full(4, 0.5), rng.uniform(0.5, 1.5, 4), 2))
    for k in (20, 30):
        yield Case("many", (*drawn(60), k))
    for n, lost in ((5, 1), (7, 3), (6, 5), (4, 4)):
        validation, test = drawn(n)
        places = rng.permutation(n)[:lost]
        validation[places] = math.nan
        test[places] = rng.uniform(3, 9, lost)
        for k in (1, 2, n):
            yield Case("lost", (validation, test, k))


LUCK = Function(
    name="q3",
    title="The best of k",
    target="expected_pick",
    parts=(
        Part("pick", 1, "knows what the best of k is worth", "In how many choices of k is trial i the best?"),
        Part("ties", 1, "is fair to equals", "Equals on validation share what one of them would have."),
        Part(
            "many",
            1,
            "counts instead of listing",
            "60 trials have 10¹⁷ choices of 30. `math.comb` counts them.",
        ),
        Part(
            "lost",
            1,
            "keeps lost trials in the draw",
            "A lost trial was paid for. It is picked only where all are lost.",
        ),
    ),
    cases=cases,
    reference=expected_pick,
    slips=(
        Mistake(
            "replaced",
            "You draw with replacement, so one trial may be drawn twice. The question draws k "
            "different ones.",
            _with(ways=_power),
        ),
        Mistake(
            "own-best",
            "You report the validation loss of the pick. It was picked for that number, so the "
            "number flatters; "
            "report its test loss.",
            _own_best,
        ),
        Mistake(
            "picked-by-test",
            "You pick by the test loss. Then the test has become a second validation.",
            lambda validation, test, k: _expect(test, test, k),
        ),
        Mistake(
            "largest",
            "You pick the largest validation loss. The best is the smallest.",
            lambda validation, test, k: _expect(-validation, test, k),
        ),
        Mistake(
            "first-of-ties",
            "Among equals you always pick the first. Each of them is as likely.",
            _with(share=lambda told: told[0]),
        ),
        Mistake(
            "luckiest-of-ties",
            "Among equals you pick the one with the best test loss. Nobody knows that when they pick.",
            _with(share=min),
        ),
        Mistake(
            "lost-first",
            "You let a lost trial win: NaN sorts before or after everything as it pleases. Make it +∞ first.",
            _with(lost=-math.inf),
        ),
        Mistake(
            "lost-left-out",
            "You leave lost trials out of the draw. They were drawn and paid for, and in their place "
            "nothing was found.",
            _left_out,
        ),
        Mistake(
            "first-k",
            "You look at the first k trials only. The answer is a mean over all choices of k of them.",
            _first_k,
        ),
        Mistake(
            "all-n",
            "You return the pick of all n trials, whatever k is.",
            lambda validation, test, k: _expect(validation, test, len(test)),
        ),
        Mistake(
            "mean",
            "You return the mean of all test losses: that is k = 1.",
            lambda validation, test, k: float(np.mean(test)),
        ),
        Mistake(
            "one-less",
            "You draw one trial too few.",
            lambda validation, test, k: _expect(validation, test, max(k - 1, 1)),
        ),
    ),
)
