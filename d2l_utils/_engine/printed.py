"""The text of the rules as one module: what a browser loads, and what a reader's rule is compared with."""

from __future__ import annotations

from pathlib import Path

from d2l_utils import rules

__all__ = ["rules_text"]


def rules_text() -> str:
    """Return the source of all families, one after the other.

    Examples
    --------
    >>> "def sgd(p, g, lr):" in rules_text()
    True
    """
    families = sorted(Path(rules.__file__).parent.glob("[!_]*.py"))
    return "\n\n".join(family.read_text(encoding="utf-8") for family in families)
