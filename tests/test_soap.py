"""SOAP: Adam in axes of its own, found in the first update and followed afterwards."""

import numpy as np
import pytest

from d2l_utils import Adam, Soap
from tests.helpers import gradients, run
from tests.test_muon import rotation


def test_the_first_update_finds_the_axes_and_leaves_the_parameters():
    (w, g) = gradients((3, 4), 2)
    optimizer, before = Soap(lr=0.1), w.copy()
    optimizer.update(w, g)
    np.testing.assert_array_equal(w, before)
    state = optimizer._state["params"]
    u, _, vt = np.linalg.svd(g)
    np.testing.assert_allclose(np.abs(state["left_axes"].T @ u), np.eye(3), atol=1e-10)
    np.testing.assert_allclose(np.abs(state["right_axes"][:, :3].T @ vt[:3].T), np.eye(3), atol=1e-10)


def test_it_is_adam_on_gradients_whose_axes_do_not_turn():
    u, v, sizes = rotation(3, 1), rotation(3, 2), np.random.default_rng(3).normal(size=(6, 3))
    sizes[0] = 3.0, 2.0, 1.0  # the axes come in this order
    grads = [u @ np.diag(each) @ v.T for each in sizes]
    ours = run(Soap(lr=0.1, weight_decay=0.0, every=100), np.zeros((3, 3)), grads)
    adam = Adam(lr=0.1, beta1=0.95, beta2=0.95)
    theirs = run(adam, np.zeros(3), list(sizes[1:]))
    np.testing.assert_allclose(u.T @ ours @ v, np.diag(theirs), atol=1e-6)
    plain = run(Adam(lr=0.1, beta1=0.95, beta2=0.95), np.zeros((3, 3)), grads[1:])
    assert np.abs(plain - ours).max() > 0.05  # in the axes of the parameters it is another path


def test_a_rotation_of_the_gradients_rotates_the_path():
    left, right = rotation(3, 1), rotation(3, 2)
    grads = gradients((3, 3), 6)
    plain = run(Soap(lr=0.1, every=2), np.zeros((3, 3)), grads)
    turned = run(Soap(lr=0.1, every=2), np.zeros((3, 3)), [left @ g @ right for g in grads])
    np.testing.assert_allclose(turned, left @ plain @ right, atol=1e-8)


def test_the_axes_are_followed_every_so_many_updates():
    optimizer, w = Soap(lr=0.1, every=3), np.zeros((3, 3))
    changed, before = [], None
    for t, g in enumerate(gradients((3, 3), 9), start=1):
        optimizer.update(w, g)
        axes = optimizer._state["params"]["left_axes"].copy()
        np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)
        changed += [t] if before is None or not np.array_equal(axes, before) else []
        before = axes
    assert changed == [1, 3, 6, 9]


@pytest.mark.parametrize("every", [0, -1])
def test_never_is_refused(every):
    with pytest.raises(ValueError, match="every must be at least 1"):
        Soap(every=every)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_betas_of_0_it_goes_by_the_signs_in_the_axes_of_the_gradient_before(seed):
    first, then = gradients((3, 3), 2, seed)
    (left, _, right), (u, _, vt) = np.linalg.svd(first), np.linalg.svd(then)
    for before, expected in ((then, u @ vt), (first, left @ np.sign(left.T @ then @ right.T) @ right)):
        moved = run(Soap(1.0, 0.0, 0.0, weight_decay=0.0), np.zeros((3, 3)), [before, then])
        np.testing.assert_allclose(-moved, expected, atol=1e-6)
    assert np.abs(-moved - u @ vt).max() > 0.1  # no spectral descent, for its axes remember
