"""What the students of problem set 4 are given."""

import numpy as np


def orchestra(num_steps=200, seed=4):
    """Return the gradients of three channels, shape (num_steps, 3).

    The first is loud, the second quiet, and the third plays one note in 25.
    """
    rng = np.random.default_rng(seed)
    notes = 1 + 0.3 * rng.normal(size=(num_steps, 3))
    gradients = np.array([30.0, 0.03, 1.0]) * notes
    gradients[np.arange(num_steps) % 25 > 0, 2] = 0
    return gradients
