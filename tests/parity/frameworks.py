"""The same walk with the optimizers of MXNet, PyTorch, Keras and Optax, each imported when asked for."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from operator import attrgetter
from typing import Any

import numpy as np

from d2l_utils.frameworks import import_mxnet
from tests.parity.problem import RTOL, START, smooth, walk

# MXNet keeps the state of these in 32 bits whatever the parameters are, so they are compared with 32-bit
# parameters: how far 25 such steps may be from ours in 64 bits.
SINGLE = {"AdaGrad": 5e-6, "RMSProp": 5e-6, "AdaDelta": 5e-6}


@dataclass(frozen=True)
class Call:
    """An optimizer of a framework with its settings under the framework's names.

    ``lr`` is a number, a schedule of the updates made, or None for what ``settings`` or the default say.
    ``chained`` is the λ of Optax' ``add_decayed_weights`` put before the optimizer, ``shape`` that of the
    array in which the eight coordinates come. One that ``asks`` goes down the loss `smooth`.
    """

    framework: str
    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    lr: Any = None
    chained: float = 0.0
    shape: tuple[int, ...] = START.shape
    asks: bool = False

    @property
    def tolerance(self):
        """How far its path may be from ours."""
        return SINGLE.get(self.name, RTOL) if self.framework == "mxnet" else RTOL

    @property
    def rate(self):
        """The rate as keywords, under the framework's name."""
        key = "lr" if self.framework == "torch" else "learning_rate"
        return {} if self.lr is None else {key: self.lr}

    def path(self, scale):
        """Return the points of the framework's walk."""
        return PATHS[self.framework](self, scale)


def torch_path(call, scale):
    """Walk with a class of ``torch.optim``; a schedule is stepped after each update.

    The default dtype is float64, because NAdam keeps ∏μ in the default dtype, not in that of its parameters.
    """
    import torch

    torch.set_default_dtype(torch.float64)
    tensor = torch.tensor(START.reshape(call.shape), requires_grad=True)
    rate = call.rate
    if callable(call.lr):
        rate = {"lr": 1.0}
    optimizer = getattr(torch.optim, call.name)([tensor], **rate, **call.settings)
    if callable(call.lr):
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, call.lr)

    def closure():
        value, g = smooth(tensor.detach().numpy(), scale)
        tensor.grad = torch.from_numpy(g)
        return value

    def step(p, g, t):
        tensor.grad = torch.from_numpy(g.reshape(call.shape))
        optimizer.step(*[closure] * call.asks)
        if callable(call.lr):
            scheduler.step()
        return tensor.detach().numpy().ravel().copy()

    with in_64_bits(torch.Tensor, "bfloat16", torch.Tensor.clone):
        return walk(step, scale)


@contextmanager
def in_64_bits(owner, name, function):
    """Let a framework compute in the dtype of its arguments: what it rounds by is replaced meanwhile.

    PyTorch rounds Muon's matrix to bfloat16 before Newton–Schulz, Keras its norm and, on JAX, cosines to
    float32.
    """
    rounding = getattr(owner, name)
    setattr(owner, name, function)
    try:
        yield
    finally:
        setattr(owner, name, rounding)


def keras_on_jax():
    """Return Keras, that computes with JAX in 64 bits.

    Raises
    ------
    RuntimeError
        If it computes with something else, for there some steps are others.
    """
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import jax
    import keras

    jax.config.update("jax_enable_x64", True)
    if keras.config.backend() != "jax":
        raise RuntimeError(
            f"Keras must compute with jax to be compared; it does with {keras.config.backend()}"
        )
    return keras


def keras_path(call, scale):
    """Walk with a class of ``keras.optimizers`` on JAX' backend, all in float64.

    On PyTorch's, Keras 3.15's ScheduleFreeAdamW takes other steps: what it keeps as the old z is changed in
    place with the new one.
    """
    keras = keras_on_jax()

    class Schedule(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return call.lr(int(step))

    keras.config.set_floatx("float64")
    variable = keras.Variable(START.reshape(call.shape), dtype="float64")
    rate = {"learning_rate": Schedule()} if callable(call.lr) else call.rate
    optimizer = getattr(keras.optimizers, call.name)(**rate, **call.settings)

    def step(p, g, t):
        optimizer.apply([keras.ops.convert_to_tensor(g.reshape(call.shape), dtype="float64")], [variable])
        return keras.ops.convert_to_numpy(variable.value).ravel()

    def norm(x, axis, keepdims):
        return keras.ops.sqrt(keras.ops.sum(x * x, axis=axis, keepdims=keepdims))

    with in_64_bits(keras.src.ops, "norm", norm):
        return walk(step, scale)


def optax_path(call, scale):
    """Walk with a function of Optax, in float64."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    rate = {"learning_rate": lambda count: call.lr(int(count))} if callable(call.lr) else call.rate
    optimizer = attrgetter(call.name)(optax)(**rate, **call.settings)
    if call.chained:
        optimizer = optax.chain(optax.add_decayed_weights(call.chained), optimizer)
    params = jax.numpy.asarray(START.reshape(call.shape))
    state = optimizer.init(params)

    def step(p, g, t):
        nonlocal params, state
        updates, state = optimizer.update(jax.numpy.asarray(g.reshape(call.shape)), state, params)
        params = optax.apply_updates(params, updates)
        return np.asarray(params).ravel()

    return walk(step, scale)


def mxnet_path(call, scale):
    """Walk with a class of ``mx.optimizer`` under a ``gluon.Trainer``; its scheduler counts from 1."""
    mxnet = import_mxnet()
    dtype = "float32" if call.name in SINGLE else "float64"
    weight = mxnet.gluon.Parameter("weight", shape=START.shape, dtype=dtype)
    weight.initialize(ctx=mxnet.cpu())
    weight.set_data(mxnet.nd.array(START, dtype=dtype))

    class Schedule(mxnet.lr_scheduler.LRScheduler):
        def __call__(self, num_update):
            return call.lr(num_update - 1)

    rate = {"learning_rate": 0.01, "lr_scheduler": Schedule()} if callable(call.lr) else call.rate
    trainer = mxnet.gluon.Trainer([weight], call.name.lower(), {**rate, **call.settings})

    def step(p, g, t):
        with mxnet.autograd.record():
            loss = (weight.data() * mxnet.nd.array(g, dtype=dtype)).sum()
        loss.backward()
        trainer.step(1)
        return weight.data().asnumpy().astype(np.float64)

    return walk(step, scale)


PATHS = {"mxnet": mxnet_path, "torch": torch_path, "keras": keras_path, "optax": optax_path}


def installed(framework):
    """Return the version of a framework, such as "2.13.0"; raise ImportError where it cannot be used."""
    if framework == "mxnet":
        import_mxnet()
    else:
        if framework == "keras":
            keras_on_jax()
        __import__(framework)
    return version(framework).split("+")[0]
