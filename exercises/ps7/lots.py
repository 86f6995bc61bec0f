"""Who comes in where if the trials are drawn again, over all draws."""

from itertools import combinations, product

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def lottery(times, k):
    """Return for each method in how large a share of all draws of k trials it has each place."""
    return _lots(times, k)


def _all(n, k):
    return combinations(range(n), k)


def _beaten(best):
    """Return each method's points: one for each method on each problem that it leaves behind."""
    ahead = best[:, None, :] < best[None, :, :]
    return ahead.sum(axis=(1, 2))


def _better(points):
    return (points[None, :] > points[:, None]).sum(axis=1)


def _lots(times, k, draws=_all, least=np.min, points=_beaten, place=_better):
    methods, _, trials = times.shape
    seen, count = np.zeros((methods, methods)), 0
    for drawn in draws(trials, k):
        reached = place(points(least(times[:, :, list(drawn)], axis=2)))
        seen[np.arange(methods), reached] += 1
        count += 1
    return seen / count


def _with(**others):
    return lambda times, k: _lots(times, k, **others)


def _slower(best):
    return _beaten(-best)


def _or_equal(best):
    return (best[:, None, :] <= best[None, :, :]).sum(axis=(1, 2))


def _wins(best):
    quickest = best.min(axis=0)
    return ((best == quickest) & np.isfinite(best)).sum(axis=1)


def _added(best):
    return -best.sum(axis=1)


def _all_arrived(best):
    """Give points only on problems that every method solved."""
    return _beaten(best[:, np.isfinite(best).all(axis=0)])


def _by_number(points):
    order = np.argsort(-points, kind="stable")
    return np.argsort(order)


def _worse(points):
    return (points[None, :] >= points[:, None]).sum(axis=1) - 1


def _counted(times, k):
    return _lots(times, k) * len(list(_all(times.shape[2], k)))


def cases(rng):
    """Draw times of methods whose order hangs on the draw; with equals, with runs that never arrive."""

    def drawn(methods, problems, trials):
        level = 10 ** rng.uniform(1, 2.5, (1, problems, 1))
        return np.round(level * 10 ** rng.uniform(0, 0.8, (methods, problems, trials))) + 0.0

    for shape, k in (((2, 1, 5), 2), ((3, 2, 6), 3), ((4, 3, 5), 2), ((3, 5, 4), 4), ((4, 2, 6), 1)):
        yield Case("places", (drawn(*shape), k))
    for shape, k in (((3, 2, 5), 2), ((4, 3, 4), 2), ((4, 1, 6), 3)):
        yield Case("equals", (rng.integers(1, 4, shape) * 10.0, k))
    yield Case("equals", (np.full((3, 2, 4), 20.0), 2))
    for shape, k in (((3, 2, 5), 2), ((4, 3, 5), 3), ((3, 3, 6), 1)):
        times = drawn(*shape)
        times[rng.random(shape) < 0.6] = np.inf
        times[0, 0] = np.inf
        yield Case("lost", (times, k))


LOTS = Function(
    name="q6",
    title="Draw the trials again",
    target="lottery",
    parts=(
        Part("places", 1, "finds the places in all draws", "For each choice of k trials: who is where?"),
        Part("equals", 1, "gives equals the same place", "Two who share the first place: nobody is second."),
        Part("lost", 1, "copes with runs that never arrive", "Is inf < inf? Who is beaten by whom there?"),
    ),
    cases=cases,
    reference=lottery,
    slips=(
        Mistake(
            "one-draw",
            "You rank by the first k trials alone. That is one draw; the question asks for all of them.",
            _with(draws=lambda n, k: [range(k)]),
        ),
        Mistake(
            "replaced",
            "You draw with replacement, so one trial may be drawn twice. The question draws k "
            "different ones.",
            _with(draws=lambda n, k: product(range(n), repeat=k)),
        ),
        Mistake(
            "all-n",
            "You give every method all of its trials. Only those that were drawn have been run.",
            _with(draws=lambda n, k: [range(n)]),
        ),
        Mistake(
            "one-less",
            "You draw one trial too few.",
            _with(draws=lambda n, k: _all(n, max(k - 1, 1))),
        ),
        Mistake(
            "slowest",
            "Of the drawn trials you take the slowest. The fastest one counts.",
            _with(least=np.max),
        ),
        Mistake(
            "mean",
            "You take the mean of the drawn trials. The fastest one counts, and a mean does not survive "
            "a lost run.",
            _with(least=np.mean),
        ),
        Mistake(
            "turned",
            "Your points go to the slower one. Steps are a price.",
            _with(points=_slower),
        ),
        Mistake(
            "added",
            "You add up the times of the problems. Then the longest problem decides, and a lost run "
            "decides everything; add up points.",
            _with(points=_added),
        ),
        Mistake(
            "wins",
            "You count problems won. A point is due for each method that is beaten, so a second place "
            "counts, too.",
            _with(points=_wins),
        ),
        Mistake(
            "or-equal",
            "You give a point for an equal time. Equals have not beaten each other.",
            _with(points=_or_equal),
        ),
        Mistake(
            "left-out",
            "You leave out problems that somebody did not solve. Whoever arrived has beaten those who "
            "did not.",
            _with(points=_all_arrived),
        ),
        Mistake(
            "by-number",
            "Among equals you put the method with the smaller number ahead. They have the same place.",
            _with(place=_by_number),
        ),
        Mistake(
            "worse-place",
            "You give equals the worse of their places. Count who has more points: they share the better.",
            _with(place=_worse),
        ),
        Mistake(
            "last-first",
            "Your first place goes to the fewest points.",
            _with(place=lambda points: _better(-points)),
        ),
        Mistake("counts", "You return how many draws, and not which share of them.", _counted),
        Mistake(
            "transposed",
            "You have a row for each place. A row belongs to a method.",
            lambda times, k: _lots(times, k).T,
        ),
    ),
)
