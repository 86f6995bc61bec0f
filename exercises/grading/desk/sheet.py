"""The marks of texts while they are given: ``written.csv`` as it stands, whoever wrote it last.

The table is the truth, and a page and a spreadsheet may both write it. So it is read again whenever another
program has changed it, only the row in question is changed, and what is written is on the disk, there and in
``written.json``, before anybody is told that it is saved.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from exercises.grading.course import tables, written

__all__ = ["Changed", "OpenElsewhere", "Sheet", "Verdict"]

LOCKS = (".~lock.{}#", "~${}")  # of LibreOffice and of Excel


class OpenElsewhere(written.MergeError):
    """A spreadsheet has the table open, and would write its old marks over new ones."""


class Changed(ValueError):
    """The mark is no longer the one that was seen; nothing was stored."""


class Verdict(NamedTuple):
    """What stands in the table about one answer."""

    mark: float | None = None
    comment: str = ""

    @property
    def version(self) -> str:
        """What it is known by, so that nobody changes one that he has not seen."""
        return hashlib.sha256(repr(tuple(self)).encode("utf-8", "replace")).hexdigest()[:16]


class Sheet:
    """The table in ``folder``. All methods may be called from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "written.csv"
        self.lock = threading.RLock()
        self._students = written.students_of(folder)
        self._seen: tuple[int, ...] = ()
        self._rows: dict[tuple[str, str, str], dict[str, str]] = {}

    def refuse_if_open(self) -> None:
        """Raise `OpenElsewhere` if a spreadsheet has the table open."""
        for each in LOCKS:
            lock = self.folder / each.format(self.path.name)
            if lock.exists():
                raise OpenElsewhere(
                    f"{self.path} is open in a spreadsheet: close it there (if it is not, delete {lock})"
                )

    def verdict(self, student: str, question: str, digest: str, points: float) -> Verdict:
        """Return what stands there now; a mark that cannot be is none."""
        with self.lock:
            row = self._read().get((student, question, digest))
        return Verdict() if row is None else _verdict(row, points)

    def put(self, place: tuple[str, str, str], points: float, seen: str, verdict: Verdict) -> None:
        """Store a verdict on the answer of (student, question, digest).

        Raises
        ------
        OpenElsewhere
            If a spreadsheet has the table open.
        Changed
            If the row is gone, or what stands there is not the `Verdict.version` that was ``seen``.
        """
        with self.lock:
            self.refuse_if_open()
            row = self._read().get(place)
            if row is None:
                raise Changed(f"{self.path} has no row for {place[0]} and {place[1]} any more")
            if _verdict(row, points).version != seen:
                raise Changed("the mark was changed meanwhile")
            mark = "" if verdict.mark is None else f"{verdict.mark:g}"
            row = row | {"mark": mark, "comment": tables.plain(tables.safe(verdict.comment))}
            rows = self._rows | {place: row}
            written.store(self.path, rows.values())
            self._rows = rows
            marks = written.Marks(self.folder)
            marks.put(row, written.mark_of(row, points))
            marks.save()
            self._seen = self._state()

    def comments(self, question: str) -> list[str]:
        """Return the comments on a question, the most common first."""
        with self.lock:
            found = [row["comment"] for row in self._read().values() if row["question"] == question]
        counted: dict[str, int] = {}
        for each in filter(None, found):
            counted[each] = counted.get(each, 0) + 1
        return sorted(counted, key=lambda each: -counted[each])

    def _read(self) -> dict[tuple[str, str, str], dict[str, str]]:
        if (state := self._state()) != self._seen:
            rows = written.read(self.path, self._students)
            self._rows = {(row["student"], row["question"], row["digest"]): row for row in rows}
            self._seen = state
        return self._rows

    def _state(self) -> tuple[int, ...]:
        try:
            status = self.path.stat()
        except FileNotFoundError as error:
            raise written.MergeError(f"there is no {self.path}") from error
        return status.st_ino, status.st_mtime_ns, status.st_size


def _verdict(row: Mapping[str, str], points: float) -> Verdict:
    try:
        return Verdict(written.mark_of(row, points), row["comment"])
    except ValueError:
        return Verdict(None, row["comment"])
