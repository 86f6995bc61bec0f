"""Folders and zips as a course hands them in, and what was made of them."""

import zipfile
from pathlib import Path

from exercises.grading.course import roster, submissions

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
GRADESCOPE = """\
submission_901:
  :submitters:
  - :name: Ada Lovelace
    :sid: '0101'
    :email: ada@uni.example
  :created_at: 2026-03-01 22:59:58.123456000 Z
  :score: 0.0
submission_902:
  :submitters:
  - :name: Alan Turing
    :sid:
    :email: alan@uni.example
  - :name: Grace Hopper
    :sid: '0103'
    :email: grace@uni.example
  :created_at: 2026-03-02 08:00:00.000000000 Z
"""


def fill(folder: Path, *paths: str, content: bytes = NOTEBOOK) -> Path:
    """Write files below ``folder``."""
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def pack(path: Path, files: dict[str, bytes | str]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def people(tmp_path: Path, text: str) -> roster.Roster:
    """Read a roster from its text."""
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return roster.read(path)


def graded(collected: submissions.Collected) -> dict[str, str]:
    """Return the path of what is graded of each student."""
    return {entry.student: " ".join(each.path for each in entry.candidates) for entry in collected.entries}


def problems(collected: submissions.Collected) -> dict[str, str]:
    """Return why a student's file is not graded."""
    return {entry.student: each.problem for entry in collected.entries for each in entry.candidates}
