"""The table of conventions: how to say one method in MXNet, PyTorch, Keras and Optax, and what changes.

``ROSETTA`` holds, for each method and framework, the name of the framework's optimizer and the settings that
make it that method, or the reason why there is none. :mod:`d2l_utils.frameworks.like_mxnet`, ``like_torch``,
``like_keras`` and ``like_optax`` turn such a call into one of our optimizers; the tests take 25 steps with
both and compare them.
"""

from __future__ import annotations

import html
import inspect
import re
from typing import Any

import numpy as np

from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.optimizers import AdaDelta, AdaGrad, Adam, Muon, NAdam
from d2l_utils.optimizers.around import ScaledGradient
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.weight_decay import WeightDecay

__all__ = ["FRAMEWORKS", "ROSETTA", "Conventions", "call", "conventions", "describe", "preset"]

# key -> the framework, and how its users write a call
FRAMEWORKS = {
    "mxnet": (like_mxnet.MXNET.title, like_mxnet.MXNET.prefix, like_mxnet),
    "torch": (like_torch.TORCH.title, like_torch.TORCH.prefix, like_torch),
    "keras": (like_keras.KERAS.title, like_keras.KERAS.prefix, like_keras),
    "optax": (like_optax.OPTAX.title, like_optax.OPTAX.prefix, like_optax),
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
        "mxnet": "none: it has momentum only where it is centred",
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
        "mxnet": "none",
        "torch": ("Adam", {"amsgrad": True}),
        "keras": ("Adam", {"amsgrad": True}),
        "optax": ("amsgrad", {}),
    },
    "AdamW": {
        "mxnet": "none: `adamw_update` is an operator without an optimizer",
        "torch": ("AdamW", {}),
        "keras": ("AdamW", {}),
        "optax": ("adamw", {}),
    },
    "NAdam": {"mxnet": ("Nadam", {}), "torch": ("NAdam", {}), "keras": ("Nadam", {}), "optax": ("nadam", {})},
    "Muon": {
        "mxnet": "none: it is older than Muon",
        "torch": ("Muon", {}),
        "keras": ("Muon", {}),
        "optax": "none beside the others: `optax.contrib` has one",
    },
}

# what a setting cannot say
NOTES = {
    ("Nesterov", "mxnet"): ["λ like no other, see below"],
    ("AdaDelta", "mxnet"): ["η: ignored", "λ decoupled, times 1"],
    ("NAdam", "mxnet"): ["one array only, see below"],
    ("NAdam", "torch"): ["∏μ in 32 bits"],
    ("Muon", "torch"): ["polar in bfloat16"],
}


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


def call(method: str, framework: str) -> str:
    """Return how a framework's users ask for a method, or why they cannot.

    Examples
    --------
    >>> call("Nesterov", "torch"), call("AMSGrad", "optax")
    ('torch.optim.SGD(momentum=0.9, nesterov=True)', 'optax.amsgrad()')
    """
    found = ROSETTA[method][framework]
    if isinstance(found, str):
        return found
    settings = ", ".join(f"{name}={value!r}" for name, value in found[1].items())
    return f"{FRAMEWORKS[framework][1]}{found[0]}({settings})"


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
        return [*describe(optimizer.optimizer), f"λ = {_short(optimizer.weight_decay)}, {kind}"]
    if isinstance(optimizer, ScaledGradient):
        return [*describe(optimizer.optimizer), f"g times {_short(optimizer.scale)}"]
    told = []
    for name, value in optimizer.hyperparameters.items():
        if name == "momentum" and np.all(value == 0):
            continue
        symbol = {"beta1": "β₁", "beta2": "β₂"}.get(name) or getattr(type(optimizer), name).symbol
        if name == "lr":
            told.append("η follows a schedule" if callable(value) else f"η = {_short(value)}")
        elif name in ("eps", "eps_root"):
            told += _epsilon(optimizer, name, value)
        elif (
            isinstance(optimizer, NAdam) and name == "momentum_decay" and np.all(value >= like_optax.CONSTANT)
        ):
            told.append("μ = β₁")
        else:
            told.append(f"{symbol} = {_short(value)}" + (", decoupled" if name == "weight_decay" else ""))
    if isinstance(optimizer, AdaGrad):
        told.append(f"s₀ = {_short(optimizer.initial_accumulator)}")
        if np.any(optimizer.lr_decay):
            told.append(f"η over 1 + {_short(optimizer.lr_decay)} (t − 1)")
    if isinstance(optimizer, Muon):
        told.append(f"φ = {optimizer.factor_told}")
    elif np.any(optimizer.hyperparameters.get("momentum", 0.0)):
        told.append("η inside v" if getattr(optimizer, "lr_in_velocity", True) else "η outside v")
    if isinstance(optimizer, Adam) and optimizer.amsgrad:
        told.append("largest ŝ" if optimizer.correct_first else "largest s")
    return told


