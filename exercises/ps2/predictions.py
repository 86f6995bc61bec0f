"""What a student predicts and explains."""

import numpy as np

from d2l_utils.data import minibatches
from d2l_utils.words import noted
from exercises.grading.question import Part, Value, Written
from exercises.ps2.polls import poll_error
from exercises.ps2.walks import walk


def highest_rate(curvatures):
    """Return the largest rate at which gradient descent stays, found by trying."""
    low, high = 0.0, 1.0
    for _ in range(50):
        lr = (low + high) / 2
        p = walk(lambda p: curvatures * p, np.ones(len(curvatures)), lr, 100)[-1]
        low, high = (lr, high) if np.all(np.abs(p) <= 1) else (low, lr)
    return low


def floor(lr, batch_size):
    """Return the mean square of the distance at which steps of noise variance 1/B settle, λ = 1."""
    square = 0.0
    for _ in range(5000):
        square = (1 - lr) ** 2 * square + lr**2 / batch_size
    return square


def share_seen(num_examples, epochs):
    """Return which share of the examples is drawn at all, with replacement."""
    return 1 - (1 - 1 / num_examples) ** (epochs * num_examples)


def count_updates(num_examples, batch_size, epochs):
    """Deal the batches of some epochs, and count them."""
    rng, x = np.random.default_rng(0), np.arange(num_examples)
    return sum(1 for _ in range(epochs) for _ in minibatches(x, x, batch_size, rng))


ONE = np.eye(2)  # two opinions are enough: the ratio does not depend on them

PREDICTIONS = Value(
    name="q5",
    title="Predict before you run",
    target="predict_q5",
    parts=(
        Part(
            "limit",
            1,
            "the rate at which it diverges",
            "Which curvature sets the limit, and at 1 or 2 over it?",
        ),
        Part("updates", 1, "the updates of three epochs", "A new epoch begins with a new batch."),
        Part("error", 1, "the error of a larger batch", "How does a mean's deviation fall with its size?"),
        Part("floor", 1, "the floor after two changes", "The floor is proportional to η and to σ²/B."),
        Part(
            "seen", 1, "the examples seen by drawing", "With which chance is one example missed every time?"
        ),
    ),
    answers={
        "limit": highest_rate(np.array([0.5, 2.0, 5.0])),
        "updates": count_updates(1000, 64, 3),
        "error": poll_error(ONE, 144) / poll_error(ONE, 16),
        "floor": floor(0.01, 4) / floor(0.02, 1),
        "seen": share_seen(1000, 2),
    },
    wrong={
        ("limit", 0.2): "1/λ is where the zigzag begins. It shrinks as far as 2/λ.",
        ("limit", 4.0): "You took the smallest curvature. The steepest direction gives way first.",
        ("limit", 2 / 5.5): "That is the best rate, 2/(λmin + λmax), not the limit.",
        ("limit", 2 / 2.5): "You took the mean of the curvatures. Each direction has a limit of its own.",
        ("updates", 47): "You divided all three epochs at once. Each epoch ends with a batch of its own.",
        ("updates", 45): "You dropped the last, smaller batch of each epoch. Here it is kept.",
        ("updates", 16): "That is one epoch.",
        ("error", 1 / 9): "That is the variance. The error is its root.",
        ("error", 3): "A larger batch misses by less: the factor is below 1.",
        ("error", 9): "A larger batch misses by less: the factor is below 1.",
        ("floor", 0.5): "The rate alone does that. The batch makes the noise smaller, too.",
        (
            "floor",
            0.25,
        ): "The floor goes with σ², and σ² with 1/B: the batch counts in full, not by its root.",
        ("floor", 1 / 16): "The floor is proportional to η, not to η².",
        ("floor", 1 / 64): "The floor is proportional to η and to 1/B; you have squared both.",
        ("seen", 1.0): "That is dealing. Who draws with replacement misses some, even in two epochs.",
        ("seen", 1 - np.exp(-1)): "That is one epoch.",
        ("seen", np.exp(-2)): "That is the share that was never seen.",
    },
)

EXPLANATION = Written(
    name="q7",
    title="Two cures, two diseases",
    target="explain_q7",
    rubric=(
        (0.5, noted("Ada: on her quadratic η < 2/λmax decides, and the batch size does not stand in it.")),
        (0.5, noted("A case in which a larger batch does help: a high noise floor, or small steep batches.")),
        (0.5, noted("Bruno: a larger batch makes the noise smaller, as 1/√B.")),
        (0.5, noted("His sample leaves the country out: that bias stays, however large B is.")),
    ),
    parts=(
        Part(
            "rate",
            1,
            "says what a larger batch does to divergence",
            "Where does the batch size enter η < 2/λ?",
        ),
        Part(
            "sample",
            1,
            "says what a larger batch does to a biased sample",
            "Look at your formula of question 4.",
        ),
    ),
)
