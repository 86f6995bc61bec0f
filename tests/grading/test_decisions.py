"""One table of what the instructor decided: read strictly, respected everywhere, shown to the student."""

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exercises.grading import sandbox
from exercises.grading.course import decision_table, results, tables
from exercises.grading.course import run as course
from exercises.grading.course.decisions import DecisionError
from exercises.grading.course.roster import Student
from exercises.grading.course.rules import Rules
from tests.grading import fakes

HEAD = "student,question,decision,value,reason\n"
DEADLINE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
QUESTIONS = {"q1": 3.0, "q5": 5.0}


@pytest.fixture(autouse=True)
def no_sandbox(monkeypatch):
    """The fake grader runs no notebook."""
    monkeypatch.setattr(sandbox, "check_isolation", lambda isolation: None)
    fakes.draw_nothing(monkeypatch)


def decide(folder: Path, *rows: str, head: str = HEAD) -> Path:
    """Write a table of decisions."""
    folder.mkdir(exist_ok=True)
    (folder / "decisions.csv").write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return folder


def graded(tmp_path: Path, students: dict, *rows: str, days: float = 0, **others) -> Path:
    """Grade with the fake grader, all handed in ``days`` after the deadline; return the results' folder."""
    source = fakes.hand_in(tmp_path / "in", **students)
    at = (DEADLINE + timedelta(days=days)).timestamp()
    for path in source.iterdir():
        os.utime(path, (at, at))
    decide(tmp_path / "out", *rows)
    course.grade(fakes.options(source, tmp_path / "out", **others), fakes.grade)
    return tmp_path / "out"


