"""Trainings that take too long for a page: their scores, computed once by ``tools/searches.py``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["load_searches"]


def load_searches() -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the stored scores of some thousands of `DigitsTraining`, and how they came about.

    Returns
    -------
    tables : dict of str to ndarray
        Columns named ``table_column``, one row a training or a search:

        - ``pool_setting``, ``pool_scores``, ``pool_test``, ``pool_right``: 600 settings drawn from
          `DIGITS_SPACE`, with scores after 1, 3, 5, 9 and 27 epochs, that on the test set, and which of the
          360 + 360 images of validation and test are classified right, as packed bits.
        - ``eps_scores``, ``rest_scores``: 60 rates by 9 values of Adam's ε, and of one minus the momentum, by
          8 seeds that all cells share; ``eps_own``, ``rest_own``: each cell with a seed of its own.
        - ``dropout_scores``: 19 shares of dropped pixels, six seeds.
        - ``searches_random``, ``searches_gp``, ``searches_tpe``: the scores of trials in order, 16 seeds; the
          same with ``_test`` on the test set. The first ten trials are the same in all three.
        - ``folds_scores``, ``folds_truth``: 16 draws of digits and of 20 settings, by 5 folds, and by the
          examples left over.
    about : dict
        For each table what it holds, its number of rows, the date, the minutes it took and the versions.

    Examples
    --------
    >>> tables, about = load_searches()
    >>> tables["pool_scores"].shape, about["pool"]["rows"]
    ((600, 5), 600)
    """
    with files("d2l_utils").joinpath("datasets", "tuning.npz").open("rb") as file, np.load(file) as arrays:
        tables = {name: arrays[name] for name in arrays.files if name != "about"}
        about: dict[str, Any] = json.loads(str(arrays["about"]))
    return tables, about
