"""Who is in the course, as each platform lists it."""

import pytest

from exercises.grading.course import roster, submissions
from tests.grading.handed_in import GRADESCOPE, NOTEBOOK, fill, graded, pack, people


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
    assert course.find("2", name="Ada Lovelace") is None
    assert course.find("2", name="Grace Hopper").id == "2"


def test_an_identifier_is_first_what_is_written(tmp_path):
    course = people(tmp_path, "id\ns001\nS001\ns002\n")
    assert [course.find(each).id for each in ("s001", "S001", "S002")] == ["s001", "S001", "s002"]
    found = submissions.collect(fill(tmp_path / "in", "s001.ipynb", "S001.ipynb"), "ps4", course)
    assert graded(found) == {"s001": "s001.ipynb", "S001": "S001.ipynb", "s002": ""}


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
