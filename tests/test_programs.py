"""A program computes what its rule computes, to the last bit, and rules of others are not traced."""

import copy
import linecache
import warnings

import numpy as np
import pytest

from d2l_utils import SGD, AdaGrad, Adam, Momentum, WeightDecay, arrays, objectives, programs, rules
from d2l_utils.models import LinearRegression, TwoLayerNet
from d2l_utils.programs import array_program, as_it_is, float_walk
from d2l_utils.tracing import listing
from tests.helpers import OPTIMIZERS

every_rule = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


@every_rule
def test_every_rule_of_the_book_is_traced(make):
    program = array_program(make().rule, len(make().slots))
    assert 1 <= program.num_temporaries <= 3
    assert program.run is not make().rule


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 40), (600, 500)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@every_rule
def test_an_update_is_the_rule_to_the_last_bit(make, dtype, shape):
    optimizer, rng = make(), np.random.default_rng(0)
    p = np.asarray(rng.normal(size=shape), dtype)
    by_rule = p.copy()
    state = [np.full_like(p, start) for start in optimizer.slots.values()]
    with np.errstate(all="ignore"):
        for t in range(1, 5):
            g = np.asarray(rng.normal(size=shape), dtype)
            optimizer.rule(by_rule[...], g, *(slot[...] for slot in state), *optimizer.arguments(t))
            optimizer.update(p, g)
            assert np.array_equal(p, by_rule, equal_nan=dtype == np.float16)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_rule
def test_an_array_without_axes_is_like_one_of_one_element(make, dtype):
    number, one, optimizers = np.asarray(0.5, dtype), np.full(1, 0.5, dtype), (make(), make())
    for g in (0.25, -1.0, 3.0):
        optimizers[0].update(number, np.asarray(g, dtype))
        optimizers[1].update(one, np.full(1, g, dtype))
    assert number.dtype == dtype
    assert number == one[0]


@every_rule
def test_a_term_under_the_root_counts_from_when_it_is_not_zero(make):
    optimizer, g = make(), np.full(5, 0.01)
    if not hasattr(optimizer, "eps_root"):
        return
    state = [np.full(5, start) for start in optimizer.slots.values()]
    p, by_rule = np.ones(5), np.ones(5)
    for t, eps_root in enumerate([0.0, 0.5, 0.0, 0.25], start=1):
        optimizer.eps_root = eps_root
        optimizer.rule(by_rule, g, *state, *optimizer.arguments(t))
        optimizer.update(p, g)
        assert np.array_equal(p, by_rule)


@pytest.mark.parametrize("num_coordinates", [1, 2, 3])
@every_rule
def test_a_walk_on_floats_is_the_rule_to_the_last_bit(make, num_coordinates):
    optimizer, start = make(), [3.0, -2.0, 0.5][:num_coordinates]

    def gradient(*point):
        return [x * (1 + i) + 0.1 for i, x in enumerate(point)]

    arguments = [optimizer.arguments(t) for t in range(1, 30)]
    starts = tuple(optimizer.slots.values())
    expected = objectives.walk(optimizer.rule, [starts] * num_coordinates, arguments, gradient, start)
    expected = [tuple(point) for point in map(tuple, expected)]
    visited = []
    walk = float_walk(optimizer.rule, num_coordinates, len(starts))
    walk([(x, *starts) for x in start], arguments, gradient, visited.append)
    assert visited == expected[1:]


def test_a_wrong_program_is_seen(monkeypatch):
    monkeypatch.setitem(programs.UFUNCS, "-", "add")
    array_program.cache_clear()
    p = np.ones(3)
    SGD(0.5).update(p, np.ones(3))
    array_program.cache_clear()
    assert np.array_equal(p, np.full(3, 1.5))


def with_a_branch(p, g, lr):
    if g > 0:
        p -= lr * g
    return p


def with_a_truth_value(p, g, lr):
    p -= lr * g if lr else g
    return p


