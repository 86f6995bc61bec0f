"""What watches a metric, and lowers an optimizer's rate when it has stopped improving."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Strict
from d2l_utils.schedules.stepping import last_rate, one_rate

__all__ = ["ReduceLROnPlateau"]

CHOICES = {"mode": ("min", "max"), "threshold_mode": ("rel", "abs")}


class ReduceLROnPlateau(Strict):
    """Lowers an optimizer's rate when a metric has stopped improving, as PyTorch 2.13's class of that name.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr``, one number, is changed.
    mode : {"min", "max"}
        Whether the metric should fall or rise.
    factor : float
        What multiplies the rate, below 1.
    patience : int
        Calls of `step` without improvement that are borne; after one more the rate is lowered.
    threshold : float
        How much better than the best is an improvement.
    threshold_mode : {"rel", "abs"}
        Whether ``threshold`` is a share of the best or a number.
    cooldown : int
        Calls after a reduction in which nothing is counted.
    min_lr : float or list of one float
        The rate never falls below it.
    eps : float
        A reduction by no more than this is not made.

    Examples
    --------
    >>> from d2l_utils import SGD
    >>> optimizer = SGD(lr=0.5)
    >>> scheduler = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     scheduler.step(loss)
    >>> print(optimizer.lr)
    0.05
    """

    STATE = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch")
    SETTINGS = ("mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps")
    offered = ("optimizer", *SETTINGS, *STATE)
    min_lr: Any

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        one_rate(optimizer)
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode, self.cooldown = threshold, threshold_mode, cooldown
        self.min_lr, self.eps = min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last = optimizer.lr

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, self._checked(name, value))

    def _checked(self, name: str, value: Any) -> Any:
        """Return a setting's value as it is kept, or raise TypeError or ValueError."""
        if name in CHOICES:
            checks.choice(name, value, CHOICES[name])
        elif name == "best":
            if not isinstance(value, int | float) or value != value:
                raise TypeError(f"best must be one number, and not NaN; got {value!r}")
        elif name in ("patience", "cooldown", "num_bad_epochs", "cooldown_counter", "last_epoch"):
            return checks.whole_number(name, value)
        elif name in self.SETTINGS:
            if isinstance(value, (list, tuple)) and len(value) != 1:
                raise ValueError(f"{name} must be one number: there are no groups here; got {value!r}")
            value = checks.number(name, value[0] if isinstance(value, (list, tuple)) else value, low=0.0)
            if name == "factor" and value >= 1:
                raise ValueError(f"factor must be below 1, for the rate to fall; got {value}")
        return value

    @in_turn
    def step(self, metrics: float, epoch: int | None = None) -> None:
        """Tell it the metric, and let it change the rate. NaN counts as no improvement."""
        try:
            current = float(metrics)
        except (TypeError, ValueError):
            raise TypeError(f"metrics must be one number; got {metrics!r}") from None
        old = one_rate(self.optimizer)
        self.last_epoch = self.last_epoch + 1 if epoch is None else checks.whole_number("epoch", epoch)
        if self.is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown_counter - 1, 0
        if self.num_bad_epochs > self.patience:
            new = max(old * self.factor, self.min_lr)
            if old - new > self.eps:
                self.optimizer.lr = new
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last = self.optimizer.lr

    def is_better(self, current: float) -> bool:
        """Return whether a metric improves on the best by more than the threshold."""
        sign = 1 if self.mode == "max" else -1
        if self.threshold_mode == "rel":
            bar = self.best * (1.0 + sign * self.threshold)
        else:
            bar = self.best + sign * self.threshold
        return current > bar if self.mode == "max" else current < bar

    def get_last_lr(self) -> list[float]:
        """Return the rate that its last step left in a list, as PyTorch does."""
        return [self._last]

    @in_turn
    def state_dict(self) -> dict[str, Any]:
        """Return its settings, what it remembers, and the rate."""
        return {name: getattr(self, name) for name in (*self.SETTINGS, *self.STATE)} | {
            "lr": self.optimizer.lr,
            "_last_lr": [self._last],
        }

    @in_turn
    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned, with its settings; sets the optimizer's rate too."""
        given = saved if isinstance(saved, Mapping) else {}
        lacking = [name for name in (*self.STATE, "lr") if name not in given]
        if lacking:
            raise ValueError(
                f"a saved state holds {', '.join(lacking)}, as state_dict() returns; got {saved!r}"
            )
        known = {*self.SETTINGS, *self.STATE, "lr", "_last_lr"}
        if further := sorted(map(str, given.keys() - known)):
            raise ValueError(
                f"the saved state is none of ours, for it holds {', '.join(further)}; make the scheduler "
                "with the settings of the other, and set what it remembered"
            )
        named = [name for name in (*self.SETTINGS, *self.STATE) if name in given]
        checked = [(name, self._checked(name, given[name])) for name in named]
        last = last_rate(saved)
        self.optimizer.lr = saved["lr"]
        for name, value in checked:
            setattr(self, name, value)
        self._last = self.optimizer.lr if last is None else last
