"""The known slips in the update rules, by rule.

One table serves four purposes: the buttons beside a live figure's editor, the labs in which a reader finds a
published bug, the known mistakes of the problem sets, and the hints of an exercise, which runs each slip and
looks for the one that walks like the reader's rule. The build writes it out for the published page.
"""

from __future__ import annotations

from d2l_utils.practice.chapters import CHAPTERS
from d2l_utils.practice.slip import Slip

__all__ = ["SLIPS", "Slip", "find"]

SLIPS: dict[str, tuple[Slip, ...]] = {
    rule: slips for asked in CHAPTERS.values() for rule, slips in asked.slips.items()
}


def find(rule: str, key: str) -> Slip:
    """Return the slip ``key`` of a rule.

    Raises
    ------
    ValueError
        If the rule has no such slip.

    Examples
    --------
    >>> find("sgd", "climb").edits
    (('p -= lr', 'p += lr'),)
    """
    for slip in SLIPS.get(rule, ()):
        if slip.key == key:
            return slip
    keys = ", ".join(slip.key for slip in SLIPS.get(rule, ())) or "none"
    raise ValueError(f"the rule {rule!r} has no slip {key!r}; there are {keys}")
