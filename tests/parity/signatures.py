"""The frameworks' own signatures, live and as they were recorded, to compare our declarations with."""

import inspect
import json
from importlib import import_module
from operator import attrgetter

from d2l_utils.frameworks.rosetta import FRAMEWORKS, offered
from tests.parity.fixture import FOLDER
from tests.parity.frameworks import installed

FILE = FOLDER / "signatures.json"
REQUIRED = "required"


def listed(signature):
    """Return ``[name, "positional" or "keyword", default as text]`` of each parameter but ``**kwargs``."""
    rows = []
    for name, parameter in signature.parameters.items():
        if parameter.kind is not parameter.VAR_KEYWORD:
            kind = "keyword" if parameter.kind is parameter.KEYWORD_ONLY else "positional"
            default = REQUIRED if parameter.default is parameter.empty else repr(parameter.default)
            rows.append([name, kind, default])
    return rows


def live(framework, name):
    """Return the rows of a framework's own optimizer; those of MXNet's base class follow, by keyword."""
    installed(framework)
    if framework == "mxnet":
        from mxnet import optimizer

        own, general = (listed(inspect.signature(getattr(optimizer, each))) for each in (name, "Optimizer"))
        named = {row[0] for row in own}
        return own + [[each, "keyword", default] for each, _, default in general if each not in named]
    module = {"torch": "torch.optim", "keras": "keras.optimizers", "optax": "optax"}[framework]
    return listed(inspect.signature(attrgetter(name)(import_module(module))))


def read():
    """Return the recorded rows, ``{framework: {name: rows}}``."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def record(asked=None):
    """Write the signatures of the installed frameworks, one line an optimizer.

    ``asked`` holds ``(framework, name)`` of those that are looked up, all by default; the others stay.
    """
    stored, parts = read() if asked is not None else {}, []
    for framework in FRAMEWORKS:
        lines = []
        for name in offered(framework):
            stays = asked is not None and (framework, name) not in asked and name in stored[framework]
            rows = stored[framework][name] if stays else live(framework, name)
            lines.append(f"{json.dumps(name)}: {json.dumps(rows)}")
        parts.append(f"{json.dumps(framework)}: {{\n" + ",\n".join(lines) + "\n}")
    FILE.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")
