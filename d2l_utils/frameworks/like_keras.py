"""Keras' settings in, our optimizer out: ``keras.optimizers.X(…)`` becomes ``like_keras.X(…)``.

Each function has the whole signature of Keras 3.15's class of that name, and what it returns takes its very
steps. ``get_config()`` goes in as it is. ``learning_rate`` may also be a schedule, asked for the rate after
0, 1, ... updates, as in Keras; a function that can do without an argument is called without, as in Keras,
before each update. Any number may be an array that sweeps. ``weight_decay`` is decoupled in
every one. Settings keep Keras' names: ``optimizer.learning_rate = 0.01``; read, it is the rate of the next
update, of which a schedule is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils._engine import checks
from d2l_utils.frameworks import like_keras_schedules
from d2l_utils.frameworks.keras_names import KERAS, Warmed
from d2l_utils.frameworks.presets import decayed, given
from d2l_utils.frameworks.resting import resting
from d2l_utils.optimizers.base import Optimizer

__all__ = [
    "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Lamb", "Lion", "Muon", "Nadam",
    "RMSprop", "ScheduleFreeAdamW",
]  # fmt: skip

schedules = like_keras_schedules


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


@KERAS.preset("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=None, " + GENERAL)
def Adamax(learning_rate: Any, beta_1: Any, beta_2: Any, epsilon: Any, weight_decay: Any) -> Optimizer:
    """Make `AdaMax` with ε beside the maximum.

    Examples
    --------
    >>> Adamax()
    AdaMax(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-07, eps_max=0.0)
    """
    return decayed(ours.AdaMax(learning_rate, beta_1, beta_2, epsilon), weight_decay, decoupled=True)


@KERAS.preset("learning_rate=0.001, beta_1=0.9, beta_2=0.99, weight_decay=None, " + GENERAL)
def Lion(learning_rate: Any, beta_1: Any, beta_2: Any, weight_decay: Any) -> Optimizer:
    """Make `Lion`, at ten times the rate of its authors unless you set it.

    Examples
    --------
    >>> Lion(weight_decay=0.1)
    Lion(lr=0.001, beta1=0.9, beta2=0.99, weight_decay=0.1)
    """
    return ours.Lion(learning_rate, beta_1, beta_2, _or_none(weight_decay))


def _or_none(weight_decay: Any) -> Any:
    return 0.0 if weight_decay is None else weight_decay


@KERAS.preset(
    "learning_rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-8, warmup_steps=0, weight_decay=None, "
    + GENERAL,
    warmup_steps=None,
)
def ScheduleFreeAdamW(
    learning_rate: Any, beta_1: Any, beta_2: Any, epsilon: Any, warmup_steps: int, weight_decay: Any
) -> Optimizer:
    """Make `ScheduleFreeAdamW` that averages with equal weights, the steps of a warm-up too.

    Not offered: ``weight_decay``. Keras takes it off y alone, and so nothing in the first step.

    Examples
    --------
    >>> ScheduleFreeAdamW()
    ScheduleFreeAdamW(lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.0, equal_weights=True)
    """
    if given("weight_decay", weight_decay):
        raise TypeError(
            "keras.optimizers.ScheduleFreeAdamW(weight_decay=...) is not offered: Keras 3.15 takes it off y "
            "and not off z, so that the first step undoes it; that of d2l_utils.ScheduleFreeAdamW moves z"
        )
    steps = checks.whole_number("warmup_steps", warmup_steps)
    rate = Warmed(learning_rate, steps) if steps else learning_rate
    return ours.ScheduleFreeAdamW(rate, beta_1, beta_2, epsilon, equal_weights=True)


@KERAS.preset("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=None, " + GENERAL)
def Lamb(learning_rate: Any, beta_1: Any, beta_2: Any, epsilon: Any, weight_decay: Any) -> Optimizer:
    """Make `Lamb` with the decay apart from its ratio.

    Examples
    --------
    >>> print(Lamb().eps)
    1e-07
    """
    return ours.Lamb(learning_rate, beta_1, beta_2, epsilon, 0.0, _or_none(weight_decay), decoupled=True)


# the ε of Muon is that of its Adam
MUON_S = replace(KERAS, free={**KERAS.free, "epsilon": "for what is no matrix: `Split` gives it an Adam"})


@MUON_S.preset(
    "learning_rate=0.001, adam_beta_1=0.9, adam_beta_2=0.999, adam_weight_decay=0.004, epsilon=1e-7, "
    f"weight_decay=0.004, {GENERAL}, exclude_layers=None, exclude_embeddings=True, muon_a=3.4445, "
    "muon_b=-4.7750, muon_c=2.0315, adam_lr_ratio=1, momentum=0.95, ns_steps=5, nesterov=True, rms_rate=0.2",
    muon_a=None, muon_b=None, muon_c=None, ns_steps="steps", rms_rate=None, momentum=None,
)  # fmt: skip
def Muon(
    learning_rate: Any, weight_decay: Any, muon_a: Any, muon_b: Any, muon_c: Any, momentum: Any,
    ns_steps: Any, nesterov: bool, rms_rate: Any,
) -> Optimizer:  # fmt: skip
    """Make `Muon` for matrices, with Moonshot's factor.

    Keras' velocity sums its gradients, and is ours divided by 1 − ``momentum``, which is therefore fixed. Its
    own takes its AdamW for anything else, and for what has "embedding" in its path.

    Examples
    --------
    >>> print(Muon().factor, Muon(rms_rate=None).factor)
    rms none
    """
    shaped = {"factor": "none"} if rms_rate is None else {"factor": "rms", "rms": rms_rate}
    return ours.Muon(
        learning_rate, momentum, _or_none(weight_decay), nesterov=nesterov, **shaped, kernels=False,
        coefficients=(muon_a, muon_b, muon_c), steps=ns_steps,
        eps=1e-7 * (1 - checks.number("momentum", momentum)),
    )  # fmt: skip


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise KERAS.missing(name, __all__)
