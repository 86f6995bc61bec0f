"""MXNet's own grids of settings, whole: a call takes the steps of a formula, or is told what to do instead.

apache/mxnet at 3f8f3be9, the commit of 1.9.1, tests/python/unittest/test_optimizer.py: the settings that each
of its tests combines, with the same count of calls. Its sparse arrays are not here, nor is float16, which it
tests with ``multi_precision`` only. The same file compares with references in Python; `reference` says in
float64 what they say. What its test_gluon_trainer.py, test_contrib_optimizer.py and
test_contrib_svrg_optimizer.py ask besides is a store of parameters on devices, sparse arrays, and optimizers
of LEFT_OUT.
"""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from d2l_utils.frameworks import like_mxnet
from tests.golden.test_mxnet import GRADIENTS, RATES, W
from tests.rules import adagrad, adam, momentum, nesterov, rmsprop

DTYPES = (np.float32, np.float64)
MOMENTUM = [{}, {"momentum": 0.9}]
CLIP = [{}, {"clip_gradient": 0.4}, {"clip_gradient": 0.5}]
RESCALE = [{}, {"rescale_grad": 0.14}, {"rescale_grad": 0.8}]
DECAY = [{}, {"wd": 0.03}, {"wd": 0.05}, {"wd": 0.07}]
NO_DECAY = [{}, {"wd": 0.0}]
MASTERS = [{}, {"multi_precision": False}, {"multi_precision": True}]
CENTERED = [{}, {"centered": False}, {"centered": True}]

TAKEN, CLIPPED, BY_32_BITS = "taken", "before `update`, take `np.clip", "keep parameters of 32 bits"
WEIGHTS, TWO_POINTS = "after `update`, `np.clip", "at two points; put WeightDecay"

# test -> optimizer, settings that it combines, what becomes of how many calls
GRIDS = {
    "test_sgd": (
        "SGD", [MOMENTUM, CLIP, RESCALE, DECAY, MASTERS], {TAKEN: 48, CLIPPED: 144, BY_32_BITS: 24},
    ),
    "test_std_sparse_sgd": (
        "SGD", [[{"momentum": 0.0}, {"momentum": 0.9}], CLIP, RESCALE, DECAY, [{"lazy_update": False}]],
        {TAKEN: 24, CLIPPED: 48},
    ),
    "test_nag": (
        "NAG", [MOMENTUM, CLIP, RESCALE, DECAY, MASTERS],
        {TAKEN: 30, CLIPPED: 144, BY_32_BITS: 24, TWO_POINTS: 18},
    ),
    "test_adam": ("Adam", [CLIP, RESCALE, DECAY, MASTERS], {TAKEN: 24, CLIPPED: 72, BY_32_BITS: 12}),
    "test_rms": (
        "RMSProp", [[{}, {"clip_weights": 0.01}], CLIP, CENTERED, RESCALE, DECAY, MASTERS],
        {TAKEN: 72, CLIPPED: 216, BY_32_BITS: 36, WEIGHTS: 324},
    ),
    "test_adagrad": ("AdaGrad", [[{}, {"eps": 1e-8}], CLIP, RESCALE, NO_DECAY], {TAKEN: 12, CLIPPED: 24}),
    "test_adadelta": (
        "AdaDelta", [[{"rho": 0.9}], [{}, {"epsilon": 1e-8}], CLIP, RESCALE, NO_DECAY],
        {TAKEN: 12, CLIPPED: 24},
    ),
}  # fmt: skip

LEFT_OUT = [
    "Adamax", "DCASGD", "FTML", "Ftrl", "GroupAdaGrad", "LAMB", "LARS", "LBSGD", "SGLD", "SVRG", "Signum",
]  # fmt: skip


def graves(p, g, lr, state, gamma1, gamma2, epsilon):
    """Graves 2013, equations 38 to 45."""
    state["n"] = gamma1 * state.get("n", 0.0) + (1 - gamma1) * g**2
    state["g"] = gamma1 * state.get("g", 0.0) + (1 - gamma1) * g
    size = np.sqrt(state["n"] - state["g"] ** 2 + epsilon)
    state["delta"] = gamma2 * state.get("delta", 0.0) - lr * g / size
    return p + state["delta"]


def adadelta(p, g, state, rho, epsilon):
    """Zeiler 2012, Algorithm 1."""
    state["g2"] = rho * state.get("g2", 0.0) + (1 - rho) * g**2
    delta = np.sqrt(state.get("d2", 0.0) + epsilon) / np.sqrt(state["g2"] + epsilon) * g
    state["d2"] = rho * state.get("d2", 0.0) + (1 - rho) * delta**2
    return p - delta


