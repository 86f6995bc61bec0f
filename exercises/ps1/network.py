"""Questions 4 and 5 of problem set 1: a gradient by the chain rule, and the check of it."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.ps1.differences import numerical_gradient
from exercises.ps1.given import forward, loss, new_params

# --- q4: backpropagation


def backward(params, x, t, slope=lambda hidden: 1 - hidden**2, mean=True):
    """Return the gradient of the mean cross-entropy of the network with tanh units."""
    hidden, error = forward(params, x)
    error[np.arange(len(t)), t] -= 1
    if mean:
        error /= len(t)
    back = (error @ params["W2"].T) * slope(hidden)
    return {"W1": x.T @ back, "b1": back.sum(axis=0), "W2": hidden.T @ error, "b2": error.sum(axis=0)}


def _sum_of_losses(params, x, t):
    return backward(params, x, t, mean=False)


def _no_slope(params, x, t):
    return backward(params, x, t, slope=lambda hidden: 1.0)


def _slope_of_sigmoid(params, x, t):
    return backward(params, x, t, slope=lambda hidden: hidden * (1 - hidden))


def _slope_without_square(params, x, t):
    return backward(params, x, t, slope=lambda hidden: 1 - hidden)


def _slope_of_relu(params, x, t):
    return backward(params, x, t, slope=lambda hidden: hidden > 0)


def _mean_biases(params, x, t):
    found = backward(params, x, t)
    return {name: grad / len(t) if name in ("b1", "b2") else grad for name, grad in found.items()}


def _other_sign(params, x, t):
    return {name: -grad for name, grad in backward(params, x, t).items()}


def _no_targets(params, x, t):
    hidden, p = forward(params, x)
    error = p / len(t)
    back = (error @ params["W2"].T) * (1 - hidden**2)
    return {"W1": x.T @ back, "b1": back.sum(axis=0), "W2": hidden.T @ error, "b2": error.sum(axis=0)}


def by_trying(params, x, t):
    """Return the gradient by central differences, one number at a time."""
    return {
        name: numerical_gradient(lambda value, name=name: loss(params | {name: value}, x, t), params[name])
        for name in params
    }


def network_cases(rng):
    """Draw networks: with a silent hidden layer, with one example, and as they come."""
    for _ in range(3):
        sizes = (int(n) for n in rng.integers(2, 6, 3))
        params = new_params(*sizes, seed=int(rng.integers(2**31)))
        (inputs, _), (_, classes) = params["W1"].shape, params["W2"].shape
        n = int(rng.integers(3, 8))
        x, t = rng.normal(size=(n, inputs)), rng.integers(classes, size=n)
        silent = params | {"W2": np.zeros_like(params["W2"])}
        yield Case("output", (silent, x, t))
        yield Case("one", (params, x[:1], t[:1]))
        yield Case("hidden", (params, x, t))


Q4 = Function(
    name="q4",
    title="Backpropagation",
    target="gradient",
    parts=(
        Part(
            "output",
            2,
            "the output layer",
            "W2 and b2 come from (P - Y)/n. Is Y a 1 in column t of each row?",
        ),
        Part(
            "one", 1, "a batch of one example", "With n = 1 there is still a row: the shapes stay (1, ...)."
        ),
        Part("hidden", 2, "the hidden layer", "Through W2 back to A, then through the slope of tanh."),
    ),
    cases=network_cases,
    reference=backward,
    observe_arguments=True,
    slips=(
        Mistake("sum", "You left out 1/N: this is the gradient of the sum, not of the mean.", _sum_of_losses),
        Mistake("slope", "You did not come through the tanh: its slope 1 - A² is missing.", _no_slope),
        Mistake("sigmoid", "A(1 - A) is the slope of the sigmoid; these units are tanh.", _slope_of_sigmoid),
        Mistake("square", "The slope of tanh is 1 - A²; you wrote 1 - A.", _slope_without_square),
        Mistake(
            "relu", "You let through where A is positive, as for ReLU; these units are tanh.", _slope_of_relu
        ),
        Mistake(
            "biases", "The biases take the sum over the rows: the 1/N is in P - Y already.", _mean_biases
        ),
        Mistake(
            "sign", "Every sign is turned: this is the direction of descent, not the gradient.", _other_sign
        ),
        Mistake(
            "targets", "The targets are missing: subtract 1 from P in each row's own class.", _no_targets
        ),
        Mistake("trying", "This is the numerical gradient. Here the chain rule is asked for.", by_trying),
    ),
    rtol=1e-9,
    atol=1e-12,
)

# --- q5: the check


def relative_error(analytic, measured):
    """Return the distance of two gradients against their sizes."""
    size = np.linalg.norm(analytic) + np.linalg.norm(measured)
    return float(np.linalg.norm(np.subtract(analytic, measured)) / size) if size else 0.0


def _absolute(analytic, measured):
    return float(np.linalg.norm(analytic - measured))


def _to_one_of_them(analytic, measured):
    size = np.linalg.norm(measured)
    return float(np.linalg.norm(analytic - measured) / size) if size else 0.0


def _sums(analytic, measured):
    size = np.abs(analytic).sum() + np.abs(measured).sum()
    return float(np.abs(analytic - measured).sum() / size) if size else 0.0


def _no_root(analytic, measured):
    size = np.sum(analytic**2) + np.sum(measured**2)
    return float(np.sum((analytic - measured) ** 2) / size) if size else 0.0


def _of_the_sum(analytic, measured):
    size = np.linalg.norm(analytic + measured)
    return float(np.linalg.norm(analytic - measured) / size) if size else 0.0


def _undecided(analytic, measured):
    size = np.linalg.norm(analytic) + np.linalg.norm(measured)
    return float(np.linalg.norm(analytic - measured) / size) if size else float("nan")


def pair_cases(rng):
    """Draw pairs of gradients that nearly agree or do not, and pairs of zeros."""
    for shape in [(4,), (2, 3), (), (1, 1)]:
        analytic = np.asarray(rng.normal(size=shape))
        near = np.asarray(analytic * (1 + rng.normal(size=shape) * 1e-3))
        yield Case("sizes", (analytic, near))
        yield Case("sizes", (analytic * 1e3, np.asarray(rng.normal(size=shape))))
        yield Case("zeros", (np.zeros(shape), np.zeros(shape)))
        yield Case("zeros", (np.zeros(shape), near))


Q5 = Function(
    name="q5",
    title="Let them check each other",
    target="relative_error",
    parts=(
        Part("sizes", 1, "the error against the sizes", "Root of the sum of squares, for all three lengths."),
        Part("zeros", 1, "two gradients of zeros", "Decide what 0/0 is before you divide."),
    ),
    cases=pair_cases,
    reference=relative_error,
    slips=(
        Mistake("absolute", "This is the distance alone; divide it by the sizes.", _absolute),
        Mistake("one", "You divide by the size of one gradient; the formula adds both.", _to_one_of_them),
        Mistake("sums", "You add absolute values; the length is the root of the sum of squares.", _sums),
        Mistake("root", "The lengths lack their roots.", _no_root),
        Mistake("added", "‖a‖ + ‖m‖ adds two lengths; you took the length of the sum.", _of_the_sum),
        Mistake(
            "undecided", "For two gradients of zeros you return nan; they agree, so return 0.", _undecided
        ),
    ),
)
