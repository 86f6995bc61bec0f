"""What every rule of the book that sees a whole array keeps to: dtypes, states, zeros, and its place."""

import copy
import inspect
import pickle

import numpy as np
import pytest

from d2l_utils import Soap, bowl, descend, rules
from d2l_utils.live.described import BOOK, runs_on_page
from d2l_utils.optimizers import METHODS
from tests.helpers import gradients, run
from tests.rules import WHOLE

OF_ARRAYS = {name: make for name, make in WHOLE.items() if make().kind in ("matrix", "array")}
every_whole_rule = pytest.mark.parametrize("make", OF_ARRAYS.values(), ids=OF_ARRAYS)
SHAPES = {"a": (4, 3), "b": (2, 5), "kernel": (3, 2, 2, 2)}


def arrays(seed, dtype=np.float64):
    return {key: gradients(shape, 1, seed, dtype=dtype)[0] for key, shape in SHAPES.items()}


def close(first, second, **tolerance):
    for key, p in first.items():
        np.testing.assert_allclose(p, second[key], **tolerance)


@every_whole_rule
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_an_update_keeps_dtype_and_shape_and_leaves_the_gradient(make, dtype):
    params, grads, optimizer = arrays(0, dtype), arrays(1, dtype), make()
    before, given = copy.deepcopy(params), copy.deepcopy(grads)
    for _ in range(3):
        optimizer.update(params, grads)
    close(grads, given, rtol=0)
    for key, p in params.items():
        assert p.dtype == dtype
        assert p.shape == SHAPES[key]
        assert np.isfinite(p).all()
        assert not np.array_equal(p, before[key])
        assert {each.dtype for each in optimizer._state[key].values()} == {np.result_type(dtype, np.float32)}


@every_whole_rule
def test_32_bits_come_near_64(make):
    ends = []
    for dtype in (np.float64, np.float32):
        params, optimizer = arrays(0, dtype), make()
        if isinstance(optimizer, Soap):  # beside a long side its axes are any, where no gradient is
            params = {"square": params["a"][:3]}
        for seed in range(1, 6):
            grads = {"square": arrays(seed, dtype)["a"][:3], **arrays(seed, dtype)}
            optimizer.update(params, {key: grads[key] for key in params})
        ends.append(params)
    close(ends[1], ends[0], atol=2e-4)


@every_whole_rule
def test_each_array_is_a_layer_of_its_own(make):
    together, optimizer = arrays(0), make()
    alone = {key: (make(), p) for key, p in arrays(0).items()}
    for seed in range(1, 4):
        grads = arrays(seed)
        optimizer.update(together, grads)
        for key, (own, p) in alone.items():
            own.update(p, grads[key])
    close(together, {key: p for key, (_, p) in alone.items()}, rtol=0)


@every_whole_rule
def test_a_saved_state_a_copy_and_a_pickle_go_on(make):
    first, w, grads = make(), gradients((4, 3), 1, 5)[0], gradients((4, 3), 6)
    run(first, w, grads[:3])
    loaded = make()
    loaded.load_state_dict(first.state_dict())
    others = [loaded, copy.deepcopy(first), pickle.loads(pickle.dumps(first))]
    ends = [run(each, w.copy(), grads[3:]) for each in others]
    run(first, w, grads[3:])
    for end in ends:
        np.testing.assert_array_equal(end, w)


@every_whole_rule
def test_gradients_of_0_move_nothing_but_by_decay(make):
    w, optimizer = gradients((4, 3), 1)[0], make()
    before = w.copy()
    for _ in range(3):
        optimizer.update(w, np.zeros_like(w))
    if optimizer.hyperparameters.get("weight_decay"):
        assert (np.abs(w) < np.abs(before)).all()
    else:
        np.testing.assert_array_equal(w, before)


@every_whole_rule
def test_its_settings_are_no_sweep(make):
    with pytest.raises(ValueError, match="cannot be swept, for its rule takes a whole"):
        make(lr=np.array([0.1, 0.2])).update(np.zeros((2, 2)), np.ones((2, 2)))


@every_whole_rule
def test_a_rule_takes_what_its_class_hands_it(make):
    optimizer = make()
    takes = list(inspect.signature(optimizer.rule).parameters)
    clock = ["t"] * bool(optimizer.clock)
    assert takes == ["p", "g", *optimizer.slots, *clock, *optimizer.hyperparameters, *optimizer.helpers]
    assert getattr(rules, optimizer.rule.__name__) is optimizer.rule


@every_whole_rule
def test_it_has_no_place_in_a_figure_of_two_coordinates(make):
    assert not runs_on_page(make())
    assert type(make()).__name__ not in BOOK
    with pytest.raises(TypeError, match=r"has coordinates, and the rule of .* takes whole (matrices|arrays)"):
        descend(make(), bowl)


def test_the_menu_offers_what_a_point_of_two_coordinates_can_take():
    assert {method.kind for method in METHODS} == {"elementwise", "vector", "matrix", "array"}
    assert {optimizer.kind for optimizer in BOOK.values()} == {"elementwise", "vector"}