def with_numpy(p, g, lr):
    p -= lr * np.sign(g)
    return p


def not_in_place(p, g, lr):
    return p - lr * g


def changing_its_gradient(p, g, lr):
    g *= lr
    p -= g
    return p


def with_a_constant_array(p, g, lr):
    p -= [1.0, 2.0] * g
    return p


@pytest.mark.parametrize(
    "rule",
    [
        with_a_branch,
        with_a_truth_value,
        with_numpy,
        not_in_place,
        changing_its_gradient,
        with_a_constant_array,
    ],
)
def test_what_symbols_cannot_do_is_refused(rule):
    with pytest.raises(TypeError):
        listing(rule, 0)


def test_a_listing_reads_like_the_rule():
    found = listing(rules.adagrad, 1)
    assert found.settings == ("lr", "eps", "eps_root")
    assert found.numbers == ("lr", "eps_root", "eps")
    steps = [(out, "=", left, symbol, right or "") for out, symbol, left, right in found.steps]
    assert ["".join(step) for step in steps] == [
        "w0=g*g", "s0=s0+w0", "w0=c0*g", "w1=s0+c1", "w1=w1sqrt", "w1=w1+c2", "w1=w0/w1", "p=p-w1",
    ]  # fmt: skip


def test_a_reader_s_rule_is_called_as_it_is_each_time():
    class Noisy(SGD):
        calls = 0

        @staticmethod
        def rule(p, g, lr):
            Noisy.calls += 1
            p -= lr * g * Noisy.calls
            return p

    p, q, optimizer = np.zeros(2), np.zeros(2), Noisy(lr=1.0)
    for _ in range(3):
        optimizer.update(p, np.ones(2))
    assert np.array_equal(p, [-6.0, -6.0])
    Noisy.calls = 0
    decaying = WeightDecay(optimizer, 0.0)
    for _ in range(3):
        decaying.update(q, np.ones(2))
    assert np.array_equal(q, p)
    visited = []
    float_walk(optimizer.rule, 2, 0)([(0.0,), (1.0,)], [(1.0,)] * 2, lambda *p: (1.0, 1.0), visited.append)
    assert visited == [(-4.0, -4.0), (-10.0, -11.0)]


def test_two_rules_of_one_name_are_two_programs():
    def sgd(p, g, lr):
        return p

    assert array_program(sgd, 0).run is sgd
    assert array_program(rules.sgd, 0).run is not rules.sgd
    assert as_it_is(rules.sgd).run is rules.sgd


def test_a_warning_shows_the_operation():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        AdaGrad(eps=0.0).update(np.ones(3), np.zeros(3))
    (warning,) = caught
    assert "invalid value" in str(warning.message)
    assert warning.filename == "<adagrad on arrays>"
    assert linecache.getline(warning.filename, warning.lineno).strip().startswith("divide(")


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
    holds = [known.still_holds(params, grads, rules.sgd, ())]
    for change in (
        lambda p, g: (p | {"a": np.ones(4)}, g),
        lambda p, g: (p, g | {"c": np.ones(1)}),
        lambda p, g: (p, g | {"a": np.ones((2, 2))}),
        lambda p, g: (p, g | {"a": np.ones(4, np.float32)}),
        lambda p, g: (p, g | {"a": [1.0] * 4}),
        lambda p, g: (p, {"a": g["a"], "c": g["b"]}),
        lambda p, g: (p | {"c": np.ones(1)}, g | {"c": np.ones(1)}),
    ):
        holds.append(known.still_holds(*change(params, grads), rules.sgd, ()))
    holds.append(known.still_holds(params, grads, rules.momentum, ()))
    holds.append(known.still_holds(params, grads, rules.sgd, (2,)))
    params["a"].flags.writeable = False
    holds.append(known.still_holds(params, grads, rules.sgd, ()))
    assert holds == [True] + [False] * 10
