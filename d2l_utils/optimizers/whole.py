"""What optimizers share whose rule does not treat each element by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from d2l_utils._engine import arrays
from d2l_utils._engine.groups import Apply, State
from d2l_utils._engine.whole import (
    applied_to_arrays,
    applied_to_vector,
    as_it_is,
    check_matrices,
    check_vector,
    flattened,
    joined,
    started,
)
from d2l_utils.aliases import Grads, Params
from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.base import Optimizer

__all__ = ["ArrayMethod", "MatrixMethod", "VectorMethod"]

Loss = Callable[[Mapping[str, Any]], tuple[float, Mapping[str, Any]]]


class _WholeMethod(Optimizer):
    """What these kinds share: a state of any shape, and settings that cannot be swept."""

    def _check_state(self, params: Mapping[str, Any], state: State) -> None:
        kept, fitting = _shapes(state), _shapes(self._made(params))
        if kept != fitting:
            raise ValueError(f"params make a state of {fitting}; this optimizer keeps {kept}")

    def _applied_to(self, params: Mapping[str, Any], state: State) -> list[Apply]:
        """Return functions of gradients and settings that together apply the rule."""
        raise NotImplementedError

    def _check_sweep(self, params: Mapping[str, Any], swept: tuple[int, ...]) -> None:
        if swept:
            raise ValueError(
                f"the settings of {type(self).__name__} cannot be swept, for its rule takes a whole "
                f"{self.kind}; got settings of shape {swept}"
            )

    def _laid_out(
        self, params: Mapping[str, Any], grads: Mapping[str, Any], state: State, swept: tuple[int, ...]
    ) -> list[Apply]:
        return self._applied_to(params, state)


def _shapes(state: State) -> dict[str, dict[str, tuple[tuple[int, ...], str]]]:
    """Return shape and dtype of each array of a state."""
    return {
        key: {slot: (value.shape, value.dtype.name) for slot, value in slots.items()}
        for key, slots in state.items()
    }


class ArrayMethod(_WholeMethod):
    """An optimizer whose rule takes whole arrays of any shape: each parameter by itself, as one layer.

    A slot of the state is a number that fills an array like the parameter, or a function of the parameter
    that makes the array. Settings cannot be swept.

    Attributes
    ----------
    helpers : dict of str to callable
        Functions that the rule takes after its settings: name -> function.

    Examples
    --------
    >>> import numpy as np
    >>> class Normalized(ArrayMethod):
    ...     helpers = {"length": np.linalg.norm}
    ...     @staticmethod
    ...     def rule(p, g, lr, length):
    ...         p -= lr * g / length(g)
    ...         return p
    >>> b = np.zeros(2)
    >>> Normalized(lr=0.5).update(b, np.array([3.0, 4.0]))
    >>> print(b)
    [-0.3 -0.4]
    """

    kind = "array"
    helpers: Mapping[str, Callable[..., Any]] = {}
    _view = staticmethod(as_it_is)

    def _given(self, settings: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*settings, *self.helpers.values())

    def _check(self, params: Mapping[str, Any]) -> None:
        """Raise a ValueError if the rule cannot take one of these."""

    def _made(self, params: Mapping[str, Any]) -> State:
        self._check(params)
        return {
            key: started(self.slots, self._view(p.astype(arrays.computed_in(p.dtype))))
            for key, p in params.items()
        }

    def _applied_to(self, params: Mapping[str, Any], state: State) -> list[Apply]:
        return applied_to_arrays(self.rule, params, state, self._view)


class MatrixMethod(ArrayMethod):
    """An optimizer whose rule takes whole matrices: each parameter by itself, in its own shape.

    A slot of the state is a number that fills an array like the parameter, or a function of the parameter
    that makes the array. Settings cannot be swept.

    Attributes
    ----------
    kernels : bool
        Take arrays of more axes too, such as the kernels of a convolution, as the matrix that has a row for
        each index of the first: PyTorch's (out, in, height, width) is out × (in · height · width).
    helpers : dict of str to callable
        As in `ArrayMethod`.

    Examples
    --------
    >>> import numpy as np
    >>> class Rows(MatrixMethod):
    ...     @staticmethod
    ...     def rule(p, g, lr):
    ...         p -= lr * g / np.linalg.norm(g, axis=1, keepdims=True)
    ...         return p
    >>> w = np.zeros((2, 2))
    >>> Rows(lr=0.5).update(w, np.array([[3.0, 4.0], [0.0, 2.0]]))
    >>> print(w)
    [[-0.3 -0.4]
     [ 0.  -0.5]]
    """

    kind = "matrix"
    kernels = False
    _view = staticmethod(flattened)

    def _check(self, params: Mapping[str, Any]) -> None:
        check_matrices(params, self.kernels)


class VectorMethod(_WholeMethod):
    """An optimizer whose rule takes all parameters as one vector, and the loss.

    The rule's last argument is ``loss(x) -> (value, gradient)`` of vectors. A slot of the state is a number
    that fills a vector like the parameters', or a function of that vector that makes an array. Its state
    belongs to these parameters in this order. Settings cannot be swept.

    Examples
    --------
    >>> import numpy as np
    >>> class Halving(VectorMethod):
    ...     @staticmethod
    ...     def rule(p, g, lr, loss):
    ...         value, _ = loss(p)
    ...         while loss(p - lr * g)[0] >= value:
    ...             lr = lr / 2
    ...         p -= lr * g
    ...         return p
    >>> w = np.array([1.0])
    >>> Halving(lr=8.0).update(w, 2 * w, loss=lambda params: (params["params"] @ w, {"params": 2 * w}))
    >>> print(w)
    [0.]
    """

    kind = "vector"
    _loss: Loss | None = None

    @in_turn
    def update(
        self, params: Params, grads: Grads, *others: Any, loss: Loss | None = None, check_finite: bool = False
    ) -> None:
        """Take one step: change ``params`` in place, against ``grads`` and by what the loss says elsewhere.

        Parameters
        ----------
        params, grads, check_finite
            As in `Optimizer.update`.
        loss : callable
            ``loss(params) -> (value, grads)`` at whatever the dict ``params`` holds when it is called; a
            single array has the name ``"params"`` there.

        Raises
        ------
        TypeError
            If there is no loss.
        RuntimeError
            If the loss updates this optimizer.
        """
        if not callable(loss):
            raise TypeError(
                f"{type(self).__name__} asks for the loss at other points: update(params, grads, loss=...), "
                f"with loss(params) -> (value, grads); got {loss!r}"
            )
        if self._loss is not None:
            raise RuntimeError("the loss of an update must not update this optimizer, which waits for it")
        self._loss = loss
        try:
            super().update(params, grads, *others, check_finite=check_finite)
        finally:
            self._loss = None

    def _given(self, settings: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*settings, self._loss)

    def _made(self, params: Mapping[str, Any]) -> State:
        check_vector(params)
        order = ", ".join(f"{key} {p.shape}" for key, p in params.items())
        return {order: started(self.slots, joined(list(params.values())))}

    def _applied_to(self, params: Mapping[str, Any], state: State) -> list[Apply]:
        (slots,) = state.values()
        return [applied_to_vector(self.rule, params, tuple(slots.values()))]
