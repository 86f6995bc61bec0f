"""What an instructor's night brings: a second look, a date, a folder that others can read, an old page."""

import json
import os
import re
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exercises.grading import __main__ as cli
from exercises.grading import job, sandbox
from exercises.grading.course import archive, journal, regrade, release, results, shown, submissions
from exercises.grading.course import run as course
from exercises.grading.course.rules import Rules
from exercises.grading.pages import plots, summary
from exercises.grading.question import load
from tests.grading import fakes
from tests.grading.made_up import judged, result
from tests.grading.test_decisions import DEADLINE, decide, page, table
from tests.grading.toy.notebooks import answers

TOY = fakes.TOY
EVIL = "def centre(x):\n    return ['\\x1b[2J\\u202e<b>' * 3]"
RAISES = "def step(p, g, v, lr):\n    return 1 / 0"


@pytest.fixture
def fake(monkeypatch):
    """The fake grader runs no notebook."""
    monkeypatch.setattr(sandbox, "check_isolation", lambda isolation: None)
    fakes.draw_nothing(monkeypatch)


def grade(source: Path, out: Path, **others) -> list[results.Row]:
    """Grade with the fake grader."""
    return course.grade(fakes.options(source, out, **others), fakes.grade)


# --- small things


@pytest.mark.usefixtures("fake")
def test_stale_feedback_is_removed_and_nothing_else(tmp_path):
    source, out = fakes.hand_in(tmp_path / "in", a={}, b={}), tmp_path / "out"
    grade(source, out)
    (out / "feedback" / "mine.md").write_text("a note of the instructor's")
    (source / "b.ipynb").unlink()
    grade(source, out)
    assert sorted(path.name for path in (out / "feedback").iterdir()) == ["a.html", "a.md", "mine.md"]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--late", "10%"], "the late rule 10% needs a deadline (--deadline)"),
        (["--late", "zero"], "the late rule zero needs a deadline (--deadline)"),
    ],
)
def test_a_late_rule_without_a_deadline_is_an_error(tmp_path, capsys, arguments, message):
    source = fakes.hand_in(tmp_path / "in", a={})
    assert cli.main(["grade", TOY, str(source), "--out", str(tmp_path / "out"), *arguments]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out" / "results.csv").exists()


def test_an_empty_folder_and_an_empty_zip_are_errors(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / ".DS_Store").write_text("")
    with zipfile.ZipFile(tmp_path / "in.zip", "w"):
        pass
    for name in ("in", "in.zip"):
        with pytest.raises(archive.Refused, match="holds no file"):
            submissions.collect(tmp_path / name, "ps1")


def test_a_date_alone_is_no_deadline(capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", TOY, "in", "--out", "out", "--deadline", "2026-03-01"])
    assert "2026-03-01T23:59" in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_nobody_else_reads_the_results(tmp_path):
    source, old = fakes.hand_in(tmp_path / "in", a={}), os.umask(0o022)
    try:
        grade(source, tmp_path / "new")
        for folder in (tmp_path / "group", tmp_path / "home"):
            folder.mkdir()
            folder.chmod(0o775)
        (tmp_path / "home" / "letter.txt").write_text("")
        for name, mode in (("new", 0o750), ("group", 0o770), ("home", 0o775)):
            with journal.locked(tmp_path / name):
                assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
        assert stat.S_IMODE((tmp_path / "new" / "results.csv").stat().st_mode) == 0o640
    finally:
        os.umask(old)


@pytest.mark.usefixtures("fake")
def test_a_time_says_whose_it_is_and_the_platforms_comes_first(tmp_path):
    source = fakes.hand_in(tmp_path / "in", s1={"q1": 3})
    os.utime(source / "s1.ipynb", (0, 0))  # touch -d 1970
    out = tmp_path / "out"
    found = grade(source, out, rules=Rules(DEADLINE, "zero"))
    row = table(out / "results.csv")["s1"]
    assert (row["submitted"][:4], row["time of"]) == ("1970", "the file")
    (warning,) = results.warnings(out, found)
    assert "The times of 1 hand-ins are those of files, which whoever wrote a file can set" in warning
    export = fakes.hand_in(tmp_path / "export")
    (export / "submission_1").mkdir()
    (export / "submission_1" / "s1.ipynb").write_text("{}")
    os.utime(export / "submission_1" / "s1.ipynb", (0, 0))
    at = DEADLINE + timedelta(days=2)
    (export / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters:\n  - :name: A\n    :sid: s1\n"
        f"  :created_at: {at:%Y-%m-%d %H:%M:%S} Z\n"
    )
    found = grade(export, tmp_path / "other", rules=Rules(DEADLINE, "zero"))
    row = table(tmp_path / "other" / "results.csv")["s1"]
    assert (row["late"], row["time of"]) == ("2 days late", "the platform")
    assert results.warnings(tmp_path / "other", found) == []


def test_a_blank_notebook_is_not_ok_in_the_count():
    blank = {name: each[0] | {"answered": False, "score": 0.0} for name, each in judged().items()}
    entry = submissions.Entry("s", candidates=(submissions.Candidate("s.ipynb"),))
    rows = [
        results.Row(entry, entry.candidates[0], result(questions) | {"excused": False})
        for questions in (blank, {name: each[0] for name, each in judged().items()})
    ]
    assert results.counts(rows) == "1 blank, 1 ok"
    mended = blank | {"q1": blank["q1"] | {"answered": True, "slip": "left-AB"}}
    assert job.unanswered(result(mended))
    assert not job.unanswered(result(mended | {"q1": mended["q1"] | {"score": 1.0}}))
    for name, question in (("ps4", "q4"), ("ps6", "q5")):  # which are handed out with code in them
        assert any(slip.key.startswith(job.LEFT) for slip in load(name).question(question).slips)
    text = summary.html([row.result for row in rows])
    assert "<td>blank</td>" in text
    assert "<strong>1</strong>marked" in text


# --- the summary


def test_the_summary_names_who_is_to_be_looked_at(tmp_path):
    questions = {name: each[0] for name, each in judged().items()}
    found = [result(questions, "ada", written={"q5": "Because."}, lost=2.0), result(questions, "bob")]
    known = summary.Course(
        absent=[("cyd", "Cyd <i>")],
        late=[("ada", "2 days late")],
        pages={"ada": "feedback/a da.html"},
        decisions=[("ada", "q1", "points", "2", "because <b>")],
        warnings=["row 9 fits nobody"],
    )
    text = summary.html(found, "A toy", known)
    for piece in ("Cyd &lt;i&gt;", "2 days late", "because &lt;b&gt;", "row 9 fits nobody"):
        assert piece in text
    assert '<a href="feedback/a%20da.html">ada</a>' in text
    assert "Scores, texts aside" in text
    assert "<strong>1</strong>texts to be marked" in text
    marked = [each | {"pending": 0.0} for each in found]
    assert "aside" not in summary.html(marked, "A toy")


@pytest.mark.parametrize("points", [1, 2.5, 7, 19, 31, 40])
def test_an_axis_ends_at_the_maximum(points):
    figure = plots.total_scores([0, points / 2, points, points + 3], points)
    numbers = [float(each) for each in re.findall(r"<text[^>]*>([\d.]+)</text>", figure.inside)]
    ticks = numbers[: numbers.index(points) + 1]
    assert ticks == sorted(ticks)
    assert ticks[0] == 0


# --- a request to look again


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A course of two in the real box."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "in").mkdir()
    (folder / "in" / "ada.ipynb").write_bytes(answers(q1="def centre(x):\n    return x - x.mean()"))
    evil = json.loads(answers(q1=EVIL, q2=RAISES, q4="predictions = {'letters': 'b'}\n1 / 0", q6=""))
    for number, cell in enumerate(evil["cells"], start=11):
        cell["execution_count"] = number
    (folder / "in" / "eve.ipynb").write_text(json.dumps(evil))
    course.grade(course.Options(TOY, folder / "in", folder / "out", seed=17))
    return folder / "out"


@pytest.mark.needs("bubblewrap")
def test_a_request_shows_what_was_given_answered_and_expected(asked):
    before = {path.name: path.read_bytes() for path in asked.glob("*.*")}
    found = regrade.ask(asked, "ada", "q1")
    text = "\n".join(found.lines)
    assert (found.score, found.anew, found.points) == (1, 1, 3)
    right = load(TOY).question("q1")
    first = next(iter(right.cases(right.generator(17))))
    assert f"given     x = {shown.text(first.arguments[0])}" in text
    assert f"expected  {shown.text(right.reference(*first.arguments))}" in text
    assert "case 1, matrix: Returned" in text
    for question, piece in (
        ("q2", "p after the call"),
        ("q3", "f = parabola("),
        ("q4", "letters: expected ['a', 'c']"),
        ("q5", "answered 'The terms of even order cancel.'"),
        ("q6", "scores of the studies"),
    ):
        assert piece in "\n".join(regrade.ask(asked, "ada", question).lines)
    assert {path.name: path.read_bytes() for path in asked.glob("*.*")} == before


@pytest.mark.needs("bubblewrap")
def test_nothing_that_a_student_answers_reaches_the_terminal_as_it_is(asked, capsys):
    for question in ("q1", "q4", "q6"):
        assert cli.main(["regrade", str(asked), "eve", question]) == 0
    told = capsys.readouterr().out
    assert "\\x1b[2J\\u202e" in told
    assert all(each.isprintable() or each == "\n" for each in told)
    assert "nothing: missing" in told


@pytest.mark.needs("bubblewrap")
def test_a_decided_request_counts_lasts_and_is_logged(asked, capsys):
    out, command = asked, ["regrade", str(asked), "ada", "q1"]
    assert cli.main([*command, "--reason", "she asked"]) == 0
    assert not (out / "decisions.csv").read_text(encoding="utf-8-sig").count("ada")  # the mark stands
    assert cli.main([*command, "--points", "9", "--reason", "no"]) == 1
    assert "up to 3 was expected" in capsys.readouterr().err
    assert cli.main([*command, "--points", "2.5", "--reason", "axis or not was unclear"]) == 0
    assert table(out / "results.csv")["ada"]["q1"] == "2.5"
    assert "axis or not was unclear" in page(out, "ada")
    assert cli.main([*command, "--points", "3", "--reason", "again"]) == 1
    assert "is about the same" in capsys.readouterr().err
    lines = [json.loads(line) for line in (out / "regrades.jsonl").read_text().splitlines()]
    assert [(each["before"], each["anew"], each["counts"]) for each in lines] == [(1, 1, 1), (1, 1, 2.5)]
    assert lines[1]["reason"] == "axis or not was unclear"
    assert lines[1]["digest"] == table(out / "results.csv")["ada"]["digest"]


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ghost", "q1"], "nobody, or more than one, is called ghost"),
        (["ada", "q9"], "no question 'q9'"),
        (["ada", "q1", "--submissions", "{empty}"], "is not in"),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(asked, tmp_path, capsys, arguments, message):
    fakes.hand_in(tmp_path / "empty", ada={})
    given = [each.format(empty=tmp_path / "empty") for each in arguments]
    assert cli.main(["regrade", str(asked), *given]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.needs("bubblewrap")
def test_a_cell_is_named_as_jupyter_shows_it(asked):
    told = page(asked, "eve").replace("\\", "")
    assert "Code cell 5, marked [15], stopped with ZeroDivisionError at `1 / 0` (line 2)." in told
    assert "(line 2 of your code cell 3, marked [13]), in 2 of 2 tries." in told


def test_a_value_is_shown_on_one_line_of_bounded_length():
    for value in (10**5000, "x" * 10**6, [[1.0] * 300] * 300, {"a": frozenset("ab")}):
        text = shown.text(value)
        assert len(text) < 700
        assert text.isprintable()


# --- giving back


@pytest.mark.usefixtures("fake")
def test_nothing_goes_out_before_the_last_deadline(tmp_path, capsys):
    source, out = fakes.hand_in(tmp_path / "in", a={}, b={}), tmp_path / "out"
    soon = datetime.now(UTC) + timedelta(days=2)
    decide(out, f"b,,extension,{soon.isoformat()},ill")
    grade(source, out, rules=Rules(DEADLINE))
    command = ["release", str(out)]
    assert release.earliest(out) == soon
    assert cli.main(command) == 1
    assert "feedback and solution go out after" in capsys.readouterr().err
    assert not (out / "release").exists()
    assert cli.main([*command, "--force"]) == 0
    names = sorted(str(path.relative_to(out / "release")) for path in (out / "release").rglob("*.html"))
    assert names == [f"a/{TOY}-feedback.html", f"b/{TOY}-feedback.html"]
    assert stat.S_IMODE((out / "release" / "a").stat().st_mode) == 0o700
    assert cli.main([*command, "--force", "--solution"]) == 1
    assert "make exercises builds it" in capsys.readouterr().err
    assert (out / "release" / "a").exists()


@pytest.mark.usefixtures("fake")
def test_without_any_date_a_date_is_asked_for(tmp_path, capsys):
    out = tmp_path / "out"
    grade(fakes.hand_in(tmp_path / "in", a={}), out)
    assert cli.main(["release", str(out)]) == 1
    assert "--after 2026-03-08T12:00 was expected" in capsys.readouterr().err
    assert cli.main(["release", str(out), "--after", "2026-03-08T12:00"]) == 0


@pytest.mark.usefixtures("fake")
def test_canvas_gets_files_called_as_it_called_them(tmp_path):
    out = tmp_path / "out"
    names = {"lovelaceada_LATE_11_77_ps4_3": {}, "LATE_anon_x7Qb2_78_ps4": {}}
    grade(fakes.hand_in(tmp_path / "in", **names), out)
    assert cli.main(["release", str(out), "--as", "canvas", "--force"]) == 0
    with zipfile.ZipFile(out / "release" / "canvas-feedback.zip") as found:
        assert sorted(found.namelist()) == sorted(f"{name}.html" for name in names)
