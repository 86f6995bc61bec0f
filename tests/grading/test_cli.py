"""The command line, with real notebooks in the real sandbox, and what the instructor's page says of it."""

import csv
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from exercises.grading import __main__ as cli
from exercises.grading import sandbox
from exercises.grading.course import journal
from exercises.grading.course import run as course
from tests.grading import fakes
from tests.grading.fakes import TOY

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "exercises" / "instructors.md"

RIGHT = """\
import numpy as np
def centre(x):
    return x - x.mean(axis=0)
def step(p, g, v, lr):
    if lr <= 0:
        raise ValueError("lr must be positive")
    v *= 0.9
    v += g
    p -= lr * v
    return p, v
def slope(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)
predictions = {"letters": "ac", "factor": 4}
explain_q5 = "=SUM(A1) because"
def find(ask, x, budget):
    return x - ask(x)
"""
RAISES = RIGHT.replace("return (f(x + h)", "return (g(x + h)")


def notebook(folder: Path, student: str, *cells: str) -> None:
    """Hand in a notebook with these code cells."""
    folder.mkdir(exist_ok=True)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    (folder / f"{student}.ipynb").write_text(nbformat.writes(book), encoding="utf-8")


def table(path: Path) -> dict[str, dict[str, str]]:
    """Read a CSV file by student."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}


@pytest.fixture
def fake(monkeypatch):
    """Put the fake grader in the place of the real one."""
    real = course.grade
    monkeypatch.setattr(course, "grade", lambda options: real(options, fakes.grade))
    monkeypatch.setattr(sandbox, "check_isolation", lambda isolation: None)


# --- the real box


@pytest.mark.needs("bubblewrap")
def test_a_course_from_end_to_end(tmp_path, capsys):
    source, out = tmp_path / "in", tmp_path / "out"
    notebook(source, "right", RIGHT)
    notebook(source, "wrong", RIGHT.replace("axis=0", ""))
    notebook(source, "raises", RAISES)
    notebook(source, "exits", RIGHT, "import os\nos._exit(0)")
    notebook(source, "empty", "x = 1")
    (source / "torn.ipynb").write_text('{"cells": [')
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n" + "".join(f"{each},\n" for each in (*EXPECTED, "absent")))
    command = ["grade", TOY, str(source), "--out", str(out), "--roster", str(roster), "--seed", "17"]
    assert cli.main([*command, "--jobs", "2"]) == 0
    rows = table(out / "results.csv")
    found = {student: (row["status"], row["score"]) for student, row in rows.items()}
    assert found == {**EXPECTED, "absent": ("invalid_notebook", "")}
    assert rows["raises"]["q3"] == "0"
    assert rows["right"]["q1"] == "3"
    written = table(out / "written.csv")
    assert written["right"]["answer"] == "'=SUM(A1) because"
    assert {path.stem for path in (out / "feedback").iterdir()} == set(EXPECTED)
    assert "7 students" in capsys.readouterr().out

    assert cli.main(["board", str(out)]) == 0
    assert "Find the lowest point" in (out / "board.md").read_text()
    text = (out / "written.csv").read_text().replace("because,,", "because,4,")
    (out / "written.csv").write_text(text)
    assert cli.main(["merge-written", str(out), "--format", "canvas"]) == 0
    assert table(out / "results.csv")["right"]["score"] == "18"
    assert "18" in (out / "canvas.csv").read_text()
    before = (out / "journal.jsonl").read_bytes()
    assert cli.main(command) == 0
    assert (out / "journal.jsonl").read_bytes() == before
    assert table(out / "results.csv")["right"]["score"] == "18"


EXPECTED = {
    "right": ("ok", "14"),
    "wrong": ("ok", "12"),
    "raises": ("partial", "12"),
    "exits": ("killed", "14"),
    "empty": ("missing_function", "0"),
    "torn": ("invalid_notebook", ""),
}


@pytest.mark.needs("bubblewrap")
def test_check_tries_the_box(capsys):
    assert cli.main(["check"]) == 0
    assert "works here" in capsys.readouterr().out


def test_without_bubblewrap_it_refuses_and_says_what_to_do(tmp_path, monkeypatch, capsys):
    notebook(tmp_path / "in", "a", RIGHT)
    monkeypatch.setenv("PATH", "/nowhere")
    command = ["grade", TOY, str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    assert cli.main(command) == 1
    assert "bubblewrap is missing" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert cli.main([*command, "--trust-notebooks"]) == 0
    assert "can read and change whatever you can" in capsys.readouterr().err
    assert table(tmp_path / "out" / "results.csv")["a"]["score"] == "14"


# --- exit status and words


@pytest.mark.usefixtures("fake")
def test_the_exit_status_is_0_unless_the_grader_failed(tmp_path, capsys):
    source = fakes.hand_in(tmp_path / "in", a={"status": "killed"}, b={"status": "timeout", "timing": "cpu"})
    (source / "c.ipynb").symlink_to("/etc/passwd")
    command = ["grade", TOY, str(source), "--out", str(tmp_path / "out")]
    assert cli.main(command) == 0
    fakes.hand_in(source, d={"status": "grader_error"})
    assert cli.main(command) == 1
    assert "1 grader_error" in capsys.readouterr().out
    assert len(table(tmp_path / "out" / "results.csv")) == 4


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", TOY, "{tmp}/nowhere", "--out", "{tmp}/out"], "there is no {tmp}/nowhere"),
        (["grade", "ps99", "{tmp}/in", "--out", "{tmp}/out"], "there is no problem set exercises.ps99"),
        (["grade", TOY, "{tmp}/in", "--out", "{tmp}/in/out"], "would be among what is graded"),
        (
            ["grade", TOY, "{tmp}/in", "--out", "{tmp}/out", "--roster", "{tmp}/r.csv"],
            "there is no {tmp}/r.csv",
        ),
        (
            ["grade", TOY, "{tmp}/in", "--out", "{tmp}/out", "--layout", "gradescope"],
            "submission_metadata.yml",
        ),
        (["summary", "{tmp}/in"], "was anything graded there?"),
        (["board", "{tmp}/in"], "was anything graded there?"),
        (["merge-written", "{tmp}/in"], "there is no {tmp}/in/written.csv"),
        (["autograder", "ps99", "--out", "{tmp}/a.zip"], "there is no problem set exercises.ps99"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path, capsys, arguments, message):
    fakes.hand_in(tmp_path / "in", a={})
    assert cli.main([each.format(tmp=tmp_path) for each in arguments]) == 1
    error = capsys.readouterr().err
    assert message.format(tmp=tmp_path) in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["grade", "ps1", "in"], "--out"),
        (["grade", "ps1", "in", "--out", "o", "--deadline", "monday"], "2026-03-01T23:59 or"),
        (["grade", "ps1", "in", "--out", "o", "--late", "never"], "accept, zero or a per cent"),
        (["grade", "ps1", "in", "--out", "o", "--duplicates", "all"], "latest"),
        (["grade", "ps1", "in", "--out", "o", "--format", "blackboard"], "canvas"),
        (
            ["grade", "ps1", "in", "--out", "o", "--trust-notebooks", "--isolation", "container"],
            "not allowed",
        ),
    ],
)
def test_a_wrong_command_line_ends_with_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_who_interrupts_is_told_how_to_go_on(tmp_path, monkeypatch, capsys):
    fakes.hand_in(tmp_path / "in", a={})

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(fakes, "grade", interrupted)
    assert cli.main(["grade", TOY, str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 130
    assert "run the same command again to go on" in capsys.readouterr().err
    with journal.locked(tmp_path / "out"):
        pass


@pytest.mark.usefixtures("fake")
def test_no_progress_bar_where_nobody_looks(tmp_path, capfd):
    fakes.hand_in(tmp_path / "in", a={})
    assert cli.main(["grade", TOY, str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    assert capfd.readouterr().err == ""


def test_it_writes_the_zip_for_gradescope(tmp_path, capsys):
    assert cli.main(["autograder", TOY, "--out", str(tmp_path / "a.zip"), "--seed", "3"]) == 0
    assert zipfile.is_zipfile(tmp_path / "a.zip")
    assert "hand it to nobody else" in capsys.readouterr().out


# --- help, and the instructor's page


def test_help_is_a_module_away():
    command = [sys.executable, "-m", "exercises.grading", "--help"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in cli.COMMANDS:
        assert re.search(rf"^\s+{name}\s", found.stdout, re.MULTILINE)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help(capsys, command):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert "--help" in capsys.readouterr().out


def commands() -> list[str]:
    """Return the grader's command lines on the instructor's page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("python -m exercises.grading")]


