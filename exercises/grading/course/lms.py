"""Grades and feedback as the learning platforms take them back."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from exercises.grading.course import tables
from exercises.grading.course.journal import write

__all__ = ["FORMATS", "feedback_zip", "file_names", "grades"]

MOST_BYTES = 80  # of a file name, which may have 255 with all that is added to it
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
GRADESCOPE = ("First Name", "Last Name", "SID", "Email")


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Return a file name (without suffix) for each student, safe on every system and unlike all others.

    >>> file_names(["s001", "../../etc/passwd", "S001"])
    {'s001': 's001', '../../etc/passwd': 'etc-passwd', 'S001': 'S001-2'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in students:
        stem = re.sub(r"[^\w.@-]+|\.{2,}", "-", student).strip("-. ") or "student"
        stem = stem.encode()[:MOST_BYTES].decode(errors="ignore")
        if re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem, re.IGNORECASE):
            stem = f"student-{stem}"
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name.casefold())
        names[student] = name
    return names


def _canvas(rows: Sequence[Mapping[str, Any]], title: str, points: float) -> list[list[Any]]:
    """Return Canvas's gradebook import; the columns that identify the student are those of its export.

    Who is excused has EX. https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
    """
    exported = [name for name in CANVAS if any(name in row["fields"] for row in rows)]
    header = exported or ["Student", "ID"]
    lines: list[list[Any]] = [[*header, title], ["    Points Possible", *[""] * (len(header) - 1), points]]
    for row in rows:
        known = row["fields"] if exported else {"Student": row["name"], "ID": row["claim"] or row["student"]}
        lines.append([*(known.get(name, "") for name in header), "EX" if row["excused"] else row["score"]])
    return lines


def _moodle(rows: Sequence[Mapping[str, Any]], title: str, points: float) -> list[list[Any]]:
    """Return the assignment's grading worksheet; the grade is scaled to Moodle's maximum where that is known.

    Moodle asks for Identifier, Grade and Last modified (grade), skips a row without a grade, and in silence
    one with a grade above its maximum, and takes the comments, which are HTML, where the assignment has them.
    (mod/assign/feedback/offline/importgradeslib.php and locallib.php of its source.)
    """
    exported = next((list(row["fields"]) for row in rows if "Identifier" in row["fields"]), None)
    extra = ("Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments")
    header = exported or ["Identifier", "Full name", *extra]
    header += [name for name in ("Feedback comments",) if name not in header]
    lines: list[list[Any]] = [header]
    for row in rows:
        cells = dict(row["fields"]) if exported else {}
        cells.setdefault("Identifier", f"Participant {row['claim'] or row['student']}")
        cells.setdefault("Full name", row["name"])
        cells.setdefault("Maximum Grade", f"{points:g}")
        cells.setdefault("Last modified (grade)", "-")
        if row["score"] is not None:
            most = tables.number(cells["Maximum Grade"] or f"{points:g}")
            cells["Grade"] = min(most, row["score"] * most / points)
        cells["Feedback comments"] = html.escape(row["message"].replace("`", ""), quote=False)
        lines.append([cells.get(name, "") for name in header])
    return lines


def _gradescope(rows: Sequence[Mapping[str, Any]], title: str, points: float) -> list[list[Any]]:
    """Return the columns of Gradescope's own export of grades."""
    lines: list[list[Any]] = [[*GRADESCOPE, "Total Score", "Max Points", "Status"]]
    for row in rows:
        first, _, last = row["name"].partition(" ")
        known = {"First Name": first, "Last Name": last, "SID": row["student"], "Email": row["email"]}
        known.update({name: row["fields"][name] for name in GRADESCOPE if name in row["fields"]})
        status = "Excused" if row["excused"] else "Missing" if row["score"] is None else "Graded"
        lines.append([*(known[name] for name in GRADESCOPE), row["score"], points, status])
    return lines


FORMATS = {"canvas": _canvas, "moodle": _moodle, "gradescope": _gradescope}


def grades(path: Path, layout: str, rows: Sequence[Mapping[str, Any]], title: str, points: float) -> None:
    """Write the grades to ``path`` as ``layout``, one of `FORMATS`, imports them.

    Each row has student, name, email, score (None leaves the cell empty, and the platform its grade as it
    is), excused, message, fields (of the roster) and claim (the number in the names of the platform's files).
    """
    write(path, tables.text(FORMATS[layout](rows, title, points), mark=False))


def feedback_zip(path: Path, pages: Iterable[tuple[Mapping[str, Any], str]]) -> None:
    """Write the zip that Moodle takes as "multiple feedback files": a row and its page for each student.

    The folders are called ``Full name_1234_assignfeedback_file``, 1234 being the participant
    (mod/assign/feedback/file/importziplib.php of Moodle's source).
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, page in pages:
            number = row["claim"] or row["fields"].get("Identifier", "").rpartition(" ")[2]
            if number.isdigit():
                who = re.sub(r"[^\w. -]|_", "-", row["name"]) or "student"
                entry = zipfile.ZipInfo(
                    f"{who}_{number}_assignfeedback_file/feedback.html", datetime.now().timetuple()[:6]
                )
                archive.writestr(entry, page)
