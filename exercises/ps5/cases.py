"""Problem set 5: the pieces of a training run, and the contest."""

import math

import numpy as np

from d2l_utils.words import noted
from exercises.grading.question import Case, Contest, Function, Mistake, Part, ProblemSet, Value, Written
from exercises.ps5.given import BUDGET, LEAST, NUM_EXAMPLES, Signs

# --- q1: batches


def batches(order, batch_size):
    """Cut an order into batches; the last may be smaller."""
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def _full_only(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order) - batch_size + 1, batch_size)]


def _every_kth(order, batch_size):
    step = -(-len(order) // batch_size)
    return [order[i::step] for i in range(step)]


def _counted(order, batch_size):
    return batches(np.arange(len(order)), batch_size)


def batch_cases(rng):
    """Draw orders that the batch size divides, and others."""
    for part, remainder in (("even", 0), ("rest", 1)):
        for _ in range(3):
            size, number = (int(n) for n in rng.integers(3, 9, 2))
            extra = int(rng.integers(1, size)) * remainder
            yield Case(part, (rng.permutation(size * number + extra), size))
    yield Case("rest", (rng.permutation(5), 12))


Q1 = Function(
    name="q1",
    title="Cut an epoch into batches",
    target="batches",
    parts=(
        Part("even", 1, "cuts an order into equal batches", "Batch k starts at k · batch_size of the order."),
        Part(
            "rest",
            1,
            "keeps the examples that are left over",
            "A last batch that is not full is smaller, not lost.",
        ),
    ),
    cases=batch_cases,
    reference=batches,
    slips=(
        Mistake("drop", "Your last, smaller batch is lost: its examples are never seen.", _full_only),
        Mistake(
            "stride", "You take every k-th example. A batch is a run of neighbours in the order.", _every_kth
        ),
        Mistake("positions", "You return positions, not the examples that the order has there.", _counted),
    ),
)

# --- q2: schedule


def rate(t, num_steps, peak, warmup):
    """Climb to the peak in ``warmup`` updates, then follow half a cosine to zero."""
    if t < warmup:
        return peak * (t + 1) / warmup
    if t >= num_steps:
        return 0.0
    return peak / 2 * (1 + math.cos(math.pi * (t - warmup) / (num_steps - warmup)))


def _from_zero(t, num_steps, peak, warmup):
    return peak * t / warmup if t < warmup else rate(t, num_steps, peak, warmup)


def _whole_cosine(t, num_steps, peak, warmup):
    if t < warmup or t >= num_steps:
        return rate(t, num_steps, peak, warmup)
    return peak / 2 * (1 + math.cos(math.pi * t / num_steps))


def _rises_again(t, num_steps, peak, warmup):
    return (
        rate(t, num_steps, peak, warmup)
        if t < num_steps
        else peak / 2 * (1 + math.cos(math.pi * (t - warmup) / (num_steps - warmup)))
    )


def _full_period(t, num_steps, peak, warmup):
    if t < warmup or t >= num_steps:
        return rate(t, num_steps, peak, warmup)
    return peak / 2 * (1 + math.cos(2 * math.pi * (t - warmup) / (num_steps - warmup)))


def rate_cases(rng):
    """Draw updates on the climb, on the cosine, and past the end."""
    for _ in range(4):
        warmup = int(rng.integers(5, 20))
        num_steps = warmup + int(rng.integers(20, 80))
        peak = float(rng.uniform(0.01, 1.0))
        for part, low, high in (
            ("climb", 0, warmup),
            ("cosine", warmup + 1, num_steps),
            ("end", num_steps, num_steps + 30),
        ):
            yield Case(part, (int(rng.integers(low, high)), num_steps, peak, warmup))
        yield Case("climb", (0, num_steps, peak, warmup))
        yield Case("cosine", (warmup, num_steps, peak, warmup))
        yield Case("end", (num_steps, num_steps, peak, warmup))
    yield Case("end", (0, 40, 0.5, 0))


Q2 = Function(
    name="q2",
    title="Warm up, then cool down",
    target="rate",
    parts=(
        Part("climb", 1, "climbs in equal steps", "Update 0 has peak / warmup, update warmup − 1 the peak."),
        Part("cosine", 1, "follows half a cosine", "How far is t on the way from warmup to the end?"),
        Part("end", 1, "ends at 0 and stays there", "What if t is num_steps or more? And with no climb?"),
    ),
    cases=rate_cases,
    reference=rate,
    slips=(
        Mistake("zero", "Your first update has rate 0: a step of no length, paid in full.", _from_zero),
        Mistake(
            "whole",
            "Your cosine starts with the climb, not after it: the rate jumps at update warmup.",
            _whole_cosine,
        ),
        Mistake(
            "period",
            "You follow a whole period: your rate comes back up. Half of one goes from 1 to −1.",
            _full_period,
        ),
        Mistake(
            "again", "After the end your rate rises again, as a cosine does. Keep it at 0.", _rises_again
        ),
    ),
)

# --- q3: clipping


def clip(grads, limit):
    """Scale the whole gradient down to length ``limit`` if it is longer."""
    norm = math.sqrt(sum(float(np.sum(g * g)) for g in grads.values()))
    scale = min(1.0, limit / norm) if norm else 1.0
    return {name: scale * g for name, g in grads.items()}


def _each(grads, limit):
    return {name: clip({name: g}, limit)[name] for name, g in grads.items()}


def _entries(grads, limit):
    return {name: np.clip(g, -limit, limit) for name, g in grads.items()}


def _always(grads, limit):
    norm = math.sqrt(sum(float(np.sum(g * g)) for g in grads.values()))
    return {name: limit / norm * g if norm else g for name, g in grads.items()}


def _square(grads, limit):
    norm = sum(float(np.sum(g * g)) for g in grads.values())
    return {name: min(1.0, limit / norm) * g if norm else g for name, g in grads.items()}


def clip_cases(rng):
    """Draw gradients that are too long, and others that are not."""
    for part, low, high in (("long", 0.1, 0.6), ("short", 1.2, 3.0)):
        for _ in range(3):
            rows, columns = (int(n) for n in rng.integers(2, 5, 2))
            grads = {"W": rng.normal(size=(rows, columns)), "b": rng.normal(size=columns)}
            norm = math.sqrt(sum(float(np.sum(g * g)) for g in grads.values()))
            yield Case(part, (grads, float(norm * rng.uniform(low, high))))
    long = rng.normal(size=4)
    # What clips nothing at all is not to pass for what copes with short gradients, or with zeros.
    for part, still in (("short", {}), ("zero", {"W": np.zeros((2, 2))})):
        yield Case(part, (still | {"b": long}, float(np.linalg.norm(long) * rng.uniform(0.2, 0.6))))
    yield Case("zero", ({"W": np.zeros((2, 2)), "b": np.zeros(2)}, 0.5))


Q3 = Function(
    name="q3",
    title="Clip the gradient",
    target="clip",
    parts=(
        Part(
            "long",
            1,
            "scales a long gradient to the limit",
            "One length for all arrays together, one factor for all.",
        ),
        Part(
            "short",
            1,
            "leaves a short gradient as it is",
            "Compare the length with the limit before you scale.",
        ),
        Part("zero", 1, "survives a gradient of zero", "What is 0 / 0? In NumPy it is NaN, and NaN spreads."),
    ),
    cases=clip_cases,
    reference=clip,
    observe_arguments=True,
    slips=(
        Mistake("each", "You clip each array by itself, which turns the gradient's direction.", _each),
        Mistake("entries", "You clip each number by itself, which turns the gradient's direction.", _entries),
        Mistake(
            "always",
            "You scale short gradients up as well: near the minimum that never comes to rest.",
            _always,
        ),
        Mistake("square", "You compare the squared length with the limit; take the root first.", _square),
    ),
)

# --- q4: the contest

Q4 = Contest(
    name="q4",
    title="The contest",
    target="train",
    parts=(
        Part(
            "learns",
            3,
            "a median of 0.50: it learns",
            "Plain SGD gets there. Is your rate of a sensible size?",
        ),
        Part(
            "good",
            2,
            "a median of 0.73: it minds the gains",
            "The inputs have different gains. Which methods do not care?",
        ),
        Part(
            "tuned",
            1,
            "a median of 0.75: it is tuned",
            "Try rates in powers of ten, then of two. What rate do the last updates need?",
        ),
    ),
    oracle=lambda rng: Signs(rng.integers(2**62, size=3)),
    thresholds={"learns": 0.50, "good": 0.73, "tuned": 0.75},
    studies=7,
    lost=0.0,
    cpu_seconds=45.0,
)

# --- q5: predictions


def updates(batch_size):
    """Return how many updates the budget pays for."""
    signs, count = Signs(0), 0
    params = signs.arguments[0]
    while signs.spent + max(LEAST, batch_size) <= BUDGET:
        signs.gradient(params, batch_size)
        count += 1
    return count


def noise_ratio():
    """Return by what factor the noise of a gradient falls from batches of 64 to batches of 256."""
    return math.sqrt(64 / 256)


Q5 = Value(
    name="q5",
    title="Predict before you pay",
    target="predictions",
    parts=(
        Part("updates_128", 1, "updates with batches of 128", "The budget is counted in examples."),
        Part("updates_16", 1, "updates when 16 are asked for", "How many are dealt to who asks for 16?"),
        Part("epochs", 1, "how often each example is seen", "Divide the budget by the number of examples."),
        Part("noise", 1, "the noise at 256 against 64", "How does a mean's deviation fall with its size?"),
    ),
    answers={
        "updates_128": updates(128),
        "updates_16": updates(16),
        "epochs": BUDGET / NUM_EXAMPLES,
        "noise": noise_ratio(),
    },
    wrong={
        BUDGET // 16: "Whoever asks for 16 is dealt, and pays for, 64.",
        0.25: "The variance falls to a quarter; the standard deviation to its root.",
        2.0: "More examples, less noise: the ratio asked for is below 1.",
    },
)

Q6 = Written(
    name="q6",
    title="Explain your choice",
    target="explain_q6",
    rubric=(
        (0.5, noted("Names the optimizer, the batch size and the schedule that are in `train`.")),
        (0.5, noted("Gives a reason that has to do with this problem, such as its budget or its noise.")),
        (0.5, noted("Two alternatives that were tried, with what they gave.")),
        (0.5, noted("Several seeds, and whether the difference is larger than their spread.")),
    ),
    parts=(Part("text", 2, "explains the choice", "Which others did you try, and what did they give?"),),
)

PROBLEM_SET = ProblemSet(
    name="ps5",
    title="The contest",
    questions=(Q1, Q2, Q3, Q4, Q5, Q6),
    modules=("models",),
)
