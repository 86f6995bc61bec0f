"""Optax' settings in, our optimizer out: ``optax.x(…)`` becomes ``like_optax.x(…)``.

Each function has the whole signature of Optax 0.2.8's of that name, and what it returns takes its very steps.
``learning_rate`` may also be a schedule, asked for the rate after 0, 1, ... updates, as in Optax, and any
number may be an array that sweeps. ``optax.chain(optax.add_decayed_weights(λ), optax.x(…))`` is
``WeightDecay(like_optax.x(…), λ)``. Settings keep Optax' names: ``optimizer.b1 = 0.8``.
"""

from __future__ import annotations

from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.frameworks import like_optax_contrib, like_optax_schedules
from d2l_utils.frameworks.optax_names import OPTAX
from d2l_utils.frameworks.presets import decayed, given
from d2l_utils.optimizers.base import Optimizer

__all__ = [
    "adadelta", "adagrad", "adam", "adamax", "adamaxw", "adamw", "amsgrad", "lamb", "lion", "nadam",
    "nadamw", "radam", "rmsprop", "sgd", "yogi",
]  # fmt: skip

schedules = like_optax_schedules
contrib = like_optax_contrib

CONSTANT = 1e6  # momentum_decay from which on NAdam's momentum is β₁ from the first step

ADAM = "learning_rate, b1=0.9, b2=0.999, eps=1e-8, eps_root=0.0, mu_dtype=None"
DECAY = "weight_decay=1e-4, mask=None"


def _unless_nesterov(given: dict[str, Any]) -> str | None:
    """Fix b1 beside Nesterov: NAdam multiplies the β₁ of all steps, Optax takes powers of the last."""
    return None if given["nesterov"] else "beta1"


@OPTAX.preset("learning_rate, momentum=None, nesterov=False, accumulator_dtype=None")
def sgd(learning_rate: Any, momentum: Any, nesterov: bool) -> Optimizer:
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


@OPTAX.preset("learning_rate, initial_accumulator_value=0.1, eps=1e-7", eps="eps_root")
def adagrad(learning_rate: Any, initial_accumulator_value: Any, eps: Any) -> Optimizer:
    """Make `AdaGrad` with ε inside the root, a sum that starts at 0.1, and no step where that sum is 0.

    Examples
    --------
    >>> adagrad(0.1)
    AdaGrad(lr=0.1, eps=0.0, eps_root=1e-07, initial_accumulator=0.1, rule=adagrad_once_started)
    """
    made = ours.AdaGrad(learning_rate, 0.0, eps, initial_accumulator=initial_accumulator_value)
    made.rule = rules.adagrad_once_started
    return made


@OPTAX.preset(
    "learning_rate, decay=0.9, eps=1e-8, initial_scale=0.0, eps_in_sqrt=True, centered=False, momentum=None, "
    "nesterov=False, bias_correction=False",
    decay=lambda given: "beta2" if given["bias_correction"] else "rho",
    eps=lambda given: "eps_root" if given["eps_in_sqrt"] else "eps",
)
def rmsprop(
    learning_rate: Any, decay: Any, eps: Any, initial_scale: Any, eps_in_sqrt: bool, centered: bool,
    momentum: Any, nesterov: bool, bias_correction: bool,
) -> Optimizer:  # fmt: skip
    """Make `RMSProp` with ε inside the root and the rate inside the velocity, unlike Optax' own ``sgd``.

    With ``bias_correction`` alone it is `Adam` with β₁ = 0. Not offered: ``bias_correction`` together with
    another variant, and ``nesterov`` with a momentum, which is no rule of this book.

    Examples
    --------
    >>> rmsprop(0.1)
    RMSProp(lr=0.1, rho=0.9, eps=0.0, eps_root=1e-08)
    >>> rmsprop(0.1, bias_correction=True)
    Adam(lr=0.1, beta1=0.0, beta2=0.9, eps=0.0, eps_root=1e-08)
    """
    epsilons = (0.0, eps) if eps_in_sqrt else (eps, 0.0)
    moving = given("momentum", momentum)
    if nesterov and moving:
        raise TypeError(
            "optax.rmsprop(nesterov=True) with a momentum is not offered: it is no rule of this book; write "
            "yours and assign it to `optimizer.rule`"
        )
    if not bias_correction:
        return ours.RMSProp(
            learning_rate, decay, *epsilons, momentum=momentum if moving else 0.0, centered=centered,
            initial_accumulator=initial_scale,
        )  # fmt: skip
    if moving or centered or given("initial_scale", initial_scale):
        raise TypeError(
            "optax.rmsprop(bias_correction=True) is not offered with momentum, centered or initial_scale: "
            "alone it is Adam with β₁ = 0"
        )
    return ours.Adam(learning_rate, 0.0, decay, *epsilons)


