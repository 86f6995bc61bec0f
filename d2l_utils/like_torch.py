"""PyTorch's settings in, our optimizer out: ``torch.optim.X(params, …)`` becomes ``like_torch.X(…)``.

Each function has the arguments and defaults of PyTorch 2.13's class of that name; what it returns
takes its very steps. ``lr`` may also be a schedule, asked for the rate after 0, 1, ... updates, as if
``scheduler.step()`` came after each. Not offered: ``dampening``, because PyTorch fills its buffer with the
whole first gradient and dampens from the second step on, which is not one rule; ``maximize``; and what
changes no step, such as ``foreach``.
"""

from __future__ import annotations

from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils.base import Optimizer
from d2l_utils.weight_decay import decayed

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "NAdam", "RMSprop"]

Betas = tuple[float, float]


def SGD(lr: Any = 1e-3, momentum: float = 0, weight_decay: float = 0, nesterov: bool = False) -> Optimizer:
    """Make `SGD`, or `Momentum` or `Nesterov` with the learning rate outside the velocity.

    Examples
    --------
    >>> SGD(lr=0.1, momentum=0.9)
    Momentum(lr=0.1, momentum=0.9, lr_in_velocity=False)
    """
    if nesterov and not momentum:
        raise ValueError("Nesterov's step needs a momentum above 0; got 0")
    if not momentum:
        return decayed(ours.SGD(lr), weight_decay)
    method = ours.Nesterov if nesterov else ours.Momentum
    return decayed(method(lr, momentum, lr_in_velocity=False), weight_decay)


def Adagrad(
    lr: Any = 1e-2,
    lr_decay: float = 0,
    weight_decay: float = 0,
    initial_accumulator_value: float = 0,
    eps: float = 1e-10,
) -> Optimizer:
    """Make `AdaGrad` with ε outside the root; ``lr_decay`` divides the rate by 1 + t · lr_decay.

    Examples
    --------
    >>> Adagrad()
    AdaGrad(lr=0.01, eps=1e-10, eps_root=0.0)
    """
    rate = lr
    if lr_decay:
        rate = lambda t: (lr(t) if callable(lr) else lr) / (1 + t * lr_decay)  # noqa: E731
    return decayed(ours.AdaGrad(rate, eps, initial_accumulator=initial_accumulator_value), weight_decay)


def RMSprop(
    lr: Any = 1e-2,
    alpha: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0,
    momentum: float = 0,
    centered: bool = False,
) -> Optimizer:
    """Make `RMSProp` with ρ = ``alpha``, ε outside the root and the rate outside the velocity.

    Examples
    --------
    >>> RMSprop(momentum=0.9)
    RMSProp(lr=0.01, rho=0.99, eps=1e-08, eps_root=0.0, momentum=0.9, lr_in_velocity=False)
    """
    made = ours.RMSProp(lr, alpha, eps, momentum=momentum, centered=centered, lr_in_velocity=False)
    return decayed(made, weight_decay)


def Adadelta(lr: Any = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0) -> Optimizer:
    """Make `AdaDelta`, with ρ = 0.9 where the paper has 0.95.

    Examples
    --------
    >>> Adadelta()
    AdaDelta(lr=1.0, rho=0.9, eps=1e-06)
    """
    return decayed(ours.AdaDelta(lr, rho, eps), weight_decay)


def Adam(
    lr: Any = 1e-3,
    betas: Betas = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    amsgrad: bool = False,
    *,
    decoupled_weight_decay: bool = False,
) -> Optimizer:
    """Make `Adam` as in the paper; its weight decay is coupled unless you say otherwise.

    Examples
    --------
    >>> Adam(weight_decay=0.01)
    WeightDecay(Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0), weight_decay=0.01)
    """
    made = ours.Adam(lr, *betas, eps, amsgrad=amsgrad)
    return decayed(made, weight_decay, decoupled=decoupled_weight_decay)


def AdamW(
    lr: Any = 1e-3,
    betas: Betas = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
    amsgrad: bool = False,
) -> Optimizer:
    """Make `AdamW`: Adam with decoupled weight decay, times the rate.

    Examples
    --------
    >>> AdamW()
    AdamW(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, weight_decay=0.01)
    """
    if amsgrad:
        return Adam(lr, betas, eps, weight_decay, amsgrad, decoupled_weight_decay=True)
    return ours.AdamW(lr, *betas, eps, weight_decay=weight_decay)


def NAdam(
    lr: Any = 2e-3,
    betas: Betas = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    momentum_decay: float = 4e-3,
    decoupled_weight_decay: bool = False,
) -> Optimizer:
    """Make `NAdam`.

    Examples
    --------
    >>> NAdam()
    NAdam(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, momentum_decay=0.004)
    """
    made = ours.NAdam(lr, *betas, eps, momentum_decay=momentum_decay)
    return decayed(made, weight_decay, decoupled=decoupled_weight_decay)