@pytest.mark.parametrize("line", commands())
def test_what_the_page_shows_is_understood(line):
    options = cli.parser().parse_args(shlex.split(line)[3:])
    assert options.command in cli.COMMANDS


def test_the_page_has_one_place_for_the_measured_numbers():
    from benchmarks import grading

    before, rest = PAGE.read_text(encoding="utf-8").split(grading.BEGIN)
    measured, after = rest.split(grading.END)
    assert measured.strip()
    assert "## How large" in before
    assert "Several machines" in after
    words = grading.sentence("ps4", 500, 2, {"rate": 12.5, "cpu": 0.18, "seconds": 40})
    assert "12.5 a second" in words
    assert "0.5 hours of one core" in words
    assert "13 minutes" in words


def test_the_page_shows_every_command_option_and_status():
    text = PAGE.read_text(encoding="utf-8")
    assert {shlex.split(line)[3] for line in commands()} == set(cli.COMMANDS)
    help_ = cli.parser()._subparsers._group_actions[0].choices["grade"].format_help()
    told = set(re.findall(r"--[a-z-]+", help_)) - {"--help"}
    assert [option for option in told if option not in text] == []
    from exercises.grading.statuses import STATUSES

    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.MULTILINE)
    shown = [row for row in rows if row[0] in STATUSES]
    assert [name for name, _ in shown] == list(reversed(STATUSES))
