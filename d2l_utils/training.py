"""The minibatch loop: a model, data and an optimizer in; the history of the loss out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.data import iterations_per_epoch, minibatches
from d2l_utils.models import Model
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.split import Split

__all__ = ["History", "fit"]

Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class History:
    """What `fit` saw.

    Attributes
    ----------
    loss : ndarray, shape (num_updates,)
        Loss of each minibatch, before the update that it caused.
    epoch : ndarray, shape (num_updates,)
        Epochs done before that update, as a fraction: 0.5 is half-way through the first.
    train_loss : ndarray, shape (epochs + 1,)
        Loss over all the training examples at the start and after each epoch.
    validation_loss : ndarray, shape (epochs + 1,)
        The same over the validation examples; empty without them.
    validation_accuracy : ndarray, shape (epochs + 1,)
        Share of them that is classified right; empty without them, or for a regression.
    """

    loss: np.ndarray
    epoch: np.ndarray
    train_loss: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray

    @property
    def diverged(self) -> bool:
        """Whether the training ended early because a loss was NaN or infinite."""
        return not bool(np.isfinite(self.loss).all() and np.isfinite(self.train_loss).all())


def fit(
    model: Model,
    data: Pair,
    optimizer: Optimizer | Split,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    validation: Pair | None = None,
    drop_last: bool = False,
    progress: bool | None = None,
) -> History:
    """Train a model in place and return the history of its loss.

    Parameters
    ----------
    model : Model
        Its ``params`` are changed.
    data : pair of ndarray
        Training examples x and targets t.
    optimizer : Optimizer or Split
        Its state goes on where it was. A schedule-free one is evaluated at ``averaged(model.params)``, and
        leaves the point that it trains in the model.
    epochs : int
        Passes over the data, at least 1.
    batch_size : int
        Examples a minibatch: 1 is stochastic gradient descent, all of them gradient descent.
    rng : numpy.random.Generator
        Shuffles each epoch anew.
    validation : pair of ndarray, optional
        Examples that are looked at after each epoch, never trained on.
    drop_last : bool
        Leave out an epoch's last minibatch if it is a partial one.
    progress : bool, optional
        Show a progress bar (with tqdm, if it is installed); by default only on a terminal.

    Returns
    -------
    History
        It ends early, with the loss that did it, once a loss is NaN or infinite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what it should be; the model is then as it was.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import SGD
    >>> from d2l_utils.data import make_regression
    >>> from d2l_utils.models import LinearRegression
    >>> rng = np.random.default_rng(0)
    >>> data, _ = make_regression(100, 3, rng=rng)
    >>> history = fit(LinearRegression(3, rng=rng), data, SGD(lr=0.1), epochs=10, batch_size=10, rng=rng)
    >>> history.loss.shape, bool(history.train_loss[-1] < 1e-6)
    ((100,), True)
    """
    x, t = checks.same_length(*data)
    if isinstance(optimizer, type) or not checks.takes_two(getattr(optimizer, "update", None)):
        raise TypeError(
            f"optimizer must have update(params, grads), made, such as SGD(lr=0.1) is; got {optimizer!r}"
        )
    epochs = checks.whole_number("epochs", epochs, low=1)
    checks.generator(rng)
    per_epoch = iterations_per_epoch(len(x), batch_size, drop_last=drop_last)
    if per_epoch == 0:
        raise ValueError(f"drop_last leaves no minibatch of {batch_size} in {len(x)} examples")
    batch_losses: list[float] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        train_loss = [float(model.loss(x, t))]
        seen = [_look(model, validation)]
        for _ in _bar(range(epochs), progress):
            for batch in minibatches(x, t, batch_size, rng, drop_last=drop_last):
                loss, gradient = model.loss_and_gradient(*batch)
                batch_losses.append(float(loss))
                if not math.isfinite(loss):
                    break
                optimizer.update(model.params, gradient)
            with _evaluated(model, optimizer):
                train_loss.append(float(model.loss(x, t)))
                seen.append(_look(model, validation))
            if not math.isfinite(batch_losses[-1]):
                break
    validation_loss, validation_accuracy = zip(*seen, strict=True)
    return History(
        np.array(batch_losses),
        np.arange(len(batch_losses)) / per_epoch,
        np.array(train_loss),
        _without_none(validation_loss),
        _without_none(validation_accuracy),
    )


@contextmanager
def _evaluated(model: Model, optimizer: Optimizer | Split) -> Iterator[None]:
    """Let the model hold what is to be evaluated, where the optimizer trains another point."""
    if not hasattr(optimizer, "averaged"):
        yield
        return
    trained = {key: p.copy() for key, p in model.params.items()}
    _set(model, optimizer.averaged(model.params))
    try:
        yield
    finally:
        _set(model, trained)


def _set(model: Model, values: Mapping[str, np.ndarray]) -> None:
    for key, value in values.items():
        model.params[key][...] = value


def _look(model: Model, validation: Pair | None) -> tuple[float | None, float | None]:
    if validation is None:
        return None, None
    accuracy = getattr(model, "accuracy", None)
    return float(model.loss(*validation)), None if accuracy is None else float(accuracy(*validation))


def _without_none(values: Iterable[float | None]) -> np.ndarray:
    return np.array([value for value in values if value is not None])


def _bar(epochs: range, progress: bool | None) -> Iterable[int]:
    try:
        from tqdm import auto, std
    except ImportError:
        return epochs
    if progress is None:
        return std.tqdm(epochs, desc="epochs", unit="epoch", disable=None, leave=False)
    return auto.tqdm(epochs, desc="epochs", unit="epoch", disable=not progress, leave=False)
