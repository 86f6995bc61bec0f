"""The table of parity cases: one of our optimizers, and whose steps it must reproduce.

These try the switches of our classes; :mod:`tests.parity.presets` tries what each framework calls by default.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import d2l_utils
from tests.parity import formulas
from tests.parity.frameworks import Call
from tests.parity.problem import START, falling, walk


@dataclass(frozen=True)
class Case:
    """One optimizer of ours with its settings, and the calls that must take the same steps.

    ``lr`` is a number or a schedule of the updates made. ``torch`` names an optimizer of PyTorch, ``formula``
    is a function of :mod:`tests.parity.formulas`; each comes with its settings.
    """

    name: str
    ours: str
    lr: float | Callable[[int], float]
    settings: dict[str, Any] = field(default_factory=dict)
    torch: tuple[str, dict[str, Any]] | None = None
    formula: tuple[Any, dict[str, Any]] | None = None

    @property
    def call(self) -> Call | None:
        """PyTorch's optimizer."""
        if self.torch is None:
            return None
        name, settings = self.torch
        return Call("torch", name, settings, None if "lr" in settings else self.lr)

    def rate(self, t: int) -> float:
        """Return the rate of step ``t`` = 1, 2, ..."""
        return self.lr(t - 1) if callable(self.lr) else self.lr

    def optimizer(self) -> Any:
        """Make our optimizer."""
        rate = "multiplier" if "alpha" in self.settings else "lr"
        return attrgetter(self.ours)(d2l_utils)(**{rate: self.lr}, **self.settings)


def layers(optimizer: Any) -> list[Any]:
    """Return an optimizer, what it is put around, and so on to the one that has a rule of its own."""
    found = [optimizer]
    while hasattr(found[-1], "optimizer"):
        found.append(found[-1].optimizer)
    return found


def our_path(case: Any, scale: float, rules: Any = d2l_utils.rules, start: Any = START) -> Any:
    """Return the path of our optimizer; ``rules`` holds the rules that it applies."""
    optimizer = case.optimizer()
    applied = layers(optimizer)[-1]
    applied.rule = getattr(rules, applied.rule.__name__)

    def step(p: Any, g: Any, t: int) -> Any:
        optimizer.update(p, g)
        return p

    return walk(step, scale, start)


def formula_path(case: Case, scale: float) -> Any:
    """Return the path of the printed formula."""
    formula, settings = case.formula
    state: dict[str, Any] = {}
    return walk(lambda p, g, t: formula(p, g, t, case.rate(t), state, **settings), scale)


BETAS = {"beta1": 0.875, "beta2": 1 - 2**-10}
EPS = 2**-27  # about 7.5e-9
ADAM = {**BETAS, "eps": EPS}
M = {"momentum": 0.875}
NAG = {**M, "nesterov": True}
OUTSIDE = {**M, "lr_in_velocity": False}
RMS = {"rho": 0.875, "eps": EPS}
DELTA = {"rho": 0.875, "eps": 2**-16}
PAPER = {**ADAM, "alpha": 0.125, "weight_decay": 0.03}

