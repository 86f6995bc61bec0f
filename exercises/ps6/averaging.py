"""A run without a schedule, which is evaluated where its average is."""

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part
from exercises.grading.values import Given
from exercises.ps2.walks import symmetric


def schedule_free(gradient, start, rates, beta):
    """Return x, the mean of all places of z with the weights η², after a step for each of the rates."""
    return _walk(gradient, start, rates, beta)["x"]


def _walk(gradient, start, rates, beta, ask="y", weigh=np.square, average="z", seen=0.0, guard=True):
    """Return x, y and z at the end: g is asked at one of them, and x is the mean of another."""
    at = {name: np.array(start, dtype=float) for name in "xyz"}
    for lr in rates:
        at["old"] = at["z"]
        at["z"] = at["z"] - lr * gradient(at[ask])
        weight = weigh(lr)
        seen += weight
        c = 0.0 if guard and seen == 0 else np.divide(weight, seen)
        at["x"] = (1 - c) * at["x"] + c * at[average]
        at["y"] = (1 - beta) * at["z"] + beta * at["x"]
    return at


def _other(returned="x", **changes):
    return lambda *arguments: _walk(*arguments, **changes)[returned]


def _swapped(gradient, start, rates, beta):
    return schedule_free(gradient, start, rates, 1 - beta)


def _moves_start(gradient, start, rates, beta):
    walked = _walk(gradient, start, rates, beta)
    if len(rates):
        start -= start - walked["z"]
    return walked["x"]


def cases(rng):
    """Draw bowls with a rate that stays, with rates that climb, from 0 or not, and runs of no step."""

    def case(part, rates, start=None):
        d = int(rng.integers(2, 5))
        start = rng.normal(size=d) if start is None else start(d)
        hessian = symmetric(rng.uniform(0.3, 2.0, d), rng)
        return Case(part, (Given("bowl", (hessian,)), start, rates, float(rng.uniform(0.6, 0.95))))

    def whole(d):
        return rng.integers(1, 9, d)

    for _ in range(3):
        steps, top = int(rng.integers(5, 12)), float(rng.uniform(0.3, 0.9))
        climb = np.minimum(np.arange(steps) + 1, 4) * top / 4
        yield case("constant", np.full(steps, top))
        yield case("climbing", climb)
        yield case("edges", np.append(0.0, climb))
    yield case("edges", np.append(np.zeros(2), climb))
    yield case("edges", climb, whole)
    yield case("edges", np.zeros(0))
    yield case("edges", np.zeros(0), whole)


AVERAGING = Function(
    name="q6",
    title="Hand over the right weights",
    target="schedule_free",
    parts=(
        Part("constant", 1, "returns the average", "Three points walk. At which one is the model good?"),
        Part("climbing", 1, "weighs a warm-up", "Steps with a small rate count less: η², not 1."),
        Part("edges", 1, "copes with a rate of 0, whole numbers and no step", "What is 0² / 0²?"),
    ),
    cases=cases,
    reference=schedule_free,
    observe_arguments=True,
    slips=(
        Mistake(
            "y-returned",
            "You return y, where the gradient is asked. It keeps a share of the noise for good; x is what "
            "others are to load.",
            _other("y"),
        ),
        Mistake(
            "z-returned",
            "You return z, the walker. It carries all of the noise; x is the average.",
            _other("z"),
        ),
        Mistake(
            "asks-at-x", "You ask for the gradient at x. It is asked at y, between x and z.", _other(ask="x")
        ),
        Mistake(
            "asks-at-z", "You ask for the gradient at z. It is asked at y, between x and z.", _other(ask="z")
        ),
        Mistake(
            "equal-weights",
            "All your steps count the same. The weight of a step is η²: a warm-up counts less.",
            _other(weigh=lambda lr: 1.0),
        ),
        Mistake(
            "counts-start",
            "You count the start as a place of its own, as 1/(t + 1) does. The first step with a rate above "
            "0 has the share 1.",
            _other(weigh=lambda lr: 1.0, seen=1.0),
        ),
        Mistake(
            "linear-weights", "Your weights are η. The question asks for η².", _other(weigh=lambda lr: lr)
        ),
        Mistake(
            "swapped",
            "You have swapped the shares: y is mostly x, with the share β, and a little z.",
            _swapped,
        ),
        Mistake("averages-y", "Your x is the mean of y. It is that of z.", _other(average="y")),
        Mistake(
            "averages-old-z",
            "You average z before it has stepped, so that x lags one step behind.",
            _other(average="old"),
        ),
        Mistake(
            "divides-by-nothing",
            "As long as all rates are 0 you divide 0 by 0. Nothing has been seen, so x stays where it is.",
            _other(guard=False),
        ),
        Mistake(
            "moves-start",
            "You change the start that you were handed. Make a copy of it, of floats.",
            _moves_start,
        ),
    ),
)
