"""Numbers that the frameworks' own authors published in their tests.

Keras, keras/src/optimizers/{sgd,rmsprop,adagrad,adam}_test.py at 51d7e770, 3324ca6d, 51d7e770 and 0a54048b: a
first gradient of 0.01, then four times 0.1, 0.2, ... 1.0, from 1; points to 5e-4.
"""

import numpy as np
import pytest

from d2l_utils.frameworks import like_keras

START = np.array([1.0, 2.0, 3.0, 4.0])
SINGLE_STEPS = [
    (like_keras.SGD, [0.5, -1.0, -0.5, 3.0]),
    (like_keras.RMSprop, [-0.5811, 0.4189, 1.4189, 2.4189]),
    (like_keras.Adagrad, [0.5233, 1.5007, 2.5005, 3.5061]),
    (like_keras.Adam, [0.5, 1.5, 2.5, 3.5]),
]
WALKS = [
    (lambda: like_keras.Adam(amsgrad=True), [[0.999], [0.9982], [0.9974], [0.9965], [0.9955]]),
    (lambda: like_keras.RMSprop(centered=True), [[0.9967], [0.9933], [0.9908], [0.9885], [0.9864]]),
    (
        lambda: like_keras.SGD(nesterov=True),
        0.9999 - 0.001 * np.outer(np.arange(5), np.arange(1, 11)),  # as Keras prints them
    ),
    (
        lambda: like_keras.Adagrad(learning_rate=0.2, initial_accumulator_value=0.3, epsilon=1e-6),
        [
            [0.9963] * 10,
            [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
            [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
            [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
            [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
        ],
    ),
]


@pytest.mark.parametrize(("make", "expected"), SINGLE_STEPS)
def test_single_steps_of_keras(make, expected):
    p = START.copy()
    make(learning_rate=0.5).update(p, np.array([1.0, 6.0, 7.0, 2.0]))
    np.testing.assert_allclose(p, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("make", "golden"), WALKS)
def test_walks_of_keras(make, golden):
    optimizer, p = make(), np.ones(10)
    for g, expected in zip([np.full(10, 0.01), *[np.arange(1, 11) / 10] * 4], golden, strict=True):
        optimizer.update(p, g)
        np.testing.assert_allclose(p, np.broadcast_to(expected, 10), rtol=5e-4, atol=5e-4)
