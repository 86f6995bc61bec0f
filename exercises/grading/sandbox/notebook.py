"""Read a notebook file that anybody may have written."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["LARGEST", "Cell", "InvalidNotebook", "Notebook", "load", "read"]

LARGEST = 5_000_000  # bytes
MOST_CELLS = 500


class InvalidNotebook(ValueError):
    """The file is no notebook that can be run; the message says why, for the student."""


@dataclass(frozen=True)
class Cell:
    """A code cell: which one it is (the first is 1), its text, its tags, and the number Jupyter shows it by.

    ``run`` is 0 where the notebook says nothing that Jupyter would say.
    """

    index: int
    source: str
    tags: tuple[str, ...] = ()
    run: int = 0


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, in order; there is at least one."""

    cells: tuple[Cell, ...]


def read(source: str | os.PathLike | bytes) -> Notebook:
    """Return the code cells of a notebook, given its path or its bytes.

    Nothing in it is run or believed: it may be any file whatever.

    Raises
    ------
    InvalidNotebook
        If it is no regular file, larger than `LARGEST` bytes, not UTF-8, not JSON, no notebook of format 4,
        or has no code cell.

    Examples
    --------
    >>> read(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["x = 1"]}]}').cells
    (Cell(index=1, source='x = 1', tags=(), run=0),)
    """
    content = source if isinstance(source, bytes) else load(source)
    if len(content) > LARGEST:
        raise InvalidNotebook(f"it has {len(content):,} bytes; at most {LARGEST:,} are read")
    cells = _cells(_parse(content))
    sources = [(_source(cell), _tags(cell), _run(cell)) for cell in cells if cell.get("cell_type") == "code"]
    if not sources:
        raise InvalidNotebook("it has no code cell")
    if len(sources) > MOST_CELLS:
        raise InvalidNotebook(f"it has {len(sources)} code cells; at most {MOST_CELLS} are run")
    return Notebook(tuple(Cell(index, *each) for index, each in enumerate(sources, 1)))


def load(path: str | os.PathLike) -> bytes:
    """Return the bytes of a regular file of at most `LARGEST` bytes, following no link and waiting for none.

    Raises
    ------
    InvalidNotebook
        If there is no such file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        if Path(path).is_symlink():
            raise InvalidNotebook("it is a symbolic link, not a file") from error
        raise InvalidNotebook(f"it cannot be opened ({_reason(error)})") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise InvalidNotebook("it is not a regular file")
        if status.st_size > LARGEST:
            raise InvalidNotebook(f"it has {status.st_size:,} bytes; at most {LARGEST:,} are read")
        with open(handle, "rb", closefd=False) as file:
            return file.read(LARGEST + 1)
    finally:
        os.close(handle)


def _reason(error: Exception) -> str:
    return (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).lower()


def _parse(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidNotebook(f"it is not UTF-8 text (byte {error.start:,} cannot be read)") from error
    if not text.strip():
        raise InvalidNotebook("it is empty")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InvalidNotebook("its JSON is nested too deeply") from error
    except ValueError as error:
        place = f", at line {error.lineno} ({error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidNotebook(f"it is not JSON, or its end is missing{place}") from error


def _cells(document: Any) -> list[dict]:
    if not isinstance(document, dict) or not ({"cells", "nbformat", "worksheets"} & document.keys()):
        raise InvalidNotebook("it is JSON, but not a notebook")
    nbformat = document.get("nbformat")
    if nbformat != 4 or isinstance(nbformat, float):
        given = nbformat if type(nbformat) is int and abs(nbformat) < 1000 else "unknown"
        raise InvalidNotebook(f"its notebook format is {given}, not 4: open and save it in a new Jupyter")
    cells = document.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InvalidNotebook("it has no list of cells")
    return cells


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise InvalidNotebook("the source of a cell is not text")
    # Half of a surrogate pair is no character, and Python compiles no text that holds one.
    return source.encode("utf-8", "replace").decode("utf-8")


def _run(cell: dict) -> int:
    count = cell.get("execution_count")
    return count if type(count) is int and 0 < count < 1_000_000 else 0


def _tags(cell: dict) -> tuple[str, ...]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
