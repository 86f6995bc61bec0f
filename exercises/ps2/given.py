"""What the students of problem set 2 are given."""

import numpy as np


def bowl(hessian):
    """Return the gradient of ½ p·H·p, a function of the point p."""
    hessian = np.asarray(hessian, dtype=float)

    def gradient(p):
        return hessian @ np.asarray(p, dtype=float)

    return gradient


def generator(seed):
    """Return a generator of random numbers, the same for the same seed."""
    return np.random.default_rng(seed)


def bakeries(num_days=600, seed=2):
    """Return x, what the mornings were like, and t, the rolls that were sold.

    x has the shape (num_days, 3): a one, the temperature, whether it was a
    holiday. t has the shape (num_days,). Temperature and sales are scaled.
    """
    rng = np.random.default_rng(seed)
    warm, holiday = rng.normal(size=num_days), rng.random(num_days) < 0.1
    x = np.column_stack([np.ones(num_days), warm, holiday])
    return x, x @ np.array([1.0, -0.4, 1.5]) + 0.5 * rng.normal(size=num_days)
