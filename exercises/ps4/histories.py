"""Adam's path through a history of gradients."""

import math

import numpy as np

from d2l_utils import rules
from exercises.grading.marking.slipped import edited, hint, slipped
from exercises.grading.marking.states import PATH, lagging
from exercises.grading.question import Case, Function, Mistake, Part


def _path(rule, plain=None):
    """Make the path of ``rule``; without the correction, that of ``plain``, or of the same rule."""

    def adam_path(gradients, start, lr, beta1, beta2, eps, correct=True):
        p = np.array(start, dtype=float)
        m, s, points = np.zeros_like(p), np.zeros_like(p), [p.copy()]
        for step, g in enumerate(gradients, start=1):
            take, t = (rule, step) if correct else (plain or rule, math.inf)
            p, m, s = take(p, g, m, s, t, lr, beta1, beta2, eps, 0.0)
            points.append(p.copy())
        return np.array(points)

    return adam_path


adam_path = _path(rules.adam)


def _never(gradients, start, lr, beta1, beta2, eps, correct=True):
    return adam_path(gradients, start, lr, beta1, beta2, eps, False)


def _always(gradients, start, lr, beta1, beta2, eps, correct=True):
    return adam_path(gradients, start, lr, beta1, beta2, eps)


def _without_start(gradients, start, lr, beta1, beta2, eps, correct=True):
    return adam_path(gradients, start, lr, beta1, beta2, eps, correct)[1:]


def cases(rng):
    """Draw histories of numbers and of vectors, among them silent ones, with all kinds of settings."""

    def settings(eps):
        betas = rng.uniform(0.5, 0.95), rng.uniform(0.8, 0.999)
        return float(rng.uniform(0.01, 0.5)), *(float(beta) for beta in betas), eps

    for eps in (float(rng.uniform(0.05, 0.5)), 1e-8):
        for part, correct in (("plain", False), ("corrected", True)):
            numbers = rng.normal(0.5, 1.0, size=int(rng.integers(4, 30)))
            yield Case(part, (numbers, float(rng.normal()), *settings(eps), correct))
            vectors = rng.normal(0.5, 1.0, size=(int(rng.integers(4, 12)), 3))
            yield Case(part, (vectors, rng.normal(size=3), *settings(eps), correct))
        late = np.concatenate([np.zeros(int(rng.integers(2, 8))), rng.normal(size=3)])
        yield Case("quiet", (late, 1.0, *settings(eps)))
    yield Case("quiet", (np.zeros((4, 2)), rng.integers(1, 9, size=2), *settings(1e-8)))
    yield Case("quiet", (np.zeros(0), 2.0, *settings(1e-8)))


EVERYWHERE = ("climb", "no-rate", "no-root", "eps-inside", "eps-on-weight", "no-eps", "no-square")
EVERYWHERE += ("m-forgets", "s-forgets", "gradient-above", "m-full-gradient", "s-full-square")
EVERYWHERE += ("betas-swapped", "shares-swapped", "eps-added")
IN_THE_CORRECTION = ("correct-m-only", "correct-s-only", "t-stands-still", "t-from-zero", "t-ahead")
M_HAT, S_HAT = "m_hat = m / (1 - beta1**t)", "s_hat = s / (1 - beta2**t)"

HISTORIES = Function(
    name="q3",
    title="How much has it heard?",
    target="adam_path",
    parts=(
        Part("plain", 1, "averages gradients and squares", "m and s start at 0 and go on from step to step."),
        Part(
            "corrected", 2, "corrects both averages for their start", "t is the number of the step, from 1."
        ),
        Part("quiet", 1, "stays calm through silence", "ε keeps 0/0 away. A walk of no steps has its start."),
    ),
    cases=cases,
    reference=adam_path,
    lagging=tuple(lagging(["adam"], _path)),
    returns=PATH,
    observe_arguments=True,
    slips=(
        Mistake("never-corrected", hint("adam", "no-correction"), _never),
        Mistake("always-corrected", "You always correct: look at `correct`.", _always),
        *(
            Mistake(key, hint("adam", key), _path(slipped("adam", key), rules.adam))
            for key in IN_THE_CORRECTION
        ),
        Mistake(
            "fed-back",
            "You carry the corrected m and s on to the next step. Correct what you divide, and keep m and s.",
            _path(
                edited(
                    "adam", (M_HAT, f"m {M_HAT[6:]}\n    m_hat = m"), (S_HAT, f"s {S_HAT[6:]}\n    s_hat = s")
                ),
                rules.adam,
            ),
        ),
        Mistake(
            "eps-hat",
            "Your ε stands beside the uncorrected root. That is the cheaper order that the paper offers, and "
            "Keras takes; Algorithm 1 adds ε to the root of the corrected s.",
            _path(edited("adam", ("** 0.5 + eps)", "** 0.5 + eps / (1 - beta2**t) ** 0.5)")), rules.adam),
        ),
        *(Mistake(key, hint("adam", key), _path(slipped("adam", key))) for key in EVERYWHERE),
        Mistake("without-start", "The start is missing: it is the first row of the path.", _without_start),
    ),
)
