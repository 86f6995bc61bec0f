"""MXNet's settings in, our optimizer out: ``mx.optimizer.X(…)`` becomes ``like_mxnet.X(…)``.

Each function has the whole signature of MXNet 1.9.1's class of that name and of its base class, and what it
returns takes its very steps. MXNet hands most settings to its kernels as 32-bit floats; so do these.
``learning_rate`` may also be a schedule, asked for the rate after 0, 1, ... updates; an ``lr_scheduler`` of
MXNet is asked for the rate of update 1, 2, ..., as MXNet does. Any number may be an array that sweeps.
Settings keep MXNet's names: ``optimizer.learning_rate = 0.01``.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils._engine import checks
from d2l_utils.frameworks import like_mxnet_schedules
from d2l_utils.frameworks.mxnet_numbers import CorrectedRate, CountedFromOne, in_single
from d2l_utils.frameworks.presets import Framework, decayed, given, scaled
from d2l_utils.optimizers.base import Optimizer

__all__ = ["NAG", "SGD", "AdaDelta", "AdaGrad", "Adam", "Nadam", "RMSProp"]

lr_scheduler = like_mxnet_schedules

BY_NAME = (
    "MXNet reads off it which arrays decay: make two optimizers, one with wd and one without for what it "
    "leaves out, or two rates for lr_mult"
)
SAVED = "`state_dict()` returns the state, and `load_state_dict(state)` goes on from it"


def _begun(optimizer: Any, value: Any) -> int:
    """Return where to begin the count, which MXNet asks for at the first update only."""
    number = checks.whole_number("begin_num_update", value)
    if optimizer.t != optimizer._begun:
        raise AttributeError("begin_num_update counts before the first update only; the updates made are `t`")
    optimizer.t = optimizer._begun = number  # t is checked, and set first
    return number


def _settable(optimizer: Any, rate: Any) -> Any:
    """Return a rate to set, or raise a TypeError for a number in place of a scheduler, as MXNet does."""
    if callable(optimizer.lr) and not callable(rate):
        raise TypeError(f"learning_rate follows a scheduler; set another, or end it by `lr`; got {rate!r}")
    return rate


MXNET = Framework(
    "MXNet 1.9.1",
    "mx.optimizer.",
    names={
        "learning_rate": "lr", "momentum": "momentum", "wd": "weight_decay", "eps": "eps_root", "rho": "rho",
        "gamma1": "rho", "gamma2": "momentum", "epsilon": "eps", "beta1": "beta1", "beta2": "beta2",
        "schedule_decay": "momentum_decay", "centered": "centered", "rescale_grad": "scale",
        "begin_num_update": "t",
    },
    free={"lazy_update": "for sparse gradients"},
    reads={"begin_num_update": attrgetter("_begun")},
    sets={"begin_num_update": _begun, "learning_rate": _settable},
    instead={
        "clip_gradient": "before `update`, take `np.clip(rescale_grad * g, -clip_gradient, clip_gradient)` "
        "of each gradient, and make the optimizer without rescale_grad; Adam, Nadam and "
        "RMSProp clip g + wd · w, which only they can",
        "clip_weights": "after `update`, `np.clip(w, -clip_weights, clip_weights, out=w)`",
        "param_idx2name": BY_NAME,
        "param_dict": BY_NAME,
        "sym": BY_NAME,
        "multi_precision": "keep parameters of 32 bits, and hand the 16-bit copy to the model",
    },
    neutral={"clip_gradient": lambda value, _: value <= 0},
    methods={
        "set_learning_rate": "set `learning_rate`",
        "set_lr_mult": "make two optimizers, with two rates",
        "set_wd_mult": "make two optimizers, one with wd and one without",
        "num_update": "the updates made are `t`",
        "create_state": "the first `update(params, grads)` makes the state",
        "update_multi_precision": "`update(params, grads)` takes a step",
    },
    rarely={
        "step": "`update(params, grads)` takes a step; rescale_grad=1 / batch_size makes a mean of a sum",
        "save_states": SAVED,
        "load_states": SAVED,
        "lr_mult": "make two optimizers, with two rates",
        "wd_mult": "make two optimizers, one with wd and one without",
        "create": "call what it would make by its name, as `like_mxnet.SGD(learning_rate=0.1)`",
        "Updater": "an optimizer keeps its state itself; `update(params, grads)` takes a step",
        "get_updater": "an optimizer keeps its state itself; `update(params, grads)` takes a step",
    },
)  # fmt: skip
CLIPPING = replace(MXNET, neutral={})  # those of its rules in Python clip to [-c, c], be c what it may
OTHERS = (
    "rescale_grad=1.0, param_idx2name=None, wd=0.0, clip_gradient=None, lr_scheduler=None, sym=None, "
    "begin_num_update=0, multi_precision=False, param_dict=None"
)
GENERAL = f"*, learning_rate=None, {OTHERS}"


def _rate(learning_rate: Any, lr_scheduler: Any) -> Any:
    """Return what MXNet takes for the rate."""
    if lr_scheduler is not None:
        return CountedFromOne.of(lr_scheduler, learning_rate)
    return 0.01 if learning_rate is None else learning_rate


def _started(optimizer: Optimizer, rescale_grad: Any, begin_num_update: Any) -> Optimizer:
    made = scaled(optimizer, rescale_grad)
    made.t = made._begun = checks.whole_number("begin_num_update", begin_num_update)
    return made


@MXNET.preset(f"momentum=0.0, lazy_update=True, {GENERAL}")
def SGD(
    momentum: Any, learning_rate: Any, rescale_grad: Any, wd: Any, lr_scheduler: Any, begin_num_update: int
) -> Optimizer:
    """Make `SGD`, or `Momentum` with the learning rate inside the velocity.

    Examples
    --------
    >>> SGD(learning_rate=0.5, momentum=0.875)
    Momentum(lr=0.5, momentum=0.875)
    """
    rate = _rate(learning_rate, lr_scheduler)
    made = ours.Momentum(rate, momentum) if given("momentum", momentum) else ours.SGD(rate)
    return in_single(_started(decayed(made, wd), rescale_grad, begin_num_update))


@MXNET.preset(f"momentum=0.0, {GENERAL}")
def NAG(
    momentum: Any, learning_rate: Any, rescale_grad: Any, wd: Any, lr_scheduler: Any, begin_num_update: int
) -> Optimizer:
    """Make `Nesterov` with the learning rate inside the velocity, whatever MXNet's docstring says.

    With a momentum its ``wd`` is not offered: MXNet writes the new weight before it forms the velocity, so
    that the decay in the velocity is that of another point than the decay in the step.

    Examples
    --------
    >>> NAG(learning_rate=0.5, momentum=0.875)
    Nesterov(lr=0.5, momentum=0.875)
    """
    rate = _rate(learning_rate, lr_scheduler)
    moving = given("momentum", momentum)
    if moving and given("wd", wd):
        raise TypeError(
            f"mx.optimizer.NAG(wd={wd!r}) with a momentum is not offered: MXNet decays the step and the "
            "velocity at two points; put WeightDecay around Nesterov for the usual decay"
        )
    made = ours.Nesterov(rate, momentum) if moving else ours.SGD(rate)
    return in_single(_started(decayed(made, wd), rescale_grad, begin_num_update))


@CLIPPING.preset(f"eps=1e-7, {GENERAL}")
def AdaGrad(
    eps: Any, learning_rate: Any, rescale_grad: Any, wd: Any, lr_scheduler: Any, begin_num_update: int
) -> Optimizer:
    """Make `AdaGrad` with ε inside the root; its weight decay is decoupled.

    Examples
    --------
    >>> AdaGrad()
    AdaGrad(lr=0.01, eps=0.0, eps_root=1e-07)
    """
    made = ours.AdaGrad(_rate(learning_rate, lr_scheduler), 0.0, eps)
    return _started(decayed(made, wd, decoupled=True), rescale_grad, begin_num_update)


@MXNET.preset(
    "learning_rate=0.001, gamma1=0.9, gamma2=0.9, epsilon=1e-8, centered=False, clip_weights=None, *, "
    + OTHERS,
    epsilon="eps_root",
    gamma2=lambda given: "momentum" if given["centered"] else None,
)
def RMSProp(
    learning_rate: Any, gamma1: Any, gamma2: Any, epsilon: Any, centered: bool,
    rescale_grad: Any, wd: Any, lr_scheduler: Any, begin_num_update: int,
) -> Optimizer:  # fmt: skip
    """Make `RMSProp` with ρ = ``gamma1`` and ε inside the root; ``gamma2`` is a momentum if centred.

    Examples
    --------
    >>> RMSProp(learning_rate=0.5, gamma1=0.875, epsilon=2**-27).hyperparameters
    {'lr': 0.5, 'rho': 0.875, 'eps': 0.0, 'eps_root': 7.450580596923828e-09}
    """
    rate, momentum = _rate(learning_rate, lr_scheduler), gamma2 if centered else 0.0
    made = ours.RMSProp(rate, gamma1, 0.0, epsilon, momentum=momentum, centered=centered)
    return in_single(_started(decayed(made, wd), rescale_grad, begin_num_update))


@CLIPPING.preset(f"rho=0.9, epsilon=1e-5, {GENERAL}", learning_rate=None, lr=None)
def AdaDelta(
    rho: Any, epsilon: Any, learning_rate: Any, rescale_grad: Any, wd: Any, lr_scheduler: Any,
    begin_num_update: int,
) -> Optimizer:  # fmt: skip
    """Make `AdaDelta` without a learning rate: MXNet ignores it. Its weight decay is decoupled.

    Examples
    --------
    >>> AdaDelta(learning_rate=0.001)
    AdaDelta(lr=1.0, rho=0.9, eps=1e-05)
    """
    made = ours.AdaDelta(1.0, rho, epsilon)
    return _started(decayed(made, wd, decoupled=True), rescale_grad, begin_num_update)


@MXNET.preset(f"learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, lazy_update=True, *, {OTHERS}")
def Adam(
    learning_rate: Any, beta1: Any, beta2: Any, epsilon: Any,
    rescale_grad: Any, wd: Any, lr_scheduler: Any, begin_num_update: int,
) -> Optimizer:  # fmt: skip
    """Make `Adam` with ε̂. MXNet corrects with the exact β's and averages with rounded ones.

    Examples
    --------
    >>> Adam()
    CorrectedRate(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0)
    """
    made = CorrectedRate(_rate(learning_rate, lr_scheduler), beta1, beta2, epsilon)
    return in_single(_started(decayed(made, wd), rescale_grad, begin_num_update))


@CLIPPING.preset(
    "learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, schedule_decay=0.004, *, " + OTHERS
)
def Nadam(
    learning_rate: Any, beta1: Any, beta2: Any, epsilon: Any, schedule_decay: Any,
    rescale_grad: Any, wd: Any, lr_scheduler: Any, begin_num_update: int,
) -> Optimizer:  # fmt: skip
    """Make `NAdam`; MXNet's own is right for a single parameter array only.

    It multiplies ∏μ once an array and not once a step, so that each array changes the steps of the others.

    Examples
    --------
    >>> Nadam()
    NAdam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, momentum_decay=0.004)
    """
    rate = _rate(learning_rate, lr_scheduler)
    made = ours.NAdam(rate, beta1, beta2, epsilon, 0.0, schedule_decay)
    return _started(decayed(made, wd), rescale_grad, begin_num_update)


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise MXNET.missing(name, __all__)
