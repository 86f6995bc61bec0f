"""What the frameworks' averages say of one walk: ``python -m tests.averaging`` compares, ``--record`` stores.

A case is a name of `WAYS`. Each average sees the same places, eight coordinates after each of 25 steps, in
float64; all are multiples of 1/64, so that steps from one to the next are exact.
"""

import inspect
import json
import sys
from copy import copy
from pathlib import Path

import numpy as np

from d2l_utils import SGD, ExponentialAverage
from d2l_utils.frameworks.averaging import RHO, WAYS
from tests.parity.frameworks import installed, keras_on_jax
from tests.parity.problem import difference

FILE = Path(__file__).with_name("averaging.json")
RTOL = 1e-10
PLACES = np.round(64 * np.random.default_rng(14).normal(size=(25, 8)) + 64) / 64
EVERY = 3  # updates after which Keras overwrites, if it is told to


def torch_path(**settings):
    """Return what an AveragedModel holds after each place."""
    import torch

    model = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(8, dtype=torch.float64))])
    averaged, found = torch.optim.swa_utils.AveragedModel(model, **settings), []
    for place in PLACES:
        model[0].data = torch.from_numpy(place.copy())
        averaged.update_parameters(model)
        found.append(averaged.module[0].detach().numpy().copy())
    return np.array(found)


def torch_ema():
    """Return the same with a decay."""
    import torch

    return torch_path(avg_fn=torch.optim.swa_utils.get_ema_avg_fn(RHO))


def keras_path(every=None):
    """Return what Keras keeps as the average, or, if it overwrites the parameters by it, these."""
    keras_on_jax()
    import keras

    keras.config.set_floatx("float64")
    settings = {"use_ema": True, "ema_momentum": RHO, "ema_overwrite_frequency": every}
    optimizer, variable = keras.optimizers.SGD(1.0, **settings), keras.Variable(np.zeros(8), dtype="float64")
    before, found = np.zeros(8), []
    for place in PLACES:
        optimizer.apply([keras.ops.convert_to_tensor(before - place)], [variable])
        before = place
        kept = variable if every else optimizer._model_variables_moving_average[0]
        found.append(np.array(keras.ops.convert_to_numpy(kept.value)))
    return np.array(found)


def optax_path(**settings):
    """Return what ``optax.ema`` makes of the places."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    ema, found = optax.ema(RHO, **settings), []
    state = ema.init(jax.numpy.zeros(8))
    for place in PLACES:
        average, state = ema.update(jax.numpy.asarray(place), state)
        found.append(np.asarray(average))
    return np.array(found)


def optax_incremental():
    """Return the average of ``optax.incremental_update``, which starts at the first place."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    found = [jax.numpy.asarray(PLACES[0])]
    for place in PLACES[1:]:
        found.append(optax.incremental_update(jax.numpy.asarray(place), found[-1], 1 - RHO))
    return np.array(found)


LIVE = {
    "torch, mean": torch_path,
    "torch, decay": torch_ema,
    "keras": keras_path,
    "keras, overwriting": lambda: keras_path(EVERY),
    "optax, ema": optax_path,
    "optax, ema, biased": lambda: optax_path(debias=False),
    "optax, incremental": optax_incremental,
}


def ours(name):
    """Return what the average of the table says after each place."""
    if name == "keras, overwriting":
        return overwriting()
    biased = name == "optax, ema, biased"
    average, found = copy(WAYS["optax, ema" if biased else name].average), []
    for t, place in enumerate(PLACES, start=1):
        average.update(place)
        found.append(average.params * ((1 - RHO**t) if biased else 1))
    return np.array(found)


def overwriting():
    """Return the parameters of SGD into which the average is written as the refusal of Keras' says."""
    optimizer, params, average = SGD(1.0), np.zeros(8), ExponentialAverage(RHO)
    before, found = np.zeros(8), []
    for place in PLACES:
        optimizer.update(params, before - place)
        before = place
        average.update(params)
        if average.t % EVERY == 0:
            params[...] = average.params
        found.append(params.copy())
    return np.array(found)


def defaults(framework):
    """Return a framework's defaults of what the table names."""
    if framework == "torch":
        from torch.optim.swa_utils import get_ema_avg_fn

        asked = {"decay": get_ema_avg_fn}
    elif framework == "keras":
        keras_on_jax()
        import keras

        asked = {"ema_momentum": keras.optimizers.SGD, "use_ema": keras.optimizers.SGD}
    else:
        import optax

        asked = {"decay": optax.ema, "debias": optax.ema, "step_size": optax.incremental_update}
    found = {name: inspect.signature(call).parameters[name].default for name, call in asked.items()}
    return {name: None if value is inspect.Parameter.empty else value for name, value in found.items()}


def live(framework):
    """Return what an installed framework says; raise ImportError where it is not."""
    names = [name for name in LIVE if name.split(",")[0] == framework]
    return {
        "version": installed(framework),
        "defaults": defaults(framework),
        "paths": {name: LIVE[name]().tolist() for name in names},
    }


def apart(name, path):
    """Return how far ours is from a path of 25 points."""
    return difference(ours(name), np.array(path))


def main(arguments=()):
    """Print how far we are from each framework; return 1 if too far, or if one is missing."""
    entries, failed = {}, False
    for framework in ("torch", "keras", "optax"):
        try:
            entries[framework] = live(framework)
        except ImportError as error:
            print(f"FAILED {framework} is missing: {error}")
            failed = True
            continue
        for name, path in entries[framework]["paths"].items():
            far = apart(name, path)
            failed = failed or not far <= RTOL
            print(f"{'ok' if far <= RTOL else 'FAILED':7}{name:30}{far:8.1e} of {RTOL:.0e}")
    if "--record" in arguments and not failed:
        FILE.write_text(json.dumps(entries, indent=None) + "\n", encoding="utf-8")
    return 1 if failed else 0


def read():
    """Return what was recorded, by framework."""
    return json.loads(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
