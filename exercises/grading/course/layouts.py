"""Whose is this file? What the names mean that learning platforms give to the files they export.

Moodle
    One folder a student, ``Ada Lovelace_123456_assignsubmission_file``, with a last underscore before Moodle
    4.1, or the same in front of each file's name. The number is the participant's.
    (mod/assign/feedback/file/importziplib.php of Moodle's source reads the same names.)
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

MOODLE = re.compile(r"^(?P<name>[^/]+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_|$)")
CANVAS = re.compile(
    r"^(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_(?:(?P<upload>\d+)_.+|(?:text|link)\.html)$"
)
CANVAS_ANONYMOUS = re.compile(r"^(?P<late>LATE_)?anon_(?P<id>[A-Za-z0-9]+)_(?P<upload>\d+)_.+$")
METADATA = "submission_metadata.yml"
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
) -> tuple[str, Reader]:
    """Return the name of the layout of ``files``, and the function that reads from it whose a file is.

    Several claims are those of a group; none means that the file belongs to nobody. ``layout`` is one of
    `LAYOUTS`. ``known`` says whether a name is a student's: where one folder holds all the rest, it is taken
    for a wrapping only if it is not.

    Raises
    ------
    Refused
        If ``layout`` is "gradescope" and its metadata are missing or cannot be read.
    """
    notebooks = [file for file in files if file.name.endswith(".ipynb")]
    if layout == "auto":
        if any(file.name == METADATA for file in files):
            layout = "gradescope"
        elif any(_moodle(file) for file in files):
            layout = "moodle"
        elif notebooks and all(_canvas(file) for file in notebooks):
            layout = "canvas"
        else:
            layout = "plain"
    if layout == "gradescope":
        return layout, _gradescope(files)
    if layout == "plain":
        return layout, _plain(files, problem_set, known)
    return layout, {"moodle": _moodle, "canvas": _canvas}[layout]


LAYOUTS = ("auto", "plain", "moodle", "canvas", "gradescope")


def _moodle(file: File) -> Sequence[Claim]:
    for part in PurePosixPath(file.path).parts:
        if found := MOODLE.match(part):
            return [Claim((found["id"],), found["name"])]
    return []


def _canvas(file: File) -> Sequence[Claim]:
    found = CANVAS_ANONYMOUS.match(file.name)
    if found:
        return [Claim((found["id"],), "", bool(found["late"]), order=int(found["upload"]))]
    found = CANVAS.match(file.name)
    if not found:
        return []
    return [Claim((found["id"],), found["name"], bool(found["late"]), order=int(found["upload"] or 0))]


def _gradescope(files: Sequence[File]) -> Reader:
    metadata = next((file for file in files if file.name == METADATA), None)
    if metadata is None:
        raise Refused(f"there is no {METADATA}; Gradescope's export has one")
    try:
        entries = yaml.load(metadata.fetch(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused(f"{metadata.path} cannot be read: {error}") from error
    if not isinstance(entries, dict):
        raise Refused(f"{metadata.path} holds no table of submissions")
    claims = {str(folder): _submitters(entry) for folder, entry in entries.items()}

    def read(file: File) -> Sequence[Claim]:
        return next((claims[part] for part in PurePosixPath(file.path).parts if part in claims), [])

    return read


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
            tuple(str(who[key]) for key in (":sid", ":email") if who.get(key)),
            str(who.get(":name") or ""),
            submitted=submitted,
        )
        for who in entry[":submitters"]
        if isinstance(who, dict)
    ]


def _plain(files: Sequence[File], problem_set: str, known: Callable[[str], bool]) -> Reader:
    notebooks = [file.path for file in files if file.name.endswith(".ipynb")]
    tops = {path.split("/")[0] for path in notebooks}
    wrapped = len(notebooks) > 1 and len(tops) == 1 and "/" in notebooks[0] and not known(*tops)

    def read(file: File) -> Sequence[Claim]:
        parts = PurePosixPath(file.path).parts[1 if wrapped else 0 :]
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
