"""What every optimizer promises: one table of optimizers drives each test."""

import numpy as np
import pytest

from d2l_utils import SGD, AdaGrad, Adam, AdamW, Momentum, NAdam, RMSProp, WeightDecay, optimizers
from d2l_utils._engine.blocks import BLOCK_BYTES
from tests.helpers import gradients, run
from tests.rules import OPTIMIZERS

SHAPES = {"W": (2, 3), "b": (3,)}
every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


def params(dtype=np.float64):
    return {
        key: np.linspace(-1, 1, np.prod(shape), dtype=dtype).reshape(shape) for key, shape in SHAPES.items()
    }


def dict_gradients(steps=5, dtype=np.float64):
    each = zip(
        *(gradients(shape, steps, seed, dtype) for seed, shape in enumerate(SHAPES.values())), strict=True
    )
    return [dict(zip(SHAPES, pair, strict=True)) for pair in each]


@every_optimizer
def test_a_dict_is_updated_as_its_arrays_would_be(make):
    together = run(make(), params(), dict_gradients())
    for key, alone in params().items():
        run(make(), alone, [g[key] for g in dict_gradients()])
        assert np.array_equal(together[key], alone)
        assert not np.array_equal(alone, params()[key])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_optimizer
def test_arrays_change_in_place_and_keep_their_dtype(make, dtype):
    p, grads = params(dtype), dict_gradients(dtype=dtype)
    before = dict(p)
    kept = [{key: g.copy() for key, g in grad.items()} for grad in grads]
    optimizer = make()
    assert run(optimizer, p, grads) is p
    assert all(p[key] is before[key] and p[key].dtype == dtype for key in SHAPES)
    assert all(np.array_equal(grads[i][key], kept[i][key]) for i in range(5) for key in SHAPES)
    state = optimizer.state_dict()["state"]
    assert {value.dtype for slots in state.values() for value in slots.values()} <= {np.dtype(dtype)}


@every_optimizer
def test_state_is_made_on_the_first_update_and_never_shared(make):
    first, second = make(), make()
    assert (first.state_dict()["t"], first.state_dict()["state"]) == (0, {})
    expected = run(make(), params(), dict_gradients())
    run(first, params(), dict_gradients())
    assert (second.state_dict()["t"], second.state_dict()["state"]) == (0, {})
    got = run(second, params(), dict_gradients())
    assert all(np.array_equal(got[key], expected[key]) for key in SHAPES)
    arrays = [value for opt in (first, second) for slots in opt._state.values() for value in slots.values()]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])


@every_optimizer
def test_a_saved_state_goes_on_bit_for_bit(make):
    grads = dict_gradients(8)
    expected = run(make(), params(), grads)
    first = make()
    p = run(first, params(), grads[:3])
    saved = first.state_dict()
    run(first, {key: value.copy() for key, value in p.items()}, grads)  # must not touch what was saved
    second = make()
    second.load_state_dict(saved)
    run(second, p, grads[3:])
    assert second.t == 8
    assert saved["t"] == 3
    assert all(np.array_equal(p[key], expected[key]) for key in SHAPES)
    third = make()
    third.load_state_dict(saved)  # the second optimizer did not write into it either
    assert third.t == 3
    for key, slots in third._state.items():
        assert all(np.array_equal(value, saved["state"][key][slot]) for slot, value in slots.items())


