"""Where MXNet's presets begin to count their updates: ``begin_num_update``."""

from functools import partial

import numpy as np
import pytest

from d2l_utils import WeightDecay, descend
from d2l_utils.frameworks import like_mxnet
from d2l_utils.objectives import parabola
from d2l_utils.optimizers.around import ScaledGradient


def test_the_count_that_is_begun_is_kept_by_what_is_put_around_and_walked():
    """MXNet 1.9.1 gives 0.90196 for the first; ``begin_num_update`` stays what it was."""
    make = partial(like_mxnet.Adam, learning_rate=0.1, begin_num_update=100)
    for optimizer in (make(), WeightDecay(make(), 1e-9), ScaledGradient(make(), 1.0)):
        w = np.ones(1)
        optimizer.update(w, np.ones(1))
        assert w == pytest.approx(0.90196, rel=1e-5)
        assert (optimizer.t, optimizer.begin_num_update) == (101, 100)
        with pytest.raises(AttributeError, match="counts before the first update only; the updates made"):
            optimizer.begin_num_update = 3
        assert (optimizer.t, optimizer.begin_num_update) == (101, 100)
    later, w = like_mxnet.Adam(learning_rate=0.1), np.ones(1)
    later.begin_num_update = 100
    later.update(w, np.ones(1))
    assert w == pytest.approx(0.90196, rel=1e-5)
    trace = descend(make(), parabola, (1.0,), num_steps=1)
    assert trace.points[1, 0] == pytest.approx(0.90196, rel=1e-5)


def test_a_count_that_is_refused_changes_nothing():
    optimizer = like_mxnet.Adam(begin_num_update=3)
    for wrong in (2**53 + 1, -1, 0.5):
        with pytest.raises((TypeError, ValueError)):
            optimizer.begin_num_update = wrong
        assert (optimizer.t, optimizer.begin_num_update) == (3, 3)


def test_a_count_that_is_begun_is_told():
    begun = "CorrectedRate(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, begin_num_update=100)"
    assert repr(like_mxnet.Adam(begin_num_update=100)) == begun
    assert repr(like_mxnet.SGD(wd=0.5, begin_num_update=100)).endswith(
        "), weight_decay=0.5, begin_num_update=100)"
    )
    assert "begin" not in repr(like_mxnet.Adam(wd=0.5))
