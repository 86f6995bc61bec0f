"""One step of Newton's that goes down, on a bowl and elsewhere."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.ps2.walks import symmetric


def newton_step(hessian, gradient, least):
    """Return the step of (H + τ I) s = −g, and the smallest τ ≥ 0 that leaves no curvature below least."""
    return _step(hessian, gradient, max(0.0, least - np.linalg.eigvalsh(hessian)[0]))


def _step(hessian, gradient, added):
    raised = hessian + added * np.eye(len(gradient))
    return np.linalg.solve(raised, -np.asarray(gradient, dtype=float)), added


def _as_it_comes(hessian, gradient, least):
    return _step(hessian, gradient, 0.0)


def _turned_around(hessian, gradient, least):
    step, added = _step(hessian, gradient, 0.0)
    return (-step if step @ gradient > 0 else step), added


def _uphill(hessian, gradient, least):
    step, added = newton_step(hessian, gradient, least)
    return -step, added


def _lowered(hessian, gradient, least):
    return _step(hessian, gradient, least - np.linalg.eigvalsh(hessian)[0])


def _always(hessian, gradient, least):
    return _step(hessian, gradient, least + max(0.0, -np.linalg.eigvalsh(hessian)[0]))


def _by_diagonal(hessian, gradient, least):
    return _step(hessian, gradient, max(0.0, least - np.diag(hessian).min()))


def _largest(hessian, gradient, least):
    return _step(hessian, gradient, max(0.0, least - np.linalg.eigvalsh(hessian)[-1]))


def _only_negative(hessian, gradient, least):
    lowest = np.linalg.eigvalsh(hessian)[0]
    return _step(hessian, gradient, 0.0 if lowest > 0 else least - lowest)


def _each(mended):
    def step(hessian, gradient, least):
        curvatures, vectors = np.linalg.eigh(hessian)
        return -vectors @ (vectors.T @ gradient / mended(curvatures, least)), max(0.0, least - curvatures[0])

    return step


def cases(rng):
    """Draw bowls, saddles and hills, and Hessians with a curvature of 0 or nearly 0."""

    def case(part, curvatures, least, hessian=None):
        hessian = symmetric(curvatures, rng) if hessian is None else hessian
        return Case(part, (hessian, rng.normal(size=len(curvatures)), least))

    for d in (2, 3, 5):
        least = float(rng.uniform(0.1, 0.5))
        above, below = least + rng.uniform(0.5, 4.0, d), -least - rng.uniform(0.2, 2.0, d)
        yield case("bowl", above, least)
        yield case("saddle", np.append(above[1:], below[0]), least)
        yield case("saddle", below, least)
        yield case("flat", np.append(above[1:], rng.uniform(0.2, 0.8) * least), least)
        yield case("flat", above, least, np.diag(np.append(above[1:], 0.0)))
        yield case("flat", above, least, np.zeros((d, d)))
    yield case("bowl", [1.0], 0.25, np.array([[float(rng.uniform(1, 4))]]))
    yield case("saddle", [1.0], 0.25, np.array([[float(rng.uniform(-4, -1))]]))


NEWTON = Function(
    name="q1",
    title="Which way is down?",
    target="newton_step",
    parts=(
        Part("bowl", 1, "leaves a bowl as it is", "Where every curvature is large enough, add nothing."),
        Part("saddle", 1, "goes down on a saddle and on a hill", "Which curvature is the lowest one?"),
        Part("flat", 1, "copes with a flat direction", "A curvature of 0 is below `least`, too."),
    ),
    cases=cases,
    reference=newton_step,
    slips=(
        Mistake(
            "as-it-comes",
            "You take the Hessian as it comes. Where a curvature is negative, the step goes to the saddle or "
            "to the top; where it is 0, there is no step.",
            _as_it_comes,
        ),
        Mistake(
            "turned-around",
            "You turn the whole step around when it points uphill. On a saddle that spoils the directions "
            "that curve up. Raise the diagonal before you solve.",
            _turned_around,
        ),
        Mistake("uphill", "Your step climbs. It solves (H + τI)s = −g, with a minus.", _uphill),
        Mistake(
            "lowered",
            "On a steep bowl your τ is negative: you make it flatter than it is, and the step too long. "
            "Nothing is added there.",
            _lowered,
        ),
        Mistake(
            "always",
            "You add too much: first to bring the lowest curvature to 0, then `least` on top, even on a bowl "
            "that needs nothing. What is missing to `least`?",
            _always,
        ),
        Mistake(
            "by-diagonal",
            "You read the curvatures off the diagonal. A turned saddle has them in its eigenvalues.",
            _by_diagonal,
        ),
        Mistake(
            "largest",
            "You look at the largest curvature. The lowest one decides whether the step goes down.",
            _largest,
        ),
        Mistake(
            "only-negative",
            "You help negative curvatures only. One between 0 and `least` makes a step that is far too long.",
            _only_negative,
        ),
        Mistake(
            "each-flipped",
            "You turn the negative curvatures over one by one. That is a method, too, but the question asks "
            "for one τ for all directions.",
            _each(lambda curvatures, least: np.maximum(np.abs(curvatures), least)),
        ),
        Mistake(
            "each-raised",
            "You raise only the curvatures that are too low. The question asks for one τ for all directions.",
            _each(np.maximum),
        ),
    ),
)