@every_optimizer
def test_a_saved_state_may_come_in_another_order_and_layout(make):
    shape = (7, BLOCK_BYTES // 8 // 3)
    grads = gradients(shape, 4)
    first, p = make(), np.ones(shape)
    expected = run(make(), np.ones(shape), grads)
    run(first, p, grads[:2])
    saved = first.state_dict()
    slots = reversed(saved["state"]["params"].items())
    saved["state"]["params"] = {slot: np.asfortranarray(value) for slot, value in slots}
    second = make()
    second.load_state_dict(saved)
    assert np.array_equal(run(second, p, grads[2:]), expected)


@every_optimizer
def test_a_zero_gradient_leaves_parameters_alone(make):
    p = run(make(), params(), [{key: np.zeros(shape) for key, shape in SHAPES.items()}] * 3)
    for key, value in params().items():
        expected = value * (1 - 0.1 * getattr(make(), "weight_decay", 0.0)) ** 3
        np.testing.assert_allclose(p[key], expected, rtol=1e-14, atol=0)


@every_optimizer
def test_blocks_change_nothing(make):
    block = BLOCK_BYTES // 8
    n = 2 * block + 17
    grads = gradients((n,), 3)
    whole = run(make(), np.ones((n,)), grads)
    rows = run(make(), np.ones((1, n)), [g[None] for g in grads])[0]
    assert np.array_equal(whole, rows)
    for part in (slice(0, 5), slice(block - 3, block + 3), slice(2 * block - 3, n)):
        small = run(make(), np.ones(len(whole[part])), [g[part] for g in grads])
        np.testing.assert_allclose(whole[part], small, rtol=1e-15)


LAYOUTS = {
    "transposed": lambda a: a.copy().T,
    "in the order of Fortran": np.asfortranarray,
    "every second column": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@every_optimizer
def test_memory_layout_changes_nothing(make, layout):
    shape = (5, 30_011) if layout is LAYOUTS["transposed"] and isinstance(make(), Adam) else (5, 7)
    grads = gradients(shape, 3)
    plain = run(make(), np.ones(shape), grads)
    p = layout(np.ones(shape))
    fit = (lambda g: g.T) if p.shape != shape else (lambda g: g)
    run(make(), p, [np.ascontiguousarray(fit(g)) for g in grads])
    np.testing.assert_allclose(p, fit(plain), rtol=1e-15)
    q = np.ones(p.shape)
    run(make(), q, [layout(g) for g in grads])
    np.testing.assert_allclose(q, fit(plain), rtol=1e-15)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 1, 3)])
@every_optimizer
def test_every_shape(make, shape):
    grads = gradients(shape, 3) if shape else [np.array(g) for g in (0.5, -1.0, 2.0)]
    got = run(make(), np.ones(shape), grads)
    flat = run(make(), np.ones(got.size), [g.reshape(-1) for g in grads])
    assert got.shape == shape
    np.testing.assert_allclose(got.reshape(-1), flat, rtol=1e-15)


@every_optimizer
def test_a_schedule_is_asked_for_the_rate_after_0_1_2_updates(make):
    asked = []
    optimizer = make(lr=lambda t: asked.append(t) or 0.1)
    p = run(optimizer, params(), dict_gradients(4))
    assert asked == [0, 1, 2, 3]
    assert optimizer.t == 4
    expected = run(make(lr=0.1), params(), dict_gradients(4))
    assert all(np.array_equal(p[key], expected[key]) for key in SHAPES)


def test_settings_can_change_between_updates():
    optimizer, w = SGD(lr=0.1), np.array([1.0])
    optimizer.update(w, np.array([1.0]))
    optimizer.lr = 0.5
    optimizer.update(w, np.array([1.0]))
    assert w == pytest.approx(0.4)
    with pytest.raises(ValueError, match="lr must be finite and at least 0; got -1"):
        optimizer.lr = -1
    assert optimizer.lr == 0.5


@every_optimizer
def test_repr_names_class_and_settings(make):
    optimizer = make()
    assert repr(optimizer).startswith(f"{type(optimizer).__name__}(")
    assert "(lr=" in repr(optimizer)
    assert all(f"{name}=" in repr(optimizer) for name in optimizer.hyperparameters)


def test_defaults():
    assert repr(Adam()) == "Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0)"
    assert Momentum().hyperparameters == {"lr": 0.01, "momentum": 0.9}
    assert AdamW().hyperparameters["weight_decay"] == 0.01
    assert optimizers.AdaDelta().hyperparameters == {"lr": 1.0, "rho": 0.95, "eps": 1e-6}
    assert optimizers.RMSProp().hyperparameters == {"lr": 0.001, "rho": 0.9, "eps": 1e-8, "eps_root": 0.0}
    assert optimizers.AdaGrad().hyperparameters == {"lr": 0.01, "eps": 1e-7, "eps_root": 0.0}
    assert optimizers.AdaGrad().slots == {"s": 0.0}