def reference(name, p, g, t, state, settings):
    """Return the parameters after step t of MXNet's reference of this name."""
    lr = RATES.get(name, 0.01)
    g = settings.get("rescale_grad", 1.0) * g + settings.get("wd", 0.0) * p
    if name == "AdaDelta":
        return adadelta(p, g, state, settings["rho"], settings.get("epsilon", 1e-5))
    if name == "AdaGrad":
        return adagrad.adagrad(p, g, t, lr, state, settings.get("eps", 1e-7))
    if name == "Adam":
        return adam.adam_eps_hat(p, g, t, lr, state, 0.9, 0.999, 1e-8)
    if name == "RMSProp" and settings.get("centered"):
        return graves(p, g, lr, state, 0.9, 0.9, 1e-8)
    if name == "RMSProp":
        return rmsprop.rmsprop(p, g, t, lr, state, 0.9, 1e-8)
    step = nesterov.nesterov if name == "NAG" else momentum.momentum
    return step(p, g, t, lr, state, settings.get("momentum", 0.0))


def became(name, settings):
    """Make a call and, if it is taken, compare its steps; return the reason it was refused for, or TAKEN."""
    try:
        optimizers = {dtype: getattr(like_mxnet, name)(**settings) for dtype in DTYPES}
    except TypeError as error:
        return next(reason for reason in (CLIPPED, BY_32_BITS, WEIGHTS, TWO_POINTS) if reason in str(error))
    expected, state = W, {}
    points = {dtype: W.astype(dtype) for dtype in DTYPES}
    for t, g in enumerate(GRADIENTS, 1):
        expected = reference(name, expected, g, t, state, settings)
        for dtype, p in points.items():
            optimizers[dtype].update(p, g.astype(dtype))
            np.testing.assert_allclose(p, expected, rtol=0, atol=1e-6, err_msg=f"{settings}, step {t}")
    return TAKEN


@pytest.mark.parametrize(("name", "grid", "counts"), GRIDS.values(), ids=GRIDS)
def test_the_grids_of_mxnet(name, grid, counts):
    calls = [{k: v for part in parts for k, v in part.items()} for parts in product(*grid)]
    assert Counter(became(name, settings) for settings in calls) == counts


@pytest.mark.parametrize("name", LEFT_OUT)
def test_an_optimizer_that_is_not_of_this_book_is_refused_with_what_there_is(name):
    with pytest.raises(AttributeError, match=rf"mx.optimizer.{name} is not offered: .* NAG, SGD, AdaDelta"):
        getattr(like_mxnet, name)


@pytest.mark.parametrize(
    ("settings", "first"), [({"learning_rate": 0.3}, 0.3), ({}, 1024.0), ({"learning_rate": None}, 1024.0)]
)
def test_learning_rate(settings, first):
    """A rate that is given is written into the scheduler; without one, its ``base_lr`` counts."""

    class FactorScheduler:
        base_lr = 1024

        def __call__(self, num_update):
            return self.base_lr

    for name in ("SGD", "NAG", "AdaGrad"):
        optimizer, w = getattr(like_mxnet, name)(lr_scheduler=FactorScheduler(), **settings), np.zeros(1)
        assert optimizer.learning_rate(0) == pytest.approx(first)
        optimizer.update(w, np.ones(1))
        np.testing.assert_allclose(w, -first, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "instead"), [("set_lr_mult", "with two rates"), ("set_wd_mult", "one with wd and one without")]
)
def test_lr_wd_mult(name, instead):
    with pytest.raises(AttributeError, match=f"{name}': make two optimizers, {instead}"):
        getattr(like_mxnet.SGD(), name)


def test_trainer_lr_sched():
    """Each rate holds for two updates, the first of which Trainer's test looks at."""
    schedule = like_mxnet.lr_scheduler.FactorScheduler(2, factor=0.1, base_lr=1)
    optimizer, x, ends = like_mxnet.SGD(learning_rate=schedule), np.zeros(10), []
    for _ in range(10):
        optimizer.update(x, np.full(10, 2.0))
        ends.append(x[0])
    rates = np.repeat([1, 0.1, 0.01, 0.001, 0.0001], 2)
    np.testing.assert_allclose(ends, -2 * np.cumsum(rates), rtol=1e-6)
