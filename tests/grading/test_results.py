"""What is handed back: tables, feedback, the platforms' grades, and the marks of written answers."""

import csv
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exercises.grading import sandbox
from exercises.grading.course import board, journal, lms, results, tables, written
from exercises.grading.course import run as course
from exercises.grading.course.submissions import Rules
from tests.grading import fakes


@pytest.fixture(autouse=True)
def no_sandbox(monkeypatch):
    """The fake grader runs no notebook."""
    monkeypatch.setattr(sandbox, "check_isolation", lambda isolation: None)


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def graded(tmp_path: Path, students: dict, roster: str = "", **others) -> Path:
    """Grade with the fake grader; return the folder of the results."""
    source = fakes.hand_in(tmp_path / "in", **students)
    if roster:
        (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        others["roster"] = tmp_path / "roster.csv"
    course.grade(fakes.options(source, tmp_path / "out", **others), fakes.grade)
    return tmp_path / "out"


# --- results.csv


def test_every_student_has_one_row_whatever_happened(tmp_path):
    students = {
        "ada": {"q1": 3, "message": "fine"},
        "bob": {"status": "killed", "q1": 1},
        "err": {"status": "grader_error"},
    }
    fakes.hand_in(tmp_path / "in")
    (tmp_path / "in" / "pdf.pdf").write_bytes(b"%PDF")
    (tmp_path / "in" / "stranger.ipynb").write_text("{}")
    roster = "id,name,email\nnone,Nobody,\nada,Ada,a@x\nbob,Bob,\nerr,Err,\npdf,Pia,\n"
    out = graded(tmp_path, students, roster)
    rows = table(out / "results.csv")
    assert [(row["student"], row["status"], row["score"], row["q1"]) for row in rows] == [
        ("none", "invalid_notebook", "", ""),
        ("ada", "ok", "3", "3"),
        ("bob", "killed", "1", "1"),
        ("err", "grader_error", "", ""),
        ("pdf", "invalid_notebook", "", ""),
    ]
    assert rows[0]["message"] == "handed in nothing"
    assert rows[4]["message"] == "handed in pdf.pdf, not a notebook (.ipynb)"
    assert {row["seed"] for row in rows} == {"17"}
    assert list(rows[0])[:6] == ["student", "name", "email", "status", "score", "points"]
    assert table(out / "unmatched.csv") == [
        {"file": "stranger.ipynb", "why": "stranger is not in the roster"}
    ]


def test_what_a_student_writes_is_no_formula(tmp_path):
    roster = 'id,name,email\na,"=HYPERLINK(""http://evil"")",@x\n'
    out = graded(tmp_path, {"a": {"q5": "=cmd|' /C calc'!A0", "message": "-2+3"}}, roster)
    (row,), (answer,) = table(out / "results.csv"), table(out / "written.csv")
    assert row["name"] == '\'=HYPERLINK("http://evil")'
    assert (row["email"], row["message"]) == ("'@x", "'-2+3")
    assert answer["answer"] == "'=cmd|' /C calc'!A0"
    for path in out.glob("*.csv"):
        for line in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            begun = [cell for cell in line if cell and cell[0] in "=+-@"]
            assert all(map(tables.NUMBER.fullmatch, begun))


# --- late, and the best of several


@pytest.mark.parametrize(
    ("rule", "score", "message"),
    [
        ("accept", "3", "fine"),
        ("zero", "0", "2 days late: -3 points; fine"),
        ("5%", "1.1", "2 days late: -1.9 points; fine"),
        ("60%", "0", "2 days late: -3 points; fine"),
    ],
)
def test_the_late_rule_is_applied_and_said(tmp_path, rule, score, message):
    source = fakes.hand_in(tmp_path / "in", a={"q1": 3, "message": "fine"})
    deadline = datetime(2026, 3, 1, tzinfo=UTC)
    handed_in = (deadline + timedelta(days=1.5)).timestamp()
    os.utime(source / "a.ipynb", (handed_in, handed_in))
    rules = Rules(deadline, rule)
    out = graded(tmp_path, {}, rules=rules)
    (row,) = table(out / "results.csv")
    assert (row["score"], row["message"], row["late"]) == (score, message, "2 days late")


def test_the_best_of_several_counts(tmp_path):
    source = tmp_path / "in"
    for name, score in (("a", 1), ("b", 3), ("c", 2)):
        fakes.hand_in(source)
        fakes.hand_in(source / "s1", **{name: {"q1": score}})
    out = graded(tmp_path, {}, rules=Rules(duplicates="best"))
    (row,) = table(out / "results.csv")
    assert (row["score"], row["file"], row["note"]) == ("3", "s1/b.ipynb", "3 notebooks; the best counts")


# --- platforms


def test_canvas_gets_its_own_columns_back(tmp_path):
    roster = (
        "Student,ID,SIS User ID,SIS Login ID,Section,PS 1 (77)\n    Points Possible,,,,,19\n"
        '"Lovelace, Ada",11,U11,ada,CS101,\n"Turing, Alan",12,U12,alan,CS101,\n'
    )
    out = graded(tmp_path, {"ada": {"q1": 2.5}}, roster, formats=("canvas",), column="PS 1 (77)")
    assert (out / "canvas.csv").read_text().splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,PS 1 (77)",
        "    Points Possible,,,,,19",
        '"Lovelace, Ada",11,U11,ada,CS101,2.5',
        '"Turing, Alan",12,U12,alan,CS101,',
    ]


