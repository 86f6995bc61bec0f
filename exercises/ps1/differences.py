"""Questions 1 and 2 of problem set 1: a derivative and a gradient by trying."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given

# --- q1: central differences


def central_difference(f, x, h=1e-5):
    """Estimate the derivative from the points x - h and x + h."""
    return (f(x + h) - f(x - h)) / (2 * h)


def _forward(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


def _backward(f, x, h=1e-5):
    return (f(x) - f(x - h)) / h


def _half_step(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h


def _half_points(f, x, h=1e-5):
    return (f(x + h / 2) - f(x - h / 2)) / h


def _own_step(f, x, h=1e-5):
    return central_difference(f, x)


def _wrong_brackets(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / 2 * h


def difference_cases(rng):
    """Draw waves, places and steps that a hidden step of one's own does not give."""
    for _ in range(4):
        f = Given("wave", (float(rng.uniform(0.5, 3)),))
        place, h = float(rng.normal()), float(rng.uniform(0.1, 0.8))
        yield Case("number", (f, place, h))
        yield Case("array", (f, rng.normal(size=tuple(rng.integers(1, 4, 2))), h))
        yield Case("default", (f, place))


Q1 = Function(
    name="q1",
    title="Look to both sides",
    target="central_difference",
    parts=(
        Part("number", 1, "the slope at a number", "Which two points, and how far apart are they?"),
        Part("array", 1, "each element of an array", "Is anything in your function for one number only?"),
        Part("default", 1, "a small step when none is given", "Keep h=1e-5 as the default."),
    ),
    cases=difference_cases,
    reference=central_difference,
    slips=(
        Mistake("forward", "You look at x and x + h: that is the forward difference.", _forward),
        Mistake("backward", "You look at x - h and x: that is the backward difference.", _backward),
        Mistake("half", "Your slope is twice what it should be: the points are 2h apart.", _half_step),
        Mistake("halved", "Your points are x ± h/2; here they are x ± h.", _half_points),
        Mistake("own", "You use a step of your own; use the h that the caller gives.", _own_step),
        Mistake("brackets", "In Python a / 2 * h multiplies by h; write a / (2 * h).", _wrong_brackets),
    ),
    rtol=1e-6,
    atol=1e-8,
)

# --- q2: the gradient of a function of an array


def numerical_gradient(f, x, h=1e-5):
    """Move one element at a time, in a copy of floats."""
    point = np.array(x, dtype=float)
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        here = point[index]
        point[index] = here + h
        above = f(point)
        point[index] = here - h
        gradient[index] = (above - f(point)) / (2 * h)
        point[index] = here
    return gradient


def _not_put_back(f, x, h=1e-5):
    point = np.array(x, dtype=float)
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        point[index] += h
        above = f(point)
        point[index] -= 2 * h
        gradient[index] = (above - f(point)) / (2 * h)
    return gradient


def _x_not_put_back(f, x, h=1e-5):
    gradient = numerical_gradient(f, x, h)
    x -= np.asarray(h).astype(x.dtype)
    return gradient


def _one_sided(f, x, h=1e-5):
    point, gradient = np.array(x, dtype=float), np.zeros(np.shape(x))
    for index in np.ndindex(point.shape):
        moved = point.copy()
        moved[index] += h
        gradient[index] = (f(moved) - f(point)) / h
    return gradient


def _all_at_once(f, x, h=1e-5):
    point = np.array(x, dtype=float)
    return np.full(point.shape, (f(point + h) - f(point - h)) / (2 * h))


def _flat(f, x, h=1e-5):
    return numerical_gradient(f, x, h).ravel()


def _in_the_type_of_x(f, x, h=1e-5):
    return numerical_gradient(f, x, h).astype(np.asarray(x).dtype)


def _integer_steps(f, x, h=1e-5):
    point, gradient = np.array(x), np.zeros(np.shape(x))
    for index in np.ndindex(point.shape):
        here = point[index]
        point[index] = here + h
        above = f(point)
        point[index] = here - h
        gradient[index] = (above - f(point)) / (2 * h)
        point[index] = here
    return gradient


def array_cases(rng):
    """Draw arrays of several shapes and kinds; every element matters to every derivative."""
    for part, shapes in (("vector", [(1,), (3,), (5,)]), ("shape", [(2, 3), (3, 1, 2), ()])):
        for shape in shapes:
            f = Given("valley", (float(rng.uniform(0.5, 4)),))
            yield Case(part, (f, np.asarray(rng.normal(size=shape)), float(rng.uniform(0.05, 0.5))))
            yield Case(part, (f, np.asarray(rng.normal(size=shape))))
    for shape in [(3,), (2, 2)]:
        f = Given("valley", (float(rng.uniform(0.5, 4)),))
        yield Case("integers", (f, rng.integers(-4, 5, size=shape)))
        yield Case("integers", (f, rng.integers(-4, 5, size=shape), float(rng.uniform(0.05, 0.5))))


Q2 = Function(
    name="q2",
    title="One element at a time",
    target="numerical_gradient",
    parts=(
        Part("vector", 2, "the gradient at a vector", "Only one element differs from x at any time."),
        Part("shape", 1, "matrices, and an array of shape ()", "np.ndindex(x.shape) visits every element."),
        Part("integers", 1, "an x of integers", "An array of integers cannot hold x + h."),
    ),
    cases=array_cases,
    reference=numerical_gradient,
    observe_arguments=True,
    slips=(
        Mistake("drift", "You move an element and do not put it back before the next one.", _not_put_back),
        Mistake("changed", "Your gradient is right, but x is another after the call.", _x_not_put_back),
        Mistake("one-sided", "You look to one side only; use x + h and x - h.", _one_sided),
        Mistake("all", "You move all elements at once: that is the slope along the diagonal.", _all_at_once),
        Mistake("flat", "Your numbers are right, but they lie in a row: keep the shape of x.", _flat),
        Mistake(
            "rounded",
            "Your gradient has the type of x, so for integers its fractions are cut off.",
            _in_the_type_of_x,
        ),
        Mistake("integers", "You store x + h in an array of integers, where h is lost.", _integer_steps),
    ),
    rtol=1e-6,
    atol=1e-8,
)