CASES = (
    Case("SGD", "SGD", falling(0.125), torch=("SGD", {})),
    Case("Momentum", "Momentum", 0.125, M, torch=("SGD", M)),
    Case(
        "Momentum, rate falls", "Momentum", falling(0.125), M, formula=(formulas.momentum, M),
    ),
    Case("Momentum, lr outside", "Momentum", falling(0.125), OUTSIDE, torch=("SGD", M)),
    Case("Nesterov", "Nesterov", 0.125, M, torch=("SGD", NAG)),
    Case(
        "Nesterov, rate falls", "Nesterov", falling(0.125), M, formula=(formulas.nesterov, M),
    ),
    Case("Nesterov, lr outside", "Nesterov", falling(0.125), OUTSIDE, torch=("SGD", NAG)),
    Case("AdaGrad", "AdaGrad", falling(0.5), torch=("Adagrad", {"eps": 1e-7})),
    Case(
        "AdaGrad, s from 0.1", "AdaGrad", falling(0.5), {"eps": 1e-10, "initial_accumulator": 0.1},
        torch=("Adagrad", {"initial_accumulator_value": 0.1}),
    ),
    Case(
        "AdaGrad, lr_decay", "AdaGrad", d2l_utils.InverseTimeDecay(0.5, rate=0.25), {"eps": 1e-10},
        torch=("Adagrad", {"lr": 0.5, "lr_decay": 0.25}),
    ),
    Case(
        "AdaGrad, ε inside", "AdaGrad", falling(0.5), {"eps": 0, "eps_root": EPS},
        formula=(formulas.adagrad, {"eps": EPS}),
    ),
    Case(
        "AdaGrad of Keras", "AdaGrad", falling(0.5), {"eps": 0, "eps_root": 1e-7, "initial_accumulator": 0.1},
        formula=(formulas.adagrad, {"eps": 1e-7, "initial_accumulator": 0.1}),
    ),
    Case("RMSProp", "RMSProp", falling(0.125), torch=("RMSprop", {"alpha": 0.9})),
    Case(
        "RMSProp, ρ 0.99", "RMSProp", falling(0.125), {"rho": 0.99, "eps": 1e-4},
        torch=("RMSprop", {"eps": 1e-4}),
    ),
    Case(
        "RMSProp, ε inside", "RMSProp", falling(0.125), {"rho": 0.875, "eps": 0, "eps_root": EPS},
        formula=(formulas.rmsprop, RMS),
    ),
    Case("AdaDelta", "AdaDelta", falling(1.0), torch=("Adadelta", {"rho": 0.95})),
    Case(
        "AdaDelta, ρ 0.875", "AdaDelta", 1.0, DELTA,
        torch=("Adadelta", DELTA),
    ),
    Case("Adam", "Adam", falling(0.125), torch=("Adam", {})),
    Case("Adam, constant rate", "Adam", 0.125, torch=("Adam", {})),
    Case(
        "Adam, ε 1e-3", "Adam", falling(0.125), {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
        torch=("Adam", {"betas": (0.8, 0.95), "eps": 1e-3}),
    ),
    Case(
        "Adam, ε̂", "Adam", falling(0.125), {**ADAM, "eps_hat": True}, formula=(formulas.adam_eps_hat, ADAM),
    ),
    Case(
        "Adam, ε inside too", "Adam", falling(0.125), {**ADAM, "eps_root": 1e-7},
        formula=(formulas.adam, {**ADAM, "eps_root": 1e-7}),
    ),
    Case(
        "Adam, uncorrected", "Adam", falling(0.125), {**ADAM, "bias_correction": False},
        formula=(formulas.adam_uncorrected, ADAM),
    ),
    Case(
        "Adam, uncorrected ε̂", "Adam", falling(0.125), {**ADAM, "bias_correction": False, "eps_hat": True},
        formula=(formulas.adam_uncorrected, ADAM),
    ),
    Case("AMSGrad", "Adam", falling(0.125), {"amsgrad": True}, torch=("Adam", {"amsgrad": True})),
    Case(
        "AMSGrad, β₂ 0.5", "Adam", falling(0.125), {"beta2": 0.5, "eps": 1e-6, "amsgrad": True},
        torch=("Adam", {"betas": (0.9, 0.5), "eps": 1e-6, "amsgrad": True}),
    ),
    Case(
        "AMSGrad of the paper", "Adam", falling(0.125), {**ADAM, "amsgrad": True, "bias_correction": False},
        formula=(formulas.amsgrad, ADAM),
    ),
    Case(
        "AMSGrad of Keras", "Adam", falling(0.125), {**ADAM, "amsgrad": True, "eps_hat": True},
        formula=(formulas.amsgrad_eps_hat, ADAM),
    ),
    Case("AdamW", "AdamW", falling(0.125), torch=("AdamW", {})),
    Case("AdamW, λ 0.5", "AdamW", 0.125, {"weight_decay": 0.5}, torch=("AdamW", {"weight_decay": 0.5})),
    Case(
        "AdamW of Keras", "AdamW", falling(0.125), {**ADAM, "weight_decay": 0.25, "eps_hat": True},
        formula=(formulas.adamw_eps_hat, {**ADAM, "weight_decay": 0.25}),
    ),
    Case(
        "AdamW of the paper", "AdamW.from_paper", falling(1.0), PAPER,
        formula=(formulas.adamw, PAPER),
    ),
)  # fmt: skip