@OPTAX.preset("learning_rate=None, rho=0.9, eps=1e-6, weight_decay=0.0, weight_decay_mask=None")
def adadelta(learning_rate: Any, rho: Any, eps: Any, weight_decay: Any) -> Optimizer:
    """Make `AdaDelta`; its weight decay is coupled.

    Optax lets you leave the rate out, and with it the minus sign: ``optax.adadelta()`` climbs.

    Examples
    --------
    >>> adadelta(1.0)
    AdaDelta(lr=1.0, rho=0.9, eps=1e-06)
    """
    if learning_rate is None:
        raise TypeError("optax.adadelta(learning_rate=None) climbs; learning_rate=1.0 is the paper's step")
    return decayed(ours.AdaDelta(learning_rate, rho, eps), weight_decay)


@OPTAX.preset(f"{ADAM}, *, nesterov=False", b1=_unless_nesterov, beta1=_unless_nesterov)
def adam(learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, nesterov: bool) -> Optimizer:
    """Make `Adam` as in the paper, with a second ε inside the root; ``nesterov`` makes it `nadam`.

    Examples
    --------
    >>> adam(0.1, b2=0.99)
    Adam(lr=0.1, beta1=0.9, beta2=0.99, eps=1e-08, eps_root=0.0)
    """
    if nesterov:
        return ours.NAdam(learning_rate, b1, b2, eps, eps_root, CONSTANT)
    return ours.Adam(learning_rate, b1, b2, eps, eps_root)


@OPTAX.preset(f"{ADAM}, bias_correction_mu=True, bias_correction_nu=True")
def amsgrad(
    learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, bias_correction_mu: bool,
    bias_correction_nu: bool,
) -> Optimizer:  # fmt: skip
    """Make `Adam` that divides by the largest *corrected* s so far.

    Without both corrections it is the paper's AMSGrad; to correct one of the averages only is not offered.

    Examples
    --------
    >>> amsgrad(0.1)
    Adam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, amsgrad=True, correct_first=True)
    """
    if bias_correction_mu != bias_correction_nu:
        raise TypeError(
            "optax.amsgrad with only one of bias_correction_mu and bias_correction_nu is not offered: "
            "take both or none"
        )
    return ours.Adam(
        learning_rate, b1, b2, eps, eps_root,
        amsgrad=True, correct_first=True, bias_correction=bias_correction_mu,
    )  # fmt: skip


@OPTAX.preset(f"{ADAM}, {DECAY}, *, nesterov=False", b1=_unless_nesterov, beta1=_unless_nesterov)
def adamw(
    learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, weight_decay: Any, nesterov: bool
) -> Optimizer:
    """Make `AdamW`, with λ = 0.0001; ``nesterov`` makes it `nadamw`.

    Examples
    --------
    >>> print(adamw(0.1).weight_decay)
    0.0001
    """
    if nesterov:
        made = ours.NAdam(learning_rate, b1, b2, eps, eps_root, CONSTANT)
        return decayed(made, weight_decay, decoupled=True)
    return ours.AdamW(learning_rate, b1, b2, eps, eps_root, weight_decay)


@OPTAX.preset(f"{ADAM}, *, nesterov=True", b1=_unless_nesterov, beta1=_unless_nesterov)
def nadam(learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, nesterov: bool) -> Optimizer:
    """Make `NAdam` whose momentum is β₁ from the first step: it does not warm up.

    Examples
    --------
    >>> nadam(0.1)
    NAdam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, momentum_decay=1000000.0)
    """
    return adam(learning_rate, b1, b2, eps, eps_root, nesterov=nesterov)


