"""Ask a schedule of a framework, or ours of the same name, for what holds in each update."""

import os
import warnings

import numpy as np

from d2l_utils import (
    Momentum,
    like_keras_schedules,
    like_mxnet_schedules,
    like_optax_schedules,
    like_torch_schedules,
)
from d2l_utils.frameworks import import_mxnet
from tests.schedules.cases import CASES, STEPS

OURS = {
    "torch": like_torch_schedules,
    "keras": like_keras_schedules,
    "optax": like_optax_schedules,
    "mxnet": like_mxnet_schedules,
}


def ours(framework, make):
    """Return our rates, and the momentum with a scheduler of PyTorch: shape (STEPS,) or (STEPS, 2)."""
    if framework != "torch":
        schedule = make(OURS[framework])
        return np.array([schedule(t) for t in range(STEPS)])
    optimizer = Momentum(0.5, 0.9, lr_in_velocity=False)
    scheduler, found = make(like_torch_schedules, optimizer), []
    for t in range(STEPS):
        found.append((optimizer.lr, optimizer.momentum))
        if t < STEPS - 1:
            scheduler.step()
    return np.array(found)


def torch_asked(make):
    """Ask PyTorch's, through its optimizer."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.5, momentum=0.9)
    scheduler, found = make(torch.optim.lr_scheduler, optimizer), []
    for t in range(STEPS):
        group = optimizer.param_groups[0]
        found.append((group["lr"], group["momentum"]))
        optimizer.step()
        if t < STEPS - 1:
            scheduler.step()
    return np.array(found, dtype=float)


def keras_asked(make):
    """Ask Keras' in float64, on PyTorch's backend."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        schedule = make(keras.optimizers.schedules)
        return np.array([float(schedule(t)) for t in range(STEPS)])
    finally:
        keras.config.set_floatx(before)


def optax_asked(make):
    """Ask Optax' in float64."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    schedule = make(optax.schedules)
    return np.array([float(schedule(t)) for t in range(STEPS)])


def mxnet_asked(make):
    """Ask MXNet's, as its optimizers do: with the number of the update, from 1."""
    scheduler = make(import_mxnet().lr_scheduler)
    return np.array([float(scheduler(t + 1)) for t in range(STEPS)])


ASKED = {"torch": torch_asked, "keras": keras_asked, "optax": optax_asked, "mxnet": mxnet_asked}


def theirs(framework):
    """Return ``{case: what the framework's own says}``; raise ImportError where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: ASKED[framework](make) for name, make in CASES[framework].items()}
