"""Ask a schedule of a framework, or ours of the same name, for what holds in each update."""

import inspect
import warnings

import numpy as np

from d2l_utils import SGD, Momentum
from d2l_utils.frameworks import (
    import_mxnet,
    like_keras_schedules,
    like_mxnet_schedules,
    like_optax_schedules,
    like_torch,
    like_torch_schedules,
)
from tests.parity.frameworks import in_64_bits, keras_on_jax
from tests.schedules.cases import CASES, ONE, PATHS, PLATEAU, SLOPES, START, STEPS

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
    """Ask Keras' in float64, on JAX' backend, whose cosine has 32 bits in Keras and 64 in JAX."""
    keras_on_jax()
    import jax
    import keras

    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        schedule = make(keras.optimizers.schedules)
        with in_64_bits(keras.src.ops, "cos", jax.numpy.cos):
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


def signatures(framework, module):
    """Return ``{name: [[parameter, default or "required"], ...]}`` of what ours offers, in ``module``."""
    found = {}
    for name in OURS[framework].__all__:
        parameters = inspect.signature(getattr(module, name)).parameters.values()
        found[name] = [[p.name, "required" if p.default is p.empty else p.default] for p in parameters]
    return found


def module_of(framework):
    """Return the framework's own module of schedules; raise ImportError where it is not installed."""
    if framework == "mxnet":
        return import_mxnet().lr_scheduler
    if framework == "keras":
        keras_on_jax()
    name = {"torch": "torch.optim.lr_scheduler", "keras": "keras", "optax": "optax.schedules"}[framework]
    module = __import__(name, fromlist=["schedules"])
    return module.optimizers.schedules if framework == "keras" else module


def plateau_theirs():
    """Return PyTorch's rate after each metric: ``{case: list}``."""
    import torch

    make = torch.optim.lr_scheduler.ReduceLROnPlateau
    return {
        name: plateau(torch.optim.SGD([torch.zeros(1)], lr=0.5), make, *case)
        for name, case in PLATEAU.items()
    }


def plateau_ours(name):
    """Return our rate after each metric."""
    return plateau(SGD(0.5), like_torch_schedules.ReduceLROnPlateau, *PLATEAU[name])


def plateau(optimizer, make, settings, metrics):
    """Tell a ReduceLROnPlateau the metrics, and return the rate after each."""
    scheduler, rates = make(optimizer, **settings), []
    for metric in metrics:
        scheduler.step(metric)
        rates.append(scheduler.get_last_lr()[0])
    return rates


def paths_theirs():
    """Return the points of PyTorch's optimizers under OneCycleLR: ``{case: list}``."""
    import torch

    found = {}
    for name, settings in PATHS.items():
        w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = getattr(torch.optim, name.split(",")[0])([w], lr=0.5, **settings)
        scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, **ONE)
        points = []
        for _ in range(STEPS):
            w.grad = w.detach() * torch.tensor(SLOPES)
            optimizer.step()
            scheduler.step()
            points.append(w.detach().tolist())
        found[name] = points
    return found


def our_optimizer(name):
    """Make our optimizer of a case of PATHS."""
    return getattr(like_torch, name.split(",")[0])(lr=0.5, **PATHS[name])


def walk(optimizer, before=lambda t: None, after=lambda: None):
    """Return the points of one of ours; ``before`` and ``after`` are called around each update."""
    w, points = np.array(START), []
    for t in range(STEPS):
        before(t)
        optimizer.update(w, w * np.array(SLOPES))
        after()
        points.append(w.copy())
    return np.array(points)


def mxnet_path(make):
    """Return the weight of MXNet's SGD after each update with gradient 1, from 0: minus the rates so far."""
    mxnet = import_mxnet()
    optimizer = mxnet.optimizer.SGD(learning_rate=None, lr_scheduler=make(mxnet.lr_scheduler))
    weight, one, points = mxnet.nd.zeros(1), mxnet.nd.ones(1), []
    for _ in range(STEPS):
        optimizer.update(0, weight, one, None)
        points.append(float(weight.asscalar()))
    return points
