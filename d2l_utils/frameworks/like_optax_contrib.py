"""``optax.contrib.x(…)`` becomes ``like_optax.contrib.x(…)``.

Each function has the whole signature of Optax 0.2.8's of that name, and what it returns takes its very steps.
``optax.contrib.schedule_free_eval_params(state, params)`` is ``optimizer.averaged(params)``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from d2l_utils import optimizers as ours
from d2l_utils.frameworks.optax_names import OPTAX, STEP_1
from d2l_utils.frameworks.presets import given
from d2l_utils.optimizers.base import Optimizer

__all__ = ["schedule_free_adamw", "schedule_free_sgd"]

CONTRIB = replace(OPTAX, prefix="optax.contrib.")
WARM = "warmup_steps=None"
STATE = "weight_lr_power=2.0, state_dtype=None"


def _one_rate(called: str, rate: Any) -> None:
    if callable(rate):
        raise TypeError(f"optax.contrib.{called} with a schedule is not offered: {STEP_1}")


@CONTRIB.preset(f"learning_rate=1.0, {WARM}, b1=0.9, weight_decay=None, {STATE}", b1="momentum")
def schedule_free_sgd(learning_rate: Any, b1: Any, weight_decay: Any) -> Optimizer:
    """Make `ScheduleFreeSGD`.

    Examples
    --------
    >>> schedule_free_sgd()
    ScheduleFreeSGD(lr=1.0, momentum=0.9, weight_decay=0.0)
    """
    _one_rate("schedule_free_sgd", learning_rate)
    return ours.ScheduleFreeSGD(
        learning_rate, b1, weight_decay if given("weight_decay", weight_decay) else 0.0
    )


@CONTRIB.preset(f"learning_rate=0.0025, {WARM}, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.0, {STATE}")
def schedule_free_adamw(learning_rate: Any, b1: Any, b2: Any, eps: Any, weight_decay: Any) -> Optimizer:
    """Make `ScheduleFreeAdamW`.

    Examples
    --------
    >>> schedule_free_adamw()
    ScheduleFreeAdamW(lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.0)
    """
    _one_rate("schedule_free_adamw", learning_rate)
    return ours.ScheduleFreeAdamW(learning_rate, b1, b2, eps, weight_decay)


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise CONTRIB.missing(name, __all__)
