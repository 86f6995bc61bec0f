"""A step with the units of the parameter: AdaDelta's."""

import numpy as np

from d2l_utils import rules
from exercises.grading.marking.slipped import edited, hint, slipped
from exercises.grading.marking.states import lagging
from exercises.grading.question import Case, Function, Mistake, Part

ROOTS = "(u + eps) ** 0.5 / (s + eps) ** 0.5"


def _step(rule):
    def adadelta_step(p, g, s, u, rho, eps):
        s = s if np.ndim(s) else np.float64(s)  # whose root is NaN where Python's is complex
        return rule(p, g, s, u, 1.0, rho, eps)

    return adadelta_step


adadelta_step = _step(rules.adadelta)


def _copies(p, g, s, u, rho, eps):
    return adadelta_step(p * 1, g, s * 1, u * 1, rho, eps)


def cases(rng):
    """Draw steps from the start and from later on, of numbers and of arrays."""
    for eps in (float(rng.uniform(0.02, 0.2)), 1e-6):
        for later in (0.0, 1.0):
            p, g = (float(number) for number in rng.normal(0.0, 2.0, size=2))
            state = (float(later * number) for number in rng.uniform(0.1, 2.0, size=2))
            yield Case("numbers", (p, g, *state, float(rng.uniform(0.5, 0.98)), eps))
        dtype = rng.choice(["float64", "float32"])
        p, g, s, u = (rng.normal(size=(2, 3)).astype(dtype) for _ in range(4))
        g[0, 1] = 0
        yield Case("arrays", (p, g, s * s, u * u, float(rng.uniform(0.5, 0.98)), eps))


KEYS = ("climb", "inflate", "sum", "forget", "swapped", "new-share", "no-square", "no-units", "upside-down")
KEYS += ("no-push", "squares-in-u", "u-frozen", "swapped-u")

UNITS = Function(
    name="q2",
    title="Mind the units",
    target="adadelta_step",
    parts=(
        Part("numbers", 1, "takes the step of the paper", "First s, then the step with the old u, then u."),
        Part(
            "arrays", 1, "changes arrays in place, silent ones too", "A silent channel's averages still fade."
        ),
    ),
    cases=cases,
    reference=adadelta_step,
    lagging=tuple(lagging(["adadelta"], _step)),
    returns=("p", "s", "u"),
    observe_arguments=True,
    atol=1e-6,  # where a step in single precision ends near 0
    slips=(
        *(Mistake(key, hint("adadelta", key), _step(slipped("adadelta", key))) for key in KEYS),
        Mistake(
            "eps-outside",
            "Your ε stand outside the roots. Here they belong inside, both of them.",
            _step(edited("adadelta", (ROOTS, "(u ** 0.5 + eps) / (s ** 0.5 + eps)"))),
        ),
        Mistake(
            "no-roots",
            "The roots are missing: divide the root mean squares, not the mean squares.",
            _step(edited("adadelta", (ROOTS, "(u + eps) / (s + eps)"))),
        ),
        Mistake(
            "old-s",
            "You divide by the old s. The new square comes into s first; only u is one step behind.",
            _step(
                edited(
                    "adadelta",
                    ("    s *= rho\n    s += (1 - rho) * g * g\n", ""),
                    ("    u *= rho\n", "    s *= rho\n    s += (1 - rho) * g * g\n    u *= rho\n"),
                )
            ),
        ),
        Mistake(
            "copies",
            "Your numbers are right, but arrays have to change in place: `s = …` makes a new one.",
            _copies,
        ),
    ),
)
