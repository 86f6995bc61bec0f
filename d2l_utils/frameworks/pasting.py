"""The table of what pastes: which arguments of a framework are taken, let pass or refused, and what to do.

It is made from the presets' declarations. The tests hold these against the frameworks' own signatures, and
make the calls.
"""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Mapping
from typing import NamedTuple

from d2l_utils.frameworks import like_mxnet, like_torch
from d2l_utils.frameworks.keras_names import KERAS
from d2l_utils.frameworks.optax_names import OPTAX
from d2l_utils.frameworks.rosetta import FRAMEWORKS, found, offered

__all__ = ["Pasting", "pasting"]

HEADS = ("from", "what you write there", "here")
DECLARED = {
    "torch": like_torch.TORCH,
    "keras": KERAS,
    "optax": OPTAX,
    "mxnet": like_mxnet.MXNET,
}


class Argument(NamedTuple):
    """Arguments or methods of one framework that fare alike: its title, their names, what becomes of them."""

    framework: str
    names: tuple[str, ...]
    here: str


class Pasting:
    """What becomes of what is written for a framework: ``rows`` are `Argument` tuples."""

    def __init__(self, rows: list[Argument]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return "\n".join(f"{each.framework}: {', '.join(each.names)}: {each.here}" for each in self.rows)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{each}</th>' for each in HEADS)
        body = ""
        for framework, names, here in self.rows:
            codes = ", ".join(f"<code>{name}</code>" for name in names)
            said = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(here))
            first = f'<td style="overflow-wrap: normal">{framework}</td>'
            body += f"<tr>{first}<td>{codes}</td><td>{said}</td></tr>\n"
        return (
            '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="What pastes">'
            '<table class="table" style="font-size: 0.8em; overflow-wrap: anywhere">'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
        )


def pasting(*frameworks: str) -> Pasting:
    """Return what becomes of what users of these frameworks write; of all four by default.

    Parameters
    ----------
    *frameworks : str
        ``"mxnet"``, ``"torch"``, ``"keras"`` or ``"optax"``.

    Raises
    ------
    ValueError
        If there is no such framework.

    Examples
    --------
    >>> for framework, names, here in pasting("optax").rows[-1:]:
    ...     print(", ".join(names), "->", here)
    init -> write instead: the first `update(params, grads)` makes the state, and the optimizer keeps it
    """
    for each in frameworks:
        if each not in DECLARED:
            raise ValueError(f"got {each!r}; expected one of {list(DECLARED)}")
    return Pasting([row for each in frameworks or DECLARED for row in _rows(each)])


def _rows(framework: str) -> list[Argument]:
    title, declared = FRAMEWORKS[framework][0], DECLARED[framework]
    presets = (found(framework, name) for name in offered(framework))
    names = dict.fromkeys(name for preset in presets for name in inspect.signature(preset).parameters)
    taken = tuple(name for name in names if name not in {**declared.free, **declared.instead})
    passing = {name: why for name, why in declared.free.items() if name in names}
    return [
        Argument(title, taken, "taken, under the same names and in the same order"),
        *_alike(title, "passes, and changes no step", passing),
        *_alike(title, "refused, unless neutral", declared.instead),
        *_alike(title, "write instead", declared.methods),
    ]


def _alike(title: str, fate: str, told: Mapping[str, str]) -> list[Argument]:
    """Return a row for each thing that is told, with all the names of which it is."""
    names: dict[str, list[str]] = {}
    for name, what in told.items():
        names.setdefault(what, []).append(name)
    return [Argument(title, tuple(each), f"{fate}: {what}") for what, each in names.items()]
