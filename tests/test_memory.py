"""An update allocates a few blocks beside the state, whatever the size and the layout of its arrays."""

import tracemalloc

import numpy as np
import pytest

from d2l_utils import Adam, rules
from d2l_utils._engine import blocks
from d2l_utils._engine.blocks import BLOCK_BYTES, MOST_BYTES
from tests.rules import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
SIZES = (1_000, 30_000, BLOCK_BYTES // 2 + 999, 3 * BLOCK_BYTES + 999)
# Blocks for a rule that is called as it is; NumPy 2 no longer reuses a float32 temporary beside a number.
AS_IT_IS = 4.1 if np.lib.NumpyVersion(np.__version__) < "2.0.0" else 5.1


def peak(optimizer, p, g):
    """Return the most bytes that there are beside the state during the second update."""
    tracemalloc.start()
    try:
        with np.errstate(all="ignore"):  # where a warning is an error, an update begins with a copy
            optimizer.update(p, g)
            tracemalloc.reset_peak()
            optimizer.update(p, g)
        state = sum(value.nbytes for slots in optimizer._state.values() for value in slots.values())
        return tracemalloc.get_traced_memory()[1] - state
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_optimizer
def test_an_update_allocates_the_same_at_every_size(make, dtype):
    peaks = [peak(make(), np.ones(n, dtype), np.ones(n, dtype)) for n in SIZES]
    assert max(peaks) < 3.1 * BLOCK_BYTES
    assert peaks[3] < 1.01 * peaks[2]
    assert peaks[0] < 0.4 * BLOCK_BYTES


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_so_does_an_update_by_a_reader_s_rule(dtype):
    peaks = []
    for n in SIZES[2:]:
        optimizer = Adam()
        optimizer.rule = lambda *args: rules.adam(*args)
        peaks.append(peak(optimizer, np.ones(n, dtype), np.ones(n, dtype)))
    assert 2 * BLOCK_BYTES < max(peaks) < AS_IT_IS * BLOCK_BYTES
    assert peaks[1] < 1.01 * peaks[0]


@pytest.mark.parametrize("make", [np.float16, np.float64])
def test_so_does_an_update_in_another_dtype_than_the_parameter_s_or_the_gradient_s(make):
    peaks = [peak(Adam(), np.ones(n, np.float16), np.ones(n, make)) for n in SIZES[2:]]
    peaks += [peak(Adam(), np.ones(n, np.float32), np.ones(n, make)) for n in SIZES[2:]]
    assert max(peaks) < MOST_BYTES
    assert peaks[1] < 1.01 * peaks[0]


def test_only_where_an_error_may_be_raised_does_an_update_begin_with_a_copy():
    optimizer, p = Adam(), np.ones(SIZES[-1])
    with np.errstate(all="raise"):
        optimizer.update(p, p)
        tracemalloc.start()
        optimizer.update(p, np.ones_like(p))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most > 3 * p.nbytes > MOST_BYTES


def test_the_measurement_sees_an_update_without_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**60)
    n = SIZES[-1]
    assert peak(Adam(), np.ones(n, np.float32), np.ones(n, np.float32)) > 2 * 4 * n > MOST_BYTES


