"""The optimizers: each wraps one rule of :mod:`d2l_utils.rules` and has one method to learn, `update`.

A class keeps the rule's state, knows the defaults, and offers the conventions of other frameworks as
switches. In every one ``lr`` is a number of 0 or more, an array that sweeps settings along the parameters'
last axis, or a schedule: a callable that takes the number of updates made so far and returns the rate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from d2l_utils import checks, rules
from d2l_utils.adam import Adam, AdamW, NAdam
from d2l_utils.base import Fixed, Hyperparameter, Optimizer, fraction

__all__ = [
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Momentum",
    "NAdam",
    "Nesterov",
    "RMSProp",
]


class SGD(Optimizer):
    """Gradient descent: ``p ← p − η g``. The batch decides whether it is full, stochastic or minibatch.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more; an array sweeps settings along the last axis, a callable is a schedule.

    References
    ----------
    Cauchy 1847 (full gradient); Robbins & Monro 1951 (stochastic).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, -2.0])
    >>> SGD(lr=0.1).update(w, np.array([10.0, 10.0]))
    >>> print(w)
    [ 0. -3.]
    """

    rule = staticmethod(rules.sgd)

    def __init__(self, lr: Any = 0.01) -> None:
        super().__init__(lr=lr)


class Momentum(Optimizer):
    """Heavy-ball momentum: ``v ← β v − η g; p ← p + v``.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    momentum : float or ndarray
        Share β of the velocity that survives a step, 0 ≤ β < 1. With 0 this is `SGD`.
    lr_in_velocity : bool
        True (MXNet, Keras): the form above. False (PyTorch, Optax): ``v ← β v + g; p ← p − η v``. At a
        constant rate both walk the same path; after a drop of η the first keeps its speed.

    References
    ----------
    Polyak 1964; Sutskever, Martens, Dahl & Hinton 2013.

    Examples
    --------
    >>> import numpy as np
    >>> w, opt = np.array([1.0]), Momentum(lr=0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     opt.update(w, np.array([1.0]))
    >>> print(w)  # steps of 0.1 and 0.15
    [0.75]
    """

    slots = {"v": 0.0}
    momentum = fraction("β")
    lr_in_velocity = Fixed()

    def __init__(self, lr: Any = 0.01, momentum: Any = 0.9, *, lr_in_velocity: bool = True) -> None:
        super().__init__(lr=lr, momentum=momentum)
        self.lr_in_velocity = lr_in_velocity
        self.rule = rules.momentum if self.lr_in_velocity else rules.momentum_lr_outside


class Nesterov(Optimizer):
    """Nesterov's accelerated gradient, stored ahead: ``v ← β v − η g; p ← p + β v − η g``.

    ``p`` is the point where the next gradient is taken; training code need not know about a look-ahead.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    momentum : float or ndarray
        Share β of the velocity that survives a step, 0 ≤ β < 1.
    lr_in_velocity : bool
        False takes PyTorch's form ``v ← β v + g; p ← p − η (g + β v)``, the same path at a constant rate.

    References
    ----------
    Nesterov 1983; Sutskever, Martens, Dahl & Hinton 2013; Bengio, Boulanger-Lewandowski & Pascanu 2013.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> Nesterov(lr=0.1, momentum=0.9).update(w, np.array([1.0]))
    >>> print(w)
    [0.81]
    """

    slots = {"v": 0.0}
    momentum = fraction("β")
    lr_in_velocity = Fixed()

    def __init__(self, lr: Any = 0.01, momentum: Any = 0.9, *, lr_in_velocity: bool = True) -> None:
        super().__init__(lr=lr, momentum=momentum)
        self.lr_in_velocity = lr_in_velocity
        self.rule = rules.nesterov if self.lr_in_velocity else rules.nesterov_lr_outside


class AdaGrad(Optimizer):
    """A rate for each element, divided by the root of all its squared gradients.

    ``s ← s + g²; p ← p − η g / (√(s + eps_root) + eps)``

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    eps : float or ndarray
        Added outside the root, against a division by zero.
    eps_root : float or ndarray
        Added inside the root (d2l: ``eps=0, eps_root=1e-6``).
    initial_accumulator : float
        Where s starts (Keras, Optax: 0.1).
    lr_decay : float or ndarray
        Divides the rate of step t by 1 + (t − 1) · lr_decay (PyTorch).

    References
    ----------
    Duchi, Hazan & Singer 2011, whose δ stands outside the root.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> AdaGrad(lr=0.1).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # the first step is η in every coordinate, whatever the scale
    [0.9 0.9]
    """

    rule = staticmethod(rules.adagrad)
    eps = Hyperparameter("ε")
    eps_root = Hyperparameter("ε")
    lr_decay = Hyperparameter("", in_rule=False)
    initial_accumulator = Fixed(partial(checks.real, low=0.0))

    def __init__(
        self,
        lr: Any = 0.01,
        eps: Any = 1e-7,
        eps_root: Any = 0.0,
        *,
        initial_accumulator: Any = 0.0,
        lr_decay: Any = 0.0,
    ) -> None:
        super().__init__(lr=lr, eps=eps, eps_root=eps_root)
        self.initial_accumulator, self.lr_decay = initial_accumulator, lr_decay
        self.slots = {"s": self.initial_accumulator}

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return the hyper-parameters as the rule takes them, the rate divided as ``lr_decay`` says."""
        settings = super().arguments(t)
        if not np.any(self.lr_decay):
            return settings
        lr, *rest = settings
        return (lr / (1 + (t - 1) * self.lr_decay), *rest)


class RMSProp(Optimizer):
    """AdaGrad that forgets: a moving average takes the place of the sum.

    ``s ← ρ s + (1 − ρ) g²; p ← p − η g / (√(s + eps_root) + eps)``

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    rho : float or ndarray
        Share ρ of the average that survives a step, 0 ≤ ρ < 1.
    eps : float or ndarray
        Added outside the root, against a division by zero.
    eps_root : float or ndarray
        Added inside the root (Keras 3: ``eps=0, eps_root=1e-7``).
    momentum : float or ndarray
        Share β of the last step that goes on, 0 ≤ β < 1. It can be changed later if it was not 0 at first.
    centered : bool
        Divide by the root of the variance s − m² instead of s, with m ← ρ m + (1 − ρ) g.
    lr_in_velocity : bool
        Where η stands if there is momentum, as in `Momentum`: True (Keras, MXNet, Optax), False (PyTorch).
    initial_accumulator : float
        Where s starts (TensorFlow 1: 1).

    References
    ----------
    Tieleman & Hinton 2012, lecture 6e, slide 29; Graves 2013, equations 38 to 45 (centred, with momentum).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> RMSProp(lr=0.01, rho=0.9).update(w, np.array([5.0]))
    >>> print(w.round(4))  # the first step is η / √(1 − ρ)
    [0.9684]
    """

    rule: Callable[..., Any] = staticmethod(rules.rmsprop)
    slots = {"s": 0.0}
    rho = fraction("ρ")
    eps = Hyperparameter("ε")
    eps_root = Hyperparameter("ε")
    momentum = fraction("β")
    centered = Fixed()
    lr_in_velocity = Fixed()
    initial_accumulator = Fixed(partial(checks.real, low=0.0))

    def __init__(
        self,
        lr: Any = 0.001,
        rho: Any = 0.9,
        eps: Any = 1e-8,
        eps_root: Any = 0.0,
        *,
        momentum: Any = 0.0,
        centered: bool = False,
        lr_in_velocity: bool = True,
        initial_accumulator: Any = 0.0,
    ) -> None:
        self.centered, self.lr_in_velocity, self.momentum = centered, lr_in_velocity, momentum
        self.initial_accumulator = initial_accumulator
        moving = {"momentum": momentum} if centered or np.any(self.momentum) else {}
        super().__init__(lr=lr, rho=rho, eps=eps, eps_root=eps_root, **moving)
        self.slots = {"s": self.initial_accumulator}
        if centered:
            self.slots |= {"m": 0.0, "v": 0.0}
            self.rule = rules.rmsprop_centered if lr_in_velocity else rules.rmsprop_centered_lr_outside
        elif moving:
            self.slots |= {"v": 0.0}
            self.rule = rules.rmsprop_momentum if lr_in_velocity else rules.rmsprop_momentum_lr_outside


class AdaDelta(Optimizer):
    """RMSProp whose rate is the root mean square of its own recent steps.

    ``s ← ρ s + (1 − ρ) g²; Δ = √(u + ε) / √(s + ε) · g; u ← ρ u + (1 − ρ) Δ²; p ← p − η Δ``

    Parameters
    ----------
    lr : float, ndarray or callable
        A factor η on the step; the paper has none, which is 1.
    rho : float or ndarray
        Share ρ of both averages that survives a step, 0 ≤ ρ < 1.
    eps : float or ndarray
        Added inside both roots. It sets the size of the first steps.

    References
    ----------
    Zeiler 2012, Algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> AdaDelta(rho=0.95, eps=1e-6).update(w, np.array([5.0]))
    >>> print((1 - w).round(5))  # √ε / √(1 − ρ)
    [0.00447]
    """

    rule = staticmethod(rules.adadelta)
    slots = {"s": 0.0, "u": 0.0}
    rho = fraction("ρ")
    eps = Hyperparameter("ε")

    def __init__(self, lr: Any = 1.0, rho: Any = 0.95, eps: Any = 1e-6) -> None:
        super().__init__(lr=lr, rho=rho, eps=eps)
