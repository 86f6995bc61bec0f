"""Random numbers, walks and races, on which the figure's two languages are compared."""

import dataclasses
import functools
import math

import numpy as np
from descent_book import live as gathered

from d2l_utils import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp, objectives
from d2l_utils.descent import Trace
from d2l_utils.live import constants, explore, specification, svg

SIZES = [
    0.0,
    -0.0,
    math.inf,
    -math.inf,
    math.nan,
    5e-324,
    -2.2e-308,
    1.7976931348623157e308,
    0.1,
    1e22,
    2.0**53,
]
LABELS = [
    "SGD",
    "a < b & c",
    "\"quoted\" 'twice'",
    "η → 0",
    "{labels} $& $1",
    "<b>bold</b>",
    "שלום",
    "🎿",
]


def size(draw, low=-20, high=20):
    return draw.choice((-1, 1)) * draw.uniform(1, 10) * 10.0 ** draw.uniform(low, high)


def tie(draw):
    """A number that lies half-way between two of few digits, or one float beside."""
    at = (draw.randrange(1, 10**6) + 0.5) * 2.0 ** draw.randrange(-12, 13)
    return draw.choice((at, -at, math.nextafter(at, 0), math.nextafter(at, math.inf)))


def numbers(draw):
    for _ in range(1500):
        yield size(draw, -307, 307), draw.randint(1, 7)
        yield size(draw, -6, 7), draw.randint(1, 7)
        yield tie(draw), draw.randint(1, 7)
    for x in SIZES:
        for digits in range(1, 8):
            yield x, digits


def ranges(draw):
    for _ in range(1500):
        low = draw.choice((0, size(draw, -12, 12), draw.randint(-50, 50), size(draw, -280, 280)))
        high = low + draw.choice((abs(low) or 1, 1)) * abs(size(draw, -3, 3))
        if high > low:
            yield low, high, draw.choice((3, 5))


def window(draw):
    low, other = size(draw, -3, 3), size(draw, -3, 3)
    return (low, low + abs(size(draw, -2, 3))), (other, other + abs(size(draw, -2, 3)))


def pixels(draw):
    for _ in range(1000):
        (xlim, ylim), far = window(draw), draw.choice((1, 1e3, 1e306))
        yield (
            xlim,
            ylim,
            draw.uniform(*xlim) * draw.choice((1, far)),
            draw.uniform(*ylim) * draw.choice((1, far)),
        )


class Strange(Optimizer):
    """Has no look of its own, and no limit that is known."""

    rule = staticmethod(lambda p, g, lr: p - lr * g)

    def __init__(self, lr):
        super().__init__(lr=lr)


def optimizer(draw):
    eta, beta = draw.choice((abs(size(draw, -2, 1)), 1.0, 0.5)), draw.choice((0.0, draw.random(), 0.9))
    near = draw.choice((1.0, draw.uniform(0.999, 1.001), draw.uniform(0.1, 3)))
    limits = {
        SGD: (SGD, 2, ()),
        Momentum: (Momentum, 2 * (1 + beta), (beta,)),
        Nesterov: (Nesterov, 2 * (1 + beta) / (1 + 2 * beta), (beta,)),
    }
    kind, limit, more = limits[draw.choice(list(limits))]
    others = (Adam(eta), RMSProp(eta), AdaGrad(eta), Momentum(eta, beta, lr_in_velocity=False), Strange(eta))
    return draw.choice((kind(near * limit / 2, *more), kind(eta, *more), draw.choice(others)))


def curvatures(draw):
    """Return the eigenvalues of a Hessian: of a valley, sometimes of a saddle, or none that is known."""
    sign = draw.choice((1, 1, 1, -1))
    return draw.choice((None, *4 * ([sign * abs(size(draw, -6, 6)), *(abs(size(draw)) for _ in "abc")],)))


def trace(draw, objective=None, steps=None):
    """Return a walk that no optimizer took: it rests, leaves, overflows or divides by zero at random."""
    objective = objective or draw.choice(objectives.ALL)
    steps = steps or draw.choice((1, 2, draw.randint(3, 59), 60, 61))
    rng = np.random.default_rng(draw.randrange(2**32))
    middle = np.mean(objective.window, axis=1)
    width = np.ptp(objective.window, axis=1)
    points = middle + width * rng.uniform(-1, 1, (steps + 1, 2)) * draw.choice(
        (0.3, 0.6, 9.9, 12, 1e3, 1e160)
    )
    points[0] = points[0].clip(-constants.MOST_START, constants.MOST_START)
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.asarray(objective.value(*points.T))
    if objective.minima and draw.random() < 0.6:
        above = 10.0 ** rng.uniform(-20, draw.choice((-2, 3)), steps + 1)
        above[rng.random(steps + 1) < 0.1] = draw.choice((0.0, constants.TOLERANCE, 1e300))
        values = objective.value(*objective.minima[0]) + above
    elif draw.random() < 0.5:
        values[-1] = draw.choice((-0.0, 1.7e308, -1.7e308))
    found = Trace(points, values, objective, optimizer(draw))
    if draw.random() < 0.2:
        end = draw.randint(1, steps)
        points[end:], values[end:] = math.nan, math.nan
        found = dataclasses.replace(found, divides=draw.choice((None, end)))
    return found


