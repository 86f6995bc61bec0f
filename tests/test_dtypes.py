"""An update computes in the parameter's dtype, and in float16 no less well than in float32."""

import numpy as np
import pytest

from d2l_utils import AdaGrad, Adam, RMSProp, WeightDecay, descend, rules
from d2l_utils._engine import blocks
from d2l_utils.frameworks import like_optax, like_torch
from d2l_utils.objectives import Objective
from tests.helpers import gradients
from tests.rules import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
HALF = np.float16


def walked(optimizer, start, grads):
    """Return where updates lead."""
    p = start.copy()
    for g in grads:
        optimizer.update(p, g)
    return p


@pytest.mark.parametrize("size", [1, 5000, 300_000])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.dtype(">f8"), np.longdouble])
@every_optimizer
def test_a_gradient_counts_as_in_the_dtype_of_its_parameter(make, dtype, size):
    if size > 5000 and make not in (OPTIMIZERS["Adam"], OPTIMIZERS["Nesterov"]):
        return
    start = np.linspace(-1, 1, size, dtype=np.float32)
    grads = [g.astype(dtype) for g in gradients(size, 3)]
    expected = walked(make(), start, [g.astype(np.float32) for g in grads])
    assert np.array_equal(walked(make(), start, grads), expected)


def test_a_gradient_in_float16_does_not_overflow_where_its_parameter_does_not():
    for make in (Adam, like_torch.Adam, OPTIMIZERS["AMSGrad"], OPTIMIZERS["NAdam"], OPTIMIZERS["AdamW"]):
        p = np.ones(3, np.float32)
        optimizer = make(lr=0.001)
        optimizer.update(p, np.full(3, 1000, HALF))
        np.testing.assert_allclose(p, 0.999, atol=2e-3)
    together = {"a": np.ones(2, np.float32), "b": np.ones(3, np.float32)}
    Adam(0.001).update(together, {key: np.full(p.shape, 1000, HALF) for key, p in together.items()})
    assert all(np.allclose(p, 0.999) for p in together.values())


@pytest.mark.parametrize("size", [1, 5000, 700_000])
def test_a_parameter_in_float16_moves_whatever_the_size_of_its_gradient(size):
    for g in (1e-7, 1e-4, 1.0, 255.0, 256.0, 60_000.0):
        p = np.ones(size, HALF)
        like_torch.Adam(lr=0.125).update(p, np.full(size, g, HALF))
        # The smallest float16 above 0 is 6e-8, where ε = 1e-8 takes its share.
        np.testing.assert_allclose(p, 1 - 0.125 / (1 + 1e-8 / np.float64(HALF(g))), atol=1e-3)
        assert p.dtype == HALF


@every_optimizer
def test_a_step_in_float16_is_the_step_in_float32_rounded(make):
    rng = np.random.default_rng(0)
    half = {"a": rng.normal(size=(3, 2)).astype(HALF), "b": rng.normal(size=4).astype(HALF)}
    half["big"], half["scalar"] = rng.normal(size=5000).astype(HALF), np.array(0.5, HALF)
    single = {key: p.astype(np.float32) for key, p in half.items()}
    first, second = make(), make()
    for _ in range(3):
        grads = {key: np.asarray(rng.normal(size=p.shape), HALF) for key, p in half.items()}
        first.update(half, grads)
        second.update(single, grads)
        single = {key: np.asarray(p, HALF).astype(np.float32) for key, p in single.items()}
        second._known = None
        assert all(np.array_equal(half[key], single[key]) for key in half)
    for slots in first.state_dict()["state"].values():
        assert all(value.dtype == np.float32 for value in slots.values())


def test_a_saved_state_in_float16_is_refused_with_the_reason():
    optimizer, p = OPTIMIZERS["Momentum"](), np.ones(2, HALF)
    optimizer.load_state_dict({"t": 1, "state": {"params": {"v": np.zeros(2, HALF)}}})
    with pytest.raises(ValueError, match="dtype float16, which is computed in float32; its state 'v' has"):
        optimizer.update(p, p)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@every_optimizer
