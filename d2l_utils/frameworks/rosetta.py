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
from operator import attrgetter
from typing import Any

from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.frameworks.describing import describe
from d2l_utils.frameworks.keras_names import KERAS
from d2l_utils.frameworks.optax_names import OPTAX
from d2l_utils.optimizers.base import Optimizer

__all__ = [
    "FRAMEWORKS",
    "ROSETTA",
    "Conventions",
    "call",
    "conventions",
    "describe",
    "found",
    "offered",
    "preset",
]

# key -> the framework, and how its users write a call
FRAMEWORKS = {
    "mxnet": (like_mxnet.MXNET.title, like_mxnet.MXNET.prefix, like_mxnet),
    "torch": (like_torch.TORCH.title, like_torch.TORCH.prefix, like_torch),
    "keras": (KERAS.title, KERAS.prefix, like_keras),
    "optax": (OPTAX.title, OPTAX.prefix, like_optax),
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
    "AdaMax": {
        "mxnet": "not offered: `Adamax` has no ε, and divides 0 by 0 where the first gradient is 0",
        "torch": ("Adamax", {}),
        "keras": ("Adamax", {}),
        "optax": ("adamax", {}),
    },
    "RAdam": {"mxnet": "none", "torch": ("RAdam", {}), "keras": "none", "optax": ("radam", {})},
    "Yogi": {"mxnet": "none", "torch": "none", "keras": "none", "optax": ("yogi", {})},
    "Lion": {"mxnet": "none", "torch": "none", "keras": ("Lion", {}), "optax": ("lion", {})},
    "Schedule-free SGD": {
        "mxnet": "none",
        "torch": "none: `schedulefree` is a package of its own",
        "keras": "none",
        "optax": ("contrib.schedule_free_sgd", {}),
    },
    "Schedule-free AdamW": {
        "mxnet": "none",
        "torch": "none: `schedulefree` is a package of its own",
        "keras": ("ScheduleFreeAdamW", {}),
        "optax": ("contrib.schedule_free_adamw", {}),
    },
    "LAMB": {
        "mxnet": "not offered: `LAMB`, with bounds on a layer's length",
        "torch": "none",
        "keras": ("Lamb", {}),
        "optax": ("lamb", {}),
    },
    "Muon": {
        "mxnet": "none: it is older than Muon",
        "torch": ("Muon", {}),
        "keras": ("Muon", {}),
        "optax": ("contrib.muon", {}),
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


def found(framework: str, name: str) -> Any:
    """Return a framework's preset by its name, such as ``"contrib.schedule_free_sgd"`` of Optax.

    Examples
    --------
    >>> found("optax", "contrib.schedule_free_sgd")(0.1)
    ScheduleFreeSGD(lr=0.1, momentum=0.9, weight_decay=0.0)
    """
    return attrgetter(name)(FRAMEWORKS[framework][2])


def offered(framework: str) -> list[str]:
    """Return the names of all presets of a framework.

    Examples
    --------
    >>> offered("optax")[-1]
    'contrib.schedule_free_sgd'
    """
    module = FRAMEWORKS[framework][2]
    further = like_optax.contrib.__all__ if framework == "optax" else []
    return [*module.__all__, *(f"contrib.{name}" for name in further)]


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
    made: Optimizer = found(framework, name)(**{**made_so, **settings})
    return made


def call(method: str, framework: str) -> str:
    """Return how a framework's users ask for a method, or why they cannot.

    Examples
    --------
    >>> call("Nesterov", "torch"), call("AMSGrad", "optax")
    ('torch.optim.SGD(momentum=0.9, nesterov=True)', 'optax.amsgrad()')
    """
    said = ROSETTA[method][framework]
    if isinstance(said, str):
        return said
    settings = ", ".join(f"{name}={value!r}" for name, value in said[1].items())
    return f"{FRAMEWORKS[framework][1]}{said[0]}({settings})"


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
    said = ROSETTA[method][framework]
    if isinstance(said, str):
        return [said]
    takes = inspect.signature(found(framework, said[0])).parameters
    free = "learning_rate" in takes and takes["learning_rate"].default in (inspect.Parameter.empty, None)
    required = {"learning_rate": 1.0} if framework == "optax" and free else {}
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
