"""What a course hands in: every platform's export, bad archives, rosters, rules."""

import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exercises.grading.course import archive, roster, submissions
from exercises.grading.course.archive import Refused
from exercises.grading.course.submissions import Rules

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


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


# --- plain folders


def test_the_file_name_is_the_student(tmp_path):
    fill(tmp_path, "s001.ipynb", "ps4_s002.ipynb", "s003-ps4.ipynb", "s004 (1).ipynb", "s005-Copy1.ipynb")
    found = submissions.collect(tmp_path, "ps4")
    assert found.layout == "plain"
    assert list(graded(found)) == ["s001", "s002", "s003", "s004", "s005"]


def test_a_folder_per_student(tmp_path):
    fill(tmp_path, "s001/ps4.ipynb", "s002/work/ps4.ipynb", "s002/.ipynb_checkpoints/ps4-checkpoint.ipynb")
    fill(tmp_path, "s002/scratch.ipynb", "__MACOSX/s001/ps4.ipynb", ".DS_Store")
    found = submissions.collect(tmp_path, "ps4")
    assert graded(found) == {"s001": "s001/ps4.ipynb", "s002": "s002/work/ps4.ipynb"}


def test_a_zip_of_one_folder_is_unwrapped(tmp_path):
    path = pack(tmp_path / "all.zip", {f"submissions/s00{n}.ipynb": NOTEBOOK for n in (1, 2, 3)})
    assert list(graded(submissions.collect(path, "ps4"))) == ["s001", "s002", "s003"]


