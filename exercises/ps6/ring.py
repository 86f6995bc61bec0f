"""L-BFGS's direction from a ring of pairs and a diagonal to begin with."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given


def direction(g, S, Y, newest, count, diagonal):
    """Return −C g: C is BFGS's matrix, made of the diagonal and of the pairs with curvature, oldest first."""
    return -_product(diagonal, _curved(_pairs(S, Y, newest, count)), np.asarray(g, dtype=float))


def _product(diagonal, pairs, g):
    """Return C g by C = Vᵀ C' V + ρ s sᵀ, with V = I − ρ y sᵀ of the newest pair and C' of the rest."""
    if not pairs:
        return diagonal * g
    s, y = pairs[0]
    share = s @ g / (s @ y)
    inner = _product(diagonal, pairs[1:], g - share * y)
    return inner + (share - y @ inner / (s @ y)) * s


def _pairs(S, Y, newest, count):
    """Return the pairs of a ring, newest first."""
    places = [(newest - age) % len(S) for age in range(count)]
    return [(S[i], Y[i]) for i in places]


def _curved(pairs):
    return [(s, y) for s, y in pairs if s @ y > 0]


def _with(pairs=_pairs, kept=_curved, product=_product):
    def other(g, S, Y, newest, count, diagonal):
        return -product(diagonal, kept(pairs(S, Y, newest, count)), np.asarray(g, dtype=float))

    return other


def _uphill(*arguments):
    return -direction(*arguments)


def _until_bad(pairs):
    """Return the pairs before the first that has no curvature."""
    bad = [place for place, (s, y) in enumerate(pairs) if not s @ y > 0]
    return pairs[: bad[0]] if bad else pairs


def _in_sequence(S, Y, newest, count):
    return [(S[i], Y[i]) for i in reversed(range(count))]


def _scaled(diagonal, pairs, g):
    """Begin with the multiple of the identity that the newest pair tells."""
    return _product(pairs[0][0] @ pairs[0][1] / (pairs[0][1] @ pairs[0][1]) if pairs else 1.0, pairs, g)


def _loops(diagonal, pairs, g, forward=reversed, correct=True, share_of=lambda s, y, q: s @ q / (s @ y)):
    """Return what two loops make of the pairs when the second one is not as it should be."""
    shares = []
    for s, y in pairs:
        shares.append(share_of(s, y, g))
        g = g - shares[-1] * y
    g = diagonal * g
    for share, (s, y) in forward(list(zip(shares, pairs, strict=True))):
        g = g + (share - correct * (y @ g) / (s @ y)) * s
    return g


def cases(rng):
    """Draw full memories in order, rings with a seam and with rests, bad pairs, and a long vector."""

    def drawn(size, d, bad=()):
        half = rng.normal(size=(d, d))
        S = rng.normal(size=(size, d))
        Y = S @ (half @ half.T / d + 0.5 * np.eye(d))
        for place in bad:
            Y[place] = -Y[place] if rng.random() < 0.5 else 0.0
        return rng.normal(size=d), S, Y

    def begun(d):
        return rng.uniform(0.2, 3.0, d)

    for size in (2, 3, 5):
        d = size + int(rng.integers(1, 4))
        yield Case("pairs", (*drawn(size, d), size - 1, size, begun(d)))
        yield Case("ring", (*drawn(size, d), int(rng.integers(size - 1)), size, begun(d)))
        yield Case("ring", (*drawn(size + 2, d), int(rng.integers(size)), size, begun(d)))
        bad = [size - 1, 0] if size > 2 else [1]
        yield Case("bad", (*drawn(size, d, bad), size - 1, size, begun(d)))
        yield Case("bad", (*drawn(size, d, [1]), 1, size, begun(d)))
    yield Case("ring", (*drawn(3, 4), 2, 0, begun(4)))
    yield Case("bad", (*drawn(2, 3, [0, 1]), 1, 2, begun(3)))
    long, seed = 12_000, int(rng.integers(2**31))
    S, Y = (Given("numbers", ((2, long), seed + place)) for place in (0, 1))
    g, diagonal = (Given("numbers", (long, seed + place)) for place in (2, 3))
    yield Case("long", (g, S, Y, 0, 2, diagonal))


RING = Function(
    name="q3",
    title="A ring of pairs",
    target="direction",
    parts=(
        Part("pairs", 1, "agrees with BFGS's matrix", "First loop: newest first. Second loop: oldest first."),
        Part("ring", 1, "finds the pairs in the ring", "The pair before row 0 is in the last row."),
        Part("bad", 1, "passes over pairs without curvature", "Which sign has sᵀy, and what if it is 0?"),
        Part("long", 1, "makes no matrix", "12 000 parameters: a matrix of them does not fit."),
    ),
    cases=cases,
    reference=direction,
    slips=(
        Mistake("uphill", "You return C g. The direction is −C g, downhill.", _uphill),
        Mistake(
            "oldest-first",
            "You go through the pairs the wrong way: the first loop begins with the newest.",
            _with(lambda *ring: _pairs(*ring)[::-1]),
        ),
        Mistake(
            "same-order",
            "Your second loop goes through the pairs as the first does. It comes back: oldest first.",
            _with(product=lambda *three: _loops(*three, forward=iter)),
        ),
        Mistake(
            "no-second-share",
            "Your second loop adds the shares of the first and takes nothing off: (share − yᵀq / sᵀy) s.",
            _with(product=lambda *three: _loops(*three, correct=False)),
        ),
        Mistake(
            "swapped",
            "Your shares in the first loop are yᵀq / sᵀy. They are sᵀq / sᵀy: s measures, y is taken off.",
            _with(product=lambda *three: _loops(*three, share_of=lambda s, y, q: y @ q / (s @ y))),
        ),
        Mistake(
            "own-scale",
            "You begin with a multiple of the identity, as the book does. Here a diagonal is handed to you.",
            _with(product=_scaled),
        ),
        Mistake(
            "divides",
            "You divide by the diagonal. It is that of C, an inverse Hessian already: multiply.",
            _with(product=lambda diagonal, pairs, g: _product(1 / diagonal, pairs, g)),
        ),
        Mistake(
            "in-sequence",
            "You read rows 0 to count − 1 as if they were in order of age. The newest pair is in row "
            "`newest`, and the ages run backwards from there, around the end.",
            _with(_in_sequence),
        ),
        Mistake(
            "all-rows",
            "You use every row. Only `count` of them belong to this run; the others are left from before.",
            _with(lambda S, Y, newest, count: _pairs(S, Y, newest, len(S))),
        ),
        Mistake(
            "forwards",
            "You walk the ring forwards. The pair one older than row i is in row i − 1.",
            _with(
                lambda S, Y, newest, count: [
                    (S[i % len(S)], Y[i % len(S)]) for i in range(newest, newest + count)
                ]
            ),
        ),
        Mistake(
            "every-pair",
            "You use pairs without curvature. Where sᵀy is negative, C is no longer positive definite; where "
            "it is 0, you divide by it.",
            _with(kept=lambda pairs: pairs),
        ),
        Mistake(
            "by-size",
            "You leave out pairs with sᵀy = 0 and keep those where it is negative. Both have to go.",
            _with(kept=lambda pairs: [(s, y) for s, y in pairs if abs(s @ y) > 1e-10]),
        ),
        Mistake(
            "until-bad",
            "You stop at the first pair without curvature. Pass over it; the older ones still count.",
            _with(kept=_until_bad),
        ),
    ),
)
