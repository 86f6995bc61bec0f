"""Arrays that take the place of others: which go on where those were, and which are another walk."""

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, RMSProp, WeightDecay


def in_turn(optimizer, *arrays):
    """Update arrays one after the other, twice, with the optimizer of them all."""
    for w in (*arrays, *arrays):
        optimizer.update(w, np.ones(w.shape))


@pytest.mark.parametrize("make", [Momentum, Adam, lambda: WeightDecay(RMSProp(), 0.1)])
def test_one_state_is_not_shared_by_arrays_in_turn(make):
    optimizer, first, second = make(), np.ones(3), np.full(3, 2.0)
    with pytest.raises(
        ValueError, match=r"params\['params'\] takes turns with another array.*one dict of all"
    ):
        in_turn(optimizer, first, second)
    together, apart = {"a": np.ones(3), "b": np.ones(3)}, np.ones(3)
    in_turn(make(), apart)
    optimizer = make()
    for _ in range(2):
        optimizer.update(together, {key: np.ones(3) for key in together})
    assert together["a"].tolist() == together["b"].tolist() == apart.tolist()
    assert optimizer.t == 2


@pytest.mark.parametrize("make", [Momentum, Adam, lambda: WeightDecay(RMSProp(), 0.1)])
@pytest.mark.parametrize("number", [2, 3, 5])
@pytest.mark.parametrize("cut", [lambda w: list(w), lambda w: list(w.T), lambda w: [row.copy() for row in w]])
def test_nor_by_more_of_them_nor_by_views_that_are_made_anew(make, number, cut):
    """As in a loop over the layers of a network, or over the rows or columns of a matrix."""
    optimizer, together = make(), np.arange(number**2, dtype=float).reshape(number, number)
    arrays = cut(together)
    anew = ((arrays if arrays[0].base is None else cut(together))[i] for i in range(number))
    for view in anew:
        optimizer.update(view, np.ones(number))
    first = arrays[0] if arrays[0].base is None else cut(together)[0]
    with pytest.raises(ValueError, match="takes turns with another array"):
        optimizer.update(first, np.ones(number))
    assert optimizer.t == number


def test_what_had_the_place_is_forgotten_when_it_is_gone():
    optimizer, w = Momentum(lr=0.1), np.zeros(3)
    for step in range(50):
        w = w + step  # another array with other numbers; the one before is gone
        optimizer.update(w, np.ones(3))
    assert optimizer._known is not None
    assert not optimizer._known.before


@pytest.mark.parametrize("make", [Momentum, Adam, lambda: WeightDecay(RMSProp(), 0.1)])
def test_two_buffers_hold_one_walk(make):
    """The second is a copy of the first when its turn comes, so the state is that of both."""
    front, back, alone, optimizer, single = np.ones(3), np.empty(3), np.ones(3), make(), make()
    for _ in range(4):
        back[...] = front
        optimizer.update(back, back.copy())
        front, back = back, front
        single.update(alone, alone.copy())
    np.testing.assert_array_equal(front, alone)
    back[...] = 7.0  # another walk
    with pytest.raises(ValueError, match="takes turns with another array"):
        in_turn(optimizer, back, front)


def test_a_checkpoint_goes_back_to_the_arrays_it_is_of():
    w, optimizer = np.ones(3), Adam(lr=0.1)
    optimizer.update(w, np.ones(3))
    saved, kept = optimizer.state_dict(), w.copy()
    for place in (kept.copy(), w, kept.copy(), w):
        place[...] = kept
        optimizer.load_state_dict(saved)
        optimizer.update(place, np.ones(3))
    assert optimizer.t == 2


def test_arrays_may_take_turns_where_no_state_is_shared():
    first, second = np.ones(3), np.ones(3)
    in_turn(SGD(lr=0.25), first, second)
    assert first.tolist() == second.tolist() == [0.5] * 3
    w = np.ones(3)
    in_turn(Momentum(), w, w[...])  # two views of the same memory


def test_parameters_may_be_replaced_by_copies():
    w, optimizer, kept = np.ones(3), Momentum(lr=0.1), []
    for _ in range(4):
        kept.append(w)
        w = w.copy()
        optimizer.update(w, np.ones(3))
    v, other = np.ones(3), Momentum(lr=0.1)
    for _ in range(4):
        v = v.copy()  # the one before is gone, and its memory may come back
        other.update(v, np.ones(3))
    np.testing.assert_allclose(w, v, rtol=0)
