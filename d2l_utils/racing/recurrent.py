"""A recurrent network that guesses the next letter, and its back-propagation through time by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.models import Params, SoftmaxRegression

__all__ = ["RecurrentModel"]


class RecurrentModel(SoftmaxRegression):
    """Read letters one by one, keep a state, and guess the letter that follows the last one.

    The state after a letter is ``h = tanh(E[letter] + h W + b)``, from 0 on. Only the last state is asked:
    ``h U + c`` are the scores of the next letter. The gradient runs back through all the steps.

    Parameters
    ----------
    num_letters : int
        Size of the alphabet.
    length : int
        Letters that are read.
    num_hidden : int
        Length of the state.
    rng : numpy.random.Generator
        Draws the initial weights, normal with variance 1/hidden; biases start at 0.
    dtype : dtype
        Of the parameters.

    Attributes
    ----------
    params : dict of str to ndarray
        ``E`` (letters, hidden), ``W`` (hidden, hidden), ``b`` (hidden,), ``U`` (hidden, letters), ``c``
        (letters,).

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number of 1 or more; later, if x does not hold letters' numbers.

    References
    ----------
    Elman 1990, "Finding Structure in Time"; Werbos 1990, "Backpropagation through Time".

    Examples
    --------
    >>> import numpy as np
    >>> model = RecurrentModel(3, 2, 4, rng=np.random.default_rng(0))
    >>> loss, gradient = model.loss_and_gradient(np.array([[0, 1], [1, 2]]), np.array([2, 0]))
    >>> {name: grad.shape for name, grad in gradient.items()}
    {'E': (3, 4), 'W': (4, 4), 'b': (4,), 'U': (4, 3), 'c': (3,)}
    """

    def __init__(
        self,
        num_letters: int,
        length: int,
        num_hidden: int,
        *,
        rng: np.random.Generator,
        dtype: Any = np.float64,
    ) -> None:
        sizes = {"num_letters": num_letters, "length": length, "num_hidden": num_hidden}
        K, T, d = (checks.whole_number(name, size, low=1) for name, size in sizes.items())
        checks.generator(rng)
        self.num_inputs, self.num_outputs, self.weight_decay = T, K, 0.0
        shapes = {"E": (K, d), "W": (d, d), "b": (d,), "U": (d, K), "c": (K,)}
        self.params = {
            name: (rng.normal(size=shape) / np.sqrt(d) if len(shape) > 1 else np.zeros(shape)).astype(dtype)
            for name, shape in shapes.items()
        }

    def _checked(self, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, t = super()._checked(x, t)
        if x.dtype.kind not in "iu" or x.min() < 0 or x.max() >= self.num_outputs:
            raise ValueError(f"x must hold letters' numbers from 0 to {self.num_outputs - 1}; got {x}")
        return x, t

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        p = self.params
        heard = p["E"][x] + p["b"]
        states = [np.zeros_like(heard[:, 0])]
        for step in range(x.shape[1]):
            states.append(np.tanh(heard[:, step] + states[-1] @ p["W"]))
        return states[-1] @ p["U"] + p["c"], states

    def _backward(self, x: np.ndarray, hidden: Any, error: np.ndarray) -> Params:
        p, states = self.params, hidden
        to_h, to_heard = error @ p["U"].T, np.empty((*x.shape, len(p["b"])), error.dtype)
        for step in reversed(range(x.shape[1])):
            to_heard[:, step] = to_h * (1 - states[step + 1] ** 2)
            to_h = to_heard[:, step] @ p["W"].T
        flat, letters = to_heard.reshape(-1, len(p["b"])), x.ravel()
        chosen = (np.arange(self.num_outputs)[:, None] == letters).astype(error.dtype)
        before = np.stack(states[:-1], axis=1).reshape(flat.shape)
        return {
            "E": chosen @ flat,
            "W": before.T @ flat,
            "b": flat.sum(axis=0),
            "U": states[-1].T @ error,
            "c": error.sum(axis=0),
        }
