"""Give feedback and solution back, not before the last student's deadline.

What the platforms take: Moodle a zip of folders named after the participant; Canvas a zip of files that are
called as it called the hand-ins (``infer_comment_context_from_filename`` in
app/models/abstract_assignment.rb of its source finds user and attachment in the name); Gradescope nothing,
since its own autograder tells the students; a JupyterHub a folder for each student.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

from exercises.grading.course import layouts, lms
from exercises.grading.course.archive import Refused
from exercises.grading.course.journal import ROOT, Journal
from exercises.grading.course.results import Manifest, Row, feedback_pages, rows, settled

__all__ = ["KINDS", "build", "earliest"]


def earliest(folder: Path, after: datetime | None = None) -> datetime:
    """Return from when on feedback may go out: ``after``, and no student's own deadline is still to come.

    Raises
    ------
    Refused
        If neither ``after`` nor a deadline tells.
    """
    manifest = Manifest.load(folder)
    decided = settled(folder, manifest)
    own = [decided.of(entry.student).rules(manifest.rules).deadline for entry in manifest.entries]
    known = [each for each in (after, *own) if each]
    if not known:
        raise Refused("no deadline is known; --after 2026-03-08T12:00 was expected")
    return max(known)


def build(folder: Path, kind: str, solution: bool) -> Path:
    """Write what is given back as ``kind``, one of `KINDS`, to ``folder/release`` made anew; return it.

    Raises
    ------
    Refused
        If there is nothing to give back, or the solution was asked for and is not built.
    """
    manifest = Manifest.load(folder)
    found = rows(folder, manifest, Journal(folder))
    out = folder / "release"
    name = manifest.problem_set
    answers = ROOT / "_build" / "exercises" / name / "instructor" / f"{name}.ipynb"
    if solution and not answers.exists():
        raise Refused(f"there is no {answers}: make exercises builds it")
    pages = feedback_pages(folder, found)
    if not pages:
        raise Refused(f"there is no feedback in {folder}; run summary first")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(mode=0o700)
    KINDS[kind](out, manifest, found, pages)
    if solution:
        shutil.copy(answers, out / f"{manifest.problem_set}-solution.ipynb")
    return out


Pages = dict[str, Path]


def _moodle(out: Path, manifest: Manifest, found: Sequence[Row], pages: Pages) -> None:
    given = (row for row in found if row.entry.student in pages)
    with_pages = ((row.as_dict(), pages[row.entry.student].read_text(encoding="utf-8")) for row in given)
    lms.feedback_zip(out / "moodle-feedback.zip", with_pages)


def _canvas(out: Path, manifest: Manifest, found: Sequence[Row], pages: Pages) -> None:
    with zipfile.ZipFile(out / "canvas-feedback.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for row in found:
            name = PurePosixPath(row.candidate.path if row.candidate else "").name
            if row.entry.student in pages and (
                layouts.CANVAS.match(name) or layouts.CANVAS_ANONYMOUS.match(name)
            ):
                archive.write(pages[row.entry.student], f"{PurePosixPath(name).stem}.html")


def _folders(out: Path, manifest: Manifest, found: Sequence[Row], pages: Pages) -> None:
    for page in pages.values():
        own = out / page.stem
        own.mkdir(mode=0o700)
        for suffix in (".html", ".md"):
            shutil.copy(page.with_suffix(suffix), own / f"{manifest.problem_set}-feedback{suffix}")


KINDS = {"canvas": _canvas, "folders": _folders, "moodle": _moodle}
