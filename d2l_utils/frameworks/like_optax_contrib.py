"""``optax.contrib.x(…)`` becomes ``like_optax.contrib.x(…)``.

Each function has the whole signature of Optax 0.2.8's of that name, and what it returns takes its very steps.
``optax.contrib.schedule_free_eval_params(state, params)`` is ``optimizer.averaged(params)``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils._engine import checks
from d2l_utils.frameworks.optax_names import OPTAX, STEP_1
from d2l_utils.frameworks.presets import given
from d2l_utils.optimizers.base import Optimizer

__all__ = ["muon", "schedule_free_adamw", "schedule_free_sgd"]

WARM = "warmup_steps=None"
STATE = "weight_lr_power=2.0, state_dtype=None"


# what muon hands on to the AdamW that takes what is no matrix
ADAM_S = ("adam_b1", "adam_b2", "adam_eps_root", "adam_weight_decay", "adam_learning_rate")
CONTRIB = replace(
    OPTAX,
    prefix="optax.contrib.",
    free={**dict.fromkeys(ADAM_S, "for what is no matrix: `Split` gives it an Adam")},
    instead={
        **OPTAX.instead,
        "adaptive": "it multiplies the step by its product with the velocity, which is no rule of this book",
        "preconditioning": "the matrix is divided by its length before Newton–Schulz, as in Muon's own code",
        "muon_weight_dimension_numbers": "say `which` in `Split`, and hand a kernel over as a matrix",
    },
)


@CONTRIB.preset(
    "learning_rate, ns_coeffs=(3.4445, -4.7750, 2.0315), ns_steps=5, beta=0.95, eps=1e-8, weight_decay=0.0, "
    "weight_decay_mask=None, mu_dtype=None, *, nesterov=True, adaptive=False, preconditioning='frobenius', "
    "adam_b1=0.9, adam_b2=0.999, adam_eps_root=0.0, adam_weight_decay=0.0, adam_learning_rate=None, "
    "muon_weight_dimension_numbers=None, consistent_rms=None",
    beta="momentum", ns_coeffs="coefficients", ns_steps="steps", consistent_rms=None,
)  # fmt: skip
def muon(
    learning_rate: Any, ns_coeffs: Any, ns_steps: Any, beta: Any, eps: Any, weight_decay: Any,
    nesterov: bool, consistent_rms: Any,
) -> Optimizer:  # fmt: skip
    """Make `Muon` for weights of shape (inputs, outputs), corrected for the start of its average.

    Optax' own takes AdamW for anything but matrices.

    Examples
    --------
    >>> muon(0.02)
    Muon(lr=0.02, momentum=0.95, weight_decay=0.0, factor='columns', eps=1e-08, corrected=True, kernels=False)
    """
    if not nesterov:
        raise TypeError(
            "optax.contrib.muon(nesterov=False) is not offered: its correction changes nothing but what ε is "
            "added to, and Muon(nesterov=False) is the same without"
        )
    shaped: dict[str, Any] = {"factor": "columns"}
    if consistent_rms is not None:
        shaped = {"factor": "rms", "rms": consistent_rms}
    return ours.Muon(
        learning_rate, beta, weight_decay, coefficients=ns_coeffs, steps=ns_steps, eps=eps, corrected=True,
        kernels=False, **shaped,
    )  # fmt: skip


def _one_rate(called: str, rate: Any, weight_lr_power: Any) -> None:
    checks.number("weight_lr_power", weight_lr_power)
    if callable(rate):
        raise TypeError(f"optax.contrib.{called} with a schedule is not offered: {STEP_1}")


def _weighed_by_square(given: dict[str, Any]) -> str | None:
    """Fix a rate that would be weighed by another power than 2; one that never changes weighs alike."""
    return "lr" if given["weight_lr_power"] == 2 else None


@CONTRIB.preset(
    f"learning_rate=1.0, {WARM}, b1=0.9, weight_decay=None, {STATE}",
    b1="momentum", learning_rate=_weighed_by_square, lr=_weighed_by_square, weight_lr_power=None,
)  # fmt: skip
def schedule_free_sgd(learning_rate: Any, b1: Any, weight_decay: Any, weight_lr_power: Any) -> Optimizer:
    """Make `ScheduleFreeSGD`.

    Examples
    --------
    >>> schedule_free_sgd()
    ScheduleFreeSGD(lr=1.0, momentum=0.9, weight_decay=0.0)
    """
    _one_rate("schedule_free_sgd", learning_rate, weight_lr_power)
    return ours.ScheduleFreeSGD(
        learning_rate, b1, weight_decay if given("weight_decay", weight_decay) else 0.0
    )


@CONTRIB.preset(
    f"learning_rate=0.0025, {WARM}, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.0, {STATE}",
    learning_rate=_weighed_by_square, lr=_weighed_by_square, weight_lr_power=None,
)  # fmt: skip
def schedule_free_adamw(
    learning_rate: Any, b1: Any, b2: Any, eps: Any, weight_decay: Any, weight_lr_power: Any
) -> Optimizer:
    """Make `ScheduleFreeAdamW`.

    Examples
    --------
    >>> schedule_free_adamw()
    ScheduleFreeAdamW(lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.0)
    """
    _one_rate("schedule_free_adamw", learning_rate, weight_lr_power)
    return ours.ScheduleFreeAdamW(learning_rate, b1, b2, eps, weight_decay)


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise CONTRIB.missing(name, __all__)
