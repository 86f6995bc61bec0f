"""What an average keeps: copies and no aliases, in memory, in a copy, and in a saved state."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import Average
from tests.test_averages import PLACES, every, fed


@every
def test_no_array_is_shared_with_the_parameters_or_given_away(make):
    p = np.ones(2)
    average = fed(make(), [p])
    p[:] = 5.0
    average.params[:] = 7.0
    average.state_dict()["mean"][:] = 9.0
    assert average.params.tolist() == [1.0, 1.0]
    p.flags.writeable = False
    before = p.copy()
    average.update(p)
    assert np.array_equal(p, before)


@every
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_goes_its_own_way(make, copied):
    average = fed(make(), PLACES[:5])
    other = copied(average)
    before = average.params
    fed(other, PLACES[5:])
    assert np.array_equal(average.params, before)
    fed(average, PLACES[5:])
    assert np.array_equal(average.params, other.params)
    assert repr(average) == repr(other)
    assert average.t == other.t == 25


@every
@pytest.mark.parametrize("form", [lambda p: p, lambda p: {"W": p[:6].reshape(2, 3), "b": p[6:]}])
@pytest.mark.parametrize("seen", [0, 1, 4])
def test_a_state_goes_on(make, form, seen):
    places = [form(place.astype(np.float16)) for place in PLACES]
    first, second = fed(make(), places[:seen]), make()
    saved = pickle.loads(pickle.dumps(first.state_dict()))
    second.load_state_dict(saved)
    for value in saved["mean"].values() if isinstance(saved["mean"], dict) else [saved["mean"]]:
        value[...] = np.nan
    ends = [fed(each, places[seen:]).params for each in (first, second)]
    ends = [each if isinstance(each, dict) else {"params": each} for each in ends]
    assert ends[0].keys() == ends[1].keys()
    assert all(np.array_equal(ends[0][key], ends[1][key]) for key in ends[0])
    assert {each.dtype for each in ends[1].values()} == {np.dtype(np.float16)}


def saved(**changed):
    """Return the state of a mean, with something changed in it."""
    return {**fed(Average(), [np.ones(2)]).state_dict(), **changed}


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (saved(method="Average(start=3)"), r"is of Average\(start=3\); this is Average\(start=0\)"),
        (saved(t=0), "after 0 updates"),
        (saved(mean={}, dtype={}), "after 1 updates"),
        (saved(mean=np.ones(2, np.float32)), "float64.*has.*float32"),
        (saved(mean={"W": np.ones(2)}), "saved average has"),
        (saved(mean=np.ma.array([1.0, 2.0], mask=[False, True])), "whose mask would be lost"),
        (saved(t=-1), "t must be at least 0"),
        (saved(lr=0.1), r"holds t, method, mean, dtype; got \['dtype', 'lr', 'mean'"),
        ({}, r"got \[\]"),
        ([1], "got list"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state, told):
    average = fed(Average(), [np.full(2, 3.0)])
    with pytest.raises(ValueError, match=told):
        average.load_state_dict(state)
    assert (average.t, average.params.tolist()) == (1, [3.0, 3.0])
