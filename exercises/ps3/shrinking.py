"""How much the distance shrinks at each step, on a parabola."""

import numpy as np

from d2l_utils import rules
from exercises.grading.question import Case, Function, Mistake, Part


def _roots(lr, momentum, curvature, nesterov):
    rule = rules.nesterov if nesterov else rules.momentum
    units = ((1.0, 0.0), (0.0, 1.0))
    columns = [rule(p, curvature * p, v, lr, momentum) for p, v in units]
    return np.linalg.eigvals(np.array(columns).T)


def _shrink(measure):
    def shrink(lr, momentum, curvature, nesterov=False):
        return float(measure(_roots(lr, momentum, curvature, nesterov)))

    return shrink


shrink = _shrink(lambda roots: np.abs(roots).max())


def _plain(lr, momentum, curvature, nesterov=False):
    return abs(1 - lr * curvature)


def _always_swinging(lr, momentum, curvature, nesterov=False):
    return (momentum * abs(1 - lr * curvature) if nesterov else momentum) ** 0.5


def _twice(lr, momentum, curvature, nesterov=False):
    swings = np.iscomplex(_roots(lr, momentum, curvature, nesterov)).any()
    return (1 + swings) * shrink(lr, momentum, curvature, nesterov)


def _same_ball(lr, momentum, curvature, nesterov=False):
    return shrink(lr, momentum, curvature)


def _swapped(lr, momentum, curvature, nesterov=False):
    return shrink(lr, momentum, curvature, not nesterov)


def _no_curvature(lr, momentum, curvature, nesterov=False):
    return shrink(lr, momentum, 1.0, nesterov)


def cases(rng):
    """Draw settings of every kind: swinging, not swinging, running away, and looking ahead."""
    for _ in range(3):
        momentum, curvature = float(rng.uniform(0.3, 0.95)), float(rng.uniform(0.2, 20.0))
        first, last = (1 - momentum**0.5) ** 2, (1 + momentum**0.5) ** 2
        edge, cliff = 2 * (1 + momentum), 2 * (1 + momentum) / (1 + 2 * momentum)
        widths = {
            "swing": (first + 0.1 * (last - first), last - 0.1 * (last - first)),
            "crawl": (0.1 * first, 0.9 * first),
            "away": (1.05 * edge, 2 * edge),
            "ahead": (0.3 * cliff, 0.95 * cliff),
        }
        for part, (low, high) in widths.items():
            lr = float(rng.uniform(low, high)) / curvature
            yield Case(part, (lr, momentum, curvature, part == "ahead"))
        yield Case("ahead", (float(rng.uniform(1.05, 1.5)) * cliff / curvature, momentum, curvature, True))
    yield Case("crawl", (float(rng.uniform(0.1, 1.9)) / curvature, 0.0, curvature))


SHRINK = Function(
    name="q3",
    title="Will she settle?",
    target="shrink",
    parts=(
        Part("swing", 1, "knows the factor where the ship swings", "How long is a complex number?"),
        Part("crawl", 1, "knows it where she does not swing", "Two real roots: the larger one decides."),
        Part(
            "away", 1, "knows it where she runs away", "Large rates have negative roots. Their size counts."
        ),
        Part(
            "ahead",
            1,
            "knows it for Nesterov's form",
            "Put g = λp into Nesterov's rule, and read off a matrix.",
        ),
    ),
    cases=cases,
    reference=shrink,
    slips=(
        Mistake(
            "real-part",
            "You take the real parts of the roots. A complex root has a length: `np.abs` gives it.",
            _shrink(lambda roots: np.abs(roots.real).max()),
        ),
        Mistake(
            "smallest",
            "You take the smaller root. After many steps the larger one is what is left.",
            _shrink(lambda roots: np.abs(roots).min()),
        ),
        Mistake(
            "signed",
            "You look for the largest root. The one of the largest size decides, and it may be negative.",
            _shrink(lambda roots: roots.real.max()),
        ),
        Mistake(
            "plain", "|1 − ηλ| is the factor of plain gradient descent. The velocity matters too.", _plain
        ),
        Mistake(
            "always-swinging",
            "That is the factor where the roots are complex. Where they are real, the larger one is longer.",
            _always_swinging,
        ),
        Mistake(
            "twice",
            "Where the ship swings you are wrong by a factor of 2, a slip that was in print. The product of "
            "the two roots is the determinant, and both have the same length.",
            _twice,
        ),
        Mistake(
            "same-ball",
            "You treat Nesterov like the heavy ball. The look ahead changes the matrix.",
            _same_ball,
        ),
        Mistake("swapped", "You have the two forms swapped: nesterov=False is the heavy ball.", _swapped),
        Mistake("no-curvature", "The curvature does not enter: the gradient is g = λp.", _no_curvature),
    ),
)