def test_moodle_gets_its_worksheet_back_scaled(tmp_path):
    roster = (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
        'Participant 1001,Ada Lovelace,ada@x,Submitted,,"100,00",-\nParticipant 1002,Alan T.,,,5,100.00,-\n'
    )
    out = graded(tmp_path, {"1001": {"q1": 1.9, "message": "two"}}, roster, formats=("moodle",))
    ada, alan = table(out / "moodle.csv")
    assert (ada["Identifier"], ada["Grade"], ada["Feedback comments"]) == ("Participant 1001", "10", "two")
    assert (alan["Grade"], alan["Feedback comments"]) == ("5", "handed in nothing")
    with zipfile.ZipFile(out / "moodle-feedback.zip") as pages:
        assert pages.namelist() == ["Ada Lovelace_1001_assignfeedback_file/feedback.html"]


def test_moodle_without_a_worksheet(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Ada L_1001_assignsubmission_file/ps.ipynb", '{"q1": 3}')
    course.grade(fakes.options(path, tmp_path / "out", formats=("moodle",)), fakes.grade)
    (ada,) = table(tmp_path / "out" / "moodle.csv")
    assert ada["Identifier"] == "Participant 1001"
    assert (ada["Grade"], ada["Maximum Grade"], ada["Last modified (grade)"]) == ("3", "19", "-")
    with zipfile.ZipFile(tmp_path / "out" / "moodle-feedback.zip") as pages:
        assert pages.namelist() == ["Ada L_1001_assignfeedback_file/feedback.html"]


def test_gradescope(tmp_path):
    roster = "First Name,Last Name,SID,Email,Role\nAda,Lovelace,01,ada@x,Student\nAl,T,02,al@x,Student\n"
    out = graded(tmp_path, {"01": {"q1": 3}}, roster, formats=("gradescope",))
    assert (out / "gradescope.csv").read_text().splitlines() == [
        "First Name,Last Name,SID,Email,Total Score,Max Points,Status",
        "Ada,Lovelace,01,ada@x,3,19,Graded",
        "Al,T,02,al@x,,19,Missing",
    ]


# --- feedback


def test_feedback_stays_in_its_folder_whatever_the_student_is_called(tmp_path):
    evil = [
        "../../evil",
        "/etc/passwd",
        "..",
        "a/b",
        "a\\b",
        "CON",
        "x" * 300,
        "\U00020bb7" * 63,  # 252 bytes, and a file name has 255 at the most
        "",
        "ünï",
        "A",
        "a",
        "b",
        "B",
        "a\0b",
    ]
    names = lms.file_names(evil)
    assert len({name.casefold() for name in names.values()}) == len(evil)
    for name in names.values():
        assert (tmp_path / name).resolve().parent == tmp_path
        (tmp_path / f"{name}.html").write_text("")
    assert names["ünï"] == "ünï"


def test_feedback_is_written_for_who_handed_in(tmp_path):
    out = graded(tmp_path, {"ada": {"q1": 3}}, "id,name\nada,Ada <b>\nbob,Bob\n")
    assert sorted(path.name for path in (out / "feedback").iterdir()) == ["ada.html", "ada.md"]
    assert "Ada &lt;b&gt;" in (out / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert (out / "summary.html").read_text(encoding="utf-8").startswith("<!")


# --- written answers


def marked(out: Path, **cells: str) -> Path:
    """Fill in the first row of written.csv."""
    rows = table(out / "written.csv")
    rows[0].update(cells)
    path = out / "marked.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_marks_of_written_answers_come_back(tmp_path):
    out = graded(tmp_path, {"a": {"q1": 1, "q5": "because"}, "b": {"q1": 2, "q5": "hm"}})
    assert written.merge(out, marked(out, mark="4,5", comment="-good")) == 1
    first, second = results.publish(out)
    assert (first.result["score"], second.result["score"]) == (5.5, 2)
    assert first.result["questions"]["q5"]["message"] == "-good"
    rows = table(out / "results.csv")
    assert [(row["score"], row["q5"]) for row in rows] == [("5.5", "4.5"), ("2", "")]
    assert [row["mark"] for row in table(out / "written.csv")] == ["4.5", ""]
    # A regrade keeps them, another answer does not.
    graded(tmp_path, {})
    assert table(out / "results.csv")[0]["score"] == "5.5"
    graded(tmp_path, {"a": {"q1": 1, "q5": "something else"}})
    assert table(out / "results.csv")[0]["score"] == "1"
    assert [row["mark"] for row in table(out / "written.csv")] == ["", ""]


def test_marks_in_the_table_survive_a_regrade_before_they_are_merged(tmp_path):
    out = graded(tmp_path, {"a": {"q5": "because"}})
    marked(out, mark="3", comment="so so").replace(out / "written.csv")
    graded(tmp_path, {"b": {"q5": "late"}})
    rows = {row["student"]: row for row in table(out / "written.csv")}
    assert (rows["a"]["mark"], rows["a"]["comment"], rows["b"]["mark"]) == ("3", "so so", "")
    assert table(out / "results.csv")[0]["q5"] == ""


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"mark": "9"}, "the mark is 9; 0 to 5 was expected"),
        ({"mark": "-1"}, "the mark is -1"),
        ({"mark": "nan"}, "the mark is nan"),
        ({"mark": "good"}, "the mark is good"),
        ({"mark": "1", "student": "x"}, "nobody was asked this"),
        ({"mark": "1", "digest": "0"}, "the answer has changed"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_and_none_is_stored(tmp_path, cells, message):
    out = graded(tmp_path, {"a": {"q5": "because"}})
    with pytest.raises(written.MergeError, match=message):
        written.merge(out, marked(out, **cells))
    assert not (out / "written.json").exists()


# --- the board


def test_the_board_ranks_and_names_nobody(tmp_path):
    out = graded(tmp_path, {"a": {"measure": 0.5}, "b": {"measure": 0.75}, "c": {"measure": 0.75}, "d": {}})
    found = [row.result for row in results.publish(out)]
    secret = journal.stored_secret(out)
    public, private = board.markdown(found, secret), board.markdown(found, secret, names=True)
    assert [line.split("|")[1].strip() for line in public.splitlines()[4:]] == ["1", "1", "3"]
    assert [line.split("|")[2].strip() for line in private.splitlines()[4:]] == ["b", "c", "a"]
    assert board.alias("b", secret) in public
    assert board.alias("b", secret) != board.alias("b", "another") != board.alias("b", "17")
    assert board.alias("b", secret) in (out / "feedback" / "b.md").read_text(encoding="utf-8")
    assert len(secret) == 32
    assert secret == journal.stored_secret(out) != journal.stored_secret(tmp_path / "elsewhere")
    pages = [path for path in out.rglob("*") if path.suffix in (".html", ".md", ".csv", ".jsonl")]
    assert not [path for path in pages if secret in path.read_text(encoding="utf-8")]
    assert "board" not in (out / "feedback" / "d.md").read_text(encoding="utf-8")
