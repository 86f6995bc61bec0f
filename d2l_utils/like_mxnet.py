"""MXNet's settings in, our optimizer out: ``mx.optimizer.X(…)`` becomes ``like_mxnet.X(…)``.

Each function has the arguments and defaults of MXNet 1.9.1's class of that name; what it returns takes its
very steps. MXNet hands most settings to its kernels as 32-bit floats; so do these functions.
``learning_rate`` may also be a schedule, asked for the rate after 0, 1, ... updates; MXNet's own
``lr_scheduler`` is asked for the rate after 1, 2, ... Not offered: clipping and lazy updates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils import optimizers as ours
from d2l_utils.base import Optimizer
from d2l_utils.weight_decay import decayed

__all__ = ["NAG", "SGD", "AdaDelta", "AdaGrad", "Adam", "Nadam", "RMSProp"]


def _single(value: Any) -> Any:
    """Return a number, or what a schedule returns, as 32 bits hold it."""
    if callable(value):
        return lambda t: _single(value(t))
    return float(np.float32(value))


def SGD(learning_rate: Any = 0.01, momentum: float = 0.0, wd: float = 0.0) -> Optimizer:
    """Make `SGD`, or `Momentum` with the learning rate inside the velocity.

    Examples
    --------
    >>> SGD(learning_rate=0.5, momentum=0.875)
    Momentum(lr=0.5, momentum=0.875)
    """
    rate = _single(learning_rate)
    made = ours.Momentum(rate, _single(momentum)) if momentum else ours.SGD(rate)
    return decayed(made, _single(wd))


def NAG(learning_rate: Any = 0.01, momentum: float = 0.0) -> Optimizer:
    """Make `Nesterov` with the learning rate inside the velocity, whatever MXNet's docstring says.

    Its ``wd`` is not offered: MXNet writes the new weight before it forms the velocity, so that the decay in
    the velocity is that of another point than the decay in the step.

    Examples
    --------
    >>> NAG(learning_rate=0.5, momentum=0.875)
    Nesterov(lr=0.5, momentum=0.875)
    """
    if not momentum:
        return SGD(learning_rate)
    return ours.Nesterov(_single(learning_rate), _single(momentum))


def AdaGrad(learning_rate: Any = 0.01, eps: float = 1e-7, wd: float = 0.0) -> Optimizer:
    """Make `AdaGrad` with ε inside the root; its weight decay is decoupled.

    Examples
    --------
    >>> AdaGrad()
    AdaGrad(lr=0.01, eps=0.0, eps_root=1e-07)
    """
    return decayed(ours.AdaGrad(learning_rate, 0.0, eps), wd, decoupled=True)


def RMSProp(
    learning_rate: Any = 0.001,
    gamma1: float = 0.9,
    gamma2: float = 0.9,
    epsilon: float = 1e-8,
    centered: bool = False,
    wd: float = 0.0,
) -> Optimizer:
    """Make `RMSProp` with ρ = ``gamma1`` and ε inside the root; ``gamma2`` is a momentum if centred.

    Examples
    --------
    >>> RMSProp(learning_rate=0.5, gamma1=0.875, epsilon=2**-27).hyperparameters
    {'lr': 0.5, 'rho': 0.875, 'eps': 0.0, 'eps_root': 7.450580596923828e-09}
    """
    rate, rho, eps = _single(learning_rate), _single(gamma1), _single(epsilon)
    momentum = _single(gamma2) if centered else 0.0
    return decayed(ours.RMSProp(rate, rho, 0.0, eps, momentum=momentum, centered=centered), _single(wd))


def AdaDelta(
    rho: float = 0.9, epsilon: float = 1e-5, wd: float = 0.0, learning_rate: Any = None
) -> Optimizer:
    """Make `AdaDelta` without a learning rate: MXNet ignores it. Its weight decay is decoupled.

    Examples
    --------
    >>> AdaDelta(learning_rate=0.001)
    AdaDelta(lr=1.0, rho=0.9, eps=1e-05)
    """
    return decayed(ours.AdaDelta(1.0, rho, epsilon), wd, decoupled=True)


def Adam(
    learning_rate: Any = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0.0,
) -> Optimizer:
    """Make `Adam` with ε̂. MXNet corrects with the exact β's and averages with rounded ones.

    Examples
    --------
    >>> made = Adam()
    >>> print(made.beta2, made.lr(0))  # the rate holds both corrections
    0.9990000128746033 0.0003162277571391314
    """

    def corrected(t: int) -> float:
        rate = learning_rate(t) if callable(learning_rate) else learning_rate
        return rate * (1 - beta2 ** (t + 1)) ** 0.5 / (1 - beta1 ** (t + 1))

    averages = (_single(beta1), _single(beta2), _single(epsilon))
    made = ours.Adam(_single(corrected), *averages, bias_correction=False)
    return decayed(made, _single(wd))


def Nadam(
    learning_rate: Any = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    schedule_decay: float = 0.004,
    wd: float = 0.0,
) -> Optimizer:
    """Make `NAdam`; MXNet's own is right for a single parameter array only.

    It multiplies ∏μ once an array and not once a step, so that each array changes the steps of the others.

    Examples
    --------
    >>> Nadam()
    NAdam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, momentum_decay=0.004)
    """
    return decayed(ours.NAdam(learning_rate, beta1, beta2, epsilon, 0.0, schedule_decay), wd)
