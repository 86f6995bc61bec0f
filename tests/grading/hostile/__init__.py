"""Notebooks that mean no good, and ones that only look like it.

Every one of them is the same honest notebook with something put before, in place of, or after its answer to
q1: `mistakes` of which an honest student is capable, `tricks` to be marked too well, and `escapes` from the
box.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Lost(NamedTuple):
    """A question or cell without an answer: the kind and type of its `Failure`."""

    kind: str
    type: str = ""


TIMEOUT, KILLED, MISSING = Lost("timeout", "cpu"), Lost("killed"), Lost("missing")
NOT_CALLABLE = Lost("missing", "value")
UNREADABLE, TOO_LONG = Lost("unreadable"), Lost("too_long")
BEFORE, DOUBLE, AFTER = 2, 3, 6  # the cells that a submission may change, counted from 1
HONEST = "def double(x):\n    return 2 * x"


def raised(name: str) -> Lost:
    """Say that a built-in exception came out."""
    return Lost("raised", name)


def function(body: str) -> str:
    """Return a cell that defines ``double`` with this body."""
    return "def double(x):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """One submission: the cells that it changes, and what should come of it.

    The honest answers are ``double(21) == 42``, ``triple(2) == 6`` and ``state == "ready"``.
    """

    double: str = HONEST
    before: str = "pass"
    after: str = "pass"
    q1: Any = 42
    q2: Any = 6
    q3: Any = "ready"
    cells: dict[int, Lost] = field(default_factory=dict)

    @property
    def cpu_seconds(self) -> float:
        """How long a cell or question may run: what should end otherwise is not stopped by the clock."""
        ends = [self.q1, self.q2, self.q3, *self.cells.values()]
        return 1.0 if any(isinstance(end, Lost) and end.kind == "timeout" for end in ends) else 10.0

    @property
    def sources(self) -> list[str]:
        """The code cells."""
        return [
            "import numpy as np\nimport otter\ngrader = otter.Notebook('ps.ipynb')",
            textwrap.dedent(self.before),
            textwrap.dedent(self.double),
            "def triple(x):\n    return 3 * x",
            "state = 'ready'",
            textwrap.dedent(self.after),
        ]


REQUESTS = [
    {"question": "q1", "kind": "call", "target": "double", "cases": [[21]], "cpu_seconds": 1.0},
    {"question": "q2", "kind": "call", "target": "triple", "cases": [[2]], "cpu_seconds": 1.0},
    {"question": "q3", "kind": "value", "target": "state", "cpu_seconds": 1.0},
]
