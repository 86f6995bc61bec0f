"""Every optimizer that MXNet has takes MXNet's steps, through `gluon.Trainer`."""

import os
import platform
import sys

import pytest

from d2l_utils.frameworks import import_mxnet
from tests.parity import fixture
from tests.parity.cases import CASES, our_path
from tests.parity.frameworks import MXNET, mxnet_path
from tests.parity.problem import SCALES, difference

RUNS_HERE = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 13)


@pytest.fixture(scope="module", autouse=True)
def _mxnet():
    try:
        import_mxnet()
    except ImportError as error:
        if RUNS_HERE and os.environ.get("CI"):
            pytest.fail(f"MXNet must be tested here: {error}")
        pytest.skip(str(error))


@pytest.mark.parametrize(
    ("case", "scale"),
    [
        pytest.param(case, scale, id=fixture.key(case, scale))
        for case in CASES
        if case.mxnet
        for scale in SCALES
    ],
)
def test_steps_of_mxnet(case, scale):
    _, tolerance = MXNET[case.mxnet[0]]
    assert difference(our_path(case, scale), mxnet_path(case, scale)) <= tolerance


def test_every_optimizer_that_mxnet_has_is_compared():
    assert {case.mxnet[0] for case in CASES if case.mxnet} == MXNET.keys()
