"""The table of conventions: how to say one method in MXNet, PyTorch, Keras and Optax, and what changes.

``ROSETTA`` holds, for each method and framework, the name of the framework's optimizer and the settings that
make it that method, or the reason why there is none. :mod:`d2l_utils.like_mxnet`, ``like_torch``,
``like_keras`` and ``like_optax`` turn such a call into one of our optimizers; the tests take 25 steps with
both and compare them.
"""

from __future__ import annotations

import html
import inspect
from typing import Any

import numpy as np

from d2l_utils import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.adam import Adam, NAdam
from d2l_utils.base import Optimizer
from d2l_utils.optimizers import AdaDelta, AdaGrad
from d2l_utils.weight_decay import WeightDecay

__all__ = ["FRAMEWORKS", "ROSETTA", "Conventions", "conventions", "describe", "preset"]

# key -> the framework, and how its users write a call
FRAMEWORKS = {
    "mxnet": ("MXNet 1.9.1", "mx.optimizer.", like_mxnet),
    "torch": ("PyTorch 2.13", "torch.optim.", like_torch),
    "keras": ("Keras 3.15", "keras.optimizers.", like_keras),
    "optax": ("Optax 0.2.8", "optax.", like_optax),
}

Call = tuple[str, dict[str, Any]]
CENTRED, M = {"centered": True}, {"momentum": 0.9}
NAG = {**M, "nesterov": True}
# method -> framework -> (name, settings), or why there is none
ROSETTA: dict[str, dict[str, Call | str]] = {
    "SGD": {"mxnet": ("SGD", {}), "torch": ("SGD", {}), "keras": ("SGD", {}), "optax": ("sgd", {})},
    "Momentum": {"mxnet": ("SGD", M), "torch": ("SGD", M), "keras": ("SGD", M), "optax": ("sgd", M)},
    "Nesterov": {"mxnet": ("NAG", M), "torch": ("SGD", NAG), "keras": ("SGD", NAG), "optax": ("sgd", NAG)},
    "AdaGrad": {
        "mxnet": ("AdaGrad", {}),
        "torch": ("Adagrad", {}),
        "keras": ("Adagrad", {}),
        "optax": ("adagrad", {}),
    },
    "RMSProp": {
        "mxnet": ("RMSProp", {}),
        "torch": ("RMSprop", {}),
        "keras": ("RMSprop", {}),
        "optax": ("rmsprop", {}),
    },
    "RMSProp, centred": {
        "mxnet": ("RMSProp", {**CENTRED, "gamma2": 0.0}),
        "torch": ("RMSprop", CENTRED),
        "keras": ("RMSprop", CENTRED),
        "optax": ("rmsprop", CENTRED),
    },
    "RMSProp, momentum": {
        "mxnet": "only centred",
        "torch": ("RMSprop", M),
        "keras": ("RMSprop", M),
        "optax": ("rmsprop", M),
    },
    "RMSProp, centred, momentum": {
        "mxnet": ("RMSProp", CENTRED),
        "torch": ("RMSprop", {**CENTRED, **M}),
        "keras": ("RMSprop", {**CENTRED, **M}),
        "optax": ("rmsprop", {**CENTRED, **M}),
    },
    "AdaDelta": {
        "mxnet": ("AdaDelta", {}),
        "torch": ("Adadelta", {}),
        "keras": ("Adadelta", {}),
        "optax": ("adadelta", {}),
    },
    "Adam": {"mxnet": ("Adam", {}), "torch": ("Adam", {}), "keras": ("Adam", {}), "optax": ("adam", {})},
    "AMSGrad": {
        "mxnet": "not in MXNet",
        "torch": ("Adam", {"amsgrad": True}),
        "keras": ("Adam", {"amsgrad": True}),
        "optax": ("amsgrad", {}),
    },
    "AdamW": {
        "mxnet": "only an operator",
        "torch": ("AdamW", {}),
        "keras": ("AdamW", {}),
        "optax": ("adamw", {}),
    },
    "NAdam": {"mxnet": ("Nadam", {}), "torch": ("NAdam", {}), "keras": ("Nadam", {}), "optax": ("nadam", {})},
}

# what a setting cannot say
NOTES = {("NAdam", "mxnet"): ["one array only"], ("NAdam", "torch"): ["∏μ in 32 bits"]}


def preset(method: str, framework: str, **settings: Any) -> Optimizer:
    """Make our optimizer for a method as a framework has it, with its defaults but for ``settings``.

    Parameters
    ----------
    method : str
        A row of `ROSETTA`, such as ``"Adam"``.
    framework : str
        ``"mxnet"``, ``"torch"``, ``"keras"`` or ``"optax"``.
    **settings
        Under the framework's names. Optax has no default for ``learning_rate``.

    Raises
    ------
    ValueError
        If there is no such method or framework, or the framework does not have it; it says why.
    TypeError
        If the framework's optimizer has no such setting, or we do not offer it.

    Examples
    --------
    >>> preset("Adam", "keras", learning_rate=0.01)
    Adam(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-07, eps_root=0.0, eps_hat=True)
    """
    for given, known in ((method, ROSETTA), (framework, FRAMEWORKS)):
        if given not in known:
            raise ValueError(f"got {given!r}; expected one of {list(known)}")
    call = ROSETTA[method][framework]
    if isinstance(call, str):
        raise ValueError(f"{FRAMEWORKS[framework][0]} has no {method}: {call}")
    name, made_so = call
    made: Optimizer = getattr(FRAMEWORKS[framework][2], name)(**{**made_so, **settings})
    return made


