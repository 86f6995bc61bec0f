"""Settings from shares: a scale each for rates, for momenta, and for what is small already."""

import math

from exercises.grading.question import Case, Function, Mistake, Part


def _straight(share, low, high):
    return low * (1 - share) + high * share


def _orders(share, low, high):
    return math.exp(_straight(share, math.log(low), math.log(high)))


def _from_one(share, low, high):
    return 1 - _orders(share, 1 - low, 1 - high)


SCALES = {"linear": _straight, "log": _orders, "rest": _from_one}


def settings(shares, space):
    """Return a dictionary of settings for each row of shares."""
    return _read(shares, space)


def _read(shares, space, columns=None, **others):
    scales, columns = SCALES | others, columns or dict(zip(space, range(len(space)), strict=True))
    return [
        {
            name: float(scales[scale](row[columns[name]], low, high))
            for name, (scale, low, high) in space.items()
        }
        for row in shares
    ]


def _with(**others):
    return lambda shares, space: _read(shares, space, **others)


def _alphabet(shares, space):
    return _read(shares, space, {name: place for place, name in enumerate(sorted(space))})


def _one_share(shares, space):
    return _read(shares, space, dict.fromkeys(space, 0))


def _transposed(shares, space):
    rows = shares.T.reshape(shares.shape)  # what becomes of a square, and a muddle of all else
    return _read(rows, space)


NAMES = ("zoom", "lr", "momentum", "decay", "alpha", "beta2", "share")


def cases(rng):
    """Draw spaces of one scale, of momenta, and of several names that are in no order."""

    def end(scale):
        if scale == "log":
            low = 10 ** rng.uniform(-5, -2)
            return scale, float(low), float(low * 10 ** rng.uniform(1, 3))
        if scale == "rest":
            low, high = 1 - 10 ** rng.uniform(-1.2, -0.6), 1 - 10 ** rng.uniform(-3.5, -2.2)
            return scale, float(low), float(high)
        low = rng.uniform(0, 1)
        return scale, float(low), float(low + rng.uniform(0.5, 2))

    for _ in range(2):
        for scale in ("linear", "log"):
            yield Case("scales", (rng.random((3, 1)), {"lr": end(scale)}))
        yield Case("rest", (rng.random((3, 1)), {"momentum": end("rest")}))
        names = rng.permutation(NAMES)[:3].tolist()
        if names == sorted(names):
            names.reverse()
        space = {
            name: end(scale)
            for name, scale in zip(names, rng.permutation(list(SCALES)).tolist(), strict=True)
        }
        for rows in (3, 1, 5):
            yield Case("names", (rng.random((rows, 3)), space))
    yield Case("names", (rng.random((0, 3)), space))


DRAWS = Function(
    name="q1",
    title="From shares to settings",
    target="settings",
    parts=(
        Part("scales", 1, "draws on a linear and on a logarithmic scale", "Where does a share of 1/2 land?"),
        Part("rest", 1, "draws a momentum", "What is 1 − 0.9, 1 − 0.99, 1 − 0.999? Draw that."),
        Part("names", 1, "gives each name its column", "One dictionary a row; columns in the space's order."),
    ),
    cases=cases,
    reference=settings,
    slips=(
        Mistake(
            "all-linear",
            "You draw everything on a linear scale. From 0.0001 to 0.1 nine draws in ten are then "
            "above 0.01.",
            _with(log=_straight, rest=_straight),
        ),
        Mistake(
            "exponents",
            "For a logarithmic scale you return the exponent. Raise 10 to it.",
            _with(log=lambda share, low, high: _straight(share, math.log10(low), math.log10(high))),
        ),
        Mistake(
            "two-bases",
            "You take natural logarithms and go back with powers of 10. One base for both ways.",
            _with(log=lambda *each: 10 ** math.log(_orders(*each))),
        ),
        Mistake(
            "log-turned",
            "On your logarithmic scale a share of 0 is the high end. It is the low one.",
            _with(log=lambda share, low, high: _orders(share, high, low)),
        ),
        Mistake(
            "rest-turned",
            "Your momenta run backwards: a share of 0 is `low`, whose rest 1 − low is the larger one.",
            _with(rest=lambda share, low, high: _from_one(share, high, low)),
        ),
        Mistake(
            "rest-as-log",
            "You draw momenta on the scale of rates. From 0.9 to 0.999 that is hardly a scale: take the "
            "logarithm of 1 − momentum.",
            _with(rest=_orders),
        ),
        Mistake(
            "rest-linear",
            "You draw momenta on a linear scale. Nine in ten are then below 0.99.",
            _with(rest=_straight),
        ),
        Mistake(
            "rest-kept",
            "You return the rest. The momentum is 1 minus it.",
            _with(rest=lambda *each: 1 - _from_one(*each)),
        ),
        Mistake(
            "one-share",
            "All names of a setting get the share of the first column: your draws lie on one line.",
            _one_share,
        ),
        Mistake(
            "alphabet",
            "You hand out the columns in alphabetical order. They are in the order of the space.",
            _alphabet,
        ),
        Mistake("transposed", "You read the shares by columns. A row belongs to one setting.", _transposed),
    ),
)
