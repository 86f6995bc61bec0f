"""What the tests of Newton, BFGS and L-BFGS share: the methods, a loss of all parameters, a run."""

import numpy as np
import pytest

from d2l_utils import BFGS, LBFGS, Newton
from tests.parity.problem import smooth
from tests.rules import WHOLE

METHODS = {name: make for name, make in WHOLE.items() if make().kind == "vector"}
every_method = pytest.mark.parametrize("make", METHODS.values(), ids=METHODS)
searched = pytest.mark.parametrize("make", [BFGS, LBFGS, lambda: Newton(guarded=True)])


def params(dtype=np.float64):
    return {"W": np.linspace(-1, 1, 6, dtype=dtype).reshape(2, 3), "b": np.ones(2, dtype)}


def loss(at):
    """`smooth` of all parameters in a row."""
    value, g = smooth(np.concatenate([each.ravel() for each in at.values()]).astype(float), 1.0)
    parts = np.split(g, np.cumsum([each.size for each in at.values()])[:-1])
    return value, {
        key: part.reshape(each.shape).astype(each.dtype)
        for (key, each), part in zip(at.items(), parts, strict=True)
    }


def taken(optimizer, at, steps, asked=loss):
    for _ in range(steps):
        optimizer.update(at, asked(at)[1], loss=asked)
    return at
