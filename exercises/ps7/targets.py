"""When a run has reached a target, and stays there."""

import math
from itertools import takewhile

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def arrival(steps, losses, target, stay):
    """Return the step of the first of ``stay`` readings in a row at or below the target, inf without any."""
    return _arrive(steps, _alive(losses), lambda loss: loss <= target, stay)


def _alive(losses):
    return list(takewhile(math.isfinite, losses))


def _arrive(steps, losses, hits, stay, answer=lambda steps, first, last: steps[first], never=math.inf):
    run = 0
    for place, loss in enumerate(losses):
        run = run + 1 if hits(loss) else 0
        if run == stay:
            return float(answer(steps, place - stay + 1, place))
    return never if not callable(never) else never(steps)


def _judged(hits=lambda loss, target: loss <= target, alive=_alive, stay_of=lambda stay: stay, **others):
    def other(steps, losses, target, stay):
        return _arrive(steps, alive(losses), lambda loss: hits(loss, target), stay_of(stay), **others)

    return other


def _open_end(steps, losses, target, stay):
    padded = [*_alive(losses), *[-math.inf] * (stay - 1)]
    return _arrive([*steps, *[math.inf] * stay], padded, lambda loss: loss <= target, stay)


def _in_total(steps, losses, target, stay):
    places = [place for place, loss in enumerate(_alive(losses)) if loss <= target]
    return float(steps[places[0]]) if len(places) >= stay else math.inf


def _for_good(steps, losses, target, stay):
    alive = _alive(losses)
    for place in range(len(alive)):
        if all(loss <= target for loss in alive[place:]) and len(alive) - place >= stay:
            return float(steps[place])
    return math.inf


def _zero_is_never(*arguments):
    return arrival(*arguments) or math.inf


def _last_if_lost(steps, losses, target, stay):
    """A run that is lost anywhere has failed, whatever it reached before."""
    return arrival(steps, losses, target, stay) if np.isfinite(losses).all() else math.inf


def cases(rng):
    """Draw curves that touch the target, cross it once more, never reach it, or are lost."""

    def case(part, pattern, stay, every=None, start=None):
        # In a pattern + is above the target, = on it, - below; the rest are themselves.
        target = round(float(rng.uniform(0.3, 0.6)), 2)
        strange = {"n": math.nan, "i": math.inf, "m": -math.inf}
        losses = []
        for sign in pattern:
            away = float(rng.uniform(0.01, 0.2))
            losses.append(strange.get(sign, target + {"+": away, "-": -away, "=": 0.0}.get(sign, 0.0)))
        every = every or int(rng.integers(3, 60))
        start = int(rng.integers(1, 40)) if start is None else start
        steps = start + every * np.arange(len(pattern))
        return Case(part, (steps, np.array(losses), target, stay))

    plus = "+" * int(rng.integers(2, 6))
    for pattern in (f"{plus}-+-", f"{plus}=-+", f"{plus}+-", "-+-"):
        yield case("first", pattern, 1)
    yield case("first", "-++", 1, start=0)
    for pattern, stay in ((f"{plus}-+--+-", 2), (f"{plus}-++-+==-+-", 3), (f"+-{plus}---+", 3), ("--+-", 2)):
        yield case("stays", pattern, stay)
    yield case("stays", "--=+-", 2, start=0)
    for pattern, stay in (
        (f"{plus}+", 1),
        (f"{plus}-+--", 3),
        ("--", 3),
        ("", 1),
        (f"{plus}-+-+-", 2),
        (f"{plus}-++", 3),
    ):
        yield case("never", pattern, stay)
    yield case("never", f"{plus}--", 1)
    for pattern, stay in ((f"{plus}n---", 1), (f"{plus}-n--+", 2), (f"{plus}i--", 1), (f"{plus}m--+", 2)):
        yield case("lost", pattern, stay)
    for pattern, stay in ((f"{plus}--+n", 2), ("n", 1), (f"{plus}mm", 2), (f"{plus}nn-", 1)):
        yield case("lost", pattern, stay)


TARGETS = Function(
    name="q2",
    title="When did it arrive?",
    target="arrival",
    examples=6,
    parts=(
        Part(
            "first",
            1,
            "finds the first reading at the target",
            "The target itself will do, and so will step 0.",
        ),
        Part("stays", 1, "does not take a lucky reading for an arrival", "Count readings in a row."),
        Part(
            "never",
            1,
            "says inf where nothing is confirmed",
            "Too few readings are left at the end: no arrival.",
        ),
        Part("lost", 1, "ends where the run is lost", "Is NaN <= 3? And -inf? Does the run go on after it?"),
    ),
    cases=cases,
    reference=arrival,
    slips=(
        Mistake(
            "strict",
            "A loss that equals the target has reached it: `<=`, not `<`.",
            _judged(hits=lambda loss, target: loss < target),
        ),
        Mistake(
            "touches",
            "You stop at the first reading at the target. A noisy curve touches it by luck: it has "
            "to stay there "
            "for `stay` readings.",
            _judged(stay_of=lambda stay: 1),
        ),
        Mistake(
            "index",
            "You return the number of the reading. What was paid for stands in `steps`.",
            _judged(answer=lambda steps, first, last: first),
        ),
        Mistake(
            "confirmed",
            "You return the step at which the arrival was confirmed. It happened at the first "
            "reading of the row.",
            _judged(answer=lambda steps, first, last: steps[last]),
        ),
        Mistake(
            "open-end",
            "You accept a row that the end of the run cuts short. What is not confirmed does not count.",
            _open_end,
        ),
        Mistake(
            "in-total",
            "You count readings at the target wherever they are. They have to follow one another.",
            _in_total,
        ),
        Mistake(
            "for-good",
            "You ask that the loss never rises again. `stay` readings in a row are enough.",
            _for_good,
        ),
        Mistake(
            "best-so-far",
            "You compare the best loss so far. It can never rise, so each lucky reading counts as staying.",
            _judged(alive=lambda losses: np.minimum.accumulate(np.append(_alive(losses), math.inf))[:-1]),
        ),
        Mistake(
            "resumes",
            "You go on after a reading that is no finite number. The run is lost there; what follows "
            "is another one.",
            _judged(
                hits=lambda loss, target: math.isfinite(loss) and loss <= target, alive=lambda losses: losses
            ),
        ),
        Mistake(
            "nan-arrives",
            "You take NaN for an arrival: `not loss > target` is True for it.",
            _judged(hits=lambda loss, target: not loss > target, alive=lambda losses: losses),
        ),
        Mistake(
            "minus-infinity",
            "You stop at NaN and take −∞ for an arrival. No loss is −∞: that run is lost, too.",
            _judged(alive=lambda losses: list(takewhile(lambda loss: loss < math.inf, losses))),
        ),
        Mistake(
            "lost-anywhere",
            "You give up a run that is lost at any time. What it had reached before, it had reached.",
            _last_if_lost,
        ),
        Mistake(
            "last-step",
            "A run that never arrives gets its last step from you, as if it had arrived there. It is inf.",
            _judged(never=lambda steps: float(steps[-1]) if len(steps) else math.inf),
        ),
        Mistake(
            "zero-is-never",
            "You lose an arrival at step 0: in Python 0 counts as False. Compare with None.",
            _zero_is_never,
        ),
    ),
)
