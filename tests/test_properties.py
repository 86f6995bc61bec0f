"""Laws that hold for every gradient: symmetries, limits, bounds, and two ways to write one method."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from d2l_utils import SGD, AdaDelta, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp, StepDecay
from tests.helpers import gradients, run
from tests.rules import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
quick = settings(max_examples=25, deadline=None, derandomize=True)

size = st.floats(1e-3, 1e3)
number = st.one_of(st.just(0.0), size, size.map(lambda x: -x))
nonzero = st.one_of(size, size.map(lambda x: -x))
fraction = st.floats(0.0, 0.98)
rate = st.floats(1e-4, 1.0)


def sequences(elements=number, steps=6, n=4):
    """Draw gradients for ``steps`` steps of n coordinates."""
    return arrays(np.float64, (steps, n), elements=elements)


@every_optimizer
@quick
@given(grads=sequences(), order=st.permutations(range(4)))
def test_coordinates_can_be_permuted(make, grads, order):
    p = np.array([1.0, -2.0, 0.5, 0.0])
    there = run(make(), p.copy(), grads)[order]
    assert np.array_equal(there, run(make(), p[order], grads[:, order]))


SCALE_FREE = {
    "AdaGrad": lambda: AdaGrad(lr=0.1, eps=0.0),
    "RMSProp": lambda: RMSProp(lr=0.1, eps=0.0),
    "Adam": lambda: Adam(lr=0.1, eps=0.0),
    "Adam, ε̂": lambda: Adam(lr=0.1, eps=0.0, eps_hat=True),
    "AMSGrad": lambda: Adam(lr=0.1, eps=0.0, amsgrad=True),
    "AdamW": lambda: AdamW(lr=0.1, eps=0.0),
}


@pytest.mark.parametrize("make", SCALE_FREE.values(), ids=SCALE_FREE)
@quick
@given(grads=sequences(nonzero), scale=st.floats(1e-6, 1e6))
def test_without_eps_the_scale_of_the_gradient_does_not_matter(make, grads, scale):
    p = run(make(), np.zeros(4), grads)
    scaled = run(make(), np.zeros(4), scale * grads)
    np.testing.assert_allclose(scaled, p, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("make", [OPTIMIZERS["SGD"], OPTIMIZERS["Momentum"], OPTIMIZERS["Nesterov"]])
@quick
@given(grads=sequences(), scale=st.floats(0.125, 8.0))
def test_without_a_divisor_steps_scale_with_the_gradient(make, grads, scale):
    p = run(make(), np.zeros(4), grads)
    np.testing.assert_allclose(run(make(), np.zeros(4), scale * grads), scale * p, rtol=1e-9, atol=1e-9)


@every_optimizer
@quick
@given(grads=sequences())
def test_mirrored_gradients_give_a_mirrored_path(make, grads):
    assert np.array_equal(run(make(), np.zeros(4), -grads), -run(make(), np.zeros(4), grads))


@pytest.mark.parametrize("lr_in_velocity", [True, False])
@pytest.mark.parametrize("kind", [Momentum, Nesterov])
@quick
@given(g=nonzero, lr=rate, momentum=fraction)
def test_a_constant_gradient_drives_the_velocity_to_its_limit(kind, lr_in_velocity, g, lr, momentum):
    optimizer, p = kind(lr, momentum, lr_in_velocity=lr_in_velocity), np.zeros(1)
    run(optimizer, p, [np.array([g])] * 1000)
    before = p.copy()
    run(optimizer, p, [np.array([g])])
    assert (before - p) == pytest.approx(lr * g / (1 - momentum), rel=1e-8)


@quick
@given(g=nonzero, lr=rate, beta1=fraction, beta2=fraction, steps=st.integers(1, 20))
def test_a_constant_gradient_makes_every_corrected_adam_step_the_rate(g, lr, beta1, beta2, steps):
    p = run(Adam(lr, beta1, beta2, eps=0.0), np.zeros(1), [np.array([g])] * steps)
    assert p == pytest.approx(-steps * lr * math.copysign(1, g), rel=1e-9)


@quick
@given(grads=sequences(), lr=rate)
def test_momentum_0_is_sgd(grads, lr):
    plain = run(SGD(lr), np.ones(4), grads)
    for make in (Momentum, Nesterov):
        for lr_in_velocity in (True, False):
            p = run(make(lr, 0.0, lr_in_velocity=lr_in_velocity), np.ones(4), grads)
            np.testing.assert_allclose(p, plain, rtol=1e-12, atol=1e-12)


@quick
@given(grads=sequences(), lr=rate, beta1=fraction, beta2=st.floats(0.5, 0.9999))
def test_the_bound_of_adams_step(grads, lr, beta1, beta2):
    """By Cauchy and Schwarz |m| ≤ (1 − β₁) √(Σ (β₁²/β₂)ᵏ · s / (1 − β₂)), with one term a step."""
    optimizer, p = Adam(lr, beta1, beta2, eps=0.0, eps_root=1e-300), np.zeros(4)
    for t, g in enumerate(grads, start=1):
        before = p.copy()
        optimizer.update(p, g)
        terms = sum((beta1**2 / beta2) ** k for k in range(t))
        corrections = math.sqrt(1 - beta2**t) / (1 - beta1**t)
        bound = lr * corrections * (1 - beta1) * math.sqrt(terms / (1 - beta2))
        assert np.all(np.abs(p - before) <= bound * (1 + 1e-9) + 1e-12)


def test_the_paper_bounds_adams_step_where_gradients_are_rare():
    """Kingma & Ba 2015, Section 2.1: α (1 − β₁)/√(1 − β₂) for one gradient after zeros; several exceed it."""
    optimizer, p, sizes = Adam(1.0, eps=1e-12, bias_correction=False), np.zeros(1), []
    for g in [0.0] * 9 + [1.0] * 20:
        before = p.copy()
        optimizer.update(p, np.array([g]))
        sizes.append(abs(float((p - before)[0])))
    assert sizes[:9] == [0.0] * 9
    assert sizes[9] == pytest.approx(0.1 / math.sqrt(0.001))
    assert max(sizes) > 2 * sizes[9]


@every_optimizer
@quick
@given(grads=sequences(n=3), lr=st.lists(rate, min_size=2, max_size=5))
def test_a_sweep_is_that_many_runs(make, grads, lr):
    n = len(lr)
    together = run(make(lr=np.array(lr)), np.ones((3, n)), [np.repeat(g[:, None], n, axis=1) for g in grads])
    for j, single in enumerate(lr):
        np.testing.assert_allclose(together[:, j], run(make(lr=single), np.ones(3), grads), rtol=1e-13)


SWEPT = [
    (Momentum, "momentum", [0.0, 0.5, 0.9]),
    (Nesterov, "momentum", [0.0, 0.5, 0.9]),
    (AdaGrad, "eps", [0.0, 1e-3, 1.0]),
    (RMSProp, "rho", [0.0, 0.5, 0.9]),
    (AdaDelta, "eps", [1e-9, 1e-3, 1.0]),
    (Adam, "beta1", [0.0, 0.5, 0.9]),
    (Adam, "beta2", [0.0, 0.5, 0.999]),
    (AdamW, "weight_decay", [0.0, 0.5, 1.0]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "name", "values"), SWEPT)
def test_every_setting_can_be_swept(make, name, values):
    grads = gradients((2,), 6)
    together = run(
        make(**{name: np.array(values)}), np.ones((2, 3)), [np.stack([g] * 3, axis=1) for g in grads]
    )
    for j, value in enumerate(values):
        np.testing.assert_allclose(together[:, j], run(make(**{name: value}), np.ones(2), grads), rtol=1e-13)
    assert len(np.unique(together[0])) == 3


@quick
@given(lr=st.floats(1e-3, 0.3), momentum=fraction, start=nonzero, curvature=st.floats(0.1, 3.0))
def test_nesterov_stored_ahead_is_the_look_ahead_form(lr, momentum, start, curvature):
    """Sutskever et al. 2013: v ← μ v − ε ∇f(θ + μ v); θ ← θ + v. Ours keeps θ + μ v."""
    theta, v = start, 0.0
    ahead, optimizer = np.array([start]), Nesterov(lr, momentum)
    for _ in range(10):
        v = momentum * v - lr * curvature * (theta + momentum * v)
        theta = theta + v
        optimizer.update(ahead, curvature * ahead)
        assert ahead == pytest.approx(theta + momentum * v, rel=1e-9, abs=1e-9 * abs(start))


@pytest.mark.parametrize("make", [Momentum, Nesterov])
@quick
@given(grads=sequences(), lr=rate, momentum=fraction)
def test_at_a_constant_rate_it_may_stand_inside_or_outside_the_velocity(make, grads, lr, momentum):
    inside = run(make(lr, momentum), np.zeros(4), grads)
    outside = run(make(lr, momentum, lr_in_velocity=False), np.zeros(4), grads)
    np.testing.assert_allclose(inside, outside, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("lr_in_velocity", "displacement"), [(True, -0.905), (False, -0.0995)])
def test_after_a_drop_of_the_rate_only_a_velocity_that_holds_it_keeps_its_speed(lr_in_velocity, displacement):
    schedule = StepDecay(0.1, factor=0.1, every=50)
    optimizer, p = Momentum(schedule, 0.9, lr_in_velocity=lr_in_velocity), np.zeros(1)
    run(optimizer, p, [np.ones(1)] * 50)
    before = p.copy()
    run(optimizer, p, [np.ones(1)])
    assert (p - before) == pytest.approx(displacement, abs=5e-4)


@quick
@given(grads=sequences(nonzero))
def test_the_largest_s_never_falls(grads):
    optimizer, p, before = Adam(amsgrad=True, beta2=0.5), np.zeros(4), np.zeros(4)
    for g in grads:
        optimizer.update(p, g)
        slots = optimizer.state_dict()["state"]["params"]
        np.testing.assert_allclose(slots["s_max"], np.maximum(before, slots["s"]), rtol=1e-14)
        before = slots["s_max"]
