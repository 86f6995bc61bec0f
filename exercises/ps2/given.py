"""What the students of problem set 2 are given."""

import numpy as np


def bowl(hessian):
    """Return the gradient of ½ p·H·p, a function of the point p."""
    hessian = np.asarray(hessian, dtype=float)

    def gradient(p):
        return hessian @ np.asarray(p, dtype=float)

    return gradient


def generator(seed):
    """Return a generator of random numbers; the same seed gives the same numbers."""
    return np.random.default_rng(seed)


def bakeries(num_days=600, seed=2):
    """Return what 600 mornings were like, shape (600, 3), and how many rolls were sold, shape (600,).

    Columns of x: a one, the temperature, whether it is a holiday. All are scaled; so are the sales.
    """
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(num_days), rng.normal(size=num_days), rng.random(num_days) < 0.1])
    return x, x @ np.array([1.0, -0.4, 1.5]) + 0.5 * rng.normal(size=num_days)
