"""A learning rate that warms up, stays, and cools down."""

from d2l_utils.words import noted
from exercises.grading.question import Case, Function, Mistake, Part


def rate(t, lr, steps, warmup=0, decay=0):
    """Return the rate of the update after ``t``: a trapezoid over ``steps`` updates, 0 behind it."""
    if t >= steps:
        return 0.0
    if t < warmup:
        return lr * (t + 1) / warmup
    return lr * (steps - t) / decay if t >= steps - decay else float(lr)


def _climbing(share):
    """Make a rate whose warm-up is another: ``share`` of the peak, by t and the warm-up."""

    def wrong(t, lr, steps, warmup=0, decay=0):
        return lr * share(t, warmup) if t < warmup else rate(t, lr, steps, warmup, decay)

    return wrong


def _cooling(share):
    """Make a rate whose cooldown is another: ``share`` of the peak, by what is left, cooldown and run."""

    def wrong(t, lr, steps, warmup=0, decay=0):
        if steps - decay <= t < steps:
            return lr * share(steps - t, decay, steps)
        return rate(t, lr, steps, warmup, decay)

    return wrong


_from_zero = _climbing(lambda t, warmup: t / warmup)
_last_is_zero = _cooling(lambda left, decay, steps: (left - 1) / decay)


def _zero_at_both_ends(t, lr, steps, warmup=0, decay=0):
    wrong = _from_zero if t < warmup else _last_is_zero
    return wrong(t, lr, steps, warmup, decay)


def _overshoots(t, lr, steps, warmup=0, decay=0):
    return lr * (t + 1) / warmup if 0 < warmup >= t < steps else rate(t, lr, steps, warmup, decay)


def _falls_at_once(t, lr, steps, warmup=0, decay=0):
    if t < warmup or t >= steps or not decay:
        return rate(t, lr, steps, warmup, decay)
    return lr * (steps - t) / (steps - warmup)


def _back_to_peak(t, lr, steps, warmup=0, decay=0):
    return float(lr) if t >= steps else rate(t, lr, steps, warmup, decay)


def _below_zero(without_decay):
    """Make a rate that goes on falling; ``without_decay`` says what it is in a run that has no cooldown."""

    def wrong(t, lr, steps, warmup=0, decay=0):
        if t < steps:
            return rate(t, lr, steps, warmup, decay)
        return lr * (steps - t) / decay if decay else without_decay(lr, steps - t)

    return wrong


BELOW_ZERO = noted(
    "When the run is over, your rate goes on: below 0, where it would climb the loss, or, without cooldown, "
    "at something else. It is 0 from then on."
)


def _stays_at_last(t, lr, steps, warmup=0, decay=0):
    return rate(min(t, steps - 1), lr, steps, warmup, decay)


def _one_too_many(t, lr, steps, warmup=0, decay=0):
    return rate(steps - 1, lr, steps, warmup, decay) if t == steps else rate(t, lr, steps, warmup, decay)


def _divides_by_nothing(t, lr, steps, warmup=0, decay=0):
    return lr * max(min(1.0, (t + 1) / warmup, (steps - t) / decay), 0.0)


def _counts_from_one(t, lr, steps, warmup=0, decay=0):
    return rate(t - 1, lr, steps, warmup, decay)


def _one_ahead(t, lr, steps, warmup=0, decay=0):
    return rate(t + 1, lr, steps, warmup, decay)


def _no_warm_up(t, lr, steps, warmup=0, decay=0):
    return rate(t, lr, steps, 0, decay)


def _no_fall(t, lr, steps, warmup=0, decay=0):
    return rate(t, lr, steps, warmup, 0)


def _share(t, lr, steps, warmup=0, decay=0):
    return rate(t, 1.0, steps, warmup, decay)


def _whole(t, lr, steps, warmup=0, decay=0):
    if t < warmup:
        return lr * (t + 1) // warmup
    return lr * (steps - t) // decay if steps - decay <= t < steps else rate(t, lr, steps, warmup, decay)


def _swapped(t, lr, steps, warmup=0, decay=0):
    return rate(t, lr, steps, decay, warmup)


def rate_cases(rng):
    """Draw runs and updates: in a phase and at its ends, without it, and when all is over."""

    def case(part, t, steps, *phases):
        lr = int(rng.integers(2, 6)) if rng.random() < 0.25 else float(rng.uniform(0.01, 2))
        return Case(part, (t, lr, steps, *phases))

    def several(low=4, high=12):
        return int(rng.integers(low, high))

    for _ in range(2):
        # The phases differ in length, so that none is taken for another.
        warmup = several()
        decay, stay = warmup + several(1, 6), several()
        if rng.random() < 0.5:
            warmup, decay = decay, warmup
        steps, full = warmup + stay + decay, several()
        for t in (warmup + several(1, stay - 1), warmup, warmup - 1, several(1, warmup - 1), 0):
            yield case("warmup", t, steps, warmup, decay)
        for t in (steps - 1, steps - several(2, decay), steps - decay, steps - decay - 1):
            yield case("decay", t, steps, warmup, decay)
        for t in (full - 1, several(1, full - 1), 0):
            yield case("none", t, full, full)
            yield case("none", t, full, 0, full)
        yield case("warmup", warmup - 1, warmup + decay, warmup, decay)
        yield case("decay", warmup, warmup + decay, warmup, decay)
        for t in (1, 0):
            yield case("warmup", t, steps, 1, decay)
            yield case("decay", steps - 1 - t, steps, warmup, 1)
        yield case("none", 0, stay + decay, 0, decay)
        yield case("none", warmup + stay - 1, warmup + stay, warmup)
        yield case("none", several(0, stay), stay)
        for t in (steps + several(2), steps + 1, steps):
            yield case("over", t, steps, warmup, decay)
            yield case("over", t, steps, warmup)
            yield case("over", t, steps, steps)
            yield case("over", t, steps, 0, steps)
    for phases in ((0, 0), (1, 0), (0, 1)):
        yield case("none", 0, 1, *phases)
        yield case("over", 1, 1, *phases)
    yield case("over", 1, 3)


