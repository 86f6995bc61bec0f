"""An update gives what the rule gives, however its arrays lie in memory and whatever changes in between."""

import copy
import pickle
import re

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, WeightDecay, rules
from d2l_utils._engine import arrays, blocks, groups
from d2l_utils.models import LinearRegression, TwoLayerNet
from tests.rules import OPTIMIZERS

every_rule = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


@every_rule
def test_gradients_of_another_dtype_count_as_they_are(make):
    rng = np.random.default_rng(0)
    params = {"a": np.ones(3, np.float32), "b": np.ones(4, np.float32)}
    alone = {key: p.copy() for key, p in params.items()}
    together, each = make(), {key: make() for key in params}
    for _ in range(3):
        grads = {key: 1e-3 * rng.normal(size=p.shape) for key, p in params.items()}
        together.update(params, grads)
        for key, p in alone.items():
            each[key].update(p, grads[key])
    assert all(np.array_equal(params[key], alone[key]) for key in params)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4, 3), (200_000, 3)])
def test_a_sweep_is_the_rule_to_the_last_bit(shape, dtype):
    rng, optimizer = (
        np.random.default_rng(0),
        Adam(np.array([0.1, 0.2, 0.3]), beta1=np.array([0.5, 0.9, 0.0])),
    )
    p = rng.normal(size=shape).astype(dtype)
    by_rule, state = p.copy(), [np.zeros_like(p), np.zeros_like(p)]
    for t in range(1, 4):
        g = rng.normal(size=shape).astype(dtype)
        optimizer.update(p, g)
        for i in range(3):  # each setting by itself, as it would be without a sweep
            settings = [value[i] if np.ndim(value) else value for value in optimizer.arguments(t)]
            parts = [np.ascontiguousarray(array[:, i]) for array in (by_rule, g, *state)]
            optimizer.rule(*parts, *(float(value) for value in settings))
            for array, part in zip((by_rule, g, *state), parts, strict=True):
                array[:, i] = part
    assert np.array_equal(p, by_rule)


def test_arrays_that_overlap_change_one_after_the_other():
    def cut(row):
        return {"x": np.ones(3), "big": row, "part": row[:10], "other": row[8:12], "apart": np.ones(2)}

    def optimizer():
        return WeightDecay(SGD(0.1), 0.5, decoupled=True)

    first, second = np.linspace(1, 2, 5000), np.linspace(1, 2, 5000)
    grads = {key: np.full(p.shape, float(i)) for i, (key, p) in enumerate(cut(first).items())}
    together, by_rule = optimizer(), optimizer()
    params = cut(first)
    for _ in range(3):
        together.update(params, grads)
        for key, p in cut(second).items():
            by_rule.rule(p, grads[key], *by_rule.arguments(1))
    assert np.array_equal(first, second)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("shape", [(2, 3), (600, 500)])
def test_subclasses_of_arrays_count_as_arrays_and_masks_are_refused(shape):
    for p_kind, g_kind in ((np.matrix, np.asarray), (np.asarray, np.matrix), (np.matrix, np.matrix)):
        params = {key: p_kind(np.ones(shape)) for key in "ab"}
        Adam(0.5).update(params, {key: g_kind(np.ones(shape)) for key in "ab"})
        assert all(np.allclose(p, 0.5) for p in params.values())
    with pytest.raises(TypeError, match="mask"):
        SGD(0.5).update(np.ones(3), np.ma.masked_array(np.ones(3), [0, 1, 0]))


def test_a_shallow_copy_has_its_own_state():
    p, g, first = np.ones(3), np.ones(3), Momentum(0.1)
    first.update(p, g)
    before = str(first.state_dict())
    copy.copy(first).update(p, g)
    assert str(first.state_dict()) == before