def test_a_single_students_folder_is_not_taken_for_a_wrapping(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001/ps4.ipynb": NOTEBOOK, "s001/scratch.ipynb": NOTEBOOK})
    found = submissions.collect(path, "ps4", people(tmp_path, "id\ns001\n"))
    assert graded(found) == {"s001": "s001/ps4.ipynb"}


def test_what_is_no_notebook_has_an_entry_that_says_so(tmp_path):
    fill(tmp_path, "s001.txt", "s002/report.pdf", "s003.ipynb.txt")
    os.symlink("/etc/passwd", tmp_path / "s004.ipynb")
    os.mkfifo(tmp_path / "s005.ipynb")
    fill(tmp_path, "s006.ipynb", content=b" " * (archive.LARGEST + 1))
    os.symlink(tmp_path, tmp_path / "s007")
    assert problems(submissions.collect(tmp_path, "ps4")) == {
        "s001": "handed in s001.txt, not a notebook (.ipynb)",
        "s002": "handed in report.pdf, not a notebook (.ipynb)",
        "s003": "handed in s003.ipynb.txt, not a notebook (.ipynb)",
        "s004": "s004.ipynb is a symbolic link",
        "s005": "s005.ipynb is not a regular file",
        "s006": "s006.ipynb has more than 5 MB",
        "s007": "s007 is a symbolic link",
    }


def test_a_file_that_becomes_a_link_later_is_not_followed(tmp_path):
    fill(tmp_path, "s001.ipynb")
    (file,) = archive.files(tmp_path)
    (tmp_path / "s001.ipynb").unlink()
    os.symlink("/etc/passwd", tmp_path / "s001.ipynb")
    with pytest.raises(Refused, match="cannot be read"):
        file.read()


# --- platforms


def test_moodle(tmp_path):
    path = pack(
        tmp_path / "CS101-PS4-4711.zip",
        {
            "Ada Lovelace_1001_assignsubmission_file/ps4.ipynb": NOTEBOOK,
            "José García Márquez_1002_assignsubmission_file_/ps4.ipynb": NOTEBOOK,
            "Alan Turing_1003_assignsubmission_file_ps4.ipynb": NOTEBOOK,
            "Alan Turing_1003_assignsubmission_onlinetext/onlinetext.html": "<p>see file</p>",
            "Max_Min_1004_assignsubmission_onlinetext/onlinetext.html": "<p>no file</p>",
        },
    )
    found = submissions.collect(path, "ps4")
    assert found.layout == "moodle"
    assert [(entry.student, entry.name) for entry in found.entries] == [
        ("1001", "Ada Lovelace"),
        ("1002", "José García Márquez"),
        ("1003", "Alan Turing"),
        ("1004", "Max_Min"),
    ]
    assert problems(found)["1004"] == "handed in onlinetext.html, not a notebook (.ipynb)"
    assert not problems(found)["1003"]


def test_canvas(tmp_path):
    path = pack(
        tmp_path / "submissions.zip",
        {
            "lovelaceada_11_501_ps4.ipynb": NOTEBOOK,
            "turingalan_LATE_12_502_ps4-1.ipynb": NOTEBOOK,
            "o_brienmary_13_503_my_ps4_12_34.ipynb": NOTEBOOK,
            "o_brienmary_13_509_ps4-2.ipynb": NOTEBOOK + b"\n",
            "LATE_anon_x7Qb2_504_ps4.ipynb": NOTEBOOK,
            "poegraham_14_text.html": "I forgot",
        },
    )
    found = submissions.collect(path, "ps4")
    assert found.layout == "canvas"
    assert graded(found) == {
        "11": "lovelaceada_11_501_ps4.ipynb",
        "12": "turingalan_LATE_12_502_ps4-1.ipynb",
        "13": "o_brienmary_13_509_ps4-2.ipynb",
        "14": "poegraham_14_text.html",
        "x7Qb2": "LATE_anon_x7Qb2_504_ps4.ipynb",
    }
    late = {entry.student: entry.candidates[0].days for entry in found.entries}
    assert late == {"11": 0, "12": 1, "13": 0, "14": 0, "x7Qb2": 1}


def test_canvas_tells_who_was_late_and_its_zip_does_not(tmp_path):
    path = pack(tmp_path / "a.zip", {"a_1_5_ps4.ipynb": NOTEBOOK, "b_LATE_2_6_ps4.ipynb": NOTEBOOK})
    found = submissions.collect(path, "ps4", rules=Rules(datetime(1999, 1, 1, tzinfo=UTC)))
    assert [entry.candidates[0].days for entry in found.entries] == [0, 1]


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


def test_gradescope_and_its_groups(tmp_path):
    path = pack(
        tmp_path / "assignment_1.zip",
        {
            "assignment_1_export/submission_metadata.yml": GRADESCOPE,
            "assignment_1_export/submission_901/ps4.ipynb": NOTEBOOK,
            "assignment_1_export/submission_902/ps4.ipynb": NOTEBOOK,
            "assignment_1_export/submission_903/ps4.ipynb": NOTEBOOK,
        },
    )
    rules = Rules(deadline=datetime(2026, 3, 1, 23, 0, tzinfo=UTC))
    found = submissions.collect(path, "ps4", rules=rules)
    assert found.layout == "gradescope"
    assert [(e.student, e.name, e.candidates[0].days) for e in found.entries] == [
        ("0101", "Ada Lovelace", 0),
        ("0103", "Grace Hopper", 1),
        ("alan@uni.example", "Alan Turing", 1),
    ]
    assert [path for path, _ in found.unmatched] == ["assignment_1_export/submission_903/ps4.ipynb"]


def test_gradescope_metadata_make_no_objects(tmp_path):
    bad = "submission_1: !!python/object/apply:os.system ['touch /tmp/owned']\n"
    path = pack(tmp_path / "a.zip", {"submission_metadata.yml": bad, "submission_1/ps4.ipynb": NOTEBOOK})
    with pytest.raises(Refused, match="cannot be read"):
        submissions.collect(path, "ps4")


def test_a_layout_can_be_named(tmp_path):
    fill(tmp_path, "lab_1_2_ps4.ipynb")
    assert graded(submissions.collect(tmp_path, "ps4")) == {"1": "lab_1_2_ps4.ipynb"}
    assert graded(submissions.collect(tmp_path, "ps4", layout="plain")) == {"lab_1_2": "lab_1_2_ps4.ipynb"}
    with pytest.raises(Refused, match=r"submission_metadata\.yml"):
        submissions.collect(tmp_path, "ps4", layout="gradescope")


# --- bad zips


def member(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    """Return an entry of any name and kind of file."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def test_no_entry_of_a_zip_leads_out_of_it(tmp_path):
    path = tmp_path / "in" / "bad.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("../../evil.ipynb", NOTEBOOK)
        out.writestr("/evil.ipynb", NOTEBOOK)
        out.writestr("..\\evil2.ipynb", NOTEBOOK)
        out.writestr("C:\\evil3.ipynb", NOTEBOOK)
        out.writestr(member("s001.ipynb", 0o120777), "/etc/passwd")
        out.writestr(member("s002.ipynb", 0o010644), "")
        out.writestr("s003.ipynb", NOTEBOOK)
    found = submissions.collect(path, "ps4")
    refused = problems(found)
    assert refused.pop("s003") == ""
    assert refused.pop("s001") == "s001.ipynb is a symbolic link"
    assert refused.pop("s002") == "s002.ipynb is not a regular file"
    assert len(refused) >= 2
    assert all("leads out of the zip" in problem for problem in refused.values())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bad.zip", "in"]


def test_a_bomb_stays_small(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001.ipynb": bytes(60_000_000), "s002.ipynb": NOTEBOOK})
    assert problems(submissions.collect(path, "ps4")) == {"s001": "s001.ipynb has more than 5 MB", "s002": ""}
    assert len(archive.files(path)[0].fetch()) == archive.LARGEST + 1


def test_a_bomb_that_lies_about_its_size_stays_small(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001.ipynb": bytes(30_000_000)})
    size = (30_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    (problem,) = problems(submissions.collect(path, "ps4")).values()
    assert "cannot be read from the zip" in problem or "more than 5 MB" in problem


def test_encrypted_and_broken_entries(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001.ipynb": NOTEBOOK, "s002.ipynb": NOTEBOOK * 50})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as opened:
        first, second = opened.infolist()
    central = content.index(b"PK\x01\x02")
    content[first.header_offset + 6] |= 1
    content[central + 8] |= 1
    start = second.header_offset + 30 + len(second.filename)
    content[start + 5 : start + 15] = b"\xff" * 10
    path.write_bytes(content)
    found = problems(submissions.collect(path, "ps4"))
    assert found["s001"] == "s001.ipynb is encrypted"
    assert "cannot be read from the zip" in found["s002"]


def test_a_zip_in_a_zip_is_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as out:
        out.writestr("ps4.ipynb", NOTEBOOK)
    name = "Ada Lovelace_1001_assignsubmission_file/ps4.zip"
    found = submissions.collect(pack(tmp_path / "a.zip", {name: inner.getvalue()}), "ps4")
    assert problems(found) == {"1001": "handed in ps4.zip, not a notebook (.ipynb)"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"PK\x03\x04 and no more", "neither a folder nor a zip"), (b"text", "neither a folder nor a zip")],
)
def test_what_is_no_zip_is_refused(tmp_path, content, message):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(Refused, match=message):
        submissions.collect(tmp_path / "a.zip", "ps4")


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="there is no"):
        submissions.collect(tmp_path / "nowhere", "ps4")


# --- rosters


def test_who_handed_in_nothing_has_an_entry_and_strangers_are_listed(tmp_path):
    fill(tmp_path / "in", "s002.ipynb", "s099.ipynb")
    course = people(tmp_path, "id,name,email\ns001,Ada Lovelace,ada@uni.example\ns002,Alan Turing,\n")
    found = submissions.collect(tmp_path / "in", "ps4", course)
    assert [(entry.student, entry.note) for entry in found.entries] == [
        ("s001", submissions.NOTHING),
        ("s002", ""),
    ]
    assert found.unmatched == [("s099.ipynb", "s099 is not in the roster")]


def test_canvas_gradebook_is_a_roster(tmp_path):
    course = people(
        tmp_path,
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,PS 4 (77)\n"
        "    Points Possible,,,,,20.00\n"
        '"Lovelace, Ada",11,U11,ada,CS101,\n'
        '"Turing, Alan",12,U12,alan,CS101,\n'
        '"Student, Test",99,,9f2,CS101,\n',
    )
    assert (course.kind, [student.id for student in course.students]) == ("canvas", ["ada", "alan"])
    path = pack(tmp_path / "a.zip", {"turingalan_12_5_ps4.ipynb": NOTEBOOK, "x_13_6_ps4.ipynb": NOTEBOOK})
    found = submissions.collect(path, "ps4", course)
    assert graded(found) == {"ada": "", "alan": "turingalan_12_5_ps4.ipynb"}


def test_moodle_worksheet_is_a_roster(tmp_path):
    course = people(
        tmp_path,
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
        "Participant 1001,Ada Lovelace,ada@uni.example,No submission,,20.00,-\n"
        "Participant 1002,Alan Turing,,Submitted for grading,,20.00,-\n",
    )
    path = pack(tmp_path / "a.zip", {"Alan T._1002_assignsubmission_file/ps4.ipynb": NOTEBOOK})
    found = submissions.collect(path, "ps4", course)
    assert list(graded(found)) == ["ada@uni.example", "1002"]
    assert graded(found)["1002"]


def test_gradescope_roster_is_a_roster(tmp_path):
    course = people(
        tmp_path,
        "First Name,Last Name,SID,Email,Role\nAda,Lovelace,0101,ada@uni.example,Student\n"
        "Alan,Turing,,alan@uni.example,Student\nThe,Boss,1,boss@uni.example,Instructor\n",
    )
    files = {"submission_metadata.yml": GRADESCOPE, "submission_902/ps4.ipynb": NOTEBOOK}
    found = submissions.collect(pack(tmp_path / "a.zip", files), "ps4", course)
    assert graded(found) == {"0101": "", "alan@uni.example": "submission_902/ps4.ipynb"}
    assert found.unmatched == [
        ("submission_902/ps4.ipynb", "0103, grace@uni.example, Grace Hopper is not in the roster")
    ]


def test_a_name_finds_a_student_only_if_it_fits_one(tmp_path):
    course = people(tmp_path, "id,name\n1,Ada Lovelace\n2,Alan Turing\n3,Alan Turing\n4,Zoë Quinn\n")
    assert course.find("1001", name="Ada Lovelace").id == "1"
    assert course.find("lovelaceada", name="lovelaceada").id == "1"
    assert course.find("x", name="Zoe Quinn").id == "4"
    assert course.find("1001", name="Alan Turing") is None
    assert course.find("2", name="Ada Lovelace").id == "2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "one called id was expected"),
        ("id\n1\n2\n1\n", "line 4: the student 1 is in an earlier line"),
        ("id,name\n", "names no student"),
    ],
)
def test_a_bad_roster_is_refused_in_words(tmp_path, text, message):
    with pytest.raises(roster.RosterError, match=message):
        people(tmp_path, text)


# --- late, and several


def timed(folder: Path, **hours: float) -> Path:
    """Write notebooks changed so many hours after the deadline."""
    for name, late in hours.items():
        fill(folder, f"s001/{name}.ipynb", content=NOTEBOOK + name.encode())
        moment = DEADLINE.timestamp() + 3600 * late
        os.utime(folder / f"s001/{name}.ipynb", (moment, moment))
    return folder


DEADLINE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "path", "days"),
    [
        (Rules(DEADLINE), "s001/c.ipynb", 2),
        (Rules(DEADLINE, "zero"), "s001/b.ipynb", 0),
        (Rules(DEADLINE, "10%"), "s001/b.ipynb", 0),
        (Rules(DEADLINE, duplicates="first"), "s001/a.ipynb", 0),
        (Rules(DEADLINE, duplicates="best"), "s001/a.ipynb s001/b.ipynb s001/c.ipynb", 0),
        (Rules(), "s001/c.ipynb", 0),
    ],
)
def test_which_of_several_counts_is_a_stated_rule(tmp_path, rules, path, days):
    found = submissions.collect(timed(tmp_path, a=-5, c=25, b=-1), "ps4", rules=rules)
    assert graded(found) == {"s001": path}
    assert found.entries[0].candidates[0].days == days
    assert "3 notebooks" in found.entries[0].note


@pytest.mark.parametrize(("hours", "days"), [(-0.01, 0), (0, 0), (0.01, 1), (24, 1), (24.01, 2)])
def test_a_started_day_counts_as_a_whole(tmp_path, hours, days):
    (entry,) = submissions.collect(timed(tmp_path, a=hours), "ps4", rules=Rules(DEADLINE)).entries
    assert entry.candidates[0].days == days


@pytest.mark.parametrize(
    ("late", "days", "cost"),
    [("accept", 3, 0), ("zero", 1, 1), ("zero", 0, 0), ("10%", 2, 0.2), ("12.5%", 1, 0.125)],
)
def test_what_lateness_costs(late, days, cost):
    assert Rules(DEADLINE, late).cost(days) == pytest.approx(cost)


@pytest.mark.parametrize("wrong", [{"late": "never"}, {"late": "10"}, {"duplicates": "all"}])
def test_an_unknown_rule_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Rules(**wrong)
