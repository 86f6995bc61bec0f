"""What can be put around an optimizer, to change a gradient or a parameter before the rule takes its step."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from d2l_utils._engine.decayed_rule import ScaledRule
from d2l_utils.aliases import Number
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.needs import beside, check_called, written
from d2l_utils.optimizers.settings import Fixed, Hyperparameter
from d2l_utils.optimizers.split import Split

__all__ = ["Around", "ScaledGradient"]


def _optimizer(name: str, value: Any) -> Optimizer:
    if isinstance(value, Split):
        raise TypeError(f"{name} must be one alone: put it around split.first and split.rest, each")
    if not isinstance(value, Optimizer):
        raise TypeError(f"{name} must be one of d2l_utils; got {value!r}")
    return value


class Around(Optimizer):
    """An optimizer around another, whose settings and schedule are its own too.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rule, settings and schedule are used; its own state is neither read nor changed.
    **setting
        The one setting that is added, after those of the optimizer's rule.
    """

    optimizer = Fixed(_optimizer)

    def __init__(self, optimizer: Optimizer, **setting: Any) -> None:
        self.optimizer = optimizer
        if optimizer.kind != "elementwise":
            raise TypeError(
                f"{type(self).__name__} goes around a rule that treats each element by itself; that of "
                f"{type(optimizer).__name__} takes a whole {optimizer.kind}"
            )
        check_called(optimizer, type(self).__name__)
        super().__init__(**setting)
        self.__dict__["slots"] = optimizer.slots
        self.t = self._begun = optimizer._begun
        self._aliases, self._elsewhere = optimizer._aliases, optimizer._elsewhere
        self._reads, self._sets = optimizer._reads, optimizer._sets
        self._corrects_rate = optimizer._corrects_rate

    def __copy__(self) -> Around:
        """Copy the optimizer inside too; in a deep copy or a pickle it stays what others of it hold."""
        made = type(self).__new__(type(self))
        made.__setstate__(self.__getstate__() | {"optimizer": copy.copy(self.optimizer)})
        return made

    def __repr__(self) -> str:
        told = written(self._settings_told()) | beside(self)
        return f"{type(self).__name__}({self.optimizer!r}, {', '.join(map('='.join, told.items()))})"

    @property
    def _method(self) -> str:
        return self.optimizer._method

    def _settings_told(self) -> dict[str, Any]:
        return self.hyperparameters

    @property
    def lr(self) -> Any:
        """The optimizer's learning rate."""
        return self.optimizer.lr

    @lr.setter
    def lr(self, value: Any) -> None:
        self.optimizer.lr = value

    @property
    def averaged(self) -> Callable[..., Any]:
        """What a schedule-free optimizer inside has averaged; its state is kept here."""
        return partial(self.optimizer.averaged, kept_by=self)

    def _owner(self, name: str) -> Optimizer | None:
        return super()._owner(name) or self.optimizer._owner(name)

    def _offered(self) -> str:
        return f"{super()._offered()}, {self.optimizer._offered()}"

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return the arguments of the optimizer's rule, then what is added."""
        return (*self.optimizer.arguments(t), *self._by_name().values())


class ScaledGradient(Around):
    """An optimizer whose gradients are multiplied before anything else: ``g ← scale · g``.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rule, settings and schedule are used; its own state is neither read nor changed.
    scale : float or ndarray
        −1 climbs (PyTorch's ``maximize``), 1/batch size makes a mean of a sum (MXNet's ``rescale_grad``).

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import SGD
    >>> w = np.array([1.0])
    >>> ScaledGradient(SGD(lr=0.1), -1.0).update(w, np.array([1.0]))
    >>> print(w)
    [1.1]
    """

    scale = Hyperparameter("", low=-float("inf"))

    def __init__(self, optimizer: Optimizer, scale: Number) -> None:
        super().__init__(optimizer, scale=scale)

    @property
    def rule(self) -> ScaledRule:  # type: ignore[override]
        """The optimizer's rule, with a scaled gradient."""
        return ScaledRule(self.optimizer.rule)
