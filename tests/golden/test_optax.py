"""Where Optax' own test says that its optimizers arrive: at the minimum, to 0.03, after 10000 steps.

Optax 0.2.8, optax/_src/alias_test.py, test_optimization, its settings of the optimizers that have a preset
here; a sum of three squares and Rosenbrock's valley, descended side by side. Optax itself skips adadelta
without a rate.
"""

import numpy as np
import pytest

from d2l_utils.frameworks import like_optax

START = np.array([-1.0, 10.0, 1.0, 0.0, 0.0])
END = np.array([1.0, -1.0, 1.0, 1.0, 1.0])
CASES = {
    "adadelta": lambda: like_optax.adadelta(learning_rate=0.1),
    "adagrad": lambda: like_optax.adagrad(learning_rate=1.0),
    "adam": lambda: like_optax.adam(learning_rate=1e-1),
    "adamw": lambda: like_optax.adamw(learning_rate=1e-1),
    "amsgrad": lambda: like_optax.amsgrad(learning_rate=1e-1),
    "nadam": lambda: like_optax.nadam(learning_rate=1e-2),
    "nadamw": lambda: like_optax.nadamw(learning_rate=1e-2),
    "rmsprop": lambda: like_optax.rmsprop(learning_rate=5e-3),
    "rmsprop with momentum": lambda: like_optax.rmsprop(learning_rate=5e-3, momentum=0.9),
    "sgd with momentum": lambda: like_optax.sgd(learning_rate=1e-3, momentum=0.9),
}


def gradient(p):
    a, b, c, x, y = p.tolist()
    return np.array(
        [2 * (a - 1), 2 * (b + 1), 2 * (c - 1), 2 * (x - 1) - 400 * x * (y - x**2), 200 * (y - x**2)]
    )


@pytest.mark.parametrize("make", CASES.values(), ids=CASES)
def test_the_destinations_of_optax(make):
    optimizer, p = make(), START.copy()
    for _ in range(10000):
        optimizer.update(p, gradient(p))
    np.testing.assert_allclose(p, END, rtol=3e-2, atol=3e-2)
