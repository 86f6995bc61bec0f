"""What Keras' arguments are here, and how its learning rate is given and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.frameworks import like_keras_schedules
from d2l_utils.frameworks.presets import Framework
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.schedules import Schedule

__all__ = ["KERAS", "Rate", "Unasked", "Warmed"]


def _with_schedule(args: tuple[Any, ...], settings: dict[str, Any]) -> tuple[Any, ...]:
    """Make a schedule of what ``get_config()`` prints of one, and of what Keras calls without an argument."""
    if {"class_name", "config"} <= settings.keys():
        raise TypeError("what Keras serializes holds the settings as 'config': give **serialized['config']")
    if "learning_rate" in settings:
        settings["learning_rate"] = _as_keras_calls(settings["learning_rate"])
    return (_as_keras_calls(args[0]), *args[1:]) if args else args


def _as_keras_calls(rate: Any) -> Any:
    """Return a rate that is asked as Keras asks it: only its own schedules are called with the updates."""
    if isinstance(rate, Mapping):
        return _printed(rate)
    theirs = (kind.__name__ == "LearningRateSchedule" for kind in type(rate).__mro__)
    if not callable(rate) or isinstance(rate, Schedule) or any(theirs) or not checks.takes_nothing(rate):
        return rate
    return Unasked(rate)


def _settable(optimizer: Optimizer, rate: Any) -> Any:
    """Return a rate to set, or raise a TypeError for a number in place of a schedule, as Keras does."""
    rate, warmed = _as_keras_calls(rate), isinstance(optimizer.lr, Warmed)
    if callable(optimizer.lr.rate if warmed else optimizer.lr) and not callable(rate):
        raise TypeError(f"learning_rate follows a schedule; set another, or end it by `lr`; got {rate!r}")
    return Warmed(rate, optimizer.lr.steps) if warmed else rate


@dataclass(frozen=True)
class Unasked:
    """A function of no argument as a schedule: Keras calls it before each update.

    Examples
    --------
    >>> Unasked(lambda rate=0.5: rate)(3)
    0.5
    """

    function: Callable[[], Any]

    def __call__(self, t: int) -> Any:
        """Return what the function returns now."""
        return self.function()


def _printed(printed: Mapping[str, Any]) -> Any:
    name, known = printed.get("class_name"), like_keras_schedules.__all__
    if name not in known or not isinstance(printed.get("config"), Mapping):
        raise TypeError(
            "learning_rate must be a number, a schedule, or what get_config() prints of "
            f"{', '.join(known)}; got {dict(printed)!r}"
        )
    if not str(printed.get("module", "keras")).startswith("keras"):
        raise TypeError(
            f"learning_rate is a {name} of {printed['module']}, and not Keras' own; give what it answers as "
            "a function of the updates made"
        )
    return getattr(like_keras_schedules, name)(**printed["config"])


@dataclass(frozen=True)
class Warmed:
    """A rate, or a schedule, that rises from the first of ``steps`` updates on, as `ScheduleFreeAdamW` does.

    Examples
    --------
    >>> [Warmed(0.5, 4)(t) for t in (0, 1, 3, 9)]
    [0.125, 0.25, 0.5, 0.5]
    """

    rate: Any
    steps: int

    def __post_init__(self) -> None:
        if not callable(self.rate):
            object.__setattr__(self, "rate", checks.real("learning_rate", self.rate, low=0.0))

    def __call__(self, t: int) -> Any:
        """Return the learning rate after ``t`` updates."""
        return self.cold(t) * min((t + 1) / self.steps, 1.0)

    def cold(self, t: int) -> Any:
        """Return the rate without the warm-up, which Keras' users read."""
        return checks.real("learning_rate", self.rate(t), low=0.0) if callable(self.rate) else self.rate


def _clips_nothing(value: Any, _: Mapping[str, Any]) -> bool:
    return not isinstance(value, str) and value <= 0


class Rate(float):
    """A learning rate as Keras' users read it: a number, that tells how to set it.

    Examples
    --------
    >>> Rate(0.5) / 2
    0.25
    >>> Rate(0.5).assign(0.25)
    Traceback (most recent call last):
        ...
    AttributeError: learning_rate is a number, without 'assign': read it as it is, set it by `=`
    """

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"learning_rate is a number, without {name!r}: read it as it is, set it by `=`")


