"""No update is lost, half made or mixed up, whose memory its arrays are and whatever error is raised."""

import warnings
from collections import OrderedDict
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

from d2l_utils import SGD, Adam, AdamW, Momentum, WeightDecay
from d2l_utils._engine import arrays
from tests.helpers import gradients
from tests.rules import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


class Anew(Mapping):
    """A mapping that makes its values when it is asked for them."""

    def __init__(self, make):
        self.make = make

    def __getitem__(self, key):
        return self.make(key)

    def __iter__(self):
        return iter("ab")

    def __len__(self):
        return 2


def test_arrays_that_a_file_makes_anew_are_refused_and_nothing_is_counted(tmp_path):
    np.savez(tmp_path / "w.npz", a=np.ones(3), b=np.ones(2))
    optimizer, grads = Momentum(0.1), {"a": np.ones(3), "b": np.ones(2)}
    with np.load(tmp_path / "w.npz") as file:
        for mapping in (file, Anew(lambda key: np.ones(3))):
            with pytest.raises(TypeError, match=r"makes params\['a'\] anew .* params = dict\(params\)"):
                optimizer.update(mapping, grads)
        assert optimizer.t == 0
        params = dict(file)
        optimizer.update(params, file)  # as gradients they are as good as others
        assert all(np.allclose(p, 0.9) for p in params.values())
    assert optimizer.t == 1


def test_a_mapping_may_make_views_of_what_it_keeps():
    w, empty = np.ones(4), np.empty(0)
    for params in (Anew(lambda key: w[:2] if key == "a" else w[2:]), OrderedDict(a=w[:2], b=w[2:])):
        w[:] = 1
        optimizer = Momentum(0.1)
        for _ in range(2):
            optimizer.update(params, {"a": np.ones(2), "b": np.zeros(2)})
        np.testing.assert_allclose(w, [0.71, 0.71, 1, 1])
    SGD().update(Anew(lambda key: empty.copy()), {"a": empty, "b": empty})


def ones(w):
    """Return the memory of an array in single precision, filled with numbers."""
    single = w.view(np.float32)
    single[:] = np.linspace(1, 2, single.size)
    return single


