"""Who is in the course, and whose hand-in is whose.

A roster is a CSV file of your own (``id, name, email``), or one that the learning platform exports, which
then also gives the columns that the platform wants back with the grades:

- Canvas: the gradebook's export (``Student, ID, SIS User ID, SIS Login ID, Section, …``; its rows
  ``Points Possible`` and ``Student, Test`` are no students).
  https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
- Moodle: an assignment's grading worksheet (``Identifier, Full name, …, Grade, …``), where Identifier is
  "Participant 1234" and 1234 is also in the name of each folder of the download.
  https://docs.moodle.org/en/Assignment_settings and mod/assign/feedback/offline of Moodle's source
- Gradescope: the roster or the grades (``First Name, Last Name, SID, Email, …``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exercises.grading.course import tables

__all__ = ["Roster", "RosterError", "Student", "read", "squash"]

IDS = ("id", "student_id", "student id", "sid", "username", "student", "id number")
NAMES = ("name", "full name", "student name")
EMAILS = ("email", "email address", "e-mail")


class RosterError(ValueError):
    """A roster that cannot be used; the message says what is wrong in which line."""


@dataclass(frozen=True)
class Student:
    """One student; ``fields`` are the columns of the roster as they stood there."""

    id: str
    name: str = ""
    email: str = ""
    keys: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


def squash(name: str) -> str:
    """Return the letters of ``name`` alone, small and without accents, as Canvas has them in file names.

    >>> squash("Lovelace, Áda")
    'lovelaceada'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if each.isalnum())


class Roster:
    """The students in the roster's order, and a way to find one by whatever the platform calls him.

    An identifier counts before a name: as it is written, else in small letters, else without the zeros in
    front that spreadsheets lose. What fits two students fits none, nor do two claims that fit one each.
    """

    def __init__(self, students: Iterable[Student], kind: str = "plain") -> None:
        self.students = tuple(students)
        self.kind = kind
        keys = [(key, s) for s in self.students for key in {s.id, s.email, *s.keys}]
        self._by_key = _index(keys)
        self._by_small = _index((key.casefold(), s) for key, s in keys)
        self._by_bare = _index((key.lstrip("0"), s) for key, s in keys if key.isdigit())
        self._by_name = _index((key, s) for s in self.students for key in _orders(s.name))

    def find(self, *claims: str, name: str = "") -> Student | None:
        """Return the student whom the identifiers ``claims``, or else ``name``, belong to."""
        found = [student for claim in claims if (student := self._known(claim.strip()))]
        named = self._by_name.get(squash(name))
        if named:
            found.append(named)
        return found[0] if found and all(each is found[0] for each in found) else None

    def _known(self, claim: str) -> Student | None:
        small, bare = claim.casefold(), claim.lstrip("0")
        return self._by_key.get(claim) or self._by_small.get(small) or self._by_bare.get(bare)


def _index(pairs: Iterable[tuple[str, Student]]) -> dict[str, Student | None]:
    found: dict[str, Student | None] = {}
    for key, student in pairs:
        if key:
            found[key] = student if found.get(key, student) is student else None
    return found


def _orders(name: str) -> set[str]:
    """Return ``name`` squashed, with the first name first and with the last name first."""
    if "," in name:
        last, first = name.split(",", 1)
        return {squash(last + first), squash(first + last)}
    words = name.split()
    return {squash(name), squash("".join([*words[-1:], *words[:-1]]))}


def read(path: Path) -> Roster:
    """Return the roster in the CSV file ``path``.

    Raises
    ------
    RosterError
        If it is no CSV file, has no column that names a student, or names one twice.
    """
    try:
        lines = tables.read(path)
    except tables.TableError as error:
        raise RosterError(str(error)) from error
    if not lines:
        raise RosterError(f"{path} is empty; a first line such as id,name,email was expected")
    header = [title.strip() for title in lines[0]]
    kind, student_of = _reader(path, header)
    students: dict[str, Student] = {}
    for number, line in enumerate(lines[1:], start=2):
        student = student_of(dict(zip(header, (cell.strip() for cell in line), strict=False)))
        if student is None:
            continue
        if student.id in students:
            raise RosterError(
                f"{path}, line {number}: the student {student.id} is in an earlier line already"
            )
        students[student.id] = student
    if not students:
        raise RosterError(f"{path} names no student")
    return Roster(students.values(), kind)


def _reader(path: Path, header: list[str]) -> tuple[str, Callable[[dict[str, str]], Student | None]]:
    """Return the kind of the roster, and what makes a student of a row or None if it is no student's."""
    if {"SIS User ID", "SIS Login ID"} & set(header):
        return "canvas", _canvas
    if {"Identifier", "Full name"} <= set(header):
        return "moodle", _moodle
    if {"First Name", "Last Name", "Email"} <= set(header):
        return "gradescope", _gradescope
    columns = {title.casefold(): title for title in header}
    key, name, email = (
        next((columns[each] for each in wanted if each in columns), "") for wanted in (IDS, NAMES, EMAILS)
    )
    if not (key or email):
        raise RosterError(
            f"{path} has the columns {', '.join(header)}; one called id was expected, "
            "or an export of Canvas, Moodle or Gradescope"
        )

    def plain(row: dict[str, str]) -> Student | None:
        identity = row.get(key) or row.get(email) or ""
        return Student(identity, row.get(name, ""), row.get(email, ""), (), row) if identity else None

    return "plain", plain


def _canvas(row: dict[str, str]) -> Student | None:
    number, name = row.get("ID", ""), row.get("Student", "")
    if not number or name in ("Points Possible", "Student, Test"):
        return None
    login = row.get("SIS Login ID", "")
    return Student(
        login or number, name, login if "@" in login else "", (number, row.get("SIS User ID", "")), row
    )


def _moodle(row: dict[str, str]) -> Student | None:
    number = re.search(r"\d+$", row.get("Identifier", ""))
    if number is None:
        return None
    email, own = row.get("Email address", ""), row.get("ID number", "")
    return Student(own or email or number[0], row.get("Full name", ""), email, (number[0],), row)


def _gradescope(row: dict[str, str]) -> Student | None:
    identity = row.get("SID") or row.get("Email", "")
    if not identity or row.get("Role", "Student") != "Student":
        return None
    return Student(identity, f"{row['First Name']} {row['Last Name']}".strip(), row["Email"], (), row)