@functools.cache
def told(objective):
    """Return what the page knows of an objective; its contours come from Python alone."""
    return {**gathered.described(objective), "contours": "M1 2L3 4"}


def path(found):
    """Return a path as the page's Python gives it."""
    ended = np.isnan(found.points).all(axis=1)
    kept = np.argmax(ended) if ended.any() else len(ended)
    flat = np.column_stack([found.points, found.values])[:kept].ravel().tolist()
    return flat if found.divides is None else [*flat, 0.0]


def race(draw):
    first = trace(draw)
    steps = len(first.values) - 1
    others = [trace(draw, first.objective, steps) for _ in range(draw.randint(0, constants.MOST_RACERS - 1))]
    labels = draw.sample(LABELS, 1 + len(others))
    return dict(zip(labels, (first, *others), strict=True))


def raced(traces):
    first = next(iter(traces.values()))
    dressed = svg.looks(each.optimizer for each in traces.values())
    return {
        "steps": len(first.values) - 1,
        "racers": [{"label": label, "look": look} for label, look in zip(traces, dressed, strict=True)],
        "objective": told(first.objective),
        "paths": [path(each) for each in traces.values()],
    }


def judged(found):
    return {
        "path": path(found),
        "racer": specification("", found.optimizer),
        "objective": told(found.objective),
        "steps": len(found.values) - 1,
    }


def neighbours(draw):
    """Return two walks that part by about as much as an eye can see, or by nothing."""
    one = trace(draw)
    frame = np.array(svg.framed(one.objective.window))
    apart = constants.SEEN * (frame[0, 1] - frame[0, 0]) * draw.choice((0, 1, 0.99, 1.01, 5))
    moved = apart * np.random.default_rng(draw.randrange(2**32)).choice((-1, 0, 1), one.points.shape)
    # Within the picture, at 0, where the difference is exact, or at its border.
    corner = [draw.choice(limits) + draw.choice((0, 0, apart / 2)) for limits in frame.tolist()]
    points = draw.choice((one.points, 0 * one.points, 0 * one.points + corner))
    one = dataclasses.replace(one, points=points)
    return one, dataclasses.replace(one, points=points + moved)


def figures(draw):
    """Return two figures of the same race at other settings, and a place in a page."""
    kinds = draw.sample((SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW), draw.randint(1, 4))
    labels = draw.sample(LABELS, len(kinds))
    objective = draw.choice(objectives.ALL)
    start = [size(draw, -300, 5) / 10 for _ in "xy"]
    more = {"noise": draw.uniform(0, 2), "seed": draw.randrange(2**31)}
    rates = [abs(size(draw, -12, 5)) for _ in kinds]
    shown = {label: kind(lr) for label, kind, lr in zip(labels, kinds, rates, strict=True)}
    there = {label: kind(0.1) for label, kind in zip(labels, kinds, strict=True)}
    return explore(shown, objective, start, draw.randint(1, 9), **more), explore(there), draw.randrange(9)


def cases(draw):
    """Return the cases by the name of what is compared."""
    races = [race(draw) for _ in range(150)]
    return {
        "numbers": list(numbers(draw)),
        "ticks": list(ranges(draw)),
        "powers": list(range(-16, 17)),
        "frames": [window(draw) for _ in range(1000)],
        "neighbours": [*(size(draw, -320, 300) for _ in range(1000)), *filter(math.isfinite, SIZES)],
        "looks": [[optimizer(draw) for _ in range(draw.randint(1, 4))] for _ in range(500)],
        "places": [1e-12, 1e-6, 1e-3, *(10.0 ** draw.uniform(-12, 0) for _ in range(5))],
        "pixels": list(pixels(draw)),
        "limits": [(optimizer(draw), curvatures(draw)) for _ in range(1500)],
        "verdicts": [trace(draw) for _ in range(1500)],
        "parts": [neighbours(draw) for _ in range(500)],
        "links": [figures(draw) for _ in range(100)],
        "paths": races,
        "losses": races,
    }


def given(cases):
    """Return the cases as the page knows them, in what JSON can say."""
    races = list(map(raced, cases["paths"]))
    described = {
        "looks": [[svg.preferred_look(each) for each in race] for race in cases["looks"]],
        "limits": [(specification("", each), eigenvalues) for each, eigenvalues in cases["limits"]],
        "verdicts": list(map(judged, cases["verdicts"])),
        "parts": [(path(one), path(other), told(one.objective)) for one, other in cases["parts"]],
        "links": [
            (shown.link(index)[1:], index, shown.configuration(), there.configuration())
            for shown, there, index in cases["links"]
        ],
        "paths": races,
        "losses": races,
    }
    return encoded({**cases, **described})


def encoded(value):
    """Return ``value`` with words in place of the numbers that JSON does not know."""
    if isinstance(value, dict):
        return {key: encoded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
