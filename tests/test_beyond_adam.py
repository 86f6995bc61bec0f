"""What Lion, RAdam, Yogi and AdaMax promise, and public mistakes in them."""

import numpy as np
import pytest

from d2l_utils import SGD, Adam, AdaMax, Lion, RAdam, WeightDecay, Yogi
from tests.helpers import gradients, run

START = np.array([8.0, -8.0, 0.5, -0.5])


def test_a_step_of_lion_is_as_long_as_the_rate_beside_the_decay():
    """bitsandbytes-foundation/bitsandbytes, issue 1992: the decay stood inside the sign."""
    g = np.array([-1.0, 1.0, 1.0, -1.0])  # where the parameter is large, λ p is more than g and opposes it
    lr, decay = 2**-4, 0.5
    p = run(Lion(lr, weight_decay=decay), START.copy(), [g])
    assert ((1 - lr * decay) * START - p).tolist() == (lr * np.sign(g)).tolist()
    coupled = run(WeightDecay(Lion(lr), decay), START.copy(), [g])
    assert (np.sign(START - coupled) != np.sign(g)).tolist() == [True, True, False, False]


def test_lion_does_not_see_how_large_gradients_are():
    for scale in (2.0**-20, 2.0**20):
        near, far = (run(Lion(0.1), START.copy(), [k * g for g in gradients(4)]) for k in (1.0, scale))
        assert near.tolist() == far.tolist()


def test_lion_without_memory_is_the_sign_of_the_gradient():
    g = np.array([3.0, -0.1, 0.0, 1e-30])
    assert run(Lion(0.25, 0.0, 0.0), START.copy(), [g]).tolist() == (START - 0.25 * np.sign(g)).tolist()


@pytest.mark.parametrize("beta2", [0.0, 0.5, 0.6, 2 / 3])
def test_radam_that_never_averages_enough_is_an_average_of_gradients(beta2):
    """Lengths of 4 and less, at which the formula divides by zero or takes the root of a negative number."""
    grads = gradients(4, 30)
    radam, by_hand, m = run(RAdam(0.1, beta2=beta2), START.copy(), grads), START.copy(), np.zeros(4)
    for t, g in enumerate(grads, start=1):
        m = 0.9 * m + 0.1 * g
        by_hand -= 0.1 * m / (1 - 0.9**t)
    np.testing.assert_allclose(radam, by_hand, rtol=1e-12)


def test_radam_becomes_adam():
    """After 20000 steps with β₂ = 0.99 the length is 199 to the last bit."""
    p, q, radam, adam = np.ones(2), np.ones(2), RAdam(0.1, beta2=0.99), Adam(0.1, beta2=0.99)
    run(radam, p, gradients(2, 20))
    run(adam, q, gradients(2, 20))
    adam.load_state_dict(radam.state_dict())
    radam.t = adam.t = 20000
    first, second = run(radam, p.copy(), gradients(2, 3)), run(adam, p.copy(), gradients(2, 3))
    np.testing.assert_allclose(first, second, rtol=1e-13)


@pytest.mark.parametrize(("beta2", "first"), [(0.999, 6), (0.9, 6), (0.8, 7), (0.75, 8)])
def test_how_long_radam_waits(beta2, first):
    """The step from which on the size of the gradient no longer counts."""
    p, optimizer, moved = np.zeros(2), RAdam(1.0, beta2=beta2), []
    for _ in range(12):
        before = p.copy()
        optimizer.update(p, np.array([1.0, 100.0]))
        moved.append(before - p)
    alike = [bool(np.isclose(*step)) for step in moved]
    assert alike == [t >= first for t in range(1, 13)]


@pytest.mark.parametrize(("inclusive", "threshold", "divides"), [
    (False, 7.0, False),
    (True, 7.0, True),
    (True, np.nextafter(7.0, 8.0), False),
    (False, np.nextafter(7.0, 6.0), True),
])  # fmt: skip
def test_a_length_of_exactly_the_threshold(inclusive, threshold, divides):
    """With β₂ = 3/4 the length is 7 in the end; Optax divides then, PyTorch does not."""
    for given in (threshold, np.full(2, threshold)):
        p, optimizer = np.zeros(2), RAdam(1.0, 0.0, 0.75, threshold=given, inclusive=inclusive)
        optimizer.t = 1000
        optimizer.update(p, np.array([8.0, 8.0]))
        np.testing.assert_allclose(p, -2.0 if divides else -8.0)
        assert np.all(optimizer.threshold == threshold)


def test_yogi_forgets_a_large_gradient_slowly():
    """Adam's s falls by a share of itself, Yogi's by a share of g²."""
    after = {}
    for kind in (Adam, Yogi):
        optimizer, p = kind(beta2=0.9), np.zeros(1)
        run(optimizer, p, [np.array([100.0])] + [np.array([1.0])] * 50)
        after[kind] = optimizer.state_dict()["state"]["params"]["s"][0]
    assert after[Adam] < 10
    assert after[Yogi] == pytest.approx(1000 - 0.1 * 50, rel=1e-6)


def test_adamax_is_gradient_descent_where_the_largest_gradient_never_fades():
    """With β₂ → 1 it divides by a constant, once the largest gradient has come."""
    grads = [np.array([4.0]), *(np.array([g]) for g in (1.0, -2.0, 3.0))]
    p, optimizer = np.zeros(1), AdaMax(1.0, 0.0, 1 - 2**-50)
    q = run(SGD(0.25), np.zeros(1), grads)
    np.testing.assert_allclose(run(optimizer, p, grads), q, rtol=1e-8)
