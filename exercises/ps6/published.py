"""Three Muons as they were published, each with one bug, and what is right."""

from itertools import combinations

import numpy as np

from d2l_utils import rules
from d2l_utils.matrices import polar
from d2l_utils.words import noted
from exercises.grading.marking.slipped import edited
from exercises.grading.question import Case, Function, Mistake, Part

AHEAD = "(1 - momentum) * g + momentum * v"


def _widened(p):
    """Return Jordan's factor for a weight with a row for each output; a kernel is laid flat."""
    return max(1.0, len(p) / p[0].size) ** 0.5


def _flat(x):
    return polar(x.reshape(len(x), -1)).reshape(x.shape)


def _muon(rule, factor=_widened, orthogonal=_flat):
    def update(p, g, v, lr, momentum):
        return rule(p.copy(), g, v.copy(), lr, momentum, 0.0, orthogonal, factor)

    return update


def _at_once(update):
    """Return an update by the mean of the gradients of several parts."""
    return lambda p, g, v, lr, momentum: update(p, g.mean(axis=0), v, lr, momentum)


def _each_part(p, g, v, lr, momentum):
    """Let the velocity and the step take every part by itself, as DeepSpeed's ZeRO-3 did."""
    moved = 0.0
    for part in g:
        after, v = RIGHT["A"](p, part, v, lr, momentum)
        moved = moved + (after - p)
    return p + moved / len(g), v


def _ready_made(p, g, v, lr, momentum):
    """Step by the mean of the parts' orthogonal matrices, but count the step once."""
    steps = [RIGHT["A"](p, part, v, lr, momentum)[0] for part in g]
    return np.mean(steps, axis=0), RIGHT["C"](p, g, v, lr, momentum)[1]


RIGHT = {"A": _muon(rules.muon), "B": _muon(rules.muon), "C": _at_once(_muon(rules.muon))}
PUBLISHED = {
    "A": (
        _muon(edited("muon", (AHEAD, "g"))),
        noted(
            "A is still as it was published: the velocity is kept and never used. The bare gradient is made "
            "orthogonal."
        ),
    ),
    "B": (
        _muon(rules.muon, factor=lambda p: max(1.0, p.shape[-2] / p.shape[-1]) ** 0.5),
        noted(
            "B is still as it was published: its factor is that of the last two axes, 1 for every square "
            "kernel. What was made orthogonal has another shape."
        ),
    ),
    "C": (
        _each_part,
        noted(
            "C is still as it was published: a step in four parts is four steps for the velocity, and each "
            "part is made orthogonal by itself. Take their mean first."
        ),
    ),
}
HALF_MENDED = {
    "A-plain": (
        _muon(rules.muon_plain),
        noted("In A you left Nesterov's look ahead out: what is made orthogonal is (1 − μ) g + μ v."),
    ),
    "A-adds": (
        _muon(edited("muon", (AHEAD, "g + momentum * v"))),
        noted("In A the gradient has the share 1 − μ, in front of μ v as well."),
    ),
    "A-late": (
        _muon(edited("muon", (f"orthogonal({AHEAD})", "((1 - momentum) * orthogonal(g) + momentum * v)"))),
        noted("In A you make the gradient orthogonal, and not its average. First average, then orthogonal."),
    ),
    "B-turned": (
        _muon(rules.muon, factor=lambda p: max(1.0, p[0].size / len(p)) ** 0.5),
        noted("In B your factor is that of the transposed matrix: rows over columns, outputs over inputs."),
    ),
    "B-none": (
        _muon(rules.muon, factor=lambda p: 1.0),
        noted(
            "In B you left the factor out. It is √(rows / columns) of the flat matrix, if that is above 1."
        ),
    ),
    "B-below-1": (
        _muon(rules.muon, factor=lambda p: (len(p) / p[0].size) ** 0.5),
        noted("In B your factor may be below 1. Jordan's never is."),
    ),
    "B-channels": (
        _muon(rules.muon, factor=lambda p: max(1.0, p.shape[0] / p.shape[1]) ** 0.5),
        noted("In B you compare the channels only. An input is a channel at a place of the kernel."),
    ),
    "C-sum": (
        lambda p, g, v, lr, momentum: RIGHT["A"](p, g.sum(axis=0), v, lr, momentum),
        noted("In C you add the parts up. The gradient of the whole batch is their mean."),
    ),
    "C-last": (
        lambda p, g, v, lr, momentum: RIGHT["A"](p, g[-1], v, lr, momentum),
        noted("In C only the last part reaches the step."),
    ),
    "C-each": (
        _ready_made,
        noted("In C you still make every part orthogonal by itself. The mean of the parts is one matrix."),
    ),
}


def _mended(**others):
    by_letter = RIGHT | others

    def mended(which, p, g, v, lr, momentum):
        return by_letter[which](p, g, v, lr, momentum)

    return mended


mended = _mended()


def _left(letters):
    reasons = tuple(PUBLISHED[letter][1] for letter in letters)
    return Mistake(
        f"left-{letters}", reasons, _mended(**{letter: PUBLISHED[letter][0] for letter in letters})
    )


def cases(rng):
    """Draw matrices, kernels and parts of a batch, each at the first step and later."""
    shapes = {
        "A": ((3, 5), (5, 3), (4, 4)),
        "B": ((8, 2, 1, 1), (9, 1, 2, 2), (12, 2, 2, 1), (3, 2, 2, 2), (3, 2, 3, 1), (5, 3)),
        "C": ((3, 4), (4, 2), (3, 3)),
    }
    for letter, drawn in shapes.items():
        for shape in drawn:
            for begun in (0, 1):
                p, v = rng.normal(size=shape), begun * rng.normal(size=shape)
                g = rng.normal(size=(int(rng.integers(2, 5)), *shape) if letter == "C" else shape)
                lr, momentum = float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.4, 0.8))
                yield Case(letter, (letter, p, g, v, lr, momentum))


PUBLISHED_MUONS = Function(
    name="q5",
    title="Three Muons as published",
    target="mended",
    examples=8,
    parts=(
        Part("A", 1, "mends A", "Give it two gradients, and look what the second step knows of the first."),
        Part("B", 1, "mends B", "Which matrix is made orthogonal, and how many rows and columns has it?"),
        Part("C", 1, "mends C", "Cut a batch into parts that are equal. Does the step stay as it was?"),
    ),
    cases=cases,
    reference=mended,
    slips=(
        *(Mistake(key, message, _mended(**{key[0]: rule})) for key, (rule, message) in HALF_MENDED.items()),
        *(_left("".join(letters)) for size in (1, 2, 3) for letters in combinations("ABC", size)),
    ),
)
