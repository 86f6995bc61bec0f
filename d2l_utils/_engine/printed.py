"""The text of the rules as one module: what a browser loads, and what a reader's rule is compared with."""

from __future__ import annotations

from pathlib import Path

from d2l_utils import rules

__all__ = ["rules_text"]


def rules_text(*, whole: bool = False) -> str:
    """Return the source of all families, one after the other.

    Parameters
    ----------
    whole : bool
        Also of those whose rules take whole arrays, which no browser has.

    Examples
    --------
    >>> "def sgd(p, g, lr):" in rules_text()
    True
    """
    families = sorted(Path(rules.__file__).parent.glob("[!_]*.py"))
    families = [family for family in families if whole or family.stem not in rules.WHOLE]
    return "\n\n".join(family.read_text(encoding="utf-8") for family in families)