@OPTAX.preset(f"{ADAM}, {DECAY}, *, nesterov=True", b1=_unless_nesterov, beta1=_unless_nesterov)
def nadamw(
    learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, weight_decay: Any, nesterov: bool
) -> Optimizer:
    """Make `nadam` with decoupled weight decay.

    Examples
    --------
    >>> print(nadamw(0.1).weight_decay)
    0.0001
    """
    return adamw(learning_rate, b1, b2, eps, eps_root, weight_decay=weight_decay, nesterov=nesterov)


@OPTAX.preset("learning_rate, b1=0.9, b2=0.999, eps=1e-8", eps="eps_max")
def adamax(learning_rate: Any, b1: Any, b2: Any, eps: Any) -> Optimizer:
    """Make `AdaMax` with ε inside the maximum.

    Examples
    --------
    >>> adamax(0.1)
    AdaMax(lr=0.1, beta1=0.9, beta2=0.999, eps=0.0, eps_max=1e-08)
    """
    return ours.AdaMax(learning_rate, b1, b2, 0.0, eps)


@OPTAX.preset(f"learning_rate, b1=0.9, b2=0.999, eps=1e-8, {DECAY}", eps="eps_max")
def adamaxw(learning_rate: Any, b1: Any, b2: Any, eps: Any, weight_decay: Any) -> Optimizer:
    """Make `adamax` with decoupled weight decay.

    Examples
    --------
    >>> print(adamaxw(0.1).weight_decay)
    0.0001
    """
    return decayed(ours.AdaMax(learning_rate, b1, b2, 0.0, eps), weight_decay, decoupled=True)


@OPTAX.preset("learning_rate, b1=0.9, b2=0.999, eps=1e-8, eps_root=0.0, threshold=5.0, *, nesterov=False")
def radam(
    learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, threshold: Any, nesterov: bool
) -> Optimizer:
    """Make `RAdam` that divides once s averages ``threshold`` squares or more.

    Not offered: ``nesterov``, which is no rule of this book, and a threshold below 4, at which Optax takes
    the root of a negative number.

    Examples
    --------
    >>> radam(0.1)
    RAdam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, threshold=5.0, inclusive=True)
    """
    if nesterov:
        raise TypeError(
            "optax.radam(nesterov=True) is not offered: it is no rule of this book; write yours and assign "
            "it to `optimizer.rule`"
        )
    checks.real("threshold", threshold, low=4.0)
    return ours.RAdam(learning_rate, b1, b2, eps, eps_root, threshold, inclusive=True)


@OPTAX.preset("learning_rate, b1=0.9, b2=0.999, eps=1e-3")
def yogi(learning_rate: Any, b1: Any, b2: Any, eps: Any) -> Optimizer:
    """Make `Yogi` with both averages from 1e-6 and corrected, as if they started at 0.

    Examples
    --------
    >>> yogi(0.1)
    Yogi(lr=0.1, beta1=0.9, beta2=0.999, eps=0.001, initial_average=1e-06)
    """
    return ours.Yogi(learning_rate, b1, b2, eps, initial_average=1e-6)


@OPTAX.preset("learning_rate, b1=0.9, b2=0.99, mu_dtype=None, weight_decay=1e-3, mask=None")
def lion(learning_rate: Any, b1: Any, b2: Any, weight_decay: Any) -> Optimizer:
    """Make `Lion`, with λ = 0.001.

    Examples
    --------
    >>> lion(1e-4)
    Lion(lr=0.0001, beta1=0.9, beta2=0.99, weight_decay=0.001)
    """
    return ours.Lion(learning_rate, b1, b2, weight_decay)


@OPTAX.preset("learning_rate, b1=0.9, b2=0.999, eps=1e-6, eps_root=0.0, weight_decay=0.0, mask=None")
def lamb(learning_rate: Any, b1: Any, b2: Any, eps: Any, eps_root: Any, weight_decay: Any) -> Optimizer:
    """Make `Lamb` as in the paper, without its bounds on a layer's length.

    Examples
    --------
    >>> print(lamb(0.1).eps)
    1e-06
    """
    return ours.Lamb(learning_rate, b1, b2, eps, eps_root, weight_decay)


def __getattr__(name: str) -> Any:
    """Return a schedule, which Optax has beside its optimizers too, or say what there is instead."""
    if name in schedules.__all__:
        return getattr(schedules, name)
    raise OPTAX.missing(name, __all__)
