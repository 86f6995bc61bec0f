"""Keras' settings in, our optimizer out: ``keras.optimizers.X(…)`` becomes ``like_keras.X(…)``.

Each function has the arguments and defaults of Keras 3.15's class of that name; what it returns takes its
very steps. ``learning_rate`` may also be a schedule, asked for the rate after 0, 1, ... updates, as in Keras.
``weight_decay`` is decoupled in every one. Not offered: clipping, averaging of the weights, accumulation of
gradients.
"""

from __future__ import annotations

from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils.base import Optimizer
from d2l_utils.weight_decay import decayed

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Nadam", "RMSprop"]


def SGD(
    learning_rate: Any = 0.01,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float | None = None,
) -> Optimizer:
    """Make `SGD`, or `Momentum` or `Nesterov` with the learning rate inside the velocity.

    Examples
    --------
    >>> SGD(learning_rate=0.1, momentum=0.9, nesterov=True)
    Nesterov(lr=0.1, momentum=0.9)
    """
    if not momentum:  # Keras ignores `nesterov` then
        return decayed(ours.SGD(learning_rate), weight_decay, decoupled=True)
    method = ours.Nesterov if nesterov else ours.Momentum
    return decayed(method(learning_rate, momentum), weight_decay, decoupled=True)


def Adagrad(
    learning_rate: Any = 0.001,
    initial_accumulator_value: float = 0.1,
    epsilon: float = 1e-7,
    weight_decay: float | None = None,
) -> Optimizer:
    """Make `AdaGrad` with ε inside the root and a sum that starts at 0.1.

    Examples
    --------
    >>> Adagrad()
    AdaGrad(lr=0.001, eps=0.0, eps_root=1e-07, initial_accumulator=0.1)
    """
    made = ours.AdaGrad(learning_rate, 0.0, epsilon, initial_accumulator=initial_accumulator_value)
    return decayed(made, weight_decay, decoupled=True)


def RMSprop(
    learning_rate: Any = 0.001,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-7,
    centered: bool = False,
    weight_decay: float | None = None,
) -> Optimizer:
    """Make `RMSProp` with ε inside the root and the rate inside the velocity.

    Examples
    --------
    >>> RMSprop()
    RMSProp(lr=0.001, rho=0.9, eps=0.0, eps_root=1e-07)
    """
    made = ours.RMSProp(learning_rate, rho, 0.0, epsilon, momentum=momentum, centered=centered)
    return decayed(made, weight_decay, decoupled=True)


def Adadelta(
    learning_rate: Any = 0.001,
    rho: float = 0.95,
    epsilon: float = 1e-7,
    weight_decay: float | None = None,
) -> Optimizer:
    """Make `AdaDelta` whose steps are a thousandth of the paper's, unless you set the rate to 1.

    Examples
    --------
    >>> Adadelta()
    AdaDelta(lr=0.001, rho=0.95, eps=1e-07)
    """
    return decayed(ours.AdaDelta(learning_rate, rho, epsilon), weight_decay, decoupled=True)


def Adam(
    learning_rate: Any = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    amsgrad: bool = False,
    weight_decay: float | None = None,
) -> Optimizer:
    """Make `Adam` whose ε is the paper's ε̂: on step t it acts as ε̂/√(1 − β₂ᵗ).

    Examples
    --------
    >>> Adam()
    Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-07, eps_root=0.0, eps_hat=True)
    """
    made = ours.Adam(learning_rate, beta_1, beta_2, epsilon, eps_hat=True, amsgrad=amsgrad)
    return decayed(made, weight_decay, decoupled=True)


def AdamW(
    learning_rate: Any = 0.001,
    weight_decay: float = 0.004,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    amsgrad: bool = False,
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


def Nadam(
    learning_rate: Any = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float | None = None,
) -> Optimizer:
    """Make `NAdam` with ψ = 1; its ε is not ε̂.

    Examples
    --------
    >>> Nadam()
    NAdam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-07, eps_root=0.0, momentum_decay=1.0)
    """
    made = ours.NAdam(learning_rate, beta_1, beta_2, epsilon, momentum_decay=1.0)
    return decayed(made, weight_decay, decoupled=True)
