"""The exponential average, and its bias."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def _average(x, rho, corrected, *, share=None, start=None, power=0, dtype=float):
    a = np.zeros_like(x[0], dtype=dtype) if start is None else start
    rows = []
    for t, now in enumerate(x, start=1):
        a = np.asarray(rho * a + (1 - rho if share is None else share) * now, dtype=dtype)
        rows.append(a / (1 - rho ** (t + power)) if corrected else a)
    return np.array(rows)


def average(x, rho, corrected=False):
    """Return the exponential average of the rows of x after each of them."""
    return _average(x, rho, corrected)


def _full_share(x, rho, corrected=False):
    return _average(x, rho, corrected, share=1)


def _swapped(x, rho, corrected=False):
    rows = _average(x, 1 - rho, False)
    return rows / _weights(rows, rho) if corrected else rows


def _weights(rows, rho):
    t = np.arange(1, len(rows) + 1).reshape(-1, *[1] * (rows.ndim - 1))
    return 1 - rho**t


def _first_value(x, rho, corrected=False):
    return _average(x, rho, corrected, start=np.asarray(x[0], dtype=float))


def _fed_back(x, rho, corrected=False):
    a, rows = np.zeros_like(x[0], dtype=float), []
    for t, now in enumerate(x, start=1):
        a = (rho * a + (1 - rho) * now) / (1 - rho**t if corrected else 1)
        rows.append(a)
    return np.array(rows)


def _from_zero(x, rho, corrected=False):
    return _average(x, rho, corrected, power=-1)


def _ahead(x, rho, corrected=False):
    return _average(x, rho, corrected, power=1)


def _never(x, rho, corrected=False):
    return _average(x, rho, False)


def _multiplied(x, rho, corrected=False):
    rows = _average(x, rho, False)
    return rows * _weights(rows, rho) if corrected else rows


def _stored_whole(x, rho, corrected=False):
    return np.asarray(average(x, rho, corrected), dtype=x.dtype)


def _carried_whole(x, rho, corrected=False):
    return _average(x, rho, corrected, dtype=x.dtype)


def _last_only(x, rho, corrected=False):
    return average(x, rho, corrected)[-1]


def cases(rng):
    """Draw series of numbers and of vectors, short and long, and one of whole numbers."""
    for corrected, part in ((False, "plain"), (True, "corrected")):
        for shape in ((int(rng.integers(3, 40)),), (int(rng.integers(2, 10)), 3), (1,)):
            yield Case(part, (rng.normal(2.0, 1.0, size=shape), float(rng.uniform(0.5, 0.98)), corrected))
        yield Case("edges", (rng.integers(1, 50, size=6), float(rng.uniform(0.5, 0.95)), corrected))
        yield Case("edges", (rng.normal(size=5), 0.0, corrected))


AVERAGE = Function(
    name="q1",
    title="An average that forgets",
    target="average",
    parts=(
        Part("plain", 1, "averages numbers and vectors, from zero on", "The newest share is 1 − ρ."),
        Part("corrected", 1, "corrects the start", "To what do t weights add up?"),
        Part(
            "edges",
            1,
            "copes with whole numbers, and with ρ = 0",
            "Is the mean of 1 and 2 whole?",
        ),
    ),
    cases=cases,
    reference=average,
    observe_arguments=True,
    slips=(
        Mistake(
            "full-share",
            "Your newest value comes in with its full weight. That is a sum, as momentum makes "
            "it; in an average its share is 1 − ρ.",
            _full_share,
        ),
        Mistake("swapped", "Shares swapped: the old average keeps ρ, the new value gets 1 − ρ.", _swapped),
        Mistake(
            "first-value",
            "You begin with the first value. This average begins with zero, hence its bias.",
            _first_value,
        ),
        Mistake(
            "fed-back",
            "You carry the corrected average on. Keep aₜ as it is for the next step, and correct only "
            "what you note down.",
            _fed_back,
        ),
        Mistake(
            "from-zero",
            "Your t begins with 0, and 1 − ρ⁰ is 0: the first correction divides by zero. Count from 1.",
            _from_zero,
        ),
        Mistake(
            "ahead",
            "Your correction is one step ahead: value t is divided by 1 − ρᵗ.",
            _ahead,
        ),
        Mistake("never", "You never correct: look at `corrected`.", _never),
        Mistake(
            "multiplied",
            "You multiply by 1 − ρᵗ. The average is too small: divide.",
            _multiplied,
        ),
        *(
            Mistake(
                key,
                "Your average of whole numbers is rounded. `np.zeros_like(x)` of whole numbers holds whole "
                "numbers: say dtype=float.",
                function,
            )
            for key, function in {"stored-whole": _stored_whole, "carried-whole": _carried_whole}.items()
        ),
        Mistake(
            "last-only", "You return the last average only. One is asked for after each value.", _last_only
        ),
    ),
)
