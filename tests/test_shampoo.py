"""Shampoo: spectral descent without memory, AdaGrad on vectors, and roots of deficient matrices."""

import numpy as np
import pytest
from scipy.linalg import fractional_matrix_power

from d2l_utils import AdaGrad, Muon, Shampoo
from d2l_utils.matrices import inverse_fourth_root, polar
from tests.helpers import gradients, run
from tests.test_muon import SHAPES, rotation, with_values


@pytest.mark.parametrize("shape", SHAPES)
def test_without_memory_it_is_spectral_descent_and_muon_without_momentum(shape):
    grads = gradients(shape, 5)
    ours = run(Shampoo(lr=0.1, rho=0.0, eps=0.0), np.zeros(shape), grads)
    theirs = run(Muon(lr=0.1, momentum=0.0, factor="none", exact=True), np.zeros(shape), grads)
    np.testing.assert_allclose(ours, theirs, atol=1e-10)
    with_memory = run(Shampoo(lr=0.1, rho=0.5, eps=0.0), np.zeros(shape), grads)
    assert np.abs(with_memory - ours).max() > 0.01  # the cause is the lack of memory


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_deficient_gradient_is_spectral_descent_in_its_space(dtype):
    g = with_values([3.0, 1.0, 0.0], 4, dtype=dtype)
    w = np.zeros_like(g)
    Shampoo(lr=1.0, rho=0.0, eps=0.0).update(w, g)
    np.testing.assert_allclose(-w, polar(g), atol=2e-3 if dtype is np.float32 else 1e-7)


def test_a_rotation_of_the_gradients_rotates_the_path():
    left, right = rotation(3, 1), rotation(5, 2)
    grads = gradients((3, 5), 6)
    plain = run(Shampoo(lr=0.1), np.zeros((3, 5)), grads)
    turned = run(Shampoo(lr=0.1), np.zeros((3, 5)), [left @ g @ right for g in grads])
    np.testing.assert_allclose(turned, left @ plain @ right, atol=1e-9)


def test_on_one_number_it_is_adagrad():
    grads = gradients((1, 1), 8)
    ours = run(Shampoo(lr=0.1, eps=0.0), np.zeros((1, 1)), grads)
    np.testing.assert_allclose(ours, run(AdaGrad(lr=0.1, eps=0.0), np.zeros((1, 1)), grads), rtol=1e-12)


def test_the_root_is_that_of_scipy():
    a = np.cov(gradients((4, 9), 1)[0])
    ours = inverse_fourth_root(a, 0.5)
    np.testing.assert_allclose(ours, fractional_matrix_power(a + 0.5 * np.eye(4), -0.25), rtol=1e-12)
    np.testing.assert_array_equal(inverse_fourth_root(np.zeros((2, 2))), 0)


def test_the_sum_of_the_paper_may_not_grow_by_itself():
    assert Shampoo(rho=1.0).rho == 1.0
    with pytest.raises(ValueError, match="rho must be"):
        Shampoo(rho=1.001)
