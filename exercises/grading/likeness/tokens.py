"""The code of a notebook as tokens that renaming, comments and layout do not change.

Python's own tokenizer stops at a line that is no Python, such as one of IPython's, and what follows would go
unseen. So the text is cut by one regular expression, which takes any text there is.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from exercises.grading.sandbox.notebook import Cell

__all__ = ["Token", "tokens"]

PIECE = re.compile(
    r"""
    (?P<blank>[\s\\]+|\#[^\n]*)
    |(?P<text>[rbuftRBUFT]{0,2}(?:
        \"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:\"{3})? | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3})?
        | "(?:[^"\\\n]++|\\.)*+"? | '(?:[^'\\\n]++|\\.)*+'?))
    |(?P<number>\.?\d(?:[eE][+-]|[\w.])*+)
    |(?P<name>\w+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
KNOWN = frozenset([*keyword.kwlist, *dir(builtins)])
MOST = 50_000  # of a notebook
LONGEST = 80  # letters of a token that count
SENTENCE = 4  # words from which on a text counts word by word


class Token(NamedTuple):
    """What stands there, in which code cell (the first is 1) and in which line of it."""

    kind: str
    cell: int
    line: int


def tokens(cells: Iterable[Cell]) -> list[list[Token]]:
    """Return the tokens of each cell.

    A name is ``n``, whatever it is called, unless Python or a module gave it; a number is its value; a
    longer text is its words.

    Examples
    --------
    >>> [each.kind for each in tokens([Cell(1, "y = np.sum(x)  # all")])[0]]
    ['n', '=', 'n', '.', 'sum', '(', 'n', ')']
    """
    left, found = MOST, []
    for cell in cells:
        found.append(list(islice(_of_cell(cell), left)))
        left -= len(found[-1])
    return found


def _of_cell(cell: Cell) -> Iterator[Token]:
    line, before = 1, ""
    for match in PIECE.finditer(cell.source):
        text, kind = match[0], match.lastgroup
        if kind == "text":
            yield from _words(text, cell.index, line)
        elif kind != "blank":
            yield Token(_kind(text[:LONGEST], kind, before), cell.index, line)
            before = text
        line += text.count("\n")


def _kind(text: str, kind: str | None, before: str) -> str:
    if kind == "name":
        return text if before == "." or text in KNOWN else "n"
    if kind == "number":
        try:
            return repr(float(text.replace("_", "")))
        except ValueError:
            return text.lower()
    return text


def _words(text: str, cell: int, line: int) -> Iterator[Token]:
    words = re.finditer(r"\w+", text)
    first = list(islice(words, SENTENCE))
    if len(first) < SENTENCE:
        yield Token(" ".join(each[0][:LONGEST] for each in first).casefold() or "''", cell, line)
        return
    place = 0
    for each in chain(first, words):
        line += text.count("\n", place, each.start())
        place = each.start()
        yield Token(each[0][:LONGEST].casefold(), cell, line)
