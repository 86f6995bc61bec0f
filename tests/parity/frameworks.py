"""The same walk with the optimizers of PyTorch and MXNet. Each framework is imported when it is asked for."""

import numpy as np

from d2l_utils.frameworks import import_mxnet
from tests.parity.problem import RTOL, START, walk

# The dtype in which MXNet can keep an optimizer's state, and how far its paths may be from ours: settings
# and the rate that `adam` computes go through 32-bit floats.
MXNET = {
    "sgd": ("float64", RTOL),
    "nag": ("float64", RTOL),
    "adam": ("float64", 1e-6),
    "adagrad": ("float32", 5e-6),
    "rmsprop": ("float32", 5e-6),
    "adadelta": ("float32", 5e-6),
}


def torch_path(case, scale):
    """Return the path of PyTorch's optimizer, in float64."""
    import torch

    name, settings = case.torch
    tensor = torch.tensor(START, requires_grad=True)
    optimizer = getattr(torch.optim, name)([tensor], **{"lr": case.rate(1), **settings})

    def step(p, g, t):
        if "lr" not in settings:
            optimizer.param_groups[0]["lr"] = case.rate(t)
        tensor.grad = torch.from_numpy(g)
        optimizer.step()
        return tensor.detach().numpy().copy()

    return walk(step, scale)


def mxnet_path(case, scale):
    """Return the path of MXNet's optimizer under a ``gluon.Trainer``."""
    mxnet = import_mxnet()
    name, settings = case.mxnet
    dtype, _ = MXNET[name]
    weight = mxnet.gluon.Parameter("weight", shape=START.shape, dtype=dtype)
    weight.initialize(ctx=mxnet.cpu())
    weight.set_data(mxnet.nd.array(START, dtype=dtype))
    trainer = mxnet.gluon.Trainer([weight], name, {"learning_rate": case.rate(1), **settings})

    def step(p, g, t):
        with mxnet.autograd.record():
            loss = (weight.data() * mxnet.nd.array(g, dtype=dtype)).sum()
        loss.backward()
        trainer.set_learning_rate(case.rate(t))
        trainer.step(1)
        return weight.data().asnumpy().astype(np.float64)

    return walk(step, scale)
