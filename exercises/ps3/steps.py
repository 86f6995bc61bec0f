"""One step of momentum, with the rate inside the velocity or outside."""

from d2l_utils import rules
from exercises.grading.marking.slipped import edited, hint, slipped
from exercises.grading.marking.states import lagging
from exercises.grading.question import Case, Function, Mistake, Part


def _step(inside_rule, outside_rule):
    def momentum_step(p, g, v, lr, momentum, inside=True):
        return (inside_rule if inside else outside_rule)(p, g, v, lr, momentum)

    return momentum_step


momentum_step = _step(rules.momentum, rules.momentum_lr_outside)


def _copies(p, g, v, lr, momentum, inside=True):
    return momentum_step(p * 1, g, v * 1, lr, momentum, inside)


def _forced(inside):
    return lambda p, g, v, lr, momentum, _=True: momentum_step(p, g, v, lr, momentum, inside)


def _outside(*edits):
    return edited("momentum_lr_outside", *edits)


def cases(rng):
    """Draw steps of numbers in both forms, and steps of arrays in double and in single precision."""
    for _ in range(3):
        for inside in (True, False):
            lr, momentum = float(rng.uniform(0.02, 0.5)), float(rng.uniform(0.3, 0.98))
            numbers = (float(number) for number in rng.normal(size=3))
            yield Case("inside" if inside else "outside", (*numbers, lr, momentum, inside))
            shape = tuple(int(length) for length in rng.integers(1, 4, size=2))
            dtype = rng.choice(["float64", "float32"])
            arrays = (rng.normal(size=shape).astype(dtype) for _ in range(3))
            yield Case("arrays", (*arrays, lr, momentum, inside))


BOTH = {
    "climb": (slipped("momentum", "climb"), slipped("momentum_lr_outside", "climb")),
    "forget": (slipped("momentum", "forget"), slipped("momentum_lr_outside", "forget")),
    "no-friction": (slipped("momentum", "no-friction"), slipped("momentum_lr_outside", "no-friction")),
    "swapped": (slipped("momentum", "swapped"), _outside(("v *= momentum", "v *= 1 - momentum"))),
    "average": (slipped("momentum", "average"), slipped("momentum_lr_outside", "average")),
    "late": (
        slipped("momentum", "late"),
        _outside(("    p -= lr * v\n", ""), ("    v *= momentum\n", "    p -= lr * v\n    v *= momentum\n")),
    ),
}

STEP = Function(
    name="q2",
    title="One step of a heavy ship",
    target="momentum_step",
    parts=(
        Part("inside", 1, "steps with the rate inside the velocity", "First correct v, then move p by v."),
        Part("outside", 1, "steps with the rate outside", "Here v holds gradients, and p moves by −lr·v."),
        Part("arrays", 1, "changes arrays in place", "`v *= …` and `p += …` change an array in place."),
    ),
    cases=cases,
    reference=momentum_step,
    observe_arguments=True,
    lagging=tuple(lagging(["momentum", "momentum_lr_outside"], _step)),
    returns=("p", "v"),
    atol=1e-6,  # where a step in single precision ends near 0
    slips=(
        *(Mistake(key, hint("momentum", key), _step(*pair)) for key, pair in BOTH.items()),
        *(
            Mistake(key, hint("momentum", key), _step(slipped("momentum", key), rules.momentum_lr_outside))
            for key in ("two-rates", "backwards", "no-rate")
        ),
        Mistake(
            "two-rates-outside",
            "With the rate outside, v holds bare gradients: lr enters once, where p moves.",
            _step(rules.momentum, _outside(("v += g", "v += lr * g"))),
        ),
        Mistake("always-inside", "You ignore `inside`: both forms put the rate into v.", _forced(True)),
        Mistake("always-outside", "You ignore `inside`: both forms leave the rate out of v.", _forced(False)),
        Mistake(
            "copies",
            "Your numbers are right, but arrays have to change in place, so that the model sees it. `v = …` "
            "makes a new array; `v *= …` and `v -= …` change the old one.",
            _copies,
        ),
    ),
)