def test_decay_of_the_paper_stands_apart_from_alpha():
    for alpha in (0.1, 0.001):
        w = np.array([1.0])
        AdamW.from_paper(alpha=alpha, weight_decay=0.05, multiplier=lambda t: 0.5).update(w, np.zeros(1))
        assert w == pytest.approx(0.975)


def test_repr_shows_the_settings_and_every_switch_that_is_not_the_default():
    assert repr(Momentum(0.1)) == "Momentum(lr=0.1, momentum=0.9)"
    assert repr(Momentum(0.1, lr_in_velocity=False)).endswith("momentum=0.9, lr_in_velocity=False)")
    assert repr(AdaGrad(initial_accumulator=0.1)).endswith("initial_accumulator=0.1)")
    for switch in ({"amsgrad": True}, {"eps_hat": True}, {"bias_correction": False}):
        assert repr(Adam(**switch)).endswith("".join(f"{name}={value})" for name, value in switch.items()))
    assert repr(RMSProp(momentum=0.9)).endswith("eps_root=0.0, momentum=0.9)")
    assert repr(RMSProp(centered=True)).endswith("momentum=0.0, centered=True)")
    decaying = WeightDecay(SGD(0.1), 0.5, decoupled=True)
    assert repr(decaying) == "WeightDecay(SGD(lr=0.1), weight_decay=0.5, decoupled=True)"


def test_rmsprop_keeps_only_the_state_that_it_needs():
    assert list(RMSProp().slots) == ["s"]
    assert list(RMSProp(momentum=0.9).slots) == ["s", "v"]
    assert list(RMSProp(centered=True).slots) == ["s", "m", "v"]
    sweep = RMSProp(momentum=np.array([0.0, 0.9]))
    p = run(sweep, np.ones((3, 2)), [np.full((3, 2), g) for g in (1.0, -0.5, 2.0)])
    for j, momentum in enumerate((0.0, 0.9)):
        alone = run(RMSProp(momentum=momentum), np.ones(3), [np.full(3, g) for g in (1.0, -0.5, 2.0)])
        np.testing.assert_allclose(p[:, j], alone, rtol=1e-14)


def test_nadam_with_an_endless_warm_up_is_nesterov_s_step_of_constant_momentum():
    p, m, s = 1.0, 0.0, 0.0
    optimizer, w = NAdam(0.1, momentum_decay=1e6), np.ones(1)
    for t, g in enumerate((0.5, -2.0, 1.0), start=1):
        optimizer.update(w, np.array([g]))
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        ahead = 0.9 * m / (1 - 0.9 ** (t + 1)) + 0.1 * g / (1 - 0.9**t)
        p -= 0.1 * ahead / ((s / (1 - 0.999**t)) ** 0.5 + 1e-8)
    assert w == pytest.approx(p, rel=1e-14)


def test_weight_decay_follows_the_rate_of_the_optimizer_that_it_is_put_around():
    optimizer, w = WeightDecay(Momentum(lambda t: 0.5 / (t + 1)), 0.5, decoupled=True), np.ones(1)
    optimizer.update(w, np.zeros(1))
    optimizer.update(w, np.zeros(1))
    assert w == pytest.approx(0.75 * 0.875)
    optimizer.lr = 1.0
    optimizer.update(w, np.zeros(1))
    assert w == pytest.approx(0.75 * 0.875 * 0.5)
    assert (optimizer.lr, optimizer.optimizer.t) == (1.0, 0)


def test_weight_decay_is_put_around_optimizers_only():
    with pytest.raises(TypeError, match=r"optimizer must be one of d2l_utils; got 0\.1"):
        WeightDecay(0.1, 0.01)
    with pytest.raises(ValueError, match="weight_decay must be finite and at least 0; got -1"):
        WeightDecay(SGD(), -1)
