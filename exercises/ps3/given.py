"""What the students of problem set 3 are given."""

import numpy as np


def bowl(hessian):
    """Return the gradient of ½ p·H·p, a function of the point p."""
    hessian = np.asarray(hessian, dtype=float)

    def gradient(p):
        return hessian @ np.asarray(p, dtype=float)

    return gradient


def soundings(num=120, seed=3):
    """Return noisy depths in metres, shape (num,): first 9, then 11."""
    rng = np.random.default_rng(seed)
    depths = np.where(np.arange(num) < num // 2, 9.0, 11.0)
    return depths + 0.7 * rng.normal(size=num)
