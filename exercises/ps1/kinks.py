"""Question 6 of problem set 1: a wrong gradient, or a right one beside a kink?"""

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given
from exercises.ps1.given import agree


def _slopes(f, x, h):
    """Return the central, the forward and the backward difference."""
    return (f(x + h) - f(x - h)) / (2 * h), (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h


def _judged(slope, central, forward, backward, agree=agree):
    if agree(slope, central):
        return "right"
    return "kink" if agree(slope, forward) or agree(slope, backward) else "wrong"


def verdict(slope, f, x, h=1e-5):
    """Say whether a slope is right, beside a kink, or wrong, by the three differences."""
    return _judged(slope, *_slopes(f, x, h))


def _no_kinks(slope, f, x, h=1e-5):
    return "right" if agree(slope, _slopes(f, x, h)[0]) else "wrong"


def _every_alarm(slope, f, x, h=1e-5):
    said = verdict(slope, f, x, h)
    return "kink" if said == "wrong" else said


def _two_sides_disagree(slope, f, x, h=1e-5):
    central, forward, backward = _slopes(f, x, h)
    if agree(slope, central):
        return "right"
    return "wrong" if agree(forward, backward) else "kink"


def _kink_first(slope, f, x, h=1e-5):
    central, forward, backward = _slopes(f, x, h)
    if not agree(forward, backward):
        return "kink"
    return "right" if agree(slope, central) else "wrong"


def _sides_first(slope, f, x, h=1e-5):
    central, forward, backward = _slopes(f, x, h)
    if agree(slope, forward) or agree(slope, backward):
        return "kink"
    return "right" if agree(slope, central) else "wrong"


def _forward_only(slope, f, x, h=1e-5):
    central, forward, _ = _slopes(f, x, h)
    return _judged(slope, central, forward, forward)


def _backward_only(slope, f, x, h=1e-5):
    central, _, backward = _slopes(f, x, h)
    return _judged(slope, central, backward, backward)


def _halved(slope, f, x, h=1e-5):
    central, forward, backward = _slopes(f, x, h)
    return _judged(slope, central, forward / 2, backward / 2)


def _between(slope, f, x, h=1e-5):
    central, forward, backward = _slopes(f, x, h)
    if agree(slope, central):
        return "right"
    low, high = sorted((forward, backward))
    near = agree(slope, low) or agree(slope, high)
    return "kink" if near or low <= slope <= high else "wrong"


def _any_side_is_right(slope, f, x, h=1e-5):
    return "right" if any(agree(slope, each) for each in _slopes(f, x, h)) else "wrong"


def _relative(slope, f, x, h=1e-5):
    return _judged(slope, *_slopes(f, x, h), lambda a, b: abs(a - b) <= 1e-3 * (abs(a) + abs(b)))


def _exact(slope, f, x, h=1e-5):
    return _judged(slope, *_slopes(f, x, h), lambda a, b: a == b)


def _own_step(slope, f, x, h=1e-5):
    return verdict(slope, f, x)


def _curves(rng):
    """Draw a place without a kink: on a parabola, and on a cubic where it is flat."""
    place, slope = (float(number) for number in rng.uniform(0.5, 3, 2) * rng.choice([-1, 1], 2))
    curved = float(rng.choice([-1, 1]) * rng.uniform(1, 3))
    for rest in ((), (float(rng.uniform(0.01, 0.02)),)):
        for said in (slope, 2 * slope, -slope):
            yield Case("smooth", (said, Given("bend", (place, slope, slope, curved)), place, *rest))
        # Measured as cube·h² and not as 0: nearly nothing, and yet relative to 0 infinitely far off.
        flat = Given("bend", (place, 0.0, 0.0, 0.0, float(rng.uniform(0.5, 1))))
        yield Case("smooth", (0.0, flat, place, *rest))


def _bends(rng, side, rest):
    """Draw a kink within the step, on one side of x, and slopes at a distance from where verdicts change."""
    h = rest[0] if rest else 1e-5
    before, place = (float(number) for number in rng.uniform(-2, 2, 2) * (rng.random() < 0.5, 1))
    behind = before + float(rng.choice([-1, 1]) * rng.uniform(1, 3))
    f, share = Given("bend", (place, before, behind)), float(rng.uniform(0.1, 0.8))
    x = place + side * share * h
    right, other = (before, behind) if side < 0 else (behind, before)
    yield Case("kink", (right, f, x, *rest))
    yield Case("at", (right, f, place, *rest))
    across = right + (other - right) * (1 - share)  # what is measured across the kink
    far = right + float(rng.choice([-1, 1]) * rng.uniform(4, 6))
    for wrong in (other, right + 0.75 * (across - right), far):
        yield Case("wrong", (wrong, f, x, *rest))


def kink_cases(rng):
    """Draw slopes, right and wrong, of curves and beside kinks."""
    yield from _curves(rng)
    yield from _curves(rng)
    for rest in ((), (1e-5,), (float(rng.uniform(0.01, 0.1)),), (float(rng.uniform(0.1, 0.5)),)):
        for side in (-1, 1):
            yield from _bends(rng, side, rest)


Q6 = Function(
    name="q6",
    title="Two sides of a kink",
    target="verdict",
    examples=5,
    parts=(
        Part("smooth", 1, "no kink near", "Which of the three differences do you ask first?"),
        Part("kink", 1, "a right slope beside a kink", "Which one-sided difference stays on x's side?"),
        Part("at", 1, "a kink exactly at x", "Here either side may be meant; both are accepted."),
        Part("wrong", 1, "a wrong slope beside a kink", "A kink excuses one slope only. Is this the one?"),
    ),
    cases=kink_cases,
    reference=verdict,
    slips=(
        Mistake(
            "no-kinks",
            'You never say "kink". Beside one, the slope misses the central difference, and agrees with one '
            "of the other two, not with both.",
            _no_kinks,
        ),
        Mistake(
            "every-alarm",
            'You never say "wrong": whatever misses the central difference is "kink" to you.',
            _every_alarm,
        ),
        Mistake(
            "disagree",
            'You say "kink" as soon as forward and backward differ. A wrong slope beside a kink is wrong all '
            "the same: compare it with each of the two.",
            _two_sides_disagree,
        ),
        Mistake(
            "kink-first",
            "You compare forward with backward before you ask for the slope. They differ on curves, too: the "
            "central difference comes first.",
            _kink_first,
        ),
        Mistake(
            "sides-first",
            "You ask the one-sided differences first. Where there is no kink they agree as well, and you say "
            '"kink" of a slope that is right.',
            _sides_first,
        ),
        Mistake(
            "forward-only",
            "You ask the forward difference only. The kink may lie to the right of x, too.",
            _forward_only,
        ),
        Mistake(
            "backward-only",
            "You ask the backward difference only. The kink may lie to the left of x, too.",
            _backward_only,
        ),
        Mistake(
            "halved",
            "You divide the one-sided differences by 2h. Their points are h apart.",
            _halved,
        ),
        Mistake(
            "between",
            "You excuse every slope between forward and backward. Only these two are excused.",
            _between,
        ),
        Mistake(
            "silent",
            'You say "right" where only one side agrees. The central difference does not: it is "kink".',
            _any_side_is_right,
        ),
        Mistake(
            "relative",
            "You compare relative to the slopes alone. A slope of 0 never agrees then; `agree` is given.",
            _relative,
        ),
        Mistake("exact", "You ask for equality. Measured slopes are rounded: use `agree`.", _exact),
        Mistake("own", "You use a step of your own; use the h that the caller gives.", _own_step),
    ),
)
