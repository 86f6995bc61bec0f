"""Tables that no spreadsheet runs or tears, written and read in one place.

A cell that a student can write may begin like a formula, and would be run in the instructor's spreadsheet
(https://owasp.org/www-community/attacks/CSV_Injection): an apostrophe goes in front, also where the
spreadsheet of another country, which parts cells at a semicolon, would see such a beginning. What comes back
may have been written by any spreadsheet: with semicolons, with decimal commas, in Windows' letters.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

__all__ = ["TableError", "number", "plain", "read", "safe", "text"]

FORMULA = "=+\\-@\t\r\n＝＋－＠"
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?|-")
BEGINNING = re.compile(rf"(^|[;\t])([' ]*)(?=[{FORMULA}])")
GUARDED = re.compile(rf"(^|[;\t])'([' ]*)(?=[{FORMULA}])")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
PARTED_BY = (",", ";", "\t")
MARK = "\ufeff"  # by which Excel knows that a table is in UTF-8


class TableError(ValueError):
    """A file that is no table; the message says why."""


def safe(cell: Any) -> str:
    """Return the text of ``cell``, which no spreadsheet takes for a formula or for the end of a row.

    >>> safe("=1+1"), safe("a;@b"), safe(-2.5), safe("-2.5"), safe(None), safe("a\\r\\nb\\0")
    ("'=1+1", "a;'@b", '-2.5', '-2.5', '', 'a\\nb')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    text = CONTROL.sub("", str(cell).replace("\r\n", "\n").replace("\r", "\n"))
    return text if NUMBER.fullmatch(text) else BEGINNING.sub(r"\1'\2", text)


def plain(cell: str) -> str:
    """Return what `safe` was given, control characters aside.

    >>> plain(safe("=1+1")), plain(safe("'=1;-2"))
    ('=1+1', "'=1;-2")
    """
    return GUARDED.sub(r"\1\2", cell)


def text(rows: Iterable[Sequence[Any]], *, mark: bool = True) -> str:
    """Return ``rows`` as CSV with safe cells; without ``mark`` for a platform that reads it."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([safe(cell) for cell in row] for row in rows)
    return MARK * mark + stream.getvalue()


def read(path: Path, *, empty: bool = False) -> list[list[str]]:
    """Return the rows of ``path``, as any spreadsheet writes them; the empty ones only if asked for.

    The letters are UTF-8 or, failing that, Windows' Western ones; cells are parted by a comma, a semicolon or
    a tab, whichever gives the first line most cells.

    Raises
    ------
    TableError
        If it cannot be read, or is no table.
    """
    try:
        content = path.read_bytes()
        try:
            whole = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError:
            whole = content.decode("cp1252")
        told = re.match(r"sep=(.)\r?\n", whole)  # how Excel is told
        whole = whole[told.end() :] if told else whole
        ways = [
            list(csv.reader(io.StringIO(whole, newline=""), delimiter=each))
            for each in (told[1] if told else PARTED_BY)
        ]
    except FileNotFoundError as error:
        raise TableError(f"there is no {path}") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path} cannot be read as CSV: {error}") from error
    rows = max(ways, key=lambda rows: len(next(filter(any, rows), ())))
    return rows if empty else list(filter(any, rows))


def number(cell: str) -> float:
    """Return a number that was written with a point or a comma; ValueError if it is none.

    >>> number("4,5"), number(" 4.5")
    (4.5, 4.5)
    """
    return float(cell.strip().replace(",", "."))