def describe(optimizer: Optimizer) -> list[str]:
    """Return what tells an optimizer from others of its method: settings by symbol, and where they stand.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> describe(Momentum(0.1, lr_in_velocity=False))
    ['η = 0.1', 'β = 0.9', 'η outside v']
    """
    if isinstance(optimizer, WeightDecay):
        kind = "decoupled" if optimizer.decoupled else "coupled"
        return [*describe(optimizer.optimizer), f"λ = {optimizer.weight_decay:g}, {kind}"]
    told = []
    for name, value in optimizer.hyperparameters.items():
        symbol = {"beta1": "β₁", "beta2": "β₂"}.get(name) or getattr(type(optimizer), name).symbol
        if name == "lr":
            told.append("η follows a schedule" if callable(value) else f"η = {value:g}")
        elif name in ("eps", "eps_root"):
            told += _epsilon(optimizer, name, value)
        elif isinstance(optimizer, NAdam) and name == "momentum_decay" and value >= like_optax.CONSTANT:
            told.append("μ = β₁")
        else:
            told.append(f"{symbol} = {value:g}" + (", decoupled" if name == "weight_decay" else ""))
    if isinstance(optimizer, AdaGrad):
        told.append(f"h₀ = {optimizer.initial_accumulator:g}")
    if np.any(optimizer.hyperparameters.get("momentum", 0.0)):
        told.append("η inside v" if getattr(optimizer, "lr_in_velocity", True) else "η outside v")
    if isinstance(optimizer, Adam) and optimizer.amsgrad:
        told.append("largest v̂" if optimizer.correct_first else "largest v")
    return told


def _epsilon(optimizer: Optimizer, name: str, value: float) -> list[str]:
    if not value:
        return []
    if isinstance(optimizer, Adam) and (optimizer.eps_hat or not optimizer.bias_correction):
        return [f"ε̂ = {_short(value)}"]
    inside = name == "eps_root" or isinstance(optimizer, AdaDelta)
    return [f"ε = {_short(value)} {'inside' if inside else 'outside'}"]


def _short(value: float) -> str:
    return f"{value:g}".replace("e-0", "e-")


class Conventions:
    """The table of `ROSETTA` in words: ``rows[method][framework]`` is a list of what `describe` says."""

    def __init__(self, methods: list[str]) -> None:
        self.rows = {method: {each: _cell(method, each) for each in FRAMEWORKS} for method in methods}

    def __repr__(self) -> str:
        return "\n".join(
            f"{method}\n"
            + "\n".join(f"  {FRAMEWORKS[each][0]:13} {', '.join(cell)}" for each, cell in row.items())
            for method, row in self.rows.items()
        )

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{title}</th>' for title, _, _ in FRAMEWORKS.values())
        body = ""
        for method, row in self.rows.items():
            cells = "".join(f"<td>{'<br>'.join(map(html.escape, cell))}</td>" for cell in row.values())
            body += f'<tr><th scope="row" style="white-space: normal">{method}</th>{cells}</tr>\n'
        return (
            '<div style="overflow-x: auto; white-space: nowrap" tabindex="0" role="region" '
            'aria-label="Conventions"><table class="table">'
            f'<thead><tr><th scope="col">method</th>{heads}</tr></thead>\n'
            f"<tbody>\n{body}</tbody></table></div>"
        )


def _cell(method: str, framework: str) -> list[str]:
    call = ROSETTA[method][framework]
    if isinstance(call, str):
        return [call]
    module = FRAMEWORKS[framework][2]
    takes = inspect.signature(getattr(module, call[0])).parameters
    rate = takes["lr" if "lr" in takes else "learning_rate"].default
    required = {"learning_rate": 1.0} if rate is inspect.Parameter.empty else {}
    told = describe(preset(method, framework, **required))[1:]
    decay = next((name for name in ("weight_decay", "wd") if name in takes), None)
    if decay is None:
        told.append("no λ")
    elif not any(each.startswith("λ") for each in told):
        decaying = describe(preset(method, framework, **required, **{decay: 0.5}))
        told.append("λ " + decaying[-1].split(", ")[1])
    told += NOTES.get((method, framework), [])
    if required:
        return ["η: you choose", *told]
    return ["η: ignored" if rate is None else f"η = {rate:g}", *told]


def conventions(*methods: str) -> Conventions:
    """Return the table of what each framework means by these methods; all of them by default.

    Examples
    --------
    >>> conventions("AdaDelta")
    AdaDelta
      MXNet 1.9.1   η: ignored, ρ = 0.9, ε = 1e-5 inside, λ decoupled
      PyTorch 2.13  η = 1, ρ = 0.9, ε = 1e-6 inside, λ coupled
      Keras 3.15    η = 0.001, ρ = 0.95, ε = 1e-7 inside, λ decoupled
      Optax 0.2.8   η: you choose, ρ = 0.9, ε = 1e-6 inside, λ coupled
    """
    return Conventions(list(methods or ROSETTA))
