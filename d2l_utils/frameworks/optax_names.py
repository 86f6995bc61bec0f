"""What Optax' arguments are here: the declaration that ``like_optax`` and its ``contrib`` share."""

from __future__ import annotations

from operator import attrgetter

from d2l_utils.frameworks.presets import Framework

__all__ = ["OPTAX", "STEP_1"]

ONE_EACH = "make two optimizers, one for the arrays that decay and one for the others"
A_PART_EACH = "`Split(first, rest, which=...)` gives each optimizer its part of params and grads"
FROZEN = "in `Split(first, rest, which=...)`, the part of `SGD(0.0)` stays as it is"
STEP_1 = (
    "Optax 0.2.8 weighs its average by the rate of the update after (google-deepmind/optax, pull request "
    "1744), which no other does; a schedule as the rate of ScheduleFreeSGD or ScheduleFreeAdamW warms up"
)
RATE = (
    "an optimizer has its learning_rate, also a schedule; behind rmsprop with a momentum it is not in the "
    "velocity, as in `RMSProp(schedule, ..., lr_in_velocity=False)`"
)
OPTAX = Framework(
    "Optax 0.2.8",
    "optax.",
    names={
        "learning_rate": "lr", "momentum": "momentum", "decay": "rho", "rho": "rho", "b1": "beta1",
        "b2": "beta2", "eps": "eps", "eps_root": "eps_root", "weight_decay": "weight_decay",
        "initial_accumulator_value": "initial_accumulator", "initial_scale": "initial_accumulator",
        "centered": "centered", "threshold": "threshold",
    },
    instead={
        "warmup_steps": STEP_1,
        "mask": ONE_EACH,
        "weight_decay_mask": ONE_EACH,
        "mu_dtype": "the state has the parameters' dtype",
        "accumulator_dtype": "the state has the parameters' dtype",
        "state_dtype": "the state has the parameters' dtype",
    },
    reads={"b1": attrgetter("beta1")},
    methods={"init": "the first `update(params, grads)` makes the state, and the optimizer keeps it"},
    rarely={
        "apply_updates": "`update(params, grads)` changes the parameters in place",
        "chain": "what stands before the optimizer is done to the gradients before `update`: decayed weights "
        "are `WeightDecay(optimizer, λ)`, a scale is `ScaledGradient(optimizer, scale)`; behind its "
        "scale_by_..., they are `WeightDecay(optimizer, λ, decoupled=True)` and a factor of the rate",
        "add_decayed_weights": "before the optimizer it is `WeightDecay(optimizer, λ)`; between its "
        "scale_by_... and the rate it is `WeightDecay(optimizer, λ, decoupled=True)`",
        "scale": "before the optimizer it is `ScaledGradient(optimizer, scale)`; after it, a factor of its "
        "learning_rate",
        "scale_by_learning_rate": RATE,
        "scale_by_schedule": RATE,
        "clip": "before `update`, take `np.clip(g, -max_delta, max_delta)` of each gradient",
        "clip_by_global_norm": "before `update`, multiply all gradients by `min(1, max_norm / norm)`, with "
        "the norm of all together",
        "inject_hyperparams": "set the attribute before an update, `optimizer.momentum = schedule(t)`",
        "hyperparams": "the settings are attributes, `optimizer.learning_rate = 0.01`",
        "MultiSteps": "sum the gradients of so many batches, divide by their number (with "
        "use_grad_mean=False do not), and call `update` once",
        "apply_every": "it sums steps, not gradients: each batch updates a copy, `step = params.copy()`, and "
        "`total += step - params`; after so many of them `params += total`, and total is 0 again",
        "masked": f"{A_PART_EACH}. Optax hands on what is masked out as it is, so that `apply_updates` adds "
        "the gradient itself, `p += g`; where a masked set_to_zero follows, that part is for `SGD(0.0)`",
        "set_to_zero": FROZEN,
        "freeze": FROZEN,
        "selective_transform": f"{A_PART_EACH}; `SGD(0.0)` has what is frozen",
        "multi_transform": A_PART_EACH,
        "partition": A_PART_EACH,
        "apply_if_finite": "`update(params, grads, check_finite=True)` refuses what is not finite",
        "ema": "average x yourself, `average = decay * average + (1 - decay) * x`, from 0 on, and read "
        "`average / (1 - decay**t)` at update t; x are the gradients before `update`, which then takes "
        "what you read, or the parameters after it",
        "schedule_free_eval_params": "`optimizer.averaged(params)` returns the parameters to evaluate",
        "schedule_free": "of the optimizers around which it goes there are `schedule_free_sgd` and "
        "`schedule_free_adamw`",
        "incremental_update": "write it, `average = (1 - step_size) * average + step_size * params`",
    },
)  # fmt: skip
