"""Each platform's export is read as that platform writes it."""

import os
from datetime import UTC, datetime

import pytest

from exercises.grading.course import archive, submissions
from exercises.grading.course.archive import Refused
from exercises.grading.course.submissions import Rules
from tests.grading.handed_in import GRADESCOPE, NOTEBOOK, fill, graded, pack, people, problems


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


def test_moodle(tmp_path):
    path = pack(
        tmp_path / "CS101-PS4-4711.zip",
        {
            "Ada Lovelace_1001_assignsubmission_file/ps4.ipynb": NOTEBOOK,
            "José García Márquez_1002_assignsubmission_file_/ps4.ipynb": NOTEBOOK,
            "Alan Turing_1003_assignsubmission_file_ps4.ipynb": NOTEBOOK,
            "Alan Turing_1003_assignsubmission_onlinetext/onlinetext.html": "<p>see file</p>",
            "Max Min_1004_assignsubmission_onlinetext/onlinetext.html": "<p>no file</p>",
        },
    )
    found = submissions.collect(path, "ps4")
    assert found.layout == "moodle"
    assert [(entry.student, entry.name) for entry in found.entries] == [
        ("1001", "Ada Lovelace"),
        ("1002", "José García Márquez"),
        ("1003", "Alan Turing"),
        ("1004", "Max Min"),
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


@pytest.mark.parametrize("around", ["", "assignment_1_export/"])
def test_a_students_metadata_decide_nothing(tmp_path, around):
    swapped = GRADESCOPE.replace("submission_901", "submission_1").replace("submission_902", "submission_901")
    files = {
        f"{around}submission_metadata.yml": GRADESCOPE,
        f"{around}submission_901/ps4.ipynb": NOTEBOOK,
        f"{around}submission_901/submission_metadata.yml": swapped,
        f"{around}submission_902/submission_901/ps4.ipynb": NOTEBOOK,
        f"{around}submission_902/0/submission_metadata.yml": swapped,
    }
    found = submissions.collect(pack(tmp_path / "a.zip", files), "ps4")
    assert found.layout == "gradescope"
    assert graded(found) == {
        "0101": f"{around}submission_901/ps4.ipynb",
        "0103": f"{around}submission_902/submission_901/ps4.ipynb",
        "alan@uni.example": f"{around}submission_902/submission_901/ps4.ipynb",
    }


@pytest.mark.parametrize("around", ["", "assignment_1_export/"])
def test_gradescopes_export_may_be_unpacked(tmp_path, around):
    fill(tmp_path, f"{around}submission_901/ps4.ipynb", f"{around}submission_902/ps4.ipynb")
    fill(tmp_path, f"{around}submission_metadata.yml", content=GRADESCOPE.encode())
    assert list(graded(submissions.collect(tmp_path, "ps4"))) == ["0101", "0103", "alan@uni.example"]


@pytest.mark.parametrize(
    ("files", "layout"),
    [
        (("s1.ipynb", "s2.ipynb", "submission_metadata.yml"), "plain"),
        (
            ("s1/ps4.ipynb", "s2/ps4.ipynb", "s2/submission_metadata.yml", "s2/submission_1/ps4.ipynb"),
            "plain",
        ),
        (("s1/ps4.ipynb", "s2/ps4.ipynb", "x_1_assignsubmission_file_y.txt"), "plain"),
        (("s1/ps4.ipynb", "Ada_1_assignsubmission_file_/ps4.ipynb"), "plain"),
        (("a_12_102_ps4.ipynb", "studentm_13_103_x_11_assignsubmission_file_.ipynb"), "canvas"),
        (("a_12_102_ps4.ipynb", "b_13_103_submission_metadata.yml"), "canvas"),
        (("A B_1_assignsubmission_file/ps4.ipynb", "C_2_assignsubmission_file_5_6_x.ipynb"), "moodle"),
        (("A B_1_assignsubmission_file/ps4.ipynb", "roster.csv", "submission_metadata.yml"), "moodle"),
        (("A B_1_assignsubmission_file/x/submission_metadata.yml",), "moodle"),
    ],
)
def test_no_single_name_decides_for_the_class(tmp_path, files, layout):
    assert submissions.collect(fill(tmp_path, *files), "ps4").layout == layout


@pytest.mark.parametrize(
    "path",
    [
        "Student M_111_assignsubmission_file_Student A_222_assignsubmission_file_ps4.ipynb",
        "Student M_111_assignsubmission_file/Student A_222_assignsubmission_file/ps4.ipynb",
        "Student A_111_assignsubmission_file_ps4.ipynb",  # whose number it is says the roster
    ],
)
def test_a_name_that_a_student_chose_makes_nobody_else(tmp_path, path):
    course = people(tmp_path, "Identifier,Full name\nParticipant 111,Student M\nParticipant 222,Student A\n")
    found = submissions.collect(pack(tmp_path / "a.zip", {path: NOTEBOOK}), "ps4", course)
    assert graded(found)["222"] == ""
    assert bool(graded(found)["111"]) == path.startswith("Student M")
    why = "111, Student A are different students in the roster"
    assert found.unmatched == [(path, why)] * path.startswith("Student A")


def test_a_bomb_in_a_name_is_no_name(tmp_path):
    levels = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12))
    bomb = f"k0: &k0 [{', '.join('x' * 9)}]\n{levels}\n" + GRADESCOPE.replace("Ada Lovelace", "*k11")
    files = {"submission_metadata.yml": bomb, "submission_901/ps4.ipynb": NOTEBOOK}
    found = submissions.collect(pack(tmp_path / "a.zip", files), "ps4")
    assert [(entry.student, entry.name) for entry in found.entries] == [("0101", "")]


def test_merged_tables_and_numbers_without_end_are_refused(tmp_path):
    merged = "\n".join(f"k{n}: &k{n} {{<<: [{', '.join([f'*k{n - 1}'] * 9)}]}}" for n in range(1, 12))
    for bomb in (f"k0: &k0 {{x: 1}}\n{merged}\n", f"submission_1: {'9' * 5000}\n"):
        path = pack(tmp_path / "a.zip", {"submission_metadata.yml": bomb, "submission_1/ps4.ipynb": NOTEBOOK})
        with pytest.raises(Refused, match="cannot be read"):
            submissions.collect(path, "ps4")