@pytest.mark.parametrize(
    "kind", [lambda rng: LinearRegression(5, rng=rng), lambda rng: TwoLayerNet(6, 4, 3, rng=rng)]
)
def test_the_parameters_of_a_model_are_changed_in_one_go_and_like_others(kind):
    model = kind(np.random.default_rng(0))
    copies = {key: value.copy() for key, value in model.params.items()}
    bases = {id(value.base) for value in model.params.values()}
    assert len(bases) == 1
    first, second = Adam(0.1), Adam(0.1)
    for _ in range(3):
        grads = {key: np.random.default_rng(1).normal(size=value.shape) for key, value in copies.items()}
        first.update(model.params, grads)
        second.update(copies, grads)
    assert all(np.array_equal(model.params[key], copies[key]) for key in copies)
    twin = copy.deepcopy(model)
    first.update(model.params, grads)
    assert all(np.array_equal(twin.params[key], copies[key]) for key in copies)


@pytest.mark.parametrize(
    "cut",
    [
        lambda row: {"a": row[:2], "b": row[2:5]},
        lambda row: {"b": row[2:5], "a": row[:2]},
        lambda row: {"a": row[:2], "b": row[3:6]},
        lambda row: {"a": row[4:6], "b": row[6:8]},
        lambda row: {"a": row[:4:2], "b": row[4:8:2]},
        lambda row: {"a": row[:4].reshape(2, 2), "b": row[4:8].reshape(2, 2).T},
        lambda row: {"a": row[::-1][:2], "b": row[::-1][2:4]},
        lambda row: {"a": row[:2], "b": np.zeros(3)},
        lambda row: {"a": row.view(np.float32)[:4], "b": row.view(np.float32)[4:8]},
    ],
)
def test_arrays_that_lie_in_any_way_in_another_are_changed_alone(cut):
    rng = np.random.default_rng(0)
    row = rng.normal(size=8)
    params = cut(row)
    apart = {key: value.copy() for key, value in params.items()}
    untouched = [i for i in range(8) if not any(np.shares_memory(row[i : i + 1], p) for p in params.values())]
    before = row.copy()
    optimizers = {"together": Momentum(0.1), **{key: Momentum(0.1) for key in params}}
    for _ in range(3):
        grads = {key: rng.normal(size=value.shape).astype(value.dtype) for key, value in params.items()}
        optimizers["together"].update(params, grads)
        for key, value in apart.items():
            optimizers[key].update(value, grads[key])
    assert all(np.array_equal(params[key], apart[key]) for key in params)
    assert np.array_equal(row[untouched], before[untouched])


def test_a_rule_or_a_sweep_may_be_put_in_between_updates():
    p, g = np.ones(3), np.full(3, 0.5)
    optimizer = SGD(1.0)
    optimizer.update(p, g)
    optimizer.lr = np.array([1.0, 2.0, 3.0])
    optimizer.update(p, g)
    assert np.array_equal(p, [0.0, -0.5, -1.0])
    optimizer.lr = 2.0
    optimizer.rule = lambda p, g, lr: p.__iadd__(lr * g)
    optimizer.update(p, g)
    assert np.array_equal(p, [1.0, 0.5, 0.0])
    scheduled = SGD(lambda t: 1.0 if t == 0 else np.array([1.0, 2.0, 3.0]))
    q = np.ones(3)
    for _ in range(2):
        scheduled.update(q, g)
    assert np.array_equal(q, [0.0, -0.5, -1.0])


def test_what_an_update_knows_holds_as_long_as_nothing_changes():
    params, grads = {"a": np.ones(4), "b": np.ones(2)}, {"a": np.ones(4), "b": np.ones(2)}
    known = arrays.Known.of(params, grads, rules.sgd, ())
    holds = [known.fitting(params, grads, rules.sgd) is not None]
    for change in (
        lambda p, g: (p | {"a": np.ones(4)}, g),
        lambda p, g: (p, g | {"c": np.ones(1)}),
        lambda p, g: (p, g | {"a": np.ones((2, 2))}),
        lambda p, g: (p, g | {"a": np.ones(4, np.float32)}),
        lambda p, g: (p, g | {"a": [1.0] * 4}),
        lambda p, g: (p, {"a": g["a"], "c": g["b"]}),
        lambda p, g: (p | {"c": np.ones(1)}, g | {"c": np.ones(1)}),
    ):
        holds.append(known.fitting(*change(params, grads), rules.sgd) is not None)
    holds.append(known.fitting(params, grads, rules.momentum) is not None)
    params["a"].flags.writeable = False
    holds.append(known.fitting(params, grads, rules.sgd) is not None)
    assert holds == [True] + [False] * 9


