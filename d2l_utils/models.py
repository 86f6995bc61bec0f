"""Small networks with analytic gradients: linear regression, softmax regression, a two-layer network.

Each has ``params``, a dict of arrays that an optimizer changes in place, and ``gradient(x, t)``, a dict with
the same keys. Losses are means over the examples; ``weight_decay`` adds ``½ λ ‖W‖²`` for the weights W, not
for the biases.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from d2l_utils._engine import checks

__all__ = ["LinearRegression", "Model", "SoftmaxRegression", "TwoLayerNet"]

Params = dict[str, np.ndarray]


class Model:
    """What the models share: sizes, weights, and the loss that carries its gradient.

    Attributes
    ----------
    params : dict of str to ndarray
        ``W1, b1, ...`` (or ``W, b``); weights have shape (inputs, outputs).
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        rng: np.random.Generator,
        weight_decay: float,
        dtype: Any,
    ) -> None:
        sizes = tuple(checks.whole_number("number of units", size, low=1) for size in sizes)
        checks.generator(rng)
        self.weight_decay = checks.number("weight_decay", weight_decay, low=0.0)
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"dtype must be a floating-point type; got {dtype!r}")
        # All in a row of one array, so that an optimizer changes them in one go.
        row = np.zeros(sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes)), dtype)
        self.params: Params = {}
        for i, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            label = str(i) if len(sizes) > 2 else ""
            weights, biases, row = np.split(row, [n_in * n_out, (n_in + 1) * n_out])
            self.params["W" + label], self.params["b" + label] = weights.reshape(n_in, n_out), biases
            self.params["W" + label][:] = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in)
        self.num_inputs, self.num_outputs = sizes[0], sizes[-1]

    def loss_and_gradient(self, x: np.ndarray, t: np.ndarray) -> tuple[float, Params]:
        """Return the mean loss over the examples and its gradient, in one pass.

        Parameters
        ----------
        x : ndarray, shape (n, inputs)
            The examples.
        t : ndarray, shape (n,)
            The targets: numbers for a regression, class labels 0, 1, ... for a classifier.

        Returns
        -------
        loss : float
        gradient : dict of str to ndarray
            With the keys and shapes of ``params``.
        """
        x, t = self._checked(x, t)
        outputs, hidden = self._forward(x)
        loss, error = self._loss(outputs, t)
        gradient = self._backward(x, hidden, error)
        for name in self._weights():
            gradient[name] += self.weight_decay * self.params[name]
        return loss + self._penalty(), gradient

    def gradient(self, x: np.ndarray, t: np.ndarray) -> Params:
        """Return the gradient of the mean loss, with the keys and shapes of ``params``."""
        return self.loss_and_gradient(x, t)[1]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Return the mean loss over the examples, weight decay included."""
        x, t = self._checked(x, t)
        return self._loss(self._forward(x)[0], t)[0] + self._penalty()

    def _weights(self) -> list[str]:
        """Return the names that weight decay shrinks: none without it."""
        return [name for name in self.params if name.startswith("W")] if self.weight_decay else []

    def _penalty(self) -> float:
        return sum(
            0.5 * self.weight_decay * float(np.sum(self.params[name] ** 2)) for name in self._weights()
        )

    def _checked(self, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, t = checks.same_length(x, t)
        if x.ndim != 2 or x.shape[1] != self.num_inputs or t.ndim != 1:
            raise ValueError(
                f"x must have shape (n, {self.num_inputs}) and t (n,); got {x.shape} and {t.shape}"
            )
        return x, t

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        return x @ self.params["W"] + self.params["b"], None

    def _backward(self, x: np.ndarray, hidden: Any, error: np.ndarray) -> Params:
        return {"W": x.T @ error, "b": error.sum(axis=0)}

    def _loss(self, outputs: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
        raise NotImplementedError


class LinearRegression(Model):
    """A linear model with the loss ``mean(½ (x·W + b − t)²)``.

    Parameters
    ----------
    num_inputs : int
        Number of features d.
    rng : numpy.random.Generator
        Draws the initial weights, normal with variance 2/d; the bias starts at 0.
    weight_decay : float
        λ of the penalty ``½ λ ‖W‖²``.
    dtype : dtype
        Of the parameters.

    Examples
    --------
    >>> import numpy as np
    >>> model = LinearRegression(2, rng=np.random.default_rng(0))
    >>> {name: values.shape for name, values in model.params.items()}
    {'W': (2, 1), 'b': (1,)}
    """

    def __init__(
        self,
        num_inputs: int,
        *,
        rng: np.random.Generator,
        weight_decay: float = 0.0,
        dtype: Any = np.float64,
    ) -> None:
        super().__init__((num_inputs, 1), rng, weight_decay, dtype)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the predictions for examples ``x`` of shape (n, inputs), shape (n,)."""
        return self._forward(np.asarray(x))[0][:, 0]

    def _loss(self, outputs: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
        residual = outputs - t[:, None].astype(outputs.dtype)
        return float(np.vdot(residual, residual)) / (2 * residual.size), residual / len(t)


class SoftmaxRegression(Model):
    """A linear classifier with the cross-entropy of its softmax as loss.

    Parameters
    ----------
    num_inputs, num_classes : int
        Number of features and of classes.
    rng : numpy.random.Generator
        Draws the initial weights.
    weight_decay : float
        λ of the penalty ``½ λ ‖W‖²``.
    dtype : dtype
        Of the parameters.

    Examples
    --------
    >>> import numpy as np
    >>> model = SoftmaxRegression(4, 3, rng=np.random.default_rng(0))
    >>> model.predict(np.zeros((2, 4)))
    array([0, 0])
    """

    def __init__(
        self,
        num_inputs: int,
        num_classes: int,
        *,
        rng: np.random.Generator,
        weight_decay: float = 0.0,
        dtype: Any = np.float64,
    ) -> None:
        super().__init__((num_inputs, num_classes), rng, weight_decay, dtype)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the likeliest class of each example in ``x`` of shape (n, inputs), shape (n,)."""
        return self._forward(np.asarray(x))[0].argmax(axis=1)

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """Return the share of examples whose likeliest class is their label, from 0 to 1."""
        x, t = self._checked(x, t)
        return float(np.mean(self.predict(x) == t))

    def _checked(self, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, t = super()._checked(x, t)
        if t.dtype.kind not in "iu" or t.min() < 0 or t.max() >= self.num_outputs:
            raise ValueError(f"t must hold class labels from 0 to {self.num_outputs - 1}; got {np.unique(t)}")
        return x, t

    def _loss(self, outputs: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
        rows = np.arange(len(t))
        log_p = outputs - outputs.max(axis=1, keepdims=True)
        log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
        error = np.exp(log_p)
        error[rows, t] -= 1
        return -float(log_p[rows, t].mean()), error / len(t)


class TwoLayerNet(SoftmaxRegression):
    """One hidden layer of rectified linear units, then softmax and cross-entropy.

    Parameters
    ----------
    num_inputs, num_hidden, num_classes : int
        Units in each layer.
    rng : numpy.random.Generator
        Draws the initial weights, normal with variance 2/inputs (He et al. 2015); biases start at 0.
    weight_decay : float
        λ of the penalty ``½ λ (‖W1‖² + ‖W2‖²)``.
    dtype : dtype
        Of the parameters.

    Examples
    --------
    >>> import numpy as np
    >>> net = TwoLayerNet(64, 32, 10, rng=np.random.default_rng(0))
    >>> list(net.params)
    ['W1', 'b1', 'W2', 'b2']
    """

    def __init__(
        self,
        num_inputs: int,
        num_hidden: int,
        num_classes: int,
        *,
        rng: np.random.Generator,
        weight_decay: float = 0.0,
        dtype: Any = np.float64,
    ) -> None:
        Model.__init__(self, (num_inputs, num_hidden, num_classes), rng, weight_decay, dtype)

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        hidden = np.maximum(x @ self.params["W1"] + self.params["b1"], 0)
        return hidden @ self.params["W2"] + self.params["b2"], hidden

    def _backward(self, x: np.ndarray, hidden: Any, error: np.ndarray) -> Params:
        assert hidden is not None
        back = (error @ self.params["W2"].T) * (hidden > 0)
        return {
            "W1": x.T @ back,
            "b1": back.sum(axis=0),
            "W2": hidden.T @ error,
            "b2": error.sum(axis=0),
        }
