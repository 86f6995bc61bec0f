"""LAMB: the length of a step is that of its layer, whatever the gradient's and the loss's units."""

import numpy as np
import pytest

from d2l_utils import Adam, Lamb, rules
from tests.helpers import gradients, run


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 2, 2)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.5])
def test_a_step_is_the_share_lr_of_the_layers_length(shape, weight_decay):
    w, optimizer = gradients(shape, 1)[0], Lamb(lr=0.1, weight_decay=weight_decay)
    for g in gradients(shape, 5, 1):
        before = w.copy()
        optimizer.update(w, g)
        assert np.linalg.norm(w - before) == pytest.approx(0.1 * np.linalg.norm(before))


def test_a_layer_of_other_units_takes_the_same_relative_step():
    """Weights times 1000 and gradients over 1000 are the same layer; Adam moves it a thousandth as far."""
    w, grads = gradients((3, 2), 1)[0], gradients((3, 2), 5, 1)
    for make, alike in ((lambda: Lamb(lr=0.1, eps=0.0), True), (lambda: Adam(lr=0.1, eps=0.0), False)):
        plain = run(make(), w.copy(), grads)
        scaled = run(make(), 1000 * w, [g / 1000 for g in grads])
        assert np.allclose(scaled, 1000 * plain) is alike


def test_adam_s_direction_is_kept():
    w, (g,) = gradients((3, 2), 1)[0], gradients((3, 2), 1, 1)
    steps = [run(make(lr=0.1, eps=1e-6), w.copy(), [g]) - w for make in (Lamb, Adam)]
    cosine = (steps[0] * steps[1]).sum() / np.linalg.norm(steps[0]) / np.linalg.norm(steps[1])
    assert cosine == pytest.approx(1.0)


def test_a_layer_that_starts_at_0_takes_adams_steps_at_first():
    w, v, (g,) = np.zeros(3), np.zeros(3), gradients((3,), 1)
    Lamb(lr=0.1).update(w, g)
    Adam(lr=0.1, eps=1e-6).update(v, g)
    np.testing.assert_allclose(w, v)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_trust_ratio(dtype):
    three, four = np.array([3.0, 0.0], dtype), np.array([0.0, 4.0], dtype)
    assert rules.trust(three, four) == 0.75
    assert rules.trust(three, 0 * four) == rules.trust(0 * three, four) == 1.0
