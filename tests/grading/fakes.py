"""A grader that marks what the notebook says, for tests of what surrounds it."""

import json
import os
import sys
import time
from pathlib import Path

from markupsafe import Markup

from exercises.grading import job
from exercises.grading.course import run as course
from exercises.grading.pages import plots
from exercises.grading.question import load

TOY = "tests.grading.toy"
# Where the fake notes each run, and how long one takes; workers and subprocesses inherit both.
LOG, DELAY = "FAKE_GRADER_LOG", "FAKE_GRADER_DELAY"


def hand_in(folder: Path, **students: dict) -> Path:
    """Write a notebook for each student that says what `grade` is to return."""
    folder.mkdir(exist_ok=True)
    for student, wanted in students.items():
        (folder / f"{student}.ipynb").write_text(json.dumps(wanted))
    return folder


def grade(task: dict) -> dict:
    """Return what the notebook says; only ``q1`` (3 points) and ``q5`` (written, 5 points) are in it."""
    time.sleep(float(os.environ.get(DELAY, 0)))
    wanted = json.loads(task["notebook"])
    if os.environ.get(LOG):
        with open(os.environ[LOG], "a") as log:
            log.write(f"{task['student']} {os.getpid()}\n")
    if wanted.get("status") == "grader_error":
        return job.blank(task, "grader_error", "the grader failed")
    score, text = wanted.get("q1", 0.0), wanted.get("q5", "")
    questions = {
        "q1": {"title": "Centre", "kind": "function", "score": score, "points": 3.0, "status": "ok"}
        | {"slip": wanted.get("slip"), "message": "", "parts": [], "measure": None, "asked": None},
        "q5": {"title": "Explain", "kind": "written", "score": None, "points": 5.0, "status": "unmarked"}
        | {"slip": None, "message": "", "parts": [], "measure": None, "asked": None},
    }
    if "measure" in wanted:
        questions["q6"] = questions["q1"] | {"kind": "contest", "measure": wanted["measure"], "asked": 9}
    return job.blank(task, wanted.get("status", "ok"), wanted.get("message", "")) | {
        "score": score,
        "points": load(TOY).points,
        "pending": 5.0,
        "seconds": 0.25,
        "timing": wanted.get("timing"),
        "questions": questions,
        "written": {"q5": text},
    }


def draw_nothing(monkeypatch) -> None:
    """Leave the figures out of summaries, which are what takes their time."""
    for name in ("question_scores", "seconds", "total_scores"):
        monkeypatch.setattr(plots, name, lambda *_: plots.Drawn("", "0 0 1 1", Markup("")))


def options(source: Path, out: Path, **others) -> course.Options:
    """Return options that need no sandbox, with a fixed seed unless one is given."""
    return course.Options(TOY, source, out, **{"isolation": "trusted", "seed": 17, **others})


def wait_for(path: Path, count: int) -> None:
    """Wait until a file has so many lines."""
    for _ in range(3000):
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} never had {count} lines")


if __name__ == "__main__":
    course.grade(options(Path(sys.argv[1]), Path(sys.argv[2]), jobs=2), grade)
