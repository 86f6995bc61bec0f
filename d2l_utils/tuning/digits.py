"""A training that is small enough to be repeated a thousand times: what the searches of the book search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.data import Examples, load_digits, minibatches
from d2l_utils.models import TwoLayerNet
from d2l_utils.optimizers import Momentum
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.tuning.spaces import Choice, LogUniform, Space, Uniform

__all__ = ["DIGITS_SPACE", "GUESS", "DigitsTraining", "split_digits"]

GUESS = math.log(10)
"""The loss of one who guesses among ten classes; no score of a training is worse."""

DIGITS_SPACE: Space = {
    "lr": LogUniform(1e-4, 10.0),
    "rest": LogUniform(0.01, 1.0),
    "weight_decay": LogUniform(1e-7, 1.0),
    "dropout": Uniform(0.0, 0.9),
    "batch_size": Choice([32, 64, 128]),
}
"""Where the five settings of a `DigitsTraining` may lie; ``rest`` is one minus the momentum."""


def split_digits() -> tuple[Examples, Examples, Examples]:
    """Return the digits in three: to train on, to choose by, and to judge the choice.

    Returns
    -------
    train, validation, test : Examples
        1077, 360 and 360 images; the test set is that of `load_digits`.

    Examples
    --------
    >>> [len(part.t) for part in split_digits()]
    [1077, 360, 360]
    """
    rest, test = load_digits()
    return Examples(rest.x[:1077], rest.t[:1077]), Examples(rest.x[1077:], rest.t[1077:]), test


class DigitsTraining:
    """A network of 32 hidden units that learns the digits, stops when told, and goes on later.

    Parameters
    ----------
    setting : mapping
        Any of ``lr`` (0.1), ``rest`` (one minus the momentum; 0.1), ``weight_decay`` (0), ``dropout`` (share
        of the pixels that are blackened at each update; 0) and ``batch_size`` (32).
    seed : int
        Of the initial weights, the batches and the dropped pixels.
    data : pair of Examples, optional
        To train on and to score by; by default the first two parts of `split_digits`.
    optimizer : Optimizer, optional
        Instead of `Momentum` with the setting's ``lr`` and ``rest``.

    Examples
    --------
    >>> training = DigitsTraining({"lr": 0.1}, seed=0)
    >>> training.run_to(1) > training.run_to(3)
    True
    >>> training.epochs
    3
    """

    def __init__(
        self,
        setting: Mapping[str, Any],
        *,
        seed: int,
        data: tuple[Examples, Examples] | None = None,
        optimizer: Optimizer | None = None,
    ) -> None:
        known = {"lr": 0.1, "rest": 0.1, "weight_decay": 0.0, "dropout": 0.0, "batch_size": 32}
        if unknown := set(setting) - set(known):
            raise ValueError(f"setting has no {min(unknown)!r}; it may have {list(known)}")
        self.setting = {**known, **setting}
        self.dropout = checks.number("dropout", self.setting["dropout"], low=0.0)
        self.batch_size = checks.whole_number("batch_size", self.setting["batch_size"], low=1)
        if self.dropout >= 1:
            raise ValueError(f"dropout must be below 1; got {self.dropout:g}")
        self.optimizer = optimizer or Momentum(self.setting["lr"], 1.0 - self.setting["rest"])
        self.data = data or split_digits()[:2]
        self.rng = np.random.default_rng(seed)
        self.net = TwoLayerNet(64, 32, 10, rng=self.rng, weight_decay=self.setting["weight_decay"])
        self.epochs, self.lost = 0, False

    def run_to(self, epochs: int) -> float:
        """Train until so many epochs are done in all, and return the score.

        Parameters
        ----------
        epochs : int
            A whole number, at least as many as are done.

        Returns
        -------
        score : float
            Cross-entropy over the second part of the data, without weight decay; at most `GUESS`, and that
            for a training that is lost.
        """
        epochs = checks.whole_number("epochs", epochs)
        if epochs < self.epochs:
            raise ValueError(f"epochs must be at least {self.epochs}, which are done; got {epochs}")
        with np.errstate(all="ignore"):
            while self.epochs < epochs:
                if not self.lost:
                    self._epoch()
                self.epochs += 1
            return self.score(self.data[1])

    def score(self, part: Examples) -> float:
        """Return the cross-entropy over some examples, at most `GUESS`."""
        if self.lost:
            return GUESS
        weight_decay, self.net.weight_decay = self.net.weight_decay, 0.0
        loss = self.net.loss(*part)
        self.net.weight_decay = weight_decay
        return min(loss, GUESS) if math.isfinite(loss) else GUESS

    def right(self, part: Examples) -> np.ndarray:
        """Return for each example whether it is classified right, as an array of bool."""
        return np.asarray(self.net.predict(part.x) == part.t) & (not self.lost)

    def _epoch(self) -> None:
        for x, t in minibatches(*self.data[0], self.batch_size, self.rng):
            if self.dropout:
                x = x * (self.rng.random(x.shape) >= self.dropout) / (1 - self.dropout)
            self.optimizer.update(self.net.params, self.net.gradient(x, t))
        self.lost = not all(np.abs(values).max() < 1e6 for values in self.net.params.values())
