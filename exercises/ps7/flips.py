"""An exact test of paired differences that are whole numbers."""

import math
from collections import Counter

from exercises.grading.question import Case, Function, Mistake, Part


def p_value(ours, theirs):
    """Return how likely so large a lead is if each difference might as well have the other sign."""
    return _tail(_leads(ours, theirs), lambda flipped, seen: flipped >= seen)


def _leads(ours, theirs):
    return [int(t) - int(o) for o, t in zip(ours, theirs, strict=True)]


def _sums(leads):
    """Return how many of all flips lead to each sum."""
    found = Counter({0: 1})
    for lead in leads:
        longer = Counter()
        for total, ways in found.items():
            longer[total + lead] += ways
            longer[total - lead] += ways
        found = longer
    return found


def _tail(leads, counts, minus=0, plus=0):
    seen = sum(leads)
    extreme = sum(ways for flipped, ways in _sums(leads).items() if counts(flipped, seen))
    return (extreme - minus + plus) / (2 ** len(leads) + plus)


def _two_sided(ours, theirs):
    return _tail(_leads(ours, theirs), lambda flipped, seen: abs(flipped) >= abs(seen))


def _strict(ours, theirs):
    return _tail(_leads(ours, theirs), lambda flipped, seen: flipped > seen)


def _itself_left_out(ours, theirs):
    return _tail(_leads(ours, theirs), lambda flipped, seen: flipped >= seen, minus=1)


def _plus_one(ours, theirs):
    return _tail(_leads(ours, theirs), lambda flipped, seen: flipped >= seen, plus=1)


def _signs(ours, theirs):
    return _tail(
        [(lead > 0) - (lead < 0) for lead in _leads(ours, theirs)], lambda flipped, seen: flipped >= seen
    )


def _ranks(ours, theirs):
    """Put ranks in place of the sizes; twice the rank, so that ties stay whole numbers."""
    leads = _leads(ours, theirs)
    sizes = [abs(lead) for lead in leads if lead]
    ranked = [
        (1 if lead > 0 else -1) * (2 * sum(s < abs(lead) for s in sizes) + sizes.count(abs(lead)) + 1)
        for lead in leads
        if lead
    ]
    return _tail(ranked, lambda flipped, seen: flipped >= seen)


def _normal(ours, theirs):
    leads = _leads(ours, theirs)
    return math.erfc(sum(leads) / math.sqrt(2 * sum(lead**2 for lead in leads))) / 2


def cases(rng):
    """Draw a few pairs of which we lead, a few of which we do not, and many."""

    def pairs(n, lead, spread):
        common = rng.integers(20, 60, n)
        return common + rng.integers(0, spread, n), common + rng.integers(0, spread, n) + lead

    for n in (3, 5, 7):
        yield Case("few", pairs(n, 4, 9))
        yield Case("few", pairs(n, 1, 6))
        yield Case("behind", pairs(n, -3, 9))
    level = rng.integers(20, 60, 6)
    yield Case("behind", (level, level.copy()))
    yield Case("behind", (level, rng.permutation(level)))
    for n in (40, 60):
        yield Case("many", pairs(n, 1, 7))


FLIPS = Function(
    name="q6",
    title="Would a coin have done it?",
    target="p_value",
    parts=(
        Part(
            "few", 1, "counts the flips that lead as far", "Four differences have 16 flips. Count the sums."
        ),
        Part(
            "behind",
            1,
            "is not impressed by a run that is behind",
            "Which sums are at least as large as one below 0?",
        ),
        Part(
            "many",
            1,
            "counts without listing",
            "2⁶⁰ flips, but few different sums: count how often each occurs.",
        ),
    ),
    cases=cases,
    reference=p_value,
    slips=(
        Mistake(
            "two-sided",
            "You count sums that are as far from 0 on either side. The claim was that ours is "
            "faster: one side.",
            _two_sided,
        ),
        Mistake(
            "turned",
            "You have the roles turned: steps are a price, so the lead is theirs − ours.",
            lambda ours, theirs: p_value(theirs, ours),
        ),
        Mistake(
            "strict",
            "You count sums above the one that was seen. Those that equal it count too: it is one of them.",
            _strict,
        ),
        Mistake(
            "itself",
            "You leave out the flip that was seen. Without it p could be 0, and no experiment is that sure.",
            _itself_left_out,
        ),
        Mistake(
            "plus-one",
            "You add 1 above and below. That is for flips drawn at random; here all are counted.",
            _plus_one,
        ),
        Mistake(
            "doubled",
            "You double the share. The question asks for one side.",
            lambda ours, theirs: min(1.0, 2 * p_value(ours, theirs)),
        ),
        Mistake(
            "signs",
            "You count who was faster and forget by how much. That is the sign test; here the sizes count.",
            _signs,
        ),
        Mistake(
            "ranks",
            "You put ranks in place of the differences. That is Wilcoxon's test; here their sizes count.",
            _ranks,
        ),
        Mistake(
            "normal",
            "You take the bell curve. With a few seeds it is not there yet, and the exact count is as short.",
            _normal,
        ),
    ),
)