def _rate(optimizer: Optimizer) -> Any:
    """Return the rate of the next update, as Keras does; a schedule is asked for it."""
    rate = optimizer.lr.cold if isinstance(optimizer.lr, Warmed) else optimizer.lr
    if callable(rate):
        rate = checks.real("learning_rate", rate(optimizer.t), low=0.0)
    return rate if isinstance(rate, np.ndarray) else Rate(rate)


# what Muon hands on to the Adam that takes what it does not
MUON_S_ADAM = (
    "adam_beta_1", "adam_beta_2", "adam_weight_decay", "adam_lr_ratio", "exclude_layers",
    "exclude_embeddings",
)  # fmt: skip

KERAS = Framework(
    "Keras 3.15",
    "keras.optimizers.",
    names={
        "learning_rate": "lr", "momentum": "momentum", "weight_decay": "weight_decay", "rho": "rho",
        "beta_1": "beta1", "beta_2": "beta2", "epsilon": "eps", "amsgrad": "amsgrad", "centered": "centered",
        "initial_accumulator_value": "initial_accumulator",
    },
    free={
        "name": "a name",
        "ema_momentum": "for `use_ema`", "ema_overwrite_frequency": "for `use_ema`",
        **dict.fromkeys(MUON_S_ADAM, "for what is no matrix: `Split` gives it an Adam"),
    },
    instead={
        "clipnorm": "before `update`, multiply each gradient by `min(1, clipnorm / its norm)`",
        "clipvalue": "before `update`, take `np.clip(g, -clipvalue, clipvalue)` of each gradient",
        "global_clipnorm": "before `update`, multiply all gradients by `min(1, global_clipnorm / norm)`, "
        "with the norm of all together",
        "use_ema": "make `average = ExponentialAverage(ema_momentum)`, and after each `update` call "
        "`average.update(params)`; at the end of `fit`, and after every `ema_overwrite_frequency` updates, "
        "Keras writes it into the model: `params[...] = average.params`; with gradient_accumulation_steps it "
        "averages after every batch from the one of the first update on",
        "loss_scale_factor": "64-bit gradients need none; for 16-bit ones divide them by the factor of the "
        "loss before `update`",
        "gradient_accumulation_steps": "sum the gradients of so many batches, divide by their number, and "
        "call `update` once; Keras' schedule counts the batches, so give "
        "`lambda t: schedule(steps * t + steps - 1)`",
    },
    neutral=dict.fromkeys(("clipnorm", "clipvalue", "global_clipnorm"), _clips_nothing),
    methods={
        "apply_gradients": "`update(params, grads)` takes a step",
        "apply": "`update(params, grads)` takes a step",
        "minimize": "compute the gradients, then call `update(params, grads)`",
        "get_config": "`print(optimizer)` tells the settings",
        "iterations": "the updates made are `t`",
        "variables": "`state_dict()` returns a copy of the state",
        "build": "the first `update` makes the state",
        "exclude_from_weight_decay": "make two optimizers, one for the arrays that decay and one for the "
        "others",
    },
    rarely={
        "name": "an optimizer has none; your variable names it",
        "get_weights": "`state_dict()` returns a copy of the state",
        "set_weights": "`load_state_dict(saved)` sets the state",
        "save_own_variables": "`pickle` stores an optimizer with its state",
        "load_own_variables": "`pickle` loads an optimizer with its state",
        "from_config": "give the configuration as settings, `Adam(**config)`",
        "scale_loss": "multiply the loss yourself, and divide the gradients before `update`",
        "update_step": "`update(params, grads)` takes a step",
        "stateless_apply": "`update(params, grads)` takes a step, in place",
        "finalize_variable_values": "an average that you keep beside is yours to copy back",
        "add_variable": "the `slots` of a subclass of Optimizer name its state",
        "decay": "`schedules.InverseTimeDecay(rate, 1, decay)` as learning_rate is the `decay` of old",
        "get": "write the class, `SGD()`, where Keras takes its name",
        "deserialize": "write the class and its settings, `Adam(**config)`",
        "serialize": "`repr` tells an optimizer, and `pickle` stores it",
        "legacy": "the optimizers of old Keras are others; these are those of Keras 3",
        "LossScaleOptimizer": "divide the gradients by the factor of the loss before `update`",
        "MultiOptimizer": "`Split(first, rest, which=...)` gives each optimizer its part of params and grads",
        "OptimizerMap": "`Split(first, rest, which=...)` gives each optimizer its part of params and grads",
    },
    reads={"learning_rate": _rate},
    sets={"learning_rate": _settable},
    first=_with_schedule,
)  # fmt: skip
