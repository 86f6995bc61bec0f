"""Which frameworks are installed here, and how one of them descends."""

from __future__ import annotations

import os
import platform
import sys
import warnings
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from d2l_utils.objectives import Objective

__all__ = [
    "NEEDS",
    "SKIPPED",
    "gluon_descend",
    "has_keras",
    "has_mxnet",
    "has_optax",
    "has_torch",
    "import_keras",
    "import_mxnet",
    "lacking",
    "skip_lacking",
]

NEEDS = {
    "needs-torch": "torch",
    "needs-mxnet": "mxnet",
    "needs-keras": "keras",
    "needs-optax": "optax",
}  # a cell's tag -> the module without which it cannot run
BACKENDS = ("torch", "jax", "tensorflow")  # what Keras 3 computes with: one of these
LEFT_OUT = "Left out: {} is not installed here. The published page shows what this cell prints."
SKIPPED = "skip-execution"  # nbclient and jupyter-cache leave a cell with this tag as it is


def lacking(tags: Iterable[str] = tuple(NEEDS)) -> list[str]:
    """Return the frameworks that a cell with these tags needs and that are not here, or do not start.

    Examples
    --------
    >>> lacking(["hide-input"])
    []
    """
    return [NEEDS[tag] for tag in tags if tag in NEEDS and not _starts(NEEDS[tag])]


def _starts(framework: str) -> bool:
    if find_spec(framework) is None:
        return False
    if framework == "keras":
        return _backend() is not None
    if framework != "mxnet":
        return True
    try:
        import_mxnet()  # it asks the system for a library that a bare machine lacks
    except ImportError:
        return False
    return True


def _backend() -> str | None:
    """Return what Keras is to compute with: the one that is set, or the first that is installed."""
    wanted = os.environ.get("KERAS_BACKEND")
    return next((each for each in ([wanted] if wanted else BACKENDS) if find_spec(each)), None)


def skip_lacking(cells: Iterable[Any]) -> list[Any]:
    """Tag those of a notebook's cells whose framework is not installed, so that they keep what is stored.

    Parameters
    ----------
    cells : iterable of NotebookNode
        Changed in place.

    Returns
    -------
    list of NotebookNode
        The cells that have the tag now.
    """
    skipped = [cell for cell in cells if lacking(cell.metadata.get("tags", []))]
    for cell in skipped:
        cell.metadata["tags"] = [*cell.metadata["tags"], SKIPPED]
    return skipped


def has_torch() -> bool:
    """Return whether PyTorch is installed here, and print a sentence if it is not.

    Examples
    --------
    >>> if has_torch():
    ...     import torch
    """
    return _said("PyTorch", "needs-torch")


def has_keras() -> bool:
    """Return whether Keras 3 and a backend are installed here, and print a sentence if they are not.

    It only asks; `import_keras` tells Keras what to compute with.

    Examples
    --------
    >>> has_keras()
    True
    """
    return _said("Keras", "needs-keras")


def has_optax() -> bool:
    """Return whether Optax is installed here, and print a sentence if it is not.

    Examples
    --------
    >>> if has_optax():
    ...     import optax
    """
    return _said("Optax", "needs-optax")


def _said(title: str, tag: str) -> bool:
    """Return whether what a tag needs is here, and print a sentence if it is not."""
    if lacking([tag]):
        print(LEFT_OUT.format(title))
        return False
    return True


def import_keras() -> ModuleType:
    """Return Keras in 64 bits, on the backend of ``KERAS_BACKEND`` or the first of torch, jax and tensorflow.

    The environment is as before afterwards. A process keeps the backend with which Keras was first imported.

    Raises
    ------
    ImportError
        In one sentence, where Keras or a backend is not installed.
    """
    backend = _backend()
    if find_spec("keras") is None or backend is None:
        raise ImportError("Keras is not installed here with a backend: JAX, PyTorch or TensorFlow")
    asked = os.environ.get("KERAS_BACKEND")
    os.environ["KERAS_BACKEND"] = backend
    try:
        import keras
    finally:
        if asked is None:
            del os.environ["KERAS_BACKEND"]
    if keras.config.backend() == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    return keras


def import_mxnet() -> ModuleType:
    """Return MXNet, mended where its last release meets a newer NumPy.

    MXNet 1.9.1 (2022) asks NumPy for ``np.bool``, which NumPy 1.24 took away; the alias comes back first.

    Raises
    ------
    ImportError
        In one sentence, where MXNet is not installed, cannot be, or does not start.
    """
    if "bool" not in np.__dict__:
        vars(np)["bool"] = np.bool_
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import mxnet
    except (ImportError, OSError, AttributeError) as error:
        if isinstance(error, OSError):
            raise ImportError(f"MXNet is installed here and does not start ({error})") from error
        raise ImportError(
            "MXNet is not installed here: its last wheels are for Linux on x86-64 with Python 3.11 or 3.12 "
            f"and NumPy 1; this is Python {platform.python_version()} on {sys.platform} {platform.machine()} "
            f"with NumPy {np.__version__}"
        ) from error
    return mxnet


def has_mxnet() -> bool:
    """Return whether MXNet can be used here, and print a sentence if it cannot.

    Examples
    --------
    >>> if has_mxnet():
    ...     mx = import_mxnet()
    """
    try:
        import_mxnet()
    except ImportError as error:
        print(f"Left out: {error}.")
        return False
    return True


def gluon_descend(
    name: str, options: dict[str, Any], objective: Objective, start: Sequence[float], num_steps: int
) -> np.ndarray:
    """Descend a toy objective with MXNet's ``gluon.Trainer``.

    Parameters
    ----------
    name : str
        MXNet's name of the optimizer, such as ``"sgd"`` or ``"adam"``.
    options : dict
        Its settings under MXNet's names, such as ``{"learning_rate": 0.1}``.
    objective : Objective
        What to descend.
    start : sequence of float
        One number a coordinate.
    num_steps : int
        How many steps.

    Returns
    -------
    ndarray, shape (num_steps + 1, d)
        The start and the point after each step, computed in float32, MXNet's own default.

    Examples
    --------
    >>> from d2l_utils import bowl
    >>> if has_mxnet():
    ...     path = gluon_descend("sgd", {"learning_rate": 0.95}, bowl, (-7.0, 2.0), 30)
    """
    mx = import_mxnet()
    w = mx.gluon.Parameter("w", shape=(len(start),))
    w.initialize(mx.init.Zero())
    w.set_data(mx.nd.array(start))
    trainer = mx.gluon.Trainer([w], name, options)
    points = [w.data().asnumpy()]
    for _ in range(num_steps):
        with mx.autograd.record():
            loss = objective.value(*w.data())
        loss.backward()
        trainer.step(batch_size=1)
        points.append(w.data().asnumpy())
    return np.array(points)
