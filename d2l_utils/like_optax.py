"""Optax' settings in, our optimizer out: ``optax.x(…)`` becomes ``like_optax.x(…)``.

Each function has the arguments and defaults of Optax 0.2.8's of that name; what it returns takes its very
steps. ``learning_rate`` may also be a schedule, asked for the rate after 0, 1, ... updates, as in Optax.
``optax.chain(optax.add_decayed_weights(λ), optax.x(…))`` is ``WeightDecay(like_optax.x(…), λ)``. Not offered:
masks, dtypes, ``initial_scale``, and for ``rmsprop`` ``nesterov`` and ``bias_correction``.
"""

from __future__ import annotations

from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils import rules
from d2l_utils.base import Optimizer
from d2l_utils.weight_decay import decayed

__all__ = ["adadelta", "adagrad", "adam", "adamw", "amsgrad", "nadam", "nadamw", "rmsprop", "sgd"]

CONSTANT = 1e6  # momentum_decay from which on NAdam's momentum is β₁ from the first step


def sgd(learning_rate: Any, momentum: float | None = None, nesterov: bool = False) -> Optimizer:
    """Make `SGD`, or `Momentum` or `Nesterov` with the learning rate outside the velocity.

    Examples
    --------
    >>> sgd(0.1, momentum=0.9)
    Momentum(lr=0.1, momentum=0.9, lr_in_velocity=False)
    """
    if momentum is None:
        return ours.SGD(learning_rate)
    method = ours.Nesterov if nesterov else ours.Momentum
    return method(learning_rate, momentum, lr_in_velocity=False)


def adagrad(learning_rate: Any, initial_accumulator_value: float = 0.1, eps: float = 1e-7) -> Optimizer:
    """Make `AdaGrad` with ε inside the root, a sum that starts at 0.1, and no step where that sum is 0.

    Examples
    --------
    >>> adagrad(0.1)
    AdaGrad(lr=0.1, eps=0.0, eps_root=1e-07, initial_accumulator=0.1)
    """
    made = ours.AdaGrad(learning_rate, 0.0, eps, initial_accumulator=initial_accumulator_value)
    made.rule = rules.adagrad_once_started
    return made


def rmsprop(
    learning_rate: Any,
    decay: float = 0.9,
    eps: float = 1e-8,
    eps_in_sqrt: bool = True,
    centered: bool = False,
    momentum: float | None = None,
) -> Optimizer:
    """Make `RMSProp` with ε inside the root and the rate inside the velocity, unlike Optax' own ``sgd``.

    Examples
    --------
    >>> rmsprop(0.1)
    RMSProp(lr=0.1, rho=0.9, eps=0.0, eps_root=1e-08)
    """
    epsilons = (0.0, eps) if eps_in_sqrt else (eps, 0.0)
    return ours.RMSProp(learning_rate, decay, *epsilons, momentum=momentum or 0.0, centered=centered)


def adadelta(learning_rate: Any, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0) -> Optimizer:
    """Make `AdaDelta`; its weight decay is coupled.

    Optax lets you leave the rate out, and with it the minus sign: ``optax.adadelta()`` climbs.

    Examples
    --------
    >>> adadelta(1.0)
    AdaDelta(lr=1.0, rho=0.9, eps=1e-06)
    """
    return decayed(ours.AdaDelta(learning_rate, rho, eps), weight_decay)


def adam(
    learning_rate: Any, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8, eps_root: float = 0.0
) -> Optimizer:
    """Make `Adam` as in the paper, with a second ε inside the root.

    Examples
    --------
    >>> adam(0.1, b2=0.99)
    Adam(lr=0.1, beta1=0.9, beta2=0.99, eps=1e-08, eps_root=0.0)
    """
    return ours.Adam(learning_rate, b1, b2, eps, eps_root)


def amsgrad(
    learning_rate: Any, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8, eps_root: float = 0.0
) -> Optimizer:
    """Make `Adam` that divides by the largest *corrected* s so far.

    Examples
    --------
    >>> amsgrad(0.1)
    Adam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, amsgrad=True, correct_first=True)
    """
    return ours.Adam(learning_rate, b1, b2, eps, eps_root, amsgrad=True, correct_first=True)


def adamw(
    learning_rate: Any,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    eps_root: float = 0.0,
    weight_decay: float = 1e-4,
) -> Optimizer:
    """Make `AdamW`, with λ = 0.0001.

    Examples
    --------
    >>> print(adamw(0.1).weight_decay)
    0.0001
    """
    return ours.AdamW(learning_rate, b1, b2, eps, eps_root, weight_decay)


def nadam(
    learning_rate: Any, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8, eps_root: float = 0.0
) -> Optimizer:
    """Make `NAdam` whose momentum is β₁ from the first step: it does not warm up.

    Examples
    --------
    >>> nadam(0.1)
    NAdam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, momentum_decay=1000000.0)
    """
    return ours.NAdam(learning_rate, b1, b2, eps, eps_root, CONSTANT)


def nadamw(
    learning_rate: Any,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    eps_root: float = 0.0,
    weight_decay: float = 1e-4,
) -> Optimizer:
    """Make `nadam` with decoupled weight decay.

    Examples
    --------
    >>> print(nadamw(0.1).weight_decay)
    0.0001
    """
    return decayed(nadam(learning_rate, b1, b2, eps, eps_root), weight_decay, decoupled=True)