def test_a_sweep_of_an_array_is_that_many_runs_to_the_last_bit(make, dtype, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4096)
    lr, start = np.array([0.001, 0.03, 0.1]), np.ones((1500, 3), dtype)
    grads = [g.astype(dtype) for g in gradients((1500, 3), 3)]
    swept = walked(make(lr=lr), start, grads)
    for i, rate in enumerate(lr):
        alone = walked(make(lr=float(rate)), start[:, i].copy(), [g[:, i].copy() for g in grads])
        assert np.array_equal(swept[:, i], alone)


@pytest.mark.parametrize("name", ["AMSGrad", "AMSGrad of Optax"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_amsgrad_stands_still_after_an_overflow_and_is_never_nan(name, dtype):
    p, optimizer = np.ones(2, dtype), OPTIMIZERS[name](lr=0.1)
    grads = np.array([[1.0, 1.0], [np.finfo(dtype).max / 4, 1.0], [1.0, 1.0], [1.0, 1.0]], dtype)
    with np.errstate(over="ignore"):
        for g in grads:
            optimizer.update(p, g)
    np.testing.assert_allclose(p, [0.9, 0.6], rtol=1e-6)


def test_a_walk_of_amsgrad_stands_still_after_an_overflow_too():
    slopes = iter([1.0, 1e200, 1.0, 1.0])
    line = Objective("slopes", "", lambda x: x, lambda x: (next(slopes),), (), ((-1, 1),), (1.0,))
    points = descend(OPTIMIZERS["AMSGrad"](lr=0.1), line, num_steps=4).points
    np.testing.assert_allclose(points[:, 0], [1.0, 0.9, 0.9, 0.9, 0.9])


@pytest.mark.parametrize("rule", [rules.amsgrad, rules.amsgrad_corrected])
def test_the_maximum_without_an_if_is_the_larger_exactly(rule):
    rng = np.random.default_rng(0)
    for g, s, s_max in rng.lognormal(size=(200, 3)) ** 9:
        settings = (1, 0.1, 0.0, 0.5, 0.0, 0.0)
        _, _, s_new, largest = rule(1.0, g, 0.0, s, s_max, *settings)
        assert largest == max(s_max, s_new / 0.5 if rule is rules.amsgrad_corrected else s_new)
        arrays = [np.array([value] * 5) for value in (1.0, g, 0.0, s, s_max)]
        assert rule(*arrays, *settings)[3].tolist() == [largest] * 5


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("lr_in_velocity", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_centred_rmsprop_stays_a_number_where_the_variance_cancels(dtype, momentum, lr_in_velocity):
    settings = {"momentum": momentum, "centered": True, "lr_in_velocity": lr_in_velocity}
    for slope in np.random.default_rng(0).uniform(0.01, 3, size=12):
        p, optimizer = np.array([3.0], dtype), RMSProp(0.01, 0.5, **settings)
        for _ in range(1500):
            optimizer.update(p, np.array([slope], dtype))
        assert np.isfinite(p).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_adagrad_of_optax_takes_no_step_where_no_gradient_has_been(dtype):
    optimizer = like_optax.adagrad(0.1, initial_accumulator_value=0.0, eps=0.0)
    p = np.ones(3, dtype)
    optimizer.update(p, np.array([0.0, 2.0, -0.01], dtype))
    np.testing.assert_allclose(p, [1.0, 0.9, 1.1], rtol=1e-3)
    optimizer.update(p, np.array([1.0, 0.0, 0.0], dtype))
    np.testing.assert_allclose(p, [0.9, 0.9, 1.1], rtol=1e-3)


def test_the_step_of_optax_is_adagrad_s_elsewhere():
    for eps in (0.0, 1e-7):
        optax = like_optax.adagrad(0.1, initial_accumulator_value=0.5, eps=eps)
        ours = AdaGrad(0.1, 0.0, eps, initial_accumulator=0.5)
        grads = gradients(50, 4)
        assert np.array_equal(walked(optax, np.ones(50), grads), walked(ours, np.ones(50), grads))


def test_a_decay_around_a_parameter_in_float16_does_not_drown():
    p = np.full(4, 8.0, HALF)
    WeightDecay(like_torch.Adam(lr=0.5), 0.5, decoupled=True).update(p, np.zeros(4, HALF))
    assert np.array_equal(p, np.full(4, 6.0, HALF))
