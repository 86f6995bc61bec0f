"""The area under a performance profile whose ratios stand on a logarithmic axis."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def profile_area(times, most):
    """Return each method's mean share of the way from 1 to ``most``, in factors, on which it has arrived."""
    return _area(_ratios(times), most)


def _ratios(times, best=np.min):
    """Return times over the best time of the problem, inf for a problem without one."""
    quickest = best(times, axis=0)
    solved = np.isfinite(quickest)
    ratios = np.full(times.shape, np.inf)
    ratios[:, solved] = times[:, solved] / quickest[solved]
    return ratios


def _area(ratios, most):
    return _spared(ratios, most).mean(axis=1)


def _spared(ratios, most):
    """Return how much of the way was spared; nothing by a run that took longer than all of it."""
    return np.clip(1.0 - np.log(np.maximum(ratios, 1e-300)) / np.log(most), 0.0, None)


def _each(share):
    """Return a function of the ratios alone."""
    return lambda times, most: share(_ratios(times), most).mean(axis=1)


def _own_best(times, most):
    return _area(_ratios(times.T).T, most)


def _to_first(times, most):
    ratios = np.where(np.isfinite(times[0]), times, np.inf) / np.where(np.isfinite(times[0]), times[0], 1.0)
    return _area(ratios, most)


def _to_worst(times, most):
    finite = np.where(np.isfinite(times), times, -np.inf)
    return _area(times / np.maximum(finite.max(axis=0), 1e-9), most)


def _left_out(times, most):
    solved = np.isfinite(times).any(axis=0)
    return profile_area(times[:, solved], most)


def _nobodys(value):
    def other(times, most):
        ratios = _ratios(times)
        ratios[:, np.isinf(times).all(axis=0)] = value
        return _area(ratios, most)

    return other


def _nan(times, most):
    return _area(times / times.min(axis=0), most)


def cases(rng):
    """Draw tables of times; with runs that never arrive, and with problems that nobody solves."""
    for methods, problems in ((2, 5), (3, 3), (4, 6), (3, 8)):
        times = np.round(10 ** rng.uniform(0.5, 3, problems) * rng.uniform(1, 4, (methods, problems)), 1)
        most = float(rng.uniform(2.5, 4.0))
        yield Case("areas", (times, most))
        some = times.copy()
        for problem in range(problems - 1):
            some[int(rng.integers(methods)), problem] = np.inf
        yield Case("inf", (some, most))
        none = some.copy()
        none[:, rng.permutation(problems)[: max(problems // 3, 1)]] = np.inf
        yield Case("nobody", (none, most))
    yield Case("nobody", (np.full((2, 3), np.inf), 4.0))


PROFILES = Function(
    name="q5",
    title="One number for many problems",
    target="profile_area",
    parts=(
        Part(
            "areas", 1, "finds the areas", "A run with the ratio r counts on all of the way from r to `most`."
        ),
        Part("inf", 1, "copes with runs that never arrive", "Their ratio is inf. What is log inf?"),
        Part(
            "nobody",
            1,
            "counts a problem that nobody solves",
            "What is inf / inf? And who earns something there?",
        ),
    ),
    cases=cases,
    reference=profile_area,
    slips=(
        Mistake(
            "own-best",
            "You divide by the method's best time. A ratio compares methods on one problem: divide by the "
            "column's least.",
            _own_best,
        ),
        Mistake(
            "to-first",
            "You divide by the first method's times. Divide by the best on each problem.",
            _to_first,
        ),
        Mistake(
            "to-worst", "You divide by the slowest time on each problem. Divide by the fastest.", _to_worst
        ),
        Mistake(
            "end-point",
            "You return the profile's height at `most`: how many were solved at all. The area knows "
            "how fast.",
            _each(lambda ratios, most: ratios <= most),
        ),
        Mistake(
            "wins",
            "You count wins, the profile's height at 1. The area also knows how close a second place was.",
            _each(lambda ratios, most: ratios <= 1),
        ),
        Mistake(
            "inverse",
            "You return the mean of 1/r. The area counts log most − log r for each problem.",
            _each(lambda ratios, most: 1 / ratios),
        ),
        Mistake(
            "wrong-length",
            "You divide by `most`. On this axis the way from 1 to `most` is log most long.",
            _each(lambda ratios, most: np.clip(np.log(most / ratios), 0, None) / most),
        ),
        Mistake(
            "undivided",
            "You do not divide by log most. A method that is best everywhere should have 1.",
            _each(lambda ratios, most: np.clip(np.log(most / ratios), 0, None)),
        ),
        Mistake(
            "negative",
            "A run slower than `most` takes something away from your area. It adds nothing: max(0, …).",
            _each(lambda ratios, most: np.log(most / ratios) / np.log(most)),
        ),
        Mistake(
            "linear",
            "You measure the area over τ. The question measures it over log τ, where a factor of 2 is "
            "as long everywhere.",
            _each(lambda ratios, most: np.clip((most - ratios) / (most - 1), 0, None)),
        ),
        Mistake(
            "nan",
            "On a problem that nobody solves you divide inf by inf, and NaN spreads over all methods.",
            _nan,
        ),
        Mistake(
            "left-out",
            "You leave out problems that nobody solves. They stay in the mean, as 0: leaving "
            "problems out after "
            "the race is how results get better.",
            _left_out,
        ),
        Mistake(
            "all-win",
            "Where nobody arrives you call everybody the best. Nobody earns anything there.",
            _nobodys(1.0),
        ),
    ),
)
