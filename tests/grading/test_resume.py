"""A grader that is killed goes on where it was, and never marks twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from exercises.grading import sandbox
from exercises.grading.course import journal
from exercises.grading.course import run as course
from exercises.grading.course.journal import Busy, Journal, Key
from tests.grading import fakes

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_sandbox(monkeypatch):
    """The fake grader runs no notebook."""
    monkeypatch.setattr(sandbox, "check_isolation", lambda isolation: None)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Let the fake grader note whom it marks; return the function that reads it."""
    path = tmp_path / "log"
    monkeypatch.setenv(fakes.LOG, str(path))
    return lambda: Counter(line.split()[0] for line in path.read_text().splitlines()) if path.exists() else {}


def lines(out: Path) -> list[str]:
    """Return the students in the journal's whole lines."""
    found = []
    for line in (out / "journal.jsonl").read_text().splitlines():
        try:
            found.append(json.loads(line)["key"]["student"])
        except ValueError:
            continue
    return found


def start(source: Path, out: Path) -> subprocess.Popen:
    """Start a grader in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "tests.grading.fakes", str(source), str(out)], cwd=ROOT)


def test_a_killed_grader_goes_on_and_marks_nobody_twice(tmp_path, log, monkeypatch):
    source = fakes.hand_in(tmp_path / "in", **{f"s{n:03}": {"q1": n % 4} for n in range(40)})
    out = tmp_path / "out"
    monkeypatch.setenv(fakes.DELAY, "0.05")
    process = start(source, out)
    fakes.wait_for(out / "journal.jsonl", 8)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = lines(out)
    assert 8 <= len(before) < 40
    monkeypatch.setenv(fakes.DELAY, "0")

    runs = log()
    rows = course.grade(fakes.options(source, out), fakes.grade)
    assert [row.result["score"] for row in rows] == [n % 4 for n in range(40)]
    assert sorted(lines(out)) == sorted(row.entry.student for row in rows)
    again = {student for student, count in log().items() if count > runs.get(student, 0)}
    assert again == {row.entry.student for row in rows} - set(before)


def test_a_torn_last_line_costs_that_mark_only(tmp_path, log):
    source = fakes.hand_in(tmp_path / "in", a={"q1": 1}, b={"q1": 2}, c={"q1": 3})
    out = tmp_path / "out"
    first = course.grade(fakes.options(source, out), fakes.grade)
    path = out / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    second = course.grade(fakes.options(source, out), fakes.grade)
    assert [row.result for row in first] == [row.result for row in second]
    assert sum(log().values()) == 4
    third = course.grade(fakes.options(source, out), fakes.grade)
    assert [row.result for row in first] == [row.result for row in third]
    assert sum(log().values()) == 4


def test_bytes_that_are_no_text_in_the_journal_are_survived(tmp_path, log):
    source = fakes.hand_in(tmp_path / "in", a={"q1": 1})
    out = tmp_path / "out"
    out.mkdir()
    (out / "journal.jsonl").write_bytes(b'\xff\xfe\n[1]\n{"key": 3}\n{"key": {}, "result": 1}\n\0\0\0')
    assert course.grade(fakes.options(source, out), fakes.grade)[0].result["score"] == 1
    assert course.grade(fakes.options(source, out), fakes.grade)[0].result["score"] == 1
    assert log() == {"a": 1}


def test_only_what_changed_is_marked_again(tmp_path, log, monkeypatch):
    source = fakes.hand_in(tmp_path / "in", a={"q1": 1}, b={"q1": 2})
    out = tmp_path / "out"
    course.grade(fakes.options(source, out), fakes.grade)
    fakes.hand_in(source, b={"q1": 3})
    rows = course.grade(fakes.options(source, out, seed=None), fakes.grade)
    assert [row.result["score"] for row in rows] == [1, 3]
    assert log() == {"a": 1, "b": 2}
    course.grade(fakes.options(source, out, seed=18), fakes.grade)
    assert log() == {"a": 2, "b": 3}
    monkeypatch.setattr(journal, "fingerprint", lambda name, language: "another version")
    course.grade(fakes.options(source, out, seed=None), fakes.grade)
    assert log() == {"a": 3, "b": 4}


def test_a_rerun_writes_the_same_results(tmp_path):
    source = fakes.hand_in(tmp_path / "in", **{f"s{n}": {"q1": n % 4, "q5": "why"} for n in range(9)})
    course.grade(fakes.options(source, tmp_path / "one", seed=None), fakes.grade)
    written = (tmp_path / "one" / "results.csv").read_bytes()
    course.grade(fakes.options(source, tmp_path / "one", seed=None), fakes.grade)
    assert (tmp_path / "one" / "results.csv").read_bytes() == written
    shutil.copytree(tmp_path / "one", tmp_path / "two", ignore=shutil.ignore_patterns("journal.jsonl"))
    course.grade(fakes.options(source, tmp_path / "two", seed=None), fakes.grade)
    assert (tmp_path / "two" / "results.csv").read_bytes() == written


def test_a_folder_belongs_to_one_problem_set(tmp_path):
    source = fakes.hand_in(tmp_path / "in", a={})
    journal.stored_seed(tmp_path / "out", "ps1", 3)
    with pytest.raises(Busy, match="holds results of ps1"):
        course.grade(fakes.options(source, tmp_path / "out"), fakes.grade)


def test_two_graders_keep_out_of_each_others_way(tmp_path, monkeypatch):
    source = fakes.hand_in(tmp_path / "in", **{f"s{n}": {} for n in range(6)})
    out = tmp_path / "out"
    monkeypatch.setenv(fakes.DELAY, "2")
    process = start(source, out)
    fakes.wait_for(out / "manifest.json", 1)
    try:
        with pytest.raises(Busy, match=rf"another grader \(process {process.pid}\) is at work"):
            course.grade(fakes.options(source, out), fakes.grade)
    finally:
        process.kill()
        process.wait()
    with journal.locked(out):
        pass


def test_the_graders_own_errors_are_tried_again(tmp_path, log):
    source = fakes.hand_in(tmp_path / "in", a={"status": "grader_error"}, b={"q1": 1})
    out = tmp_path / "out"
    rows = course.grade(fakes.options(source, out), fakes.grade)
    assert [row.result["status"] for row in rows] == ["grader_error", "ok"]
    assert log() == {"a": 2, "b": 1}
    course.grade(fakes.options(source, out), fakes.grade)
    assert log() == {"a": 4, "b": 1}


def test_what_the_wall_clock_stopped_is_run_once_more_beside_the_others(tmp_path):
    source = fakes.hand_in(tmp_path / "in", **{f"s{n}": {"n": n} for n in range(8)})
    running, seen, crowd = set(), Counter(), defaultdict(list)

    def grade(task):
        student = task["student"]
        running.add(student)
        seen[student] += 1
        time.sleep(0.05)
        crowd[student].append(len(running))
        running.discard(student)
        result = fakes.grade(task)
        if student in ("s1", "s2"):
            return result | {"status": "timeout", "timing": "wall" if seen[student] == 1 else "cpu"}
        return result | ({"status": "timeout", "timing": "cpu"} if student == "s3" else {})

    rows = course.grade(fakes.options(source, tmp_path / "out", jobs=4), grade)
    assert seen == {f"s{n}": 2 if n in (1, 2) else 1 for n in range(8)}
    assert max(crowd["s1"][1], crowd["s2"][1]) > 1
    assert [row.result["status"] for row in rows].count("timeout") == 3


def test_a_mark_cannot_be_overwritten(tmp_path):
    marks = Journal(tmp_path)
    key = Key("a", "0", 1, "x")
    marks.append(key, {"status": "grader_error"})
    assert key not in marks
    marks.append(key, {"status": "ok"})
    with pytest.raises(ValueError, match="a is marked already"):
        marks.append(key, {"status": "ok"})
    assert Journal(tmp_path).get(key) == {"status": "ok"}


def test_the_fingerprint_covers_what_decides_about_marks(tmp_path, monkeypatch):
    tree = tmp_path / "tree"
    for folder in ("exercises", "d2l_utils", "tests/grading/toy"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tree / folder, ignore=ignore, dirs_exist_ok=True)
    monkeypatch.setattr(journal, "ROOT", tree)
    known = journal.fingerprint("ps1")

    def changed(path):
        with (tree / path).open("a") as stream:
            stream.write("\n# changed\n")
        return journal.fingerprint("ps1") != known

    assert not changed("exercises/grading/course/lms.py")
    assert not changed("exercises/grading/pages/student_page.py")
    assert not changed("exercises/ps5/cases.py")
    assert changed("exercises/ps1/cases.py")
    known = journal.fingerprint("ps1")
    assert changed("exercises/grading/marking/judge.py")
    known = journal.fingerprint("ps1")
    assert changed("exercises/grading/sandbox/box/runner.py")
    known = journal.fingerprint("ps1")
    assert changed("d2l_utils/objectives.py")
    known = journal.fingerprint("ps1")
    assert changed("d2l_utils/rules/moments.py")


def test_a_file_that_never_rests_is_a_row_and_the_others_are_marked(tmp_path, log):
    students = [f"s{n}" for n in range(8)]
    source = fakes.hand_in(tmp_path / "in", **{student: {"q1": 1} for student in students})

    def restless(task):  # the last is read long after the first was marked
        (source / "s7.ipynb").write_text(json.dumps({"q1": 3, "again": time.time_ns()}))
        return fakes.grade(task)

    rows = course.grade(fakes.options(source, tmp_path / "out", jobs=1), restless)
    assert [row.result["status"] for row in rows] == ["ok"] * 7 + ["grader_error"]
    assert rows[-1].result["message"].startswith("s7.ipynb was changed while it was being graded")
    assert log() == Counter(students[:-1])
    rows = course.grade(fakes.options(source, tmp_path / "out"), fakes.grade)
    assert [row.result["score"] for row in rows] == [1] * 7 + [3]