LAYOUTS = {
    "in the order of Fortran": lambda a: (np.asfortranarray(a), np.asfortranarray(a)),
    "in two orders": lambda a: (np.asfortranarray(a), a),
    "in the other two orders": lambda a: (a, np.asfortranarray(a)),
    "every second column": lambda a: (a[:, ::2], a[:, ::2]),
    "a part of the columns": lambda a: (a[:, 1:-1], a[:, :-2]),
    "backwards": lambda a: (a[::-1], a[:, ::-1]),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_optimizer
def test_nor_does_the_layout_matter(make, dtype, layout):
    p, g = (layout(np.ones((1000, 1500), dtype))[i] for i in range(2))
    assert peak(make(), p, g) < MOST_BYTES


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_optimizer
def test_a_sweep_allocates_a_few_blocks(make, dtype):
    lr = np.full(1500, 0.1)
    for shape in ((1000, 1500), (2000, 1500)):
        assert peak(make(lr=lr), np.ones(shape, dtype), np.ones(shape, dtype)) < MOST_BYTES


def test_a_sweep_in_blocks_is_the_sweep():
    lr, beta1 = np.geomspace(0.001, 1, 300), np.linspace(0, 0.9, 300)
    rng = np.random.default_rng(0)
    p = rng.normal(size=(2000, 300))
    whole, optimizer = p.copy(), Adam(lr, beta1)
    alone = Adam(lr[7], beta1[7])
    column = p[:, 7].copy()
    assert p.nbytes > 4 * BLOCK_BYTES
    for _ in range(3):
        g = rng.normal(size=p.shape)
        optimizer.update(whole, g)
        alone.update(column, g[:, 7].copy())
    np.testing.assert_allclose(whole[:, 7], column, rtol=1e-13)


MANY = {f"b{i}": 40 for i in range(300)}


@every_optimizer
def test_many_small_arrays_lie_side_by_side_and_go_their_own_ways(make):
    rng = np.random.default_rng(1)
    params = {key: rng.normal(size=n) for key, n in MANY.items()}
    params |= {"f": rng.normal(size=(3, 2)).astype(np.float32), "scalar": np.array(0.5), "none": np.empty(0)}
    apart = {key: value.copy() for key, value in params.items()}
    together, alone = make(), {key: make() for key in params}
    for _ in range(3):
        grads = {key: rng.normal(size=value.shape).astype(value.dtype) for key, value in params.items()}
        grads["scalar"] = np.array(0.25)
        together.update(params, grads)
        for key, optimizer in alone.items():
            optimizer.update(apart[key], grads[key])
    # A power of one number may differ from that of an array by its last digit.
    np.testing.assert_allclose(params.pop("scalar"), apart.pop("scalar"), rtol=1e-14)
    del alone["scalar"]
    assert all(np.array_equal(params[key], apart[key]) for key in params)
    assert params["f"].dtype == np.float32
    for key, optimizer in alone.items():
        one = optimizer.state_dict()["state"]["params"]
        both = together.state_dict()["state"][key]
        assert all(np.array_equal(one[slot], both[slot]) for slot in one)


def test_small_arrays_share_calls_of_the_rule():
    calls = []
    optimizer = Adam()
    rule = optimizer.rule
    optimizer.rule = lambda *args: calls.append(args[0].size) or rule(*args)
    params = {key: np.ones(n) for key, n in MANY.items()} | {"W": np.ones((200, 50))}
    optimizer.update(params, params)
    assert sorted(calls) == [300 * 40 - 2 * 4080, 4080, 4080, 10_000]


def test_no_change_of_an_array_that_shares_memory_is_lost():
    w = np.ones(4)
    params = {"all": w, "half": w[:2], "again": w}
    optimizer = OPTIMIZERS["SGD"]()
    optimizer.update(params, {"all": np.ones(4), "half": np.ones(2), "again": np.ones(4)})
    np.testing.assert_allclose(w, [0.7, 0.7, 0.8, 0.8])


@pytest.mark.parametrize("spoil", ["dtype", "shape", "key", "read-only"])
def test_what_was_good_is_checked_again_when_it_changes(spoil):
    optimizer, params = Adam(), {"a": np.ones(3), "b": np.ones(2)}
    grads = {"a": np.ones(3), "b": np.ones(2)}
    optimizer.update(params, grads)
    before = optimizer.state_dict()
    if spoil == "dtype":
        grads["b"] = np.ones(2, int)
    elif spoil == "shape":
        grads["b"] = np.ones(3)
    elif spoil == "key":
        grads["c"] = np.ones(3)
    else:
        params["b"].flags.writeable = False
    with pytest.raises((TypeError, ValueError)):
        optimizer.update(params, grads)
    after = optimizer.state_dict()
    assert (after["t"], str(after)) == (1, str(before))


def test_a_copy_of_an_optimizer_keeps_its_own_state():
    import copy

    params, grads = {"a": np.ones(3), "b": np.ones(2)}, {"a": np.ones(3), "b": -np.ones(2)}
    first = Adam()
    first.update(params, grads)
    second, twins = copy.deepcopy(first), copy.deepcopy(params)
    for _ in range(2):
        first.update(params, grads)
        second.update(twins, grads)
    assert str(first.state_dict()) == str(second.state_dict())
    assert all(np.array_equal(params[key], twins[key]) for key in params)
