"""Whose is this file? What the names mean that learning platforms give to the files they export.

What lies at the root of an export decides, all of it: a student can give a file any name, but no platform
puts it there under that name alone.

Moodle
    One folder a student, ``Ada Lovelace_123456_assignsubmission_file``, with a last underscore before Moodle
    4.1, or the same in front of each file's name. The number is the participant's, and an underscore in a
    name has become a blank. (mod/assign/classes/downloader.php of Moodle's source writes these names,
    mod/assign/feedback/file/importziplib.php reads them.)
Canvas
    ``lovelaceada_LATE_12345_67890_ps4-1.ipynb``: the sortable name without blanks, LATE if so, the user, the
    attachment (larger is later), the student's file name. ``LATE_anon_x7Qb2_67890_ps4.ipynb`` in anonymous
    assignments. (lib/content_zipper.rb of Canvas's source.)
Gradescope
    ``submission_123/…`` and beside them ``submission_metadata.yml``: for each folder ``:submitters:`` with
    ``:name:``, ``:sid:`` and ``:email:`` (several for a group) and ``:created_at:``.
Plain
    ``s001.ipynb``, or a folder ``s001``. The name of the problem set, and what browsers and Jupyter add to
    the name of a copy, are left away: ``ps4_s001 (1).ipynb`` is s001's.

nbgrader asks for a regular expression instead
(https://nbgrader.readthedocs.io/en/stable/plugins/zipcollect-plugin.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from exercises.grading.course.archive import File, Refused

__all__ = ["LAYOUTS", "Claim", "recognise"]

MOODLE = re.compile(r"^(?P<name>[^/_]+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_|$)")
CANVAS = re.compile(
    r"^(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_(?:(?P<upload>\d+)_.+|(?:text|link)\.html)$"
)
CANVAS_ANONYMOUS = re.compile(r"^(?P<late>LATE_)?anon_(?P<id>[A-Za-z0-9]+)_(?P<upload>\d+)_.+$")
METADATA = "submission_metadata.yml"
GRADESCOPE = re.compile(r"^submission_\d+$")
COPY = re.compile(r"(\s*\(\d+\)|[-_ ]copy\d*)+$", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """Whom a file belongs to, in the platform's words: identifiers, a name, and when it was handed in.

    ``order`` sorts the files of one student where there are better witnesses than the time.
    """

    ids: tuple[str, ...]
    name: str = ""
    late: bool | None = None
    submitted: datetime | None = None
    order: int = 0


Reader = Callable[[File], Sequence[Claim]]


def recognise(
    files: Sequence[File],
    problem_set: str,
    layout: str = "auto",
    known: Callable[[str], bool] = lambda name: False,
    *,
    opened: bool = False,
) -> tuple[str, Reader]:
    """Return the name of the layout of ``files``, and the function that reads from it whose a file is.

    Several claims are those of a group; none means that the file belongs to nobody. ``layout`` is one of
    `LAYOUTS`. Where one folder holds all the rest, it is taken for a wrapping unless ``known`` says that its
    name is a student's; in a folder that the instructor ``opened`` only if a platform's export lies in it.

    Raises
    ------
    Refused
        If ``layout`` is "gradescope" and its metadata are missing or cannot be read.
    """
    at = _root(files, known)
    if layout == "auto":
        layout = _layout(files, at)
    if layout == "plain" and opened:
        at = 0
    readers: dict[str, Callable[[], Reader]] = {
        "gradescope": lambda: _gradescope(files, at),
        "moodle": lambda: lambda file: _moodle(_entry(file, at)),
        "canvas": lambda: lambda file: _canvas(_entry(file, at)),
        "plain": lambda: _plain(problem_set, at),
    }
    return layout, readers[layout]()


LAYOUTS = ("auto", "plain", "moodle", "canvas", "gradescope")


def _root(files: Sequence[File], known: Callable[[str], bool]) -> int:
    """Return how many folders lie around the export: 1 if one that is nobody's holds all the rest, or 0."""
    tops = {file.path.partition("/")[0] for file in files}
    if len(tops) != 1 or len(files) == 1 or any("/" not in file.path for file in files):
        return 0
    (top,) = tops
    return 0 if known(top) or MOODLE.match(top) or GRADESCOPE.match(top) else 1


