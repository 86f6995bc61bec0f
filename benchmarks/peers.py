"""The other frameworks, each in the idiom that its own documentation recommends, with Adam at its defaults.

Every function imports its framework when it is called. Keras runs on JAX, with a compiled step, unless the
environment names another backend.
"""

import numpy as np

from d2l_utils.frameworks import import_mxnet

LR = 0.001


def torch():
    """Return PyTorch with one thread."""
    import torch

    torch.set_num_threads(1)
    return torch


def jax(double=False):
    """Return JAX and Optax; with ``double``, arrays may be float64."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", double)
    return jax, optax


def keras(backend="jax"):
    """Return Keras, which must run on this backend."""
    import keras

    assert keras.backend.backend() == backend
    return keras


def mxnet():
    """Return MXNet."""
    return import_mxnet()


def mxnet_parameters(arrays):
    """Return gluon parameters that hold ``arrays``, float32."""
    mx = mxnet()
    parameters = []
    for i, array in enumerate(arrays):
        parameter = mx.gluon.Parameter(f"p{i}", shape=array.shape)
        parameter.initialize(mx.init.Zero())
        parameter.set_data(mx.nd.array(np.asarray(array, np.float32)))
        parameters.append(parameter)
    return parameters
