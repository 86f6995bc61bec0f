"""What the students of problem set 3 are given."""

import numpy as np


def bowl(hessian):
    """Return the gradient of ½ p·H·p, a function of the point p."""
    hessian = np.asarray(hessian, dtype=float)

    def gradient(p):
        return hessian @ np.asarray(p, dtype=float)

    return gradient


def soundings(num=120, seed=3):
    """Return noisy measurements of the depth of a canal in metres, shape (num,): a step from 9 to 11."""
    rng = np.random.default_rng(seed)
    return np.where(np.arange(num) < num // 2, 9.0, 11.0) + 0.7 * rng.normal(size=num)
