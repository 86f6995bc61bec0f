"""Four updates as they were published, each with one bug, and what is right."""

from itertools import combinations

from d2l_utils import rules
from exercises.grading.question import Case, Function, Part, Slip

BETA2 = 0.999


def _rmsprop(p, g, state, lr, decay, eps):
    p, v = rules.rmsprop(p, g, state["v"], lr, decay, eps, 0.0)
    return p, {"v": v}


def _adam(p, g, state, lr, decay, eps):
    t = state["t"] + 1
    p, m, v = rules.adam(p, g, state["m"], state["v"], t, lr, decay, BETA2, eps, 0.0)
    return p, {"m": m, "v": v, "t": t}


def _adagrad(p, g, state, lr, decay, eps):
    p, h = rules.adagrad(p, g, state["h"], lr, eps, 0.0)
    return p, {"h": h, "t": state["t"] + 1}


def _inflated(p, g, state, lr, decay, eps):
    v = state["v"] + decay * state["v"] + (1 - decay) * g * g
    return p - lr * g / (v**0.5 + eps), {"v": v}


def _summed(p, g, state, lr, decay, eps):
    v = state["v"] + g * g
    return p - lr * g / (v**0.5 + eps), {"v": v}


def _full_square(p, g, state, lr, decay, eps):
    v = decay * state["v"] + g * g
    return p - lr * g / (v**0.5 + eps), {"v": v}


def _eps_on_weight(p, g, state, lr, decay, eps):
    p, state = _adam(p, g, state, lr, decay, 0.0)
    return p + eps, state


def _eps_inside(p, g, state, lr, decay, eps):
    t = state["t"] + 1
    p, m, v = rules.adam(p, g, state["m"], state["v"], t, lr, decay, BETA2, 0.0, eps)
    return p, {"m": m, "v": v, "t": t}


def _mean(p, g, state, lr, decay, eps):
    h, t = state["h"] + g * g, state["t"] + 1
    return p - lr * g / ((h / t) ** 0.5 + eps), {"h": h, "t": t}


def _not_counted(p, g, state, lr, decay, eps):
    p, after = _adam(p, g, state, lr, decay, eps)
    return p, after | {"t": state["t"]}


def _counted_late(p, g, state, lr, decay, eps):
    p, m, v = rules.adam(p, g, state["m"], state["v"], state["t"], lr, decay, BETA2, eps, 0.0)
    return p, {"m": m, "v": v, "t": state["t"] + 1}


RIGHT = {"A": _rmsprop, "B": _adam, "C": _adagrad, "D": _adam}
PUBLISHED = {
    "A": (_inflated, "`+=` adds the average to the old v instead of replacing it, so v grows without end."),
    "B": (_eps_on_weight, "division binds more tightly than addition, so ε lands on the weight."),
    "C": (_mean, "the root of the mean does not grow, so the steps never get shorter. AdaGrad has the sum."),
    "D": (_not_counted, "the count of the steps is used and never stored, so every step is the first."),
}
HALF_MENDED = {
    "A-sum": (_summed, "Your v in A is AdaGrad's sum. RMSProp keeps the share decay of the old v."),
    "A-full-square": (_full_square, "In A the new square has the share 1 − decay."),
    "B-inside": (_eps_inside, "In B your ε is under the root. Take the root first, then add ε."),
    "D-late": (_counted_late, "In D you use the old count: the first step is step 1, not step 0."),
}


def _mended(**others):
    rules_by_letter = RIGHT | others

    def mended(which, p, g, state, lr, decay, eps):
        return rules_by_letter[which](p, g, state, lr, decay, eps)

    return mended


mended = _mended()


def _left(letters):
    reasons = " ".join(f"{letter}: {PUBLISHED[letter][1]}" for letter in letters)
    message = f"Still as it was published: {', '.join(letters)}. {reasons}"
    return Slip(f"left-{letters}", message, _mended(**{letter: PUBLISHED[letter][0] for letter in letters}))


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
            state = {"A": {"v": squares}, "C": {"h": step * squares, "t": step}}
            eps = 1e-9 if letter == "C" else float(rng.uniform(0.05, 0.3))
            full = state.get(letter, {"m": old, "v": squares, "t": step})
            yield Case(letter, (letter, p, g, full, float(rng.uniform(0.05, 0.5)), 0.9, eps))


PUBLISHED_LINES = Function(
    name="q4",
    title="As published",
    target="mended",
    parts=(
        Part("A", 1, "mends A", "Give it ten gradients of 1, and print v."),
        Part("B", 1, "mends B", "Give it a gradient whose averages are large, and look where ε goes."),
        Part("C", 1, "mends C", "Compare its hundredth step with its first, on a steady gradient."),
        Part("D", 1, "mends D", "Print its state after every step."),
    ),
    cases=cases,
    reference=mended,
    slips=(
        *(Slip(key, message, _mended(**{key[0]: rule})) for key, (rule, message) in HALF_MENDED.items()),
        *(_left("".join(letters)) for size in (1, 2, 3, 4) for letters in combinations("ABCD", size)),
    ),
)
