"""PyTorch's settings in, our optimizer out: ``torch.optim.X(params, …)`` becomes ``like_torch.X(params, …)``.

Each function has the whole signature of PyTorch 2.13's class of that name, and what it returns takes its very
steps. ``params`` may be there or not: it is looked at and not kept, because `Optimizer.update` is handed the
arrays. ``optimizer.defaults`` goes in as it is. ``lr`` may also be a schedule, asked for the rate after
0, 1, ... updates, as if ``scheduler.step()`` came after each, and any number may be an array that sweeps.
Settings keep PyTorch's names: ``optimizer.betas = (0.8, 0.99)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from d2l_utils import optimizers as ours
from d2l_utils.frameworks import like_torch_schedules
from d2l_utils.frameworks.presets import Framework, decayed, given, pair, scaled
from d2l_utils.frameworks.resting import resting
from d2l_utils.optimizers.base import Optimizer

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Muon", "NAdam", "RAdam", "RMSprop"]

lr_scheduler = like_torch_schedules


def _with_params(args: tuple[Any, ...], settings: dict[str, Any]) -> tuple[Any, ...]:
    """Return positional arguments that start with the parameters, None if they were left out."""
    if "initial_lr" in settings:
        raise TypeError(
            "initial_lr is no setting: a scheduler of PyTorch wrote it into the group; leave it out, and "
            "make the scheduler here with load_state_dict or step(epoch)"
        )
    params = settings.pop("params", None)
    if args and params is None and ("lr" in settings or not _is_rate(args[0])):
        params, args = args[0], args[1:]
    if params is not None:
        _check_params(params)
    return (None, *args)


def _is_rate(first: Any) -> bool:
    """Return whether what comes first, where no rate is named, is the rate and not the parameters."""
    if isinstance(first, np.ndarray) and first.ndim:
        raise TypeError("an array that comes first may be params or lr; say lr=... or params=...")
    if isinstance(shape := getattr(first, "shape", None), tuple):
        return not shape
    if hasattr(first, "parameters") or getattr(first, "__name__", "") in ("parameters", "named_parameters"):
        return False  # a model, or its method uncalled
    return callable(first) or not isinstance(first, Iterable)


def _check_params(params: Any) -> None:
    expected = "params must be what PyTorch takes, such as model.parameters()"
    if not isinstance(params, Iterable) or isinstance(params, str):
        raise TypeError(f"{expected}; got {params!r}")
    group = isinstance(params, Mapping) and "params" in params
    entries = [params] if group else list(params.values() if isinstance(params, Mapping) else params)
    if not entries:
        raise ValueError("params is empty, which PyTorch refuses too")
    for entry in entries:
        own = sorted(entry.keys() - {"params"}) if isinstance(entry, Mapping) else []
        if own:
            raise TypeError(f"a group of params has its own {own}: make an optimizer for each group")
        if isinstance(entry, int | float) and not hasattr(entry, "shape"):
            raise TypeError(
                f"{expected}; a list of numbers sweeps as lr={entries!r}, and the indices that a state_dict "
                "holds as params are left out"
            )
        if callable(entry):
            raise TypeError(f"{expected}; got {entry!r} in it")


TORCH = Framework(
    "PyTorch 2.13",
    "torch.optim.",
    names={
        "lr": "lr", "momentum": "momentum", "weight_decay": "weight_decay", "eps": "eps", "rho": "rho",
        "alpha": "rho", "betas": ("beta1", "beta2"), "lr_decay": "lr_decay", "amsgrad": "amsgrad",
        "centered": "centered", "momentum_decay": "momentum_decay",
        "initial_accumulator_value": "initial_accumulator",
    },
    free={
        "params": "`update` is handed the arrays",
        "foreach": "how PyTorch computes", "fused": "how PyTorch computes",
        "capturable": "for CUDA graphs",
    },
    instead={
        "dampening": "PyTorch takes the first gradient whole and dampens from the second on, which is not "
        "one rule; from there on it is momentum with the rate lr · (1 − dampening)",
        "differentiable": "an update is arithmetic of NumPy, without autograd",
        "decoupled_weight_decay": "it is what the class means",
    },
    neutral={"dampening": lambda _, call: not given("momentum", call["momentum"])},
    rarely={
        "swa_utils": "`Average()` and `ExponentialAverage(decay)` of d2l_utils average what `update(params)` "
        "hands them after each step",
        "register_step_pre_hook": "call it yourself, in the line before `update(params, grads)`",
        "register_step_post_hook": "call it yourself, in the line after `update(params, grads)`",
    },
    methods={
        "step": "`update(params, grads)` takes a step",
        "zero_grad": "`update` is handed the gradients and adds nothing up, so nothing is to be cleared",
        "param_groups": "there are no groups; set the optimizer's own `lr`, or another setting by its name",
        "add_param_group": "make an optimizer for each group, and `Split(first, rest, which=...)` of them",
        "defaults": "the settings are attributes; `hyperparameters` has those of the rule",
        "state": "`state_dict()` returns a copy of it",
    },
    first=_with_params,
)  # fmt: skip


@TORCH.preset(
    "params=None, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, "
    "maximize=False, foreach=None, differentiable=False, fused=None"
)
def SGD(lr: Any, momentum: Any, weight_decay: Any, nesterov: bool, maximize: bool) -> Optimizer:
    """Make `SGD`, or `Momentum` or `Nesterov` with the learning rate outside the velocity.

    A ``momentum`` that is set to 0 and back keeps the velocity meanwhile.

    Examples
    --------
    >>> SGD(lr=0.1, momentum=0.9)
    Momentum(lr=0.1, momentum=0.9, lr_in_velocity=False)
    """
    if nesterov and not (given("momentum", momentum) and np.all(np.asarray(momentum) > 0)):
        raise ValueError(f"Nesterov's step needs a momentum above 0; got {momentum}")
    made: Optimizer = ours.SGD(lr)
    if given("momentum", momentum):
        made = resting((ours.Nesterov if nesterov else ours.Momentum)(lr, momentum, lr_in_velocity=False))
    return _climbing(decayed(made, weight_decay), maximize)


def _climbing(optimizer: Optimizer, maximize: bool) -> Optimizer:
    return scaled(optimizer, -1.0 if maximize else 1.0)


@TORCH.preset(
    "params=None, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, foreach=None, "
    "*, maximize=False, differentiable=False, fused=None"
)
def Adagrad(
    lr: Any, lr_decay: Any, weight_decay: Any, initial_accumulator_value: Any, eps: Any, maximize: bool
) -> Optimizer:
    """Make `AdaGrad` with ε outside the root; ``lr_decay`` divides the rate by 1 + (t − 1) · lr_decay.

    Examples
    --------
    >>> Adagrad()
    AdaGrad(lr=0.01, eps=1e-10, eps_root=0.0)
    """
    made = ours.AdaGrad(lr, eps, initial_accumulator=initial_accumulator_value, lr_decay=lr_decay)
    return _climbing(decayed(made, weight_decay), maximize)


@TORCH.preset(
    "params=None, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False, "
    "capturable=False, foreach=None, maximize=False, differentiable=False"
)
def RMSprop(
    lr: Any, alpha: Any, eps: Any, weight_decay: Any, momentum: Any, centered: bool, maximize: bool
) -> Optimizer:
    """Make `RMSProp` with ρ = ``alpha``, ε outside the root and the rate outside the velocity.

    Examples
    --------
    >>> RMSprop(momentum=0.9)
    RMSProp(lr=0.01, rho=0.99, eps=1e-08, eps_root=0.0, momentum=0.9, lr_in_velocity=False)
    """
    made = ours.RMSProp(lr, alpha, eps, momentum=momentum, centered=centered, lr_in_velocity=False)
    return _climbing(decayed(resting(made), weight_decay), maximize)


@TORCH.preset(
    "params=None, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, "
    "capturable=False, maximize=False, differentiable=False"
)
def Adadelta(lr: Any, rho: Any, eps: Any, weight_decay: Any, maximize: bool) -> Optimizer:
    """Make `AdaDelta`, with ρ = 0.9 where the paper has 0.95.

    Examples
    --------
    >>> Adadelta()
    AdaDelta(lr=1.0, rho=0.9, eps=1e-06)
    """
    return _climbing(decayed(ours.AdaDelta(lr, rho, eps), weight_decay), maximize)


@TORCH.preset(
    "params=None, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None, "
    "maximize=False, capturable=False, differentiable=False, fused=None, decoupled_weight_decay=False"
)
def Adam(
    lr: Any, betas: Any, eps: Any, weight_decay: Any, amsgrad: bool, maximize: bool,
    decoupled_weight_decay: bool,
) -> Optimizer:  # fmt: skip
    """Make `Adam` as in the paper; its weight decay is coupled unless you say otherwise.

    Examples
    --------
    >>> Adam(weight_decay=0.01)
    WeightDecay(Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0), weight_decay=0.01)
    """
    made = ours.Adam(lr, *pair("betas", betas), eps, amsgrad=amsgrad)
    return _climbing(decayed(made, weight_decay, decoupled=decoupled_weight_decay), maximize)


@TORCH.preset(
    "params=None, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *, "
    "maximize=False, foreach=None, capturable=False, differentiable=False, fused=None",
    also={"decoupled_weight_decay": True},
)
def AdamW(lr: Any, betas: Any, eps: Any, weight_decay: Any, amsgrad: bool, maximize: bool) -> Optimizer:
    """Make `AdamW`: Adam with decoupled weight decay, times the rate.

    Examples
    --------
    >>> AdamW()
    AdamW(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, weight_decay=0.01)
    """
    if amsgrad:
        made = decayed(ours.Adam(lr, *pair("betas", betas), eps, amsgrad=True), weight_decay, decoupled=True)
    else:
        made = ours.AdamW(lr, *pair("betas", betas), eps, weight_decay=weight_decay)
    return _climbing(made, maximize)


@TORCH.preset(
    "params=None, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3, "
    "decoupled_weight_decay=False, *, foreach=None, maximize=False, capturable=False, differentiable=False"
)
def NAdam(
    lr: Any, betas: Any, eps: Any, weight_decay: Any, momentum_decay: Any, decoupled_weight_decay: bool,
    maximize: bool,
) -> Optimizer:  # fmt: skip
    """Make `NAdam`.

    Examples
    --------
    >>> NAdam()
    NAdam(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, momentum_decay=0.004)
    """
    made = ours.NAdam(lr, *pair("betas", betas), eps, momentum_decay=momentum_decay)
    return _climbing(decayed(made, weight_decay, decoupled=decoupled_weight_decay), maximize)


@TORCH.preset(
    "params=None, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False, "
    "differentiable=False, capturable=False",
    eps="eps_max",
)
def Adamax(lr: Any, betas: Any, eps: Any, weight_decay: Any, maximize: bool) -> Optimizer:
    """Make `AdaMax` with ε inside the maximum; its weight decay is coupled.

    Examples
    --------
    >>> Adamax()
    AdaMax(lr=0.002, beta1=0.9, beta2=0.999, eps=0.0, eps_max=1e-08)
    """
    return _climbing(decayed(ours.AdaMax(lr, *pair("betas", betas), 0.0, eps), weight_decay), maximize)


@TORCH.preset(
    "params=None, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, decoupled_weight_decay=False, *, "
    "foreach=None, maximize=False, capturable=False, differentiable=False"
)
def RAdam(
    lr: Any, betas: Any, eps: Any, weight_decay: Any, decoupled_weight_decay: bool, maximize: bool
) -> Optimizer:
    """Make `RAdam` with ε̂, that divides once s averages more than 5 squares.

    Examples
    --------
    >>> RAdam()
    RAdam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0, threshold=5.0, eps_hat=True)
    """
    made = ours.RAdam(lr, *pair("betas", betas), eps, eps_hat=True)
    return _climbing(decayed(made, weight_decay, decoupled=decoupled_weight_decay), maximize)


FACTORS = {None: "rows", "original": "rows", "match_rms_adamw": "rms"}


@TORCH.preset(
    "params=None, lr=1e-3, weight_decay=0.1, momentum=0.95, nesterov=True, "
    "ns_coefficients=(3.4445, -4.7750, 2.0315), eps=1e-7, ns_steps=5, adjust_lr_fn=None",
    ns_coefficients="coefficients", ns_steps="steps", adjust_lr_fn=None,
)  # fmt: skip
def Muon(
    lr: Any, weight_decay: Any, momentum: Any, nesterov: bool, ns_coefficients: Any, eps: Any, ns_steps: Any,
    adjust_lr_fn: str | None,
) -> Optimizer:  # fmt: skip
    """Make `Muon` whose decay is 0.1, and whose ε is the least length, not added to it.

    PyTorch rounds the matrix to bfloat16 before Newton–Schulz; here it keeps its dtype.

    Examples
    --------
    >>> Muon(lr=0.02, adjust_lr_fn="match_rms_adamw")
    Muon(lr=0.02, momentum=0.95, weight_decay=0.1, factor='rms', eps_floor=True, kernels=False)
    """
    if adjust_lr_fn not in FACTORS:
        raise ValueError(f"adjust_lr_fn must be one of {list(FACTORS)}; got {adjust_lr_fn!r}")
    return ours.Muon(
        lr, momentum, weight_decay, nesterov=nesterov, factor=FACTORS[adjust_lr_fn],
        coefficients=ns_coefficients, steps=ns_steps, eps=eps, eps_floor=True, kernels=False,
    )  # fmt: skip


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise TORCH.missing(name, __all__)