LAYOUTS = [
    lambda a: a,
    np.asfortranarray,
    lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    lambda a: a[::-1].copy()[::-1],
    lambda a: a.T.copy().T,
]


@pytest.mark.parametrize("seed", range(60))
def test_any_arrays_in_small_blocks_give_what_the_rule_gives(seed, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(groups, "SMALL", 200)
    rng = np.random.default_rng(seed)
    make = list(OPTIMIZERS.values())[seed % len(OPTIMIZERS)]
    dtype = rng.choice([np.float32, np.float64])

    def random(shape):
        return rng.choice(LAYOUTS)(rng.normal(size=shape).astype(dtype))

    shapes = [tuple(rng.integers(1, 40, size=rng.integers(1, 4))) for _ in range(rng.integers(1, 6))]
    params = {f"p{i}": random(shape) for i, shape in enumerate(shapes)}
    by_rule = {key: p.copy() for key, p in params.items()}
    optimizer = make()
    state = {
        key: [np.full_like(p, start) for start in optimizer.slots.values()] for key, p in by_rule.items()
    }
    for t in range(1, 6):
        optimizer.lr = float(rng.uniform(0.001, 0.1))
        grads = {key: random(p.shape) for key, p in params.items()}
        if t == 3:
            params = {key: p.copy() for key, p in params.items()}
            optimizer = pickle.loads(pickle.dumps(optimizer))
        optimizer.update(params, grads)
        for key, p in by_rule.items():
            optimizer.rule(p, grads[key], *state[key], *optimizer.arguments(t))
            assert np.array_equal(params[key], p)


@pytest.mark.filterwarnings("ignore:Setting the:DeprecationWarning")  # of NumPy 2.5
@pytest.mark.parametrize("beside", [{}, {"b": np.ones(3)}])
@pytest.mark.parametrize("size", [6, 6000])
def test_a_parameter_reshaped_in_place_is_seen(size, beside):
    before, after = (2, size // 2), (size // 2, 2)
    for make in (SGD, Momentum, Adam):
        params = {"w": np.arange(float(size)).reshape(before), **beside}
        grads, optimizer = {key: np.ones_like(p) for key, p in params.items()}, make(0.5)
        optimizer.update(params, grads)
        kept = params["w"].flatten()
        params["w"].shape = after
        with pytest.raises(
            ValueError, match=rf"grads\['w'\] has shape {re.escape(f'{before}; ')}.*{after[0]}"
        ):
            optimizer.update(params, grads)
        grads["w"].shape = after
        if optimizer.slots:
            expected = f"has shape {after}; its state {next(iter(optimizer.slots))!r} has shape {before}"
            with pytest.raises(ValueError, match=re.escape(expected)):
                optimizer.update(params, grads)
        assert np.array_equal(params["w"].ravel(), kept)
        assert optimizer.t == 1
    SGD(0.5).update(params, grads)
    assert np.array_equal(params["w"].ravel(), kept - 0.5)


@pytest.mark.filterwarnings("ignore:Setting the:DeprecationWarning")
def test_a_parameter_that_lies_or_counts_otherwise_than_before_is_seen():
    w, g, optimizer = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [0.0, 0.0]]), SGD(1.0)
    optimizer.update(w, g)
    w.strides = w.strides[::-1]  # it is its own transpose now
    optimizer.update(w, g)
    assert w.tolist() == [[1, 2], [1, 4]]
    w.dtype = np.int64
    with pytest.raises(TypeError, match="of floating point; got dtype int64"):
        optimizer.update(w, g)
