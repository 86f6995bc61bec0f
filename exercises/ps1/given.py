"""What the students of problem set 1 are given: functions to differentiate, and a network's loss."""

import numpy as np


def wave(frequency):
    """Return the function x -> sin(frequency·x) + x²/4, of a number or of each element of an array."""

    def f(x):
        return np.sin(frequency * x) + x * x / 4

    return f


def valley(width):
    """Return a function of an array of any shape whose value is one number; its elements are coupled."""

    def f(p):
        return float(np.sum(p * p) / width + np.sum(np.sin(p)) * np.sum(p))

    return f


def bend(place, before, behind, square=0.0, cube=0.0):
    """Return a function of one number whose slope is `before` left of `place`, and `behind` right of it.

    With z = x - place, ReLU is `bend(0, 0, 1)`. square·z² and cube·z³ make it curved; both are flat at place.
    """

    def f(x):
        z = x - place
        return (before if z < 0 else behind) * z + square * z * z + cube * z**3

    return f


def agree(one, other):
    """Tell whether two slopes agree: to a thousandth of the larger, or of 1 if both are smaller than 1."""
    return bool(abs(one - other) <= 1e-3 * max(1.0, abs(one), abs(other)))


def new_params(num_inputs, num_hidden, num_classes, seed=0):
    """Return random parameters of a network with one hidden layer; weights have shape (inputs, outputs)."""
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(size=(num_inputs, num_hidden)),
        "b1": rng.normal(size=num_hidden),
        "W2": rng.normal(size=(num_hidden, num_classes)),
        "b2": rng.normal(size=num_classes),
    }


def forward(params, x):
    """Return the hidden units (n, hidden) and the probabilities of the classes (n, classes) for inputs x."""
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    scores = hidden @ params["W2"] + params["b2"]
    scores = scores - scores.max(axis=1, keepdims=True)  # changes no probability, and exp cannot overflow
    weights = np.exp(scores)
    return hidden, weights / weights.sum(axis=1, keepdims=True)


def loss(params, x, t):
    """Return the mean cross-entropy over the examples; t holds their classes 0, 1, ... as integers, (n,)."""
    _, p = forward(params, x)
    return -float(np.mean(np.log(p[np.arange(len(t)), t])))