RATE = Function(
    name="q6",
    title="Up, along and down",
    target="rate",
    examples=10,
    parts=(
        Part("warmup", 1, "climbs to the peak, and stays there", "Which update comes when t = 0?"),
        Part(
            "decay",
            1,
            "falls in the last updates of a run",
            "How many updates are left at t, in the example?",
        ),
        Part(
            "none",
            1,
            "copes with phases of no updates, or of all",
            "Do you divide by a length that may be 0?",
        ),
        Part("over", 1, "rests when the run is over", "Ask first whether t < steps."),
    ),
    cases=rate_cases,
    reference=rate,
    rtol=1e-5,  # a rate in single precision is right, too
    slips=(
        Mistake(
            "zero-at-both-ends",
            "Your first and your last update have the rate 0, so they learn nothing. Count the update that "
            "is about to be made.",
            _zero_at_both_ends,
        ),
        Mistake(
            "from-zero",
            "Your first update has the rate 0, so it learns nothing. The warm-up begins one step above 0.",
            _from_zero,
        ),
        Mistake(
            "from-zero-to-peak",
            "You spread the warm-up from 0 to the peak, so the first update learns nothing. It begins one "
            "step above 0.",
            _climbing(lambda t, warmup: t / max(warmup - 1, 1)),
        ),
        Mistake(
            "late-peak",
            "You come to the peak one update too late: the last update of the warm-up has it already.",
            _climbing(lambda t, warmup: (t + 1) / (warmup + 1)),
        ),
        Mistake(
            "overshoots",
            "The first update behind the warm-up goes beyond the peak. Where exactly does the warm-up end?",
            _overshoots,
        ),
        Mistake(
            "last-is-zero",
            "Your last update has the rate 0, so it learns nothing. The rate is 0 only when the run is over.",
            _last_is_zero,
        ),
        Mistake(
            "down-to-zero",
            "You spread the cooldown from the peak to 0, so the last update learns nothing. It ends one step "
            "above 0.",
            _cooling(lambda left, decay, steps: (left - 1) / max(decay - 1, 1)),
        ),
        Mistake(
            "early-end",
            "The cooldown begins below the peak. Its first update still has the peak, as the last one of the "
            "warm-up has.",
            _cooling(lambda left, decay, steps: left / (decay + 1)),
        ),
        Mistake(
            "falls-at-once",
            "You let the rate fall as soon as the warm-up is over. Only the last `decay` updates belong to "
            "the cooldown.",
            _falls_at_once,
        ),
        Mistake(
            "share-of-run",
            "Your rate jumps where the cooldown begins: you divide what is left by the whole run, not by the "
            "cooldown.",
            _cooling(lambda left, decay, steps: left / steps),
        ),
        Mistake(
            "upside-down",
            "In the last phase your rate climbs. Count the updates that are left, not those that are done.",
            _cooling(lambda left, decay, steps: (decay - left + 1) / decay),
        ),
        Mistake(
            "back-to-peak",
            "When the run is over, your rate jumps back to the peak. It is 0 from then on.",
            _back_to_peak,
        ),
        Mistake("below-zero", BELOW_ZERO, _below_zero(lambda lr, left: lr * left)),
        Mistake("below-zero-or-peak", BELOW_ZERO, _below_zero(lambda lr, left: lr)),
        Mistake("below-zero-or-error", BELOW_ZERO, _below_zero(lambda lr, left: left / 0)),
        Mistake(
            "stays-at-last",
            "When the run is over, your rate stays what it was last. It is 0 from then on.",
            _stays_at_last,
        ),
        Mistake(
            "one-too-many",
            "You make one update too many. They are numbered from 0, so the run is over at t = steps.",
            _one_too_many,
        ),
        Mistake(
            "divides-by-nothing",
            "You divide by the length of a phase that has no updates. Such a phase is to be left out.",
            _divides_by_nothing,
        ),
        Mistake(
            "counts-from-one",
            "You are one update late everywhere: t updates are made already, so the first one has t = 0.",
            _counts_from_one,
        ),
        Mistake(
            "one-ahead",
            "You are one update ahead everywhere: the rate asked for is that of the next update.",
            _one_ahead,
        ),
        Mistake("no-warm-up", "You do not use `warmup`: your run begins at the peak.", _no_warm_up),
        Mistake("no-fall", "You do not use `decay`: your run keeps the peak to its end.", _no_fall),
        Mistake("share", "You return a share of the peak. The rate is that share times the peak.", _share),
        Mistake(
            "whole", "You divide whole numbers with `//`, and the fraction is lost. Divide with `/`.", _whole
        ),
        Mistake("swapped", "You have swapped `warmup` and `decay`.", _swapped),
    ),
)
