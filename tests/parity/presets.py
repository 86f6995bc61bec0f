"""The parity cases of the presets: each call of the table of conventions, and calls with further settings.

Each is made three times: with the framework's own defaults, with a rate that falls, and with weight decay
under a rate that falls; those that take one rate only, twice.
"""

import math
from dataclasses import dataclass
from typing import Any

from d2l_utils.frameworks.rosetta import ROSETTA, found
from d2l_utils.optimizers.weight_decay import WeightDecay
from tests.parity.frameworks import Call
from tests.parity.problem import START, falling

DECAY = 2**-5
DECAY_NAMES = {"mxnet": "wd", "torch": "weight_decay", "keras": "weight_decay"}
# nothing goes around a rule that sees a whole array
OWN_DECAY = {("optax", "lamb"), ("optax", "contrib.muon")}
WITHOUT_DECAY = {("mxnet", "NAG"), ("keras", "ScheduleFreeAdamW")}  # see `like_mxnet.NAG` and Keras'
# the shape of the parameter, where a method takes no vector
SHAPES = {"Muon": (4, 2)}
AT_ONE_RATE = "contrib.schedule_free"  # see `like_optax.contrib`
FURTHER = {
    "AdaGrad, lr_decay, s from 0.1": (
        "torch",
        "Adagrad",
        {"lr_decay": 0.25, "initial_accumulator_value": 0.1},
    ),
    "Adam, other β's": ("torch", "Adam", {"betas": (0.8, 0.95), "eps": 1e-3}),
    "Adam, decoupled": ("torch", "Adam", {"weight_decay": 0.25, "decoupled_weight_decay": True}),
    "AdamW, AMSGrad": ("torch", "AdamW", {"amsgrad": True}),
    "NAdam, decoupled": ("torch", "NAdam", {"weight_decay": 0.25, "decoupled_weight_decay": True}),
    "Nesterov without momentum": ("keras", "SGD", {"nesterov": True}),
    "AdaGrad from 0": ("keras", "Adagrad", {"initial_accumulator_value": 0.0, "epsilon": 1e-3}),
    "AdamW, AMSGrad of Keras": ("keras", "AdamW", {"amsgrad": True}),
    "RMSProp, ε outside": ("optax", "rmsprop", {"eps_in_sqrt": False, "decay": 0.99, "eps": 1e-4}),
    "Adam, ε inside too": ("optax", "adam", {"b1": 0.8, "b2": 0.95, "eps_root": 1e-3}),
    "AMSGrad, β₂ 0.5": ("optax", "amsgrad", {"b2": 0.5, "eps_root": 1e-3}),
    "AdamW, λ 0.25": ("optax", "adamw", {"weight_decay": 0.25}),
    "AdaDelta, λ 0.25": ("optax", "adadelta", {"weight_decay": 0.25}),
    "NAdamW": ("optax", "nadamw", {}),
    "NAG without momentum": ("mxnet", "NAG", {}),
    "Adam, other ε": ("mxnet", "Adam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    "Momentum, climbing": ("torch", "SGD", {"momentum": 0.9, "maximize": True, "weight_decay": DECAY}),
    "AdaGrad, climbing": ("torch", "Adagrad", {"maximize": True, "lr_decay": 0.25, "weight_decay": DECAY}),
    "AdamW, climbing": ("torch", "AdamW", {"maximize": True, "weight_decay": 0.25}),
    "AMSGrad, climbing": ("torch", "Adam", {"maximize": True, "amsgrad": True, "weight_decay": DECAY}),
    "Adam, nesterov": ("optax", "adam", {"nesterov": True}),
    "NAdam, nesterov off": ("optax", "nadam", {"nesterov": False}),
    "AdamW, nesterov": ("optax", "adamw", {"nesterov": True, "weight_decay": 0.25}),
    "AMSGrad, uncorrected": (
        "optax",
        "amsgrad",
        {"bias_correction_mu": False, "bias_correction_nu": False},
    ),
    "RMSProp, from 1": ("optax", "rmsprop", {"initial_scale": 1.0}),
    "RMSProp, centred, from 1": (
        "optax",
        "rmsprop",
        {"initial_scale": 1.0, "centered": True, "momentum": 0.9},
    ),
    "RMSProp, corrected": ("optax", "rmsprop", {"bias_correction": True}),
    "RMSProp, corrected, ε outside": ("optax", "rmsprop", {"bias_correction": True, "eps_in_sqrt": False}),
    "Momentum, rescaled": ("mxnet", "SGD", {"momentum": 0.9, "rescale_grad": 0.1, "wd": DECAY}),
    "NAG, decay without momentum": ("mxnet", "NAG", {"wd": DECAY}),
    "AdaGrad, rescaled": ("mxnet", "AdaGrad", {"rescale_grad": 0.1, "wd": DECAY}),
    "Adam, rescaled, from update 9": (
        "mxnet",
        "Adam",
        {"rescale_grad": 0.1, "wd": DECAY, "begin_num_update": 8},
    ),
    "AdaMax, climbing": ("torch", "Adamax", {"maximize": True, "eps": 1e-3, "weight_decay": DECAY}),
    "AdaMax, other β's": ("keras", "Adamax", {"beta_1": 0.8, "beta_2": 0.5, "epsilon": 1e-3}),
    "AdaMaxW": ("optax", "adamaxw", {"b2": 0.5, "weight_decay": 0.25}),
    "RAdam, decoupled": ("torch", "RAdam", {"weight_decay": 0.25, "decoupled_weight_decay": True}),
    "RAdam, climbing": ("torch", "RAdam", {"betas": (0.8, 0.95), "maximize": True, "weight_decay": DECAY}),
    "RAdam, from 9 on": ("optax", "radam", {"b2": 0.95, "threshold": 9.0, "eps_root": 1e-3}),
    "Yogi, β₂ 0.5": ("optax", "yogi", {"b1": 0.8, "b2": 0.5, "eps": 1e-6}),
    "Lion, λ 0.25": ("optax", "lion", {"b1": 0.8, "b2": 0.9, "weight_decay": 0.25}),
    "Schedule-free SGD, λ 0.25": (
        "optax",
        "contrib.schedule_free_sgd",
        {"learning_rate": 0.125, "b1": 0.75, "weight_decay": 0.25, "weight_lr_power": 1.0},
    ),
    "Schedule-free AdamW, λ 0.25": (
        "optax",
        "contrib.schedule_free_adamw",
        {"learning_rate": 0.125, "b1": 0.75, "b2": 0.5, "eps": 1e-3, "weight_decay": 0.25},
    ),
    "Schedule-free AdamW, warm-up": ("keras", "ScheduleFreeAdamW", {"warmup_steps": 10, "beta_2": 0.5}),
    "AdaDelta, a rate": ("mxnet", "AdaDelta", {"rho": 0.95, "learning_rate": 0.1}),
}


@dataclass(frozen=True)
class Preset:
    """A call of a framework, and the name under which its steps are recorded."""

    name: str
    call: Call
    most = math.inf

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the parameter."""
        return self.call.shape

    def optimizer(self) -> Any:
        """Make our optimizer, from the same settings."""
        call = self.call
        made = found(call.framework, call.name)(**call.rate, **call.settings)
        return WeightDecay(made, call.chained) if call.chained else made


def variants(method, framework, name, settings):
    """Yield a call with its defaults, under a schedule, and with weight decay under a schedule."""
    default = 0.01 if framework == "optax" else None
    shape = SHAPES.get(method, START.shape)
    yield Preset(f"{method}, defaults", Call(framework, name, settings, default, shape=shape))
    moving = 0.125 if name.startswith(AT_ONE_RATE) else falling(0.125)
    if callable(moving):
        yield Preset(f"{method}, rate falls", Call(framework, name, settings, moving, shape=shape))
    if (framework, name) in WITHOUT_DECAY:
        return
    chained, decay = DECAY, {}
    own = DECAY_NAMES.get(framework) or ("weight_decay" if (framework, name) in OWN_DECAY else None)
    if own:
        chained, decay = 0.0, {own: DECAY}
    call = Call(framework, name, {**settings, **decay}, moving, chained, shape)
    yield Preset(f"{method}, weight decay", call)


PRESETS = tuple(
    preset
    for method, row in ROSETTA.items()
    for framework, call in row.items()
    if not isinstance(call, str)
    for preset in variants(method, framework, *call)
) + tuple(
    Preset(key, Call(framework, name, settings, None if "learning_rate" in settings else falling(0.125)))
    for key, (framework, name, settings) in FURTHER.items()
)