def table(path: Path) -> dict[str, dict[str, str]]:
    """Read a CSV file by student."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}


def page(out: Path, student: str) -> str:
    """Return what a student reads."""
    return (out / "feedback" / f"{student}.md").read_text(encoding="utf-8")


# --- what follows


def test_each_decision_reaches_the_score_the_table_and_the_student(tmp_path):
    students = {name: {"q1": 2, "q5": "text"} for name in ("ada", "bob", "cyd", "dan", "eve")}
    out = graded(
        tmp_path,
        students,
        'ada,q1,points,"2,5",the case was unfair',
        "bob,,extra,1,found a slip in the book",
        "cyd,,excused,,ill",
        "dan,q1,excused,,joined late",
        "eve,,points,12,marked by hand",
    )
    rows = table(out / "results.csv")
    assert {name: (row["score"], row["q1"]) for name, row in rows.items()} == {
        "ada": ("2.5", "2.5"),
        "bob": ("3", "2"),
        "cyd": ("", "2"),
        "dan": ("0", ""),
        "eve": ("12", "2"),
    }
    reasons = ("the case was unfair", "found a slip in the book", "ill", "joined late", "marked by hand")
    summary = (out / "summary.html").read_text(encoding="utf-8")
    for name, reason in zip(students, reasons, strict=True):
        assert reason in rows[name]["decisions"]
        assert page(out, name).count(reason) == 1
        assert reason in (out / "feedback" / f"{name}.html").read_text(encoding="utf-8")
        assert reason in summary
    assert "2.5 of 3" in page(out, "ada")
    assert "**12 of 19" in page(out, "eve")
    assert "**Not marked**" in page(out, "cyd")


def test_a_dropped_question_leaves_the_maximum_as_it_is(tmp_path):
    out = graded(tmp_path, {"a": {"q1": 2, "q5": "x"}, "b": {}}, "*,q5,dropped,,nobody could know")
    row = table(out / "results.csv")["a"]
    (found, _) = results.publish(out)
    # The toy set has 19 points, the fake's two questions 8 of them; 14 are left.
    assert (row["score"], row["points"]) == (f"{2 * 19 / 14:.2f}", "19")
    assert found.result["pending"] == 0
    assert "nobody could know" in page(out, "b")
    assert "Texts that nobody has marked" not in (out / "summary.html").read_text(encoding="utf-8")


def test_a_students_own_decision_comes_before_one_for_all(tmp_path):
    rows = ("*,q1,points,3,the text was wrong", "b,q1,points,0,copied")
    out = graded(tmp_path, {"a": {"q1": 1}, "b": {"q1": 2}}, *rows)
    assert {name: row["score"] for name, row in table(out / "results.csv").items()} == {"a": "3", "b": "0"}
    assert "the text was wrong" not in page(out, "b")


def test_extra_credit_comes_after_lateness_and_the_whole_sets_points_after_both(tmp_path):
    rows = ("a,,extra,1,bonus", "b,,points,7,agreed")
    out = graded(tmp_path, {"a": {"q1": 3}, "b": {"q1": 3}}, *rows, days=3, rules=Rules(DEADLINE, "zero"))
    found = table(out / "results.csv")
    assert (found["a"]["score"], found["b"]["score"]) == ("1", "7")
    assert "3 points taken off" in page(out, "a")


@pytest.mark.parametrize(
    ("row", "late", "score"),
    [
        ("b,,grace,3,other", "3 days late", "0.15"),
        ("a,,extension,2026-03-04T23:59+00:00,ill", "", "3"),
        ("a,,extension,2026-03-03 12:00+00:00,ill", "1 day late", "2.05"),
        ("*,,grace,3,the hub was down", "", "3"),
        ('a,,grace,"0,5",a train', "2 days late", "1.1"),
    ],
)
def test_extensions_and_days_of_grace(tmp_path, row, late, score):
    out = graded(tmp_path, {"a": {"q1": 3}, "b": {}}, row, days=2.5, rules=Rules(DEADLINE, "5%"))
    found = table(out / "results.csv")["a"]
    assert (found["late"], found["score"]) == (late, score)
    assert ("deadline was moved" in page(out, "a")) == (row[0] != "b")


def test_an_extension_decides_which_notebook_counts_so_grade_must_run_again(tmp_path):
    source = fakes.hand_in(tmp_path / "in")
    for name, days, score in (("early", -1, 1), ("late", 1, 3)):
        fakes.hand_in(source / "s1", **{name: {"q1": score}})
        at = (DEADLINE + timedelta(days=days)).timestamp()
        os.utime(source / "s1" / f"{name}.ipynb", (at, at))
    out, rules = tmp_path / "out", Rules(DEADLINE, "zero")
    course.grade(fakes.options(source, out, rules=rules), fakes.grade)
    assert table(out / "results.csv")["s1"]["score"] == "1"
    decide(out, "s1,,grace,2,ill")
    before = (out / "results.csv").read_bytes()
    with pytest.raises(DecisionError, match="deadline of s1 was decided anew: run grade again"):
        results.publish(out)
    assert (out / "results.csv").read_bytes() == before
    course.grade(fakes.options(source, out, rules=rules), fakes.grade)
    row = table(out / "results.csv")["s1"]
    assert (row["score"], row["file"], row["late"]) == ("3", "s1/late.ipynb", "")


def test_canvas_only_says_late_and_an_extension_takes_that_back(tmp_path):
    source = fakes.hand_in(
        tmp_path / "in", lovelaceada_LATE_11_77_ps={"q1": 3}, turingalan_LATE_12_78_ps={"q1": 3}
    )
    decide(tmp_path / "out", "11,,grace,1,ill")
    course.grade(fakes.options(source, tmp_path / "out", rules=Rules(late="zero")), fakes.grade)
    assert {name: row["score"] for name, row in table(tmp_path / "out" / "results.csv").items()} == {
        "11": "3",
        "12": "0",
    }


def test_what_cannot_be_read_can_be_given_points_by_hand(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\npdf,Pia\nnone,Nobody\n")
    fakes.hand_in(tmp_path / "in")
    (tmp_path / "in" / "pdf.pdf").write_bytes(b"%PDF")
    out = decide(tmp_path / "out", "Pia,,points,4,read on paper", "none,,excused,,exchange year")
    course.grade(fakes.options(tmp_path / "in", out, roster=roster), fakes.grade)
    rows = table(out / "results.csv")
    assert (rows["pdf"]["status"], rows["pdf"]["score"]) == ("invalid_notebook", "4")
    assert "exchange year" in page(out, "none")
    assert results.counts(results.publish(out)) == "1 invalid_notebook, 1 excused"


def test_platforms_follow(tmp_path):
    roster = tmp_path / "worksheet.csv"
    roster.write_text(
        "Identifier,Full name,Grade,Maximum Grade\n"
        "Participant 1001,Ada Lovelace,,19\nParticipant 1002,Alan T.,5,19\n"
    )
    rows = ("1001,,extra,19,the <b>best</b>", "1002,,excused,,ill")
    students = {"1001": {"q1": 3, "message": "at `if x < 3`"}, "1002": {}}
    out = graded(tmp_path, students, *rows, roster=roster, formats=("moodle", "canvas", "gradescope"))
    with (out / "moodle.csv").open(newline="") as stream:
        ada, alan = csv.DictReader(stream)
    assert (ada["Grade"], alan["Grade"]) == ("19", "5")  # Moodle skips a grade above its maximum
    assert "the &lt;b&gt;best&lt;/b&gt;" in ada["Feedback comments"]
    assert "at if x &lt; 3" in ada["Feedback comments"]
    assert [line.rpartition(",")[2] for line in (out / "canvas.csv").read_text().splitlines()[2:]] == [
        "22",
        "EX",
    ]
    assert (out / "gradescope.csv").read_text().splitlines()[2].endswith(",Excused")


# --- what cannot be followed


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",q1,points,2,r", "row 2: it names no student"),
        ("a,q1,point,2,r", "'point'; one of extension, grace, excused, dropped, points, extra"),
        ("a,q9,points,2,r", "'q9'; one of q1, q5 was expected"),
        ("a,q1,points,4,r", "'4'; a number of points up to 3 was expected"),
        ("a,q1,points,-1,r", "'-1'; a number"),
        ("a,q1,points,nan,r", "'nan'; a number"),
        ("a,q1,points,=1+1,r", "'=1\\+1'; a number"),
        ("a,q1,points,50%,r", "'50%'; a number"),
        ("a,q1,points,,r", "''; a number"),
        ("a,q1,points,2,", "it has no reason"),
        ("a,q1,points,2,copied, see mail", "6 cells, not 5; put a text with a comma into quotes"),
        ("a,,extra,9,r", "'9'; a number of points up to 8"),
        ("a,q1,extra,1,r", "extra is about the whole set"),
        ("a,,extension,3/1/2026,r", "'3/1/2026' is not a time; 2026-03-01T23:59"),
        ("a,,extension,2026-03-03,r", "'2026-03-03' is not a time"),
        ("a,,extension,0001-01-01T00:00,r", "is not a time"),
        ("a,,grace,1e9,r", "'1e9'; a number of days up to 366"),
        ("a,,excused,yes,r", "none was expected"),
        ("*,,excused,,r", "excused is for one student; dropped is for all"),
        ("a,q1,dropped,,r", "dropped is for all"),
        ("*,,dropped,,r", "the question is ''; one of q1, q5"),
        ("*,,points,8,r", "points for all are for a question"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named_with_what_was_expected(tmp_path, row, message):
    decide(tmp_path, row)
    with pytest.raises(DecisionError, match=message):
        decision_table.read(tmp_path, QUESTIONS)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("a,q1,points,2,r", "a,q1,points,2,r"), r"row 3 \(a, q1 points\): row 2 .* is about the same"),
        (("a,q1,points,2,r", "Ada,q1,points,3,r"), "row 3 .*: row 2 .* is about the same"),
        (("007,q1,points,2,r", "7,q1,points,3,r"), "row 3 .*: row 2 .* is about the same"),
        (("a,,grace,2,r", "a,,extension,2026-03-03T12:00,r"), "is about the same"),
        (("a,,excused,,r", "a,,extra,1,r"), r"row 3 .*: row 2 \(a, excused\) decides about all"),
        (("a,,points,3,r", "a,q1,points,1,r"), "decides about all"),
        (("*,q1,dropped,,r", "a,q1,points,1,r"), "row 3 .*: row 2 .* drops that question for all"),
        (("*,q1,dropped,,r", "a,q5,excused,,r"), "no question is left"),
    ],
)
def test_contradictions_and_repetitions_are_refused(tmp_path, rows, message):
    decide(tmp_path, *rows)
    decisions = decision_table.read(tmp_path, QUESTIONS)
    with pytest.raises(DecisionError, match=message):
        decisions.settle([Student("a", "Ada"), Student("007", "James")])


def test_a_refused_table_changes_nothing(tmp_path):
    out = graded(tmp_path, {"a": {"q1": 1}})
    before = {path.name: path.read_bytes() for path in out.glob("*.*")}
    decide(out, "a,q1,points,2,fine", "a,q1,points,9,wrong", "b,q9,extra,1,wrong")
    table_ = (out / "decisions.csv").read_bytes()
    for again in (lambda: results.publish(out), lambda: graded_again(tmp_path)):
        with pytest.raises(DecisionError, match=r"row 3: .*\n.*row 4: "):
            again()
    assert {path.name: path.read_bytes() for path in out.glob("*.*")} == before | {"decisions.csv": table_}


def graded_again(tmp_path):
    """Grade what was handed in before."""
    course.grade(fakes.options(tmp_path / "in", tmp_path / "out"), fakes.grade)


def test_a_decision_that_fits_nobody_is_told_and_not_lost(tmp_path):
    rows = ("ghost,,extra,1,r", "b,q1,points,1,r", "a,,extension,2026-02-01T10:00,r")
    out = graded(tmp_path, {"a": {"q1": 1}}, *rows, rules=Rules(DEADLINE))
    (out.parent / "in" / "b.pdf").write_bytes(b"%PDF")
    graded_again(tmp_path)
    told = "\n".join(results.warnings(out, results.publish(out)))
    assert "row 2 (ghost, extra): nobody, or more than one, is called that" in told
    assert "row 3 (b, q1 points): b has no such marks" in told
    assert "row 4 (a, extension): no deadline was given" in told
    summary = (out / "summary.html").read_text(encoding="utf-8")
    assert "row 2 (ghost, extra)" in summary
    assert "ghost" in (out / "decisions.csv").read_text(encoding="utf-8")


# --- what spreadsheets and students do to a table


@pytest.mark.parametrize(
    "written",
    [
        "student;question;decision;value;reason\na;q1;points;2,5;r\n",
        "sep=;\nstudent;question;decision;value;reason\na;q1;points;2,5;r\n",
        "\n,,,,\nReason,Value,Decision,Question,Student,note\nr,2.5,POINTS,q1, a ,mine\n,,,,,\n",
        "\ufeffstudent\tquestion\tdecision\tvalue\treason\r\na\tq1\tpoints\t2.5\tr\r\n",
    ],
)
def test_any_spreadsheet_may_have_written_it(tmp_path, written):
    (tmp_path / "decisions.csv").write_text(written, encoding="utf-8")
    (found,) = decision_table.read(tmp_path, QUESTIONS).found
    assert (found.student, found.question, found.kind, found.value) == ("a", "q1", "points", 2.5)


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path):
    decide(tmp_path, "", ",,,,", "a,q1,points,9,r")
    with pytest.raises(DecisionError, match="row 4: "):
        decision_table.read(tmp_path, QUESTIONS)


@pytest.mark.parametrize("head", ["", "a,b\n", "student,question,decision,value\n", "student," + HEAD])
def test_columns_that_are_missing_or_double_are_named(tmp_path, head):
    decide(tmp_path, head=head)
    with pytest.raises(
        DecisionError, match=r"columns (student|reason); the first row must be student, question"
    ):
        decision_table.read(tmp_path, QUESTIONS)


def test_a_spreadsheet_beside_the_table_is_not_passed_over(tmp_path):
    decide(tmp_path, "a,q1,points,2,r")
    (tmp_path / "decisions.xlsx").write_bytes(b"PK")
    os.utime(tmp_path / "decisions.csv", (0, 0))
    with pytest.raises(DecisionError, match=r"decisions.xlsx is newer .* save it as CSV"):
        decision_table.read(tmp_path, QUESTIONS)


def test_a_student_called_like_a_formula_or_like_all_decides_for_nobody_else(tmp_path):
    people = [Student("=1+1"), Student("*"), Student("a")]
    decision_table.add(tmp_path, ("=1+1", "q1", "points", "2", "=cmd()"), QUESTIONS, people)
    with pytest.raises(DecisionError, match="stands for all"):
        decision_table.add(tmp_path, ("*", "q1", "points", "3", "r"), QUESTIONS, people)
    for line in csv.reader((tmp_path / "decisions.csv").read_text(encoding="utf-8-sig").splitlines()):
        assert all(cell[:1] != "=" or tables.NUMBER.fullmatch(cell) for cell in line)
    settled = decision_table.read(tmp_path, QUESTIONS).settle(people)
    assert settled.of("=1+1").by_place["q1"].reason == "=cmd()"
    assert settled.of("a").by_place == {}


def test_a_name_that_two_have_is_nobodys(tmp_path):
    decide(tmp_path, "Ada Lovelace,,extra,1,r")
    twins = [Student("a", "Ada Lovelace"), Student("b", "Lovelace, Ada")]
    settled = decision_table.read(tmp_path, QUESTIONS).settle(twins)
    assert len(settled.unfit) == 1
    assert not settled.of("a").by_place
