"""Four updates as they were published, each with one bug, and what is right."""

from itertools import combinations

from d2l_utils import rules
from d2l_utils.words import noted
from exercises.grading.marking.slipped import slipped
from exercises.grading.question import Case, Function, Mistake, Part

BETA2 = 0.999
MEAN = slipped("adagrad", "mean")


def _rmsprop(rule):
    def update(p, g, state, lr, decay, eps):
        p, s = rule(p, g, state["s"], lr, decay, eps, 0.0)
        return p, {"s": s}

    return update


def _adam(rule):
    def update(p, g, state, lr, decay, eps):
        t = state["t"] + 1
        p, m, s = rule(p, g, state["m"], state["s"], t, lr, decay, BETA2, eps, 0.0)
        return p, {"m": m, "s": s, "t": t}

    return update


def _adagrad(p, g, state, lr, decay, eps):
    p, s = rules.adagrad(p, g, state["s"], lr, eps, 0.0)
    return p, {"s": s, "t": state["t"] + 1}


def _mean(p, g, state, lr, decay, eps):
    t = state["t"] + 1
    p, s = MEAN(p, g, state["s"], t, lr, eps, 0.0)
    return p, {"s": s, "t": t}


def _not_counted(p, g, state, lr, decay, eps):
    p, after = RIGHT["D"](p, g, state, lr, decay, eps)
    return p, after | {"t": state["t"]}


RIGHT = {"A": _rmsprop(rules.rmsprop), "B": _adam(rules.adam), "C": _adagrad, "D": _adam(rules.adam)}
PUBLISHED = {
    "A": (
        _rmsprop(slipped("rmsprop", "inflate")),
        noted(
            "A is still as it was published: `+=` adds the average to the old s instead of "
            "replacing it, so s grows without end."
        ),
    ),
    "B": (
        _adam(slipped("adam", "eps-added")),
        noted(
            "B is still as it was published: division binds more tightly than addition, so ε "
            "lands on the weight."
        ),
    ),
    "C": (
        _mean,
        noted(
            "C is still as it was published: the root of the mean does not grow, so the steps "
            "never get shorter. AdaGrad has the sum."
        ),
    ),
    "D": (
        _not_counted,
        noted(
            "D is still as it was published: the count of the steps is used and never stored, so "
            "every step is the first."
        ),
    ),
}
HALF_MENDED = {
    "A-sum": (
        _rmsprop(slipped("rmsprop", "sum")),
        noted("Your s in A is AdaGrad's sum. RMSProp keeps the share decay of the old s."),
    ),
    "A-full-square": (
        _rmsprop(slipped("rmsprop", "new-share")),
        noted("In A the new square has the share 1 − decay."),
    ),
    "B-inside": (
        _adam(slipped("adam", "eps-inside")),
        noted("In B your ε is under the root. Take the root first, then add ε."),
    ),
    "D-late": (
        _adam(slipped("adam", "t-from-zero")),
        noted("In D you use the old count: the first step is step 1, not step 0."),
    ),
}


def _mended(**others):
    rules_by_letter = RIGHT | others

    def mended(which, p, g, state, lr, decay, eps):
        return rules_by_letter[which](p, g, state, lr, decay, eps)

    return mended


mended = _mended()


def _left(letters):
    reasons = tuple(PUBLISHED[letter][1] for letter in letters)
    return Mistake(
        f"left-{letters}", reasons, _mended(**{letter: PUBLISHED[letter][0] for letter in letters})
    )


def cases(rng):
    """Draw a first step and later ones for each update, of numbers and of arrays."""
    for letter in "ABCD":
        for step in (0, int(rng.integers(1, 5)), int(rng.integers(5, 60))):
            shape = (None, 3, (2, 2))[int(rng.integers(3))]
            p, g = rng.normal(size=shape), rng.normal(0.0, 2.0, size=shape)
            old, squares = (
                rng.normal(size=shape) * min(step, 1),
                rng.uniform(0.2, 2.0, size=shape) * min(step, 1),
            )
            state = {"A": {"s": squares}, "C": {"s": step * squares, "t": step}}
            eps = 1e-9 if letter == "C" else float(rng.uniform(0.05, 0.3))
            full = state.get(letter, {"m": old, "s": squares, "t": step})
            yield Case(letter, (letter, p, g, full, float(rng.uniform(0.05, 0.5)), 0.9, eps))


PUBLISHED_LINES = Function(
    name="q4",
    title="As published",
    target="mended",
    parts=(
        Part("A", 1, "mends A", "Give it ten gradients of 1, and print s."),
        Part("B", 1, "mends B", "Give it a gradient whose averages are large, and look where ε goes."),
        Part("C", 1, "mends C", "Compare its hundredth step with its first, on a steady gradient."),
        Part("D", 1, "mends D", "Print its state after every step."),
    ),
    cases=cases,
    reference=mended,
    slips=(
        *(Mistake(key, message, _mended(**{key[0]: rule})) for key, (rule, message) in HALF_MENDED.items()),
        *(_left("".join(letters)) for size in (1, 2, 3, 4) for letters in combinations("ABCD", size)),
    ),
)