def _epsilon(optimizer: Optimizer, name: str, value: Any) -> list[str]:
    if not np.any(value):
        return []
    if isinstance(optimizer, Adam) and (optimizer.eps_hat or not optimizer.bias_correction):
        return [f"ε̂ = {_short(value)}"]
    inside = name == "eps_root" or isinstance(optimizer, AdaDelta)
    return [f"ε = {_short(value)} {'inside' if inside else 'outside'}"]


def _short(value: Any) -> str:
    """Return a number as it is said, or the numbers of a sweep."""
    if isinstance(value, np.ndarray):
        return f"[{', '.join(_short(each) for each in value.tolist())}]"
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)


class Conventions:
    """The table of `ROSETTA` in words: ``rows[method][framework]`` is the call, and what `describe` says."""

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
            cells = "".join(f"<td>{_as_html(cell)}</td>" for cell in row.values())
            body += f'<tr><th scope="row" style="{STAYS}">{method}</th>{cells}</tr>\n'
        return (
            '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="Conventions">'
            '<table class="table" style="min-width: 42em; font-size: 0.8em; overflow-wrap: anywhere">'
            f'<thead><tr><th scope="col">method</th>{heads}</tr></thead>\n'
            f"<tbody>\n{body}</tbody></table></div>"
        )


# While a telephone shows the columns one after the other, the method's name stays in sight.
STAYS = "position: sticky; left: 0; overflow-wrap: normal; background: var(--pst-color-background, Canvas)"


def _as_html(cell: list[str]) -> str:
    first, *told = map(html.escape, cell)
    if told:
        name, settings = first.split("(", 1)
        first = f"<code>{name.replace('.', '.<wbr>')}(<wbr>{settings}</code>"
    else:
        first = re.sub("`([^`]+)`", r"<code>\1</code>", first)
    return "<br>".join([first, *told])


def _cell(method: str, framework: str) -> list[str]:
    found = ROSETTA[method][framework]
    if isinstance(found, str):
        return [found]
    takes = inspect.signature(getattr(FRAMEWORKS[framework][2], found[0])).parameters
    required = {"learning_rate": 1.0} if framework == "optax" else {}
    rate, *told = describe(preset(method, framework, **required))
    decay = next((name for name in ("weight_decay", "wd") if name in takes), None)
    notes = NOTES.get((method, framework), [])
    if "η: ignored" in notes:
        rate, *notes = notes
    told += notes
    if not any(each.startswith("λ") for each in told):
        decaying = decay and describe(preset(method, framework, **required, **{decay: 0.5}))
        told.append("λ " + decaying[-1].split(", ")[1] if decaying else "no λ")
    return [call(method, framework), "η: you choose" if required else rate, *told]


def conventions(*methods: str) -> Conventions:
    """Return the table of what each framework means by these methods; all of them by default.

    Examples
    --------
    >>> conventions("AdaDelta")
    AdaDelta
      MXNet 1.9.1   mx.optimizer.AdaDelta(), η: ignored, ρ = 0.9, ε = 1e-5 inside, λ decoupled, times 1
      PyTorch 2.13  torch.optim.Adadelta(), η = 1, ρ = 0.9, ε = 1e-6 inside, λ coupled
      Keras 3.15    keras.optimizers.Adadelta(), η = 0.001, ρ = 0.95, ε = 1e-7 inside, λ decoupled
      Optax 0.2.8   optax.adadelta(), η: you choose, ρ = 0.9, ε = 1e-6 inside, λ coupled
    """
    return Conventions(list(methods or ROSETTA))
