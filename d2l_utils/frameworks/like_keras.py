"""Keras' settings in, our optimizer out: ``keras.optimizers.X(…)`` becomes ``like_keras.X(…)``.

Each function has the whole signature of Keras 3.15's class of that name, and what it returns takes its very
steps. ``get_config()`` goes in as it is. ``learning_rate`` may also be a schedule, asked for the rate after
0, 1, ... updates, as in Keras; a function that can do without an argument is called without, as in Keras,
before each update. Any number may be an array that sweeps. ``weight_decay`` is decoupled in
every one. Settings keep Keras' names: ``optimizer.learning_rate = 0.01``; read, it is the rate of the next
update, of which a schedule is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2l_utils import optimizers as ours
from d2l_utils._engine import checks
from d2l_utils.frameworks import like_keras_schedules
from d2l_utils.frameworks.presets import Framework, decayed, given
from d2l_utils.frameworks.resting import resting
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.schedules import Schedule

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Muon", "Nadam", "RMSprop"]

schedules = like_keras_schedules


def _with_schedule(args: tuple[Any, ...], settings: dict[str, Any]) -> tuple[Any, ...]:
    """Make a schedule of what ``get_config()`` prints of one, and of what Keras calls without an argument."""
    if {"class_name", "config"} <= settings.keys():
        raise TypeError("what Keras serializes holds the settings as 'config': give **serialized['config']")
    if "learning_rate" in settings:
        settings["learning_rate"] = _as_keras_calls(None, settings["learning_rate"])
    return (_as_keras_calls(None, args[0]), *args[1:]) if args else args


def _as_keras_calls(_: Any, rate: Any) -> Any:
    """Return a rate that is asked as Keras asks it: only its own schedules are called with the updates."""
    if isinstance(rate, Mapping):
        return _printed(rate)
    theirs = (kind.__name__ == "LearningRateSchedule" for kind in type(rate).__mro__)
    if not callable(rate) or isinstance(rate, Schedule) or any(theirs) or not checks.takes_nothing(rate):
        return rate
    return Unasked(rate)


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
    rate = optimizer.lr
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
        "use_ema": "after the first `update`, `average = params.copy()`; after each other, "
        "`average = ema_momentum * average + (1 - ema_momentum) * params`",
        "epsilon": "of Muon it is the ε of its Adam: give it to the Adam that `Split` puts beside",
        "loss_scale_factor": "64-bit gradients need none; for 16-bit ones divide them by the factor of the "
        "loss before `update`",
        "gradient_accumulation_steps": "sum the gradients of so many batches, divide by their number, and "
        "call `update` once",
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
        "MultiOptimizer": "make an optimizer for each part, and give it its part of params and grads",
        "OptimizerMap": "make an optimizer for each part, and give it its part of params and grads",
    },
    reads={"learning_rate": _rate},
    sets={"learning_rate": _as_keras_calls},
    first=_with_schedule,
)  # fmt: skip
GENERAL = (
    "clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99, "
    "ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None, name=None"
)


@KERAS.preset(f"learning_rate=0.01, momentum=0.0, nesterov=False, weight_decay=None, {GENERAL}")
def SGD(learning_rate: Any, momentum: Any, nesterov: bool, weight_decay: Any) -> Optimizer:
    """Make `SGD`, or `Momentum` or `Nesterov` with the learning rate inside the velocity.

    Examples
    --------
    >>> SGD(learning_rate=0.1, momentum=0.9, nesterov=True)
    Nesterov(lr=0.1, momentum=0.9)
    """
    made: Optimizer = ours.SGD(learning_rate)  # without momentum Keras ignores `nesterov`
    if given("momentum", momentum):
        made = resting((ours.Nesterov if nesterov else ours.Momentum)(learning_rate, momentum))
    return decayed(made, weight_decay, decoupled=True)


@KERAS.preset(
    f"learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, weight_decay=None, {GENERAL}",
    epsilon="eps_root",
)
def Adagrad(learning_rate: Any, initial_accumulator_value: Any, epsilon: Any, weight_decay: Any) -> Optimizer:
    """Make `AdaGrad` with ε inside the root and a sum that starts at 0.1.

    Examples
    --------
    >>> Adagrad()
    AdaGrad(lr=0.001, eps=0.0, eps_root=1e-07, initial_accumulator=0.1)
    """
    made = ours.AdaGrad(learning_rate, 0.0, epsilon, initial_accumulator=initial_accumulator_value)
    return decayed(made, weight_decay, decoupled=True)


@KERAS.preset(
    "learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, weight_decay=None, " + GENERAL,
    epsilon="eps_root",
)
def RMSprop(
    learning_rate: Any, rho: Any, momentum: Any, epsilon: Any, centered: bool, weight_decay: Any
) -> Optimizer:
    """Make `RMSProp` with ε inside the root and the rate inside the velocity.

    Examples
    --------
    >>> RMSprop()
    RMSProp(lr=0.001, rho=0.9, eps=0.0, eps_root=1e-07)
    """
    made = ours.RMSProp(learning_rate, rho, 0.0, epsilon, momentum=momentum, centered=centered)
    return decayed(resting(made), weight_decay, decoupled=True)


@KERAS.preset(f"learning_rate=0.001, rho=0.95, epsilon=1e-7, weight_decay=None, {GENERAL}")
def Adadelta(learning_rate: Any, rho: Any, epsilon: Any, weight_decay: Any) -> Optimizer:
    """Make `AdaDelta` whose steps are a thousandth of the paper's, unless you set the rate to 1.

    Examples
    --------
    >>> Adadelta()
    AdaDelta(lr=0.001, rho=0.95, eps=1e-07)
    """
    return decayed(ours.AdaDelta(learning_rate, rho, epsilon), weight_decay, decoupled=True)


@KERAS.preset(
    "learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, weight_decay=None, "
    + GENERAL
)
def Adam(
    learning_rate: Any, beta_1: Any, beta_2: Any, epsilon: Any, amsgrad: bool, weight_decay: Any
) -> Optimizer:
    """Make `Adam` whose ε is the paper's ε̂: on step t it acts as ε̂/√(1 − β₂ᵗ).

    Examples
    --------
    >>> Adam()
    Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-07, eps_root=0.0, eps_hat=True)
    """
    made = ours.Adam(learning_rate, beta_1, beta_2, epsilon, eps_hat=True, amsgrad=amsgrad)
    return decayed(made, weight_decay, decoupled=True)


@KERAS.preset(
    "learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, "
    + GENERAL
)
def AdamW(
    learning_rate: Any, weight_decay: Any, beta_1: Any, beta_2: Any, epsilon: Any, amsgrad: bool
) -> Optimizer:
    """Make `AdamW` with ε̂, and λ = 0.004.

    Examples
    --------
    >>> print(AdamW().weight_decay)
    0.004
    """
    if amsgrad:
        return Adam(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay)
    return ours.AdamW(learning_rate, beta_1, beta_2, epsilon, weight_decay=weight_decay, eps_hat=True)


@KERAS.preset("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=None, " + GENERAL)
def Nadam(learning_rate: Any, beta_1: Any, beta_2: Any, epsilon: Any, weight_decay: Any) -> Optimizer:
    """Make `NAdam` with ψ = 1; its ε is not ε̂.

    Examples
    --------
    >>> Nadam()
    NAdam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-07, eps_root=0.0, momentum_decay=1.0)
    """
    made = ours.NAdam(learning_rate, beta_1, beta_2, epsilon, momentum_decay=1.0)
    return decayed(made, weight_decay, decoupled=True)


@KERAS.preset(
    "learning_rate=0.001, adam_beta_1=0.9, adam_beta_2=0.999, adam_weight_decay=0.004, epsilon=1e-7, "
    f"weight_decay=0.004, {GENERAL}, exclude_layers=None, exclude_embeddings=True, muon_a=3.4445, "
    "muon_b=-4.7750, muon_c=2.0315, adam_lr_ratio=1, momentum=0.95, ns_steps=5, nesterov=True, rms_rate=0.2",
    muon_a=None, muon_b=None, muon_c=None, ns_steps="steps", rms_rate=None,
)  # fmt: skip
def Muon(
    learning_rate: Any, weight_decay: Any, muon_a: Any, muon_b: Any, muon_c: Any, momentum: Any,
    ns_steps: Any, nesterov: bool, rms_rate: Any,
) -> Optimizer:  # fmt: skip
    """Make `Muon` for matrices, with Moonshot's factor and a velocity that sums its gradients.

    Keras' own takes its AdamW for anything else, and for what has "embedding" in its path.

    Examples
    --------
    >>> print(Muon().factor, Muon(rms_rate=None).factor)
    rms none
    """
    shaped = {"factor": "none"} if rms_rate is None else {"factor": "rms", "rms": rms_rate}
    return ours.Muon(
        learning_rate, momentum, weight_decay or 0.0, nesterov=nesterov, **shaped,
        coefficients=(muon_a, muon_b, muon_c), steps=ns_steps, eps=1e-7 * (1 - momentum),
    )  # fmt: skip


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise KERAS.missing(name, __all__)
