"""A backtracking search that keeps its limit, and may find nothing."""

import math

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given


def _search(accepts, starts=True, answer=lambda t, trials: (t, trials), none=lambda t, limit: (0.0, limit)):
    """Return a search that accepts by ``accepts(here, value, slope, t, c1)``."""

    def backtrack(along, value, slope, t, c1, limit):
        if starts and not slope < 0:
            return 0.0, 0
        for trials in range(1, limit + 1):
            if accepts(along(t), value, slope, t, c1):
                return answer(t, trials)
            t = t / 2
        return none(t, limit)

    return backtrack


def _armijo(here, value, slope, t, c1):
    return math.isfinite(here) and here <= value + c1 * t * slope


backtrack = _search(_armijo)


def _overspends(along, value, slope, t, c1, limit):
    return backtrack(along, value, slope, t, c1, limit + 60)


def _one_short(along, value, slope, t, c1, limit):
    return backtrack(along, value, slope, t, c1, limit - 1)


def _halved_first(along, value, slope, t, c1, limit):
    return backtrack(along, value, slope, t / 2, c1, limit)


def cases(rng):
    """Draw roads on which a trial is accepted after some halvings, too late, or never."""

    def drawn():
        # The trial before the accepted one lies below the value, but not below Armijo's line.
        slope, bend, c1 = -rng.uniform(0.5, 3.0), rng.uniform(0.5, 3.0), float(rng.uniform(0.42, 0.48))
        return (
            float(rng.normal()),
            float(slope),
            float(bend),
            c1,
            float(rng.uniform(0.6, 0.68) * -slope / bend),
        )

    def case(part, halvings, limit, strange="nan", wall=math.inf):
        value, slope, bend, c1, last = drawn()
        along = Given("road", (value, slope, bend, limit, strange, wall * last))
        return Case(part, (along, value, slope, last * 2.0 ** (halvings - 1), c1, limit))

    for halvings in (0, 1, int(rng.integers(2, 6))):
        yield case("falls", halvings, 20)
        yield case("limit", halvings, halvings + 1)
        yield case("limit", halvings, halvings)
        yield case("limit", halvings + 3, halvings + 1)
        for strange in ("nan", "inf", "-inf"):
            yield case("strange", halvings + 2, 20, strange, float(rng.uniform(1.1, 1.9)))
            yield case("strange", halvings + 2, 5, strange, 0.0)
    for slope in (0.0, float(rng.uniform(0.5, 3.0)), math.nan):
        value, _, bend, c1, last = drawn()
        yield Case("uphill", (Given("road", (value, slope, -9.0 - bend, 20)), value, slope, last, c1, 20))
    yield case("uphill", 0, 20)


SEARCH = Function(
    name="q2",
    title="A search that may say no",
    target="backtrack",
    examples=5,
    parts=(
        Part("falls", 1, "takes the first step that falls enough", "The line is value + c₁ · t · slope."),
        Part("limit", 1, "keeps its limit, and says when it found nothing", "Count the calls of `along`."),
        Part("strange", 1, "does not trust NaN and infinities", "Is NaN <= 3? Is NaN > 3? Is -inf?"),
        Part("uphill", 1, "does not search where the slope is not below 0", "Look before the first call."),
    ),
    cases=cases,
    reference=backtrack,
    slips=(
        Mistake(
            "trusts-nan",
            "You accept NaN: `NaN > line` is False, so your loop ends. Ask instead whether the trial is a "
            "finite number that is low enough.",
            _search(lambda here, value, slope, t, c1: not here > value + c1 * t * slope),
        ),
        Mistake(
            "trusts-minus-infinity",
            "You accept −∞. It is below every line, but no point of a loss; treat it as a failed trial.",
            _search(lambda here, value, slope, t, c1: here <= value + c1 * t * slope),
        ),
        Mistake(
            "any-fall",
            "You accept any fall. Armijo asks for a share c₁ of what the slope promises.",
            _search(lambda here, value, slope, t, c1: math.isfinite(here) and here <= value),
        ),
        Mistake(
            "no-t",
            "Your line does not depend on t. What the slope promises is t · slope.",
            _search(lambda here, value, slope, t, c1: math.isfinite(here) and here <= value + c1 * slope),
        ),
        Mistake(
            "rising-line",
            "Your line rises: the slope is negative already, so it is value + c₁ · t · slope.",
            _search(lambda here, value, slope, t, c1: math.isfinite(here) and here <= value - c1 * t * slope),
        ),
        Mistake(
            "overspends",
            "You ask the loss more often than `limit` allows. Where no step is good, yours would go on.",
            _overspends,
        ),
        Mistake("one-short", "You stop one trial too early: `limit` trials are allowed.", _one_short),
        Mistake(
            "takes-the-last",
            "When the trials are used up, you return the last step, although it failed. The answer is 0.",
            _search(_armijo, none=lambda t, limit: (2 * t if limit else 0.0, limit)),
        ),
        Mistake(
            "takes-the-next",
            "When the trials are used up, you return a step that was never tried. The answer is 0.",
            _search(_armijo, none=lambda t, limit: (t if limit else 0.0, limit)),
        ),
        Mistake("halved-first", "Your first trial is t / 2. It should be t itself.", _halved_first),
        Mistake(
            "halved-after",
            "You halve the step once more after it was accepted.",
            _search(_armijo, answer=lambda t, trials: (t / 2, trials)),
        ),
        Mistake(
            "counts-halvings",
            "You count the halvings. Each call of `along` is one trial, the accepted one included.",
            _search(_armijo, answer=lambda t, trials: (t, trials - 1)),
        ),
        Mistake(
            "searches-uphill",
            "You search where the slope is 0, positive or NaN. That is no way down: return at once.",
            _search(_armijo, starts=False),
        ),
    ),
)
