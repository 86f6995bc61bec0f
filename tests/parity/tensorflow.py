"""TensorFlow's recorded steps beside the live Optax and Keras, which are locked: an independent witness."""

import numpy as np

from d2l_utils.frameworks.recorded import load_tensorflow, runs
from tests.parity.frameworks import keras_on_jax

PENALTY = 1e-5


def single(number):
    """Return a number as TensorFlow reads a setting: in 32 bits."""
    return float(np.float32(number))


def apart(path, run, key="places"):
    """Return the largest distance from the recorded path, as a share of its longest way."""
    right = np.array(load_tensorflow()[key][run])
    return abs(path - right).max() / abs(right - runs()[run][0]).max()


def optax_walk(run):
    """Walk with ``optax.rmsprop`` and its ``initial_scale``, that was made for this."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    start, gradients, rate = runs()[run]
    rho, eps = single(0.9), single(1e-3)
    solver = optax.rmsprop(lambda t: single(rate(int(t))), rho, eps, initial_scale=1.0, momentum=rho)
    params = jax.numpy.asarray(start)
    state, path = solver.init(params), []
    for g in gradients:
        updates, state = solver.update(g + PENALTY * params, state, params)
        params = optax.apply_updates(params, updates)
        path.append(np.asarray(params))
    return np.array(path)


def keras_walk(run):
    """Walk with Keras' own, on JAX: TensorFlow's ``tf.keras.optimizers.RMSprop`` is the same code."""
    keras = keras_on_jax()
    keras.config.set_floatx("float64")
    start, gradients, rate = runs()[run]
    rho, eps = single(0.9), single(1e-3)
    optimizer = keras.optimizers.RMSprop(0.1, rho=rho, momentum=rho, epsilon=eps)
    w, path = keras.Variable(start, dtype="float64"), []
    for t, g in enumerate(gradients):
        optimizer.learning_rate = single(rate(t))
        optimizer.apply(
            [keras.ops.convert_to_tensor(g + PENALTY * np.asarray(w.value), dtype="float64")], [w]
        )
        path.append(np.asarray(w.value))
    return np.array(path)


# Framework: what of the record it repeats, how it walks, and how far it may be from it.
WALKS = {
    "optax": ("places", optax_walk, 1e-10),
    "keras": ("places of tf.keras.optimizers.RMSprop", keras_walk, 1e-6),
}


def rows(framework):
    """Yield ``(key, compared, difference, tolerance)`` for every recorded run that a framework repeats."""
    if framework not in WALKS:
        return
    key, walk, tolerance = WALKS[framework]
    for run in runs():
        yield f"TensorFlow, {run}", f"recorded – {framework}", apart(walk(run), run, key), tolerance