VIEWS = {
    "itself": lambda w: (w, w),
    "a view of itself": lambda w: (w, w[...]),
    "backwards": lambda w: (w, w[::-1]),
    "one to the left": lambda w: (w[1:], w[:-1]),
    "one to the right": lambda w: (w[:-1], w[1:]),
    "its owner": lambda w: (w[::-1], w),
    "through a buffer": lambda w: (w, np.frombuffer(memoryview(w))),
    "a part through a buffer": lambda w: (w[2:], np.frombuffer(memoryview(w))[:-2]),
    "both through buffers": lambda w: (np.frombuffer(memoryview(w)), np.asarray(memoryview(w))[::-1]),
    "in single precision": lambda w: (ones(w)[: w.size], ones(w)[w.size // 2 :][: w.size]),
}


@pytest.mark.parametrize("size", [10, 5000, 300_000])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize(
    "make", [*(OPTIMIZERS[name] for name in ("SGD", "Nesterov", "AdamW", "Momentum, decoupled decay"))]
)
def test_a_gradient_that_shares_memory_with_its_parameter_counts_as_it_was(make, view, size):
    w, optimizers = np.linspace(1, 2, size).copy(), (make(), make())
    p, g = view(w)
    start, expected, copied = w.copy(), p.copy(), g.copy()
    for _ in range(3):
        optimizers[0].update(expected, copied)
        optimizers[1].update(p, g)
        assert np.array_equal(p, expected)
        assert np.isfinite(p).all()
        w[:] = start
        expected, copied = p.copy(), g.copy()


@every_optimizer
def test_a_gradient_may_share_memory_with_another_parameter(make):
    first, second = (
        {"a": np.ones(5000), "b": np.full(5000, 2.0)},
        {"a": np.ones(5000), "b": np.full(5000, 2.0)},
    )
    one, other = make(), make()
    for _ in range(3):
        one.update(first, {"a": first["b"], "b": first["a"][::-1]})
        other.update(second, {"a": second["b"].copy(), "b": second["a"][::-1].copy()})
        assert all(np.array_equal(first[key], second[key]) for key in first)


def test_gradients_of_their_own_are_not_copied_nor_are_addresses_compared(monkeypatch):
    row = np.zeros(6)
    params, grads = {"a": np.ones(3), "b": np.ones(3)}, {"a": row[:3], "b": np.zeros(3)}
    known = arrays.Known.of(params, grads, None, ())
    monkeypatch.setattr(arrays, "bounds", None)
    assert known.apart(grads) is grads
    assert known.fitting(params, grads, None) is grads
    for look in (known.apart, lambda shared: known.fitting(params, shared, None)):
        with pytest.raises(TypeError):
            look({"a": params["b"], "b": row[3:]})


def test_of_gradients_that_may_share_memory_only_those_that_do_are_copied():
    w, apart = np.ones(8), np.ones(4)
    params = {"a": w[:4], "b": w[4:6]}
    grads = {"a": w[6:], "b": w[5:7], "c": np.frombuffer(memoryview(apart)), "d": apart}
    found = arrays.Known.of(params, {"a": w, "b": w}, None, ()).apart(grads)
    assert [found[key] is grads[key] for key in grads] == [True, False, True, True]
    assert np.array_equal(found["b"], grads["b"])


def test_memory_ends_with_the_last_byte_of_the_last_element():
    w = np.ones(4)
    half = w.view(np.float32)
    known = arrays.Known.of({"a": w[:2]}, {"a": w}, None, ())
    for g, copied in ((half[3:4], True), (half[4:5], False), (half[:1], True)):
        assert (known.apart({"a": g})["a"] is not g) == copied


def test_parameters_of_different_dtypes_may_share_memory():
    w = np.zeros(4)
    params = {"a": w, "b": w.view(np.float32)[1:3]}
    Momentum(1.0).update(params, {"a": np.zeros(4), "b": np.ones(2, np.float32)})
    assert np.array_equal(params["b"], [-1, -1])


SPOILT = [1.7e308, 1e-300, 1e-320, np.inf, np.nan]


def same(first, second):
    return all(np.array_equal(first[key], second[key], equal_nan=True) for key in first)


@pytest.mark.parametrize("how", ["raise", "call", "warn"])
@pytest.mark.parametrize("spoilt", SPOILT)
@every_optimizer
def test_after_an_error_nothing_has_changed(make, spoilt, how):
    def refuse(kind, flag):
        raise FloatingPointError(kind)

    params = {
        "a": np.ones(3),
        "b": np.full((2, 2), 2.0),
        "big": np.ones(5000),
        "half": np.ones(2, np.float16),
    }
    good = {key: np.ones_like(p) for key, p in params.items()}
    bad = good | {"big": np.where(np.arange(5000) == 4999, spoilt, 1.0)}
    twins, optimizer, twin = {key: p.copy() for key, p in params.items()}, make(), make()
    with np.errstate(all=how, call=refuse), warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            before = {key: p.copy() for key, p in params.items()}
            state = str(optimizer.state_dict())
            try:
                optimizer.update(params, bad)
            except (FloatingPointError, RuntimeWarning):
                assert same(params, before)
                assert str(optimizer.state_dict()) == state
            else:
                twin.update(twins, bad)
            with np.errstate(all="ignore"):
                optimizer.update(params, good)
                twin.update(twins, good)
            assert same(params, twins)


def test_some_of_these_errors_are_raised():
    raised = {}
    for name, make in OPTIMIZERS.items():
        for spoilt in (1.7e308, 1e-320):
            with np.errstate(all="raise"):
                try:
                    make(lr=10.0).update(np.ones(3), np.array([1.0, 1.0, spoilt]))
                except FloatingPointError:
                    raised[name] = True
    assert set(OPTIMIZERS) - set(raised) == set()


def test_an_interruption_leaves_nothing_half_done_where_errors_are_raised():
    optimizer, params = Adam(0.1), {"a": np.ones(5000), "b": np.ones(5000)}
    optimizer.update(params, {key: np.ones(5000) for key in params})
    before, state = {key: p.copy() for key, p in params.items()}, str(optimizer.state_dict())

    def interrupt(grads, settings):
        raise KeyboardInterrupt

    optimizer._applied.append(interrupt)
    with np.errstate(all="raise"), pytest.raises(KeyboardInterrupt):
        optimizer.update(params, {key: np.ones(5000) for key in params})
    assert all(np.array_equal(params[key], p) for key, p in before.items())
    assert str(optimizer.state_dict()) == state


@pytest.mark.parametrize("keys", [("a",), ("a", "b")])
@pytest.mark.parametrize("decayed", [False, True])
def test_a_rule_of_one_s_own_that_fails_at_first_leaves_nothing_half_done(keys, decayed):
    def slip(p, g, v, lr, momentum):
        p -= lr * g
        v *= momentum
        return pp, v  # noqa: F821

    optimizer = Momentum(0.5, momentum=0.5)
    params, grads = {key: np.ones(5000) for key in keys}, {key: np.ones(5000) for key in keys}
    optimizer.update(params, grads)
    before, state = {key: p.copy() for key, p in params.items()}, str(optimizer.state_dict())
    right, optimizer.rule = optimizer.rule, slip
    with np.errstate(all="ignore"), pytest.raises(NameError):
        (WeightDecay(optimizer, 0.5, decoupled=True) if decayed else optimizer).update(params, grads)
    assert same(params, before)
    assert str(optimizer.state_dict()) == state
    optimizer.rule = right
    optimizer.update(params, grads)
    np.testing.assert_array_equal(params["a"], before["a"] - 0.75)


def test_it_is_known_whether_an_error_may_be_raised(monkeypatch):
    def answers():
        found = [arrays.may_raise()]
        for how in ("ignore", "raise", "call", "print", "log"):
            for kind in ("divide", "over", "under", "invalid"):
                with np.errstate(all="ignore"), np.errstate(**{kind: how}):
                    found.append(arrays.may_raise())
        with warnings.catch_warnings():
            for action, how in (
                ("ignore", "warn"),
                ("error", "warn"),
                ("error", "ignore"),
                ("default", "warn"),
            ):
                warnings.simplefilter(action)
                with np.errstate(all=how):
                    found.append(arrays.may_raise())
            warnings.resetwarnings()
            found.append(arrays.may_raise())
        return found

    expected = [False] + [False] * 4 + [True] * 8 + [False] * 8 + [False, True, False, True, False]
    with warnings.catch_warnings():
        warnings.resetwarnings()
        assert answers() == expected
        monkeypatch.setattr(arrays, "ERROR_STATE", None)
        assert answers() == expected


def test_a_filter_in_the_place_of_another_is_seen():
    with warnings.catch_warnings(), np.errstate(all="warn"):
        for action, stops in (("ignore", False), ("error", True), ("default", False), ("error", True)):
            warnings.resetwarnings()  # the list stays the same, and is as long as before
            warnings.simplefilter(action)
            assert arrays.may_raise() == stops


@pytest.mark.parametrize("g", [np.float64(2.0), 2.0, np.float32(2.0)])
def test_a_number_for_a_gradient_without_axes_is_told_apart(g):
    for params, grads in ((np.array(1.0), g), ({"w": np.array(1.0)}, {"w": g})):
        with pytest.raises(
            TypeError, match=r"got type float.*: NumPy makes a number .* write np.asarray\(g\)"
        ):
            SGD().update(params, grads)
    with pytest.raises(TypeError, match=r"params\['w'\] must be .* for a parameter, np.array\(p\)"):
        SGD().update({"w": g}, {"w": np.array(2.0)})
    w = np.array(1.0)
    SGD(0.5).update(w, np.asarray(w * 2))
    assert w == 0.0


def test_a_walk_of_many_steps_from_shared_memory_is_that_of_copies():
    w, v = np.linspace(1, 2, 9), np.linspace(1, 2, 9)
    first, second = AdamW(0.1), AdamW(0.1)
    for g in gradients(9, 4):
        w[0] = v[0] = g[0]
        first.update(w, w)
        second.update(v, v.copy())
    assert np.array_equal(w, v)
    WeightDecay(SGD(0.1), 0.5, decoupled=True).update(w, w)
    np.testing.assert_allclose(w, v * 0.95 - 0.1 * v)


@pytest.mark.parametrize(
    ("shape", "strides"), [((3, 3), (8, 8)), ((4,), (0,)), ((2, 4), (24, 8)), ((3, 3), (-8, 8))]
)
def test_a_parameter_that_holds_memory_twice_is_refused(shape, strides):
    """As PyTorch refuses it: an element would take the steps of two, or one of them."""
    memory = np.ones(9)
    w = as_strided(memory[2:] if min(strides) < 0 else memory, shape, strides)
    with pytest.raises(
        ValueError, match=r"params\['params'\] holds some memory more than once; give an array"
    ):
        SGD().update(w, np.ones(shape))
    assert (memory == 1).all()
    for fitting in (memory[::-2], memory.reshape(3, 3).T, memory[:0], np.ones((2, 0)), np.array(1.0)):
        SGD().update(fitting, np.ones(fitting.shape))
