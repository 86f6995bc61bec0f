"""Our optimizers take the steps of the live MXNet, through `gluon.Trainer`, and why two of its do not fit."""

import os
import platform
import sys

import numpy as np
import pytest

from d2l_utils.frameworks import import_mxnet, like_mxnet
from tests.parity.case import our_path
from tests.parity.presets import PRESETS
from tests.parity.problem import SCALES, difference

pytestmark = pytest.mark.needs("libgomp1")
RUNS_HERE = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 13)


@pytest.fixture(scope="module", autouse=True)
def _mxnet():
    try:
        import_mxnet()
    except ImportError as error:
        if RUNS_HERE and os.environ.get("CI"):
            pytest.fail(f"MXNet must be tested here: {error}")
        pytest.skip(str(error))


CASES = [preset for preset in PRESETS if preset.call.framework == "mxnet"]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_steps_of_mxnet(case, scale):
    assert difference(our_path(case, scale), case.call.path(scale)) <= case.call.tolerance


def nag_of_mxnet(p, g, v, lr, momentum, wd):
    """MXNet's kernel: the decay of the old weight in the step, that of the new weight in the velocity."""
    new = p + momentum * (momentum * v - lr * (g + wd * p)) - lr * (g + wd * p)
    return new, momentum * v - lr * (g + wd * new)


def test_why_the_weight_decay_of_nag_is_not_offered():
    nd = import_mxnet().nd
    weight, state = nd.array([1.0], dtype="float64"), nd.array([0.0], dtype="float64")
    p, v = 1.0, 0.0
    for g in (0.5, -1.0, 0.25):
        gradient = nd.array([g], dtype="float64")
        nd.nag_mom_update(weight, gradient, state, out=weight, lr=0.5, momentum=0.5, wd=0.25)
        p, v = nag_of_mxnet(p, g, v, 0.5, 0.5, 0.25)
        assert (weight.asscalar(), state.asscalar()) == (p, v)


@pytest.mark.parametrize(("arrays", "agree"), [(1, True), (2, False)])
def test_why_nadam_is_right_for_one_array_only(arrays, agree):
    mxnet = import_mxnet()
    theirs = mxnet.optimizer.Nadam()
    weights = [mxnet.nd.array([1.0], dtype="float64") for _ in range(arrays)]
    states = [theirs.create_state(i, weight) for i, weight in enumerate(weights)]
    ours, p = like_mxnet.Nadam(), {str(i): np.ones(1) for i in range(arrays)}
    for g in (0.5, -1.0, 0.25):
        for i, weight in enumerate(weights):
            theirs.update(i, weight, mxnet.nd.array([g], dtype="float64"), states[i])
        ours.update(p, {key: np.array([g]) for key in p})
    assert np.isclose(weights[-1].asscalar(), p[str(arrays - 1)][0], rtol=1e-12) == agree


@pytest.mark.parametrize("name", ["PolyScheduler", "CosineScheduler"])
def test_where_a_scheduler_is_that_is_first_asked_after_its_end(name):
    """MXNet's has not moved yet, as after a large ``begin_num_update``."""
    settings = {"max_update": 10, "base_lr": 0.5, "final_lr": 0.125}
    theirs = getattr(import_mxnet().lr_scheduler, name)(**settings)
    ours = getattr(like_mxnet.lr_scheduler, name)(**settings)
    assert (theirs(11), ours(10)) == (0.5, 0.125)
    assert (theirs(10), theirs(11)) == (ours(9), ours(10)) == (0.125, 0.125)


def after_three_updates(name, clip_gradient):
    mxnet = import_mxnet()
    theirs = getattr(mxnet.optimizer, name)(learning_rate=0.1, clip_gradient=clip_gradient)
    weight = mxnet.nd.array([1.0, 1.0])
    state = theirs.create_state(0, weight)
    for _ in range(3):
        theirs.update(0, weight, mxnet.nd.array([3.0, -0.2]), state)
    return weight.asnumpy().tolist()


@pytest.mark.parametrize("clip_gradient", [-1, -0.5, 0])
@pytest.mark.parametrize("name", like_mxnet.__all__)
def test_a_clip_of_0_or_less_is_taken_where_it_clips_nothing(name, clip_gradient):
    make = getattr(like_mxnet, name)
    if after_three_updates(name, clip_gradient) == after_three_updates(name, None):
        assert repr(make(clip_gradient=clip_gradient)) == repr(make())
    else:
        with pytest.raises(TypeError, match=rf"{name}\(clip_gradient={clip_gradient}\) is not offered"):
            make(clip_gradient=clip_gradient)
