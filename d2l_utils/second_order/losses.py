"""What second-order methods go down: functions of a vector that return a value and a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.objectives import Objective

if TYPE_CHECKING:
    from d2l_utils.models import Model

__all__ = ["Counted", "Loss", "of_model", "of_objective"]

#: A function of a vector that returns the value and the gradient there.
Loss: TypeAlias = Callable[[np.ndarray], tuple[float, np.ndarray]]


class Counted:
    """A loss that counts how often it is asked, and checks and keeps what it answers.

    A loss may answer with the same array each time, filled anew: what is returned is a copy.

    Parameters
    ----------
    loss : callable
        ``loss(x) -> (value, gradient)``.

    Attributes
    ----------
    calls : int
        Evaluations so far.

    Examples
    --------
    >>> import numpy as np
    >>> loss = Counted(lambda x: (float(x @ x), 2 * x))
    >>> loss(np.array([3.0, 4.0]))[0], loss.calls
    (25.0, 1)
    """

    def __init__(self, loss: Loss) -> None:
        self.loss, self.calls = loss, 0

    def __call__(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and the gradient at x.

        Raises
        ------
        TypeError, ValueError
            If the loss returns something else, or a gradient of another shape.
        """
        self.calls += 1
        answer = self.loss(x)
        if not (checks.is_sequence(answer) and len(answer) == 2 and np.size(answer[0]) == 1):
            raise TypeError(f"the loss must return (value, gradient); got {answer!r}")
        value, grad = float(np.reshape(answer[0], ())), np.array(answer[1])
        if grad.shape != x.shape:
            raise ValueError(f"the gradient must have the shape of x, {x.shape}; got {grad.shape}")
        return value, grad


def vector(name: str, value: np.ndarray) -> np.ndarray:
    """Return a vector of floating point as it is given, or raise a TypeError or ValueError."""
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        raise TypeError(f"{name} must be an ndarray of floating point; got {value!r}")
    if value.ndim != 1 or not value.size:
        raise ValueError(f"{name} must be a vector of shape (n,); got shape {value.shape}")
    return value


def of_objective(objective: Objective) -> Loss:
    """Return a toy objective as a loss of one vector.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import bowl
    >>> value, grad = of_objective(bowl)(np.array([-7.0, 2.0]))
    >>> value, grad.tolist()
    (6.45, [-0.7, 4.0])
    """

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        point = x.tolist()
        return objective.value(*point), np.array(objective.gradient(*point), x.dtype)

    return loss


def of_model(model: Model, x: np.ndarray, t: np.ndarray) -> tuple[Loss, np.ndarray]:
    """Return a model's loss on these examples as a loss of one vector, and the vector of its parameters now.

    To ask the loss sets the model's parameters.

    Parameters
    ----------
    model : Model
        With ``params`` and ``loss_and_gradient(x, t)``, as in :mod:`d2l_utils.models`.
    x, t : ndarray
        The examples and their targets.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils.models import LinearRegression
    >>> model = LinearRegression(2, rng=np.random.default_rng(0))
    >>> loss, w = of_model(model, np.eye(2), np.ones(2))
    >>> len(w), loss(w)[0] == model.loss(np.eye(2), np.ones(2))
    (3, True)
    """

    def loss(vector: np.ndarray) -> tuple[float, np.ndarray]:
        parts = np.split(vector, ends)
        for values, part in zip(model.params.values(), parts, strict=True):
            values[...] = part.reshape(values.shape)
        value, grads = model.loss_and_gradient(x, t)
        return value, np.concatenate([grads[name].ravel() for name in model.params])

    ends = np.cumsum([values.size for values in model.params.values()])[:-1]
    return loss, np.concatenate([values.ravel() for values in model.params.values()])
