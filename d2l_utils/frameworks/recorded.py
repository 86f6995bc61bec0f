"""What TensorFlow did with a published script's settings, recorded: TensorFlow is no part of this book."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

__all__ = ["load_tensorflow"]


def load_tensorflow() -> dict[str, Any]:
    """Return the steps of TensorFlow's RMSProp with the settings of EfficientNet's training script.

    ``tools/tensorflow_rmsprop.py`` made them, in 64 bits.

    Returns
    -------
    dict
        ``"places"``: scale of the gradients -> the four weights after each of 25 steps of
        ``tf.compat.v1.train.RMSPropOptimizer``; ``"places of tf.keras.optimizers.RMSprop"``: the same of what
        TensorFlow's guide puts in its place; ``"losses"``: on all digits, after each of ten epochs;
        ``"settings"``, ``"with"`` (versions), ``"on"`` (the day), ``"seconds"`` (what it took), ``"seed"``.

    References
    ----------
    Tan & Le 2019; their script is ``models/official/efficientnet`` of github.com/tensorflow/tpu.

    Examples
    --------
    >>> load_tensorflow()["settings"]["epsilon"]
    0.001
    """
    file = files("d2l_utils").joinpath("datasets", "tensorflow_rmsprop.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
