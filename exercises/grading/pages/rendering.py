"""Pages from the templates beside this module, in which every text is escaped."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from d2l_utils.words import language
from exercises.grading.texts import worded

__all__ = ["number", "pieces", "printable", "render", "visible"]

# Controls, and halves of characters, as a file's name brings them that is no UTF-8.
FORBIDDEN = dict.fromkeys([*range(9), 11, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)], "\ufffd")

UNSEEN, SEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}, "\n\t\u00ad\u200c\u200d"


def number(value: float) -> str:
    """Return marks as a person writes them: 3, not 3.0."""
    return f"{value:.6g}"


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, and whether each of them is code, set between backticks.

    Examples
    --------
    >>> pieces("write `p -= g`")
    [('write ', False), ('p -= g', True)]
    """
    found = re.split(r"`([^`]+)`", text)
    return [(piece, place % 2 == 1) for place, piece in enumerate(found) if piece]


def printable(text: str) -> str:
    """Return ``text`` with a sign in place of what no file and no page can hold."""
    return text.translate(FORBIDDEN)


def visible(text: str) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, and whether each of them names letters that cannot be seen.

    Such are controls, and marks that turn the direction of what follows. Joiners, which some scripts need,
    stay.

    Examples
    --------
    >>> visible("a\u202eb")
    [('a', False), ('U+202E', True), ('b', False)]
    """
    found: list[tuple[str, bool]] = []
    for hidden, letters in groupby(text, _hidden):
        each = "".join(letters)
        found.append((" ".join(f"U+{ord(letter):04X}" for letter in each) if hidden else each, hidden))
    return found


def _hidden(letter: str) -> bool:
    return letter not in SEEN and unicodedata.category(letter) in UNSEEN


def render(template: str, **values: Any) -> str:
    """Return the page that ``template`` makes of ``values``; one that is missing raises UndefinedError.

    Parameters
    ----------
    template : a file in ``templates``.
    values : what it names. Text is escaped, unless it is `markupsafe.Markup`.
    """
    return ENVIRONMENT.get_template(template).render(values, language=language().replace("_", "-"))


def _shown(value: Any) -> Any:
    """Return what stands for ``value`` in a page."""
    return value if isinstance(value, Markup) else printable(str(value))


ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
ENVIRONMENT.filters.update(pieces=pieces, visible=visible)
ENVIRONMENT.globals.update(worded=worded)
