"""A step that divides by what it has heard: AdaGrad's and RMSProp's."""

import numpy as np

from d2l_utils import rules
from exercises.grading.marking.slipped import hint, slipped
from exercises.grading.marking.states import lagging
from exercises.grading.question import Case, Function, Mistake, Part


def _step(adagrad, rmsprop):
    def scaled_step(p, g, s, lr, eps, rho=None):
        s = s if np.ndim(s) else np.float64(s)  # whose root is NaN where Python's is complex
        if rho is None:
            return adagrad(p, g, s, lr, eps, 0.0)
        return rmsprop(p, g, s, lr, rho, eps, 0.0)

    return scaled_step


scaled_step = _step(rules.adagrad, rules.rmsprop)


def _copies(p, g, s, lr, eps, rho=None):
    return scaled_step(p * 1, g, s * 1, lr, eps, rho)


def cases(rng):
    """Draw steps of numbers and of arrays with silent channels, with a visible ε and with a small one."""
    for eps in (float(rng.uniform(0.05, 0.5)), 1e-7):
        for part in ("adagrad", "rmsprop", "adagrad", "rmsprop"):
            rho = None if part == "adagrad" else float(rng.uniform(0.5, 0.98))
            p, g = (float(number) for number in rng.normal(0.0, 2.0, size=2))
            yield Case(part, (p, g, float(rng.uniform(0.1, 4.0)), float(rng.uniform(0.01, 0.5)), eps, rho))
        for rho in (None, float(rng.uniform(0.5, 0.98))):
            dtype = rng.choice(["float64", "float32"])
            p, g, s = (rng.normal(size=(3, 2)).astype(dtype) for _ in range(3))
            g[1], s[1] = 0, (0, 1)
            yield Case("arrays", (p, g, s * s, 0.1, eps, rho))


def _known(keys, adagrad=True, rmsprop=True):
    rule = "adagrad" if adagrad else "rmsprop"
    for key in keys:
        pair = (
            slipped("adagrad", key) if adagrad else rules.adagrad,
            slipped("rmsprop", key) if rmsprop else rules.rmsprop,
        )
        name = key if adagrad and rmsprop else f"{rule}-{key}"
        yield Mistake(name, hint(rule, key), _step(*pair))


SCALING = Function(
    name="q1",
    title="A fader for each channel",
    target="scaled_step",
    parts=(
        Part("adagrad", 1, "takes AdaGrad's step", "s collects the squares, and nothing is ever forgotten."),
        Part("rmsprop", 1, "takes RMSProp's step", "s is an average: two shares that add up to 1."),
        Part("arrays", 1, "changes arrays in place, and keeps a silent channel still", "What is 0/(0 + ε)?"),
    ),
    cases=cases,
    reference=scaled_step,
    lagging=tuple(lagging(["adagrad", "rmsprop"], _step)),
    returns=("p", "s"),
    observe_arguments=True,
    atol=1e-6,  # where a step in single precision ends near 0
    slips=(
        *_known(("climb", "no-rate", "no-root", "eps-inside", "eps-on-weight", "no-eps", "no-square")),
        *_known(("last-square", "late"), rmsprop=False),
        *_known(("inflate", "sum", "forget", "swapped", "new-share"), adagrad=False),
        Mistake(
            "copies",
            "Your numbers are right, but arrays have to change in place. `s = …` makes a new array; "
            "`s += …` and `p -= …` change the old one.",
            _copies,
        ),
    ),
)