def _entry(file: File, at: int) -> str:
    """Return the name of what holds a file at the root of the export, or the file's own."""
    return "".join(file.path.split("/")[at : at + 1])


def _layout(files: Sequence[File], at: int) -> str:
    """Return the layout that every entry with a notebook at the root has, and of two the more frequent."""
    entries: dict[str, bool] = {}
    folders = set()
    for file in files:
        name = _entry(file, at)
        entries[name] = entries.get(name, False) or file.name.endswith(".ipynb")
        if file.path.count("/") > at:
            folders.add(name)
    fits = {
        "gradescope": {name for name in folders if GRADESCOPE.match(name)},
        "moodle": {name for name in entries if _moodle(name)},
        "canvas": {name for name in entries.keys() - folders if _canvas(name)},
    }
    if METADATA not in entries.keys() - folders:
        del fits["gradescope"]
    decisive = {name for name, notebook in entries.items() if notebook} or entries.keys() - {METADATA}
    whole = [layout for layout, names in fits.items() if decisive and decisive <= names]
    return max(whole, key=lambda layout: len(fits[layout]), default="plain")


def _moodle(name: str) -> Sequence[Claim]:
    found = MOODLE.match(name)
    return [Claim((found["id"],), found["name"])] if found else []


def _canvas(name: str) -> Sequence[Claim]:
    found = CANVAS_ANONYMOUS.match(name)
    if found:
        return [Claim((found["id"],), "", bool(found["late"]), order=int(found["upload"]))]
    found = CANVAS.match(name)
    if not found:
        return []
    return [Claim((found["id"],), found["name"], bool(found["late"]), order=int(found["upload"] or 0))]


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads plain values; a table that is merged into others, and these into others, is refused."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge nothing: a few lines of merges are gigabytes."""


def _gradescope(files: Sequence[File], at: int) -> Reader:
    metadata = next((file for file in files if file.path.split("/")[at:] == [METADATA]), None)
    if metadata is None:
        raise Refused(f"there is no {METADATA}; Gradescope's export has one")
    try:
        entries = yaml.load(metadata.read(), Loader=Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused(f"{metadata.path} cannot be read: {error}") from error
    if not isinstance(entries, dict):
        raise Refused(f"{metadata.path} holds no table of submissions")
    claims = {folder: _submitters(entry) for folder, entry in entries.items() if isinstance(folder, str)}
    return lambda file: claims.get(_entry(file, at), []) if file.path.count("/") > at else []


def _submitters(entry: Any) -> list[Claim]:
    if not isinstance(entry, dict) or not isinstance(entry.get(":submitters"), list):
        return []
    submitted = entry.get(":created_at")
    if isinstance(submitted, datetime):
        submitted = submitted if submitted.tzinfo else submitted.replace(tzinfo=UTC)
    else:
        submitted = None
    return [
        Claim(
            tuple(text for key in (":sid", ":email") if (text := _text(who.get(key)))),
            _text(who.get(":name")),
            submitted=submitted,
        )
        for who in entry[":submitters"]
        if isinstance(who, dict)
    ]


def _text(value: Any) -> str:
    # The text of a list of lists of lists may be longer than any memory.
    return str(value) if isinstance(value, str | int | float) else ""


def _plain(problem_set: str, at: int) -> Reader:
    def read(file: File) -> Sequence[Claim]:
        parts = file.path.split("/")[at:]
        if not parts:
            return []
        if len(parts) > 1:
            return [Claim((parts[0],), parts[0])]
        # Browsers and mail programs save ps4.ipynb as ps4.ipynb.txt.
        stem = COPY.sub("", PurePosixPath(parts[0]).stem.removesuffix(".ipynb"))
        around = re.escape(problem_set)
        stem = re.sub(rf"^{around}[-_ ]+|[-_ ]+{around}$", "", stem, flags=re.IGNORECASE)
        return [Claim((stem,), stem)] if stem else []

    return read
