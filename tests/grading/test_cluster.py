"""The same job on a Dask cluster of real worker processes, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from exercises.grading.course import cluster, journal
from exercises.grading.course import run as course
from exercises.grading.course.cluster import ClusterError
from tests.grading import fakes

ROOT = Path(__file__).parents[2]


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.log = folder / "log"
        self.processes: list[subprocess.Popen] = []
        self.start("dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        for _ in range(600):
            if self.file.exists() and self.file.read_text().endswith("}"):
                break
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, program: str, *arguments: str, **environment: str) -> subprocess.Popen:
        """Start a scheduler or a worker."""
        settings = {fakes.LOG: str(self.log), fakes.DELAY: "0.2", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", str(self.file)]
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=self.file.parent,
            env={**os.environ, **settings, **environment},
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def workers(self, number: int = 1, **environment: str) -> list[subprocess.Popen]:
        """Start workers that no nanny starts again, and wait until they are there."""
        from distributed import Client

        arguments = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        started = [self.start("dask_worker", *arguments, **environment) for _ in range(number)]
        with Client(self.address) as client:
            for _ in range(600):
                if {process.pid for process in started} <= set(client.run(os.getpid).values()):
                    return started
                time.sleep(0.05)
        raise AssertionError("the workers have not come")

    def stop(self) -> None:
        """End everything."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def marked_by(self) -> Counter:
        """Return how many notebooks each process has marked."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return Counter(int(line.split()[1]) for line in lines)


@pytest.fixture
def dask(tmp_path):
    """Start a scheduler without workers."""
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


def students(out: Path) -> list[str]:
    """Return the students in the journal."""
    lines = (out / "journal.jsonl").read_text().splitlines()
    return [json.loads(line)["key"]["student"] for line in lines]


def test_a_killed_worker_loses_no_mark_and_marks_nobody_twice(tmp_path, dask):
    workers = dask.workers(3)
    source = fakes.hand_in(tmp_path / "in", **{f"s{n:03}": {"q1": n % 4} for n in range(30)})
    out = tmp_path / "out"
    rows = []
    options = fakes.options(source, out, scheduler=dask.address)
    grader = threading.Thread(target=lambda: rows.extend(course.grade(options, fakes.grade)))
    grader.start()
    fakes.wait_for(out / "journal.jsonl", 8)
    victim = max(workers, key=lambda worker: dask.marked_by()[worker.pid])
    marked = dask.marked_by()[victim.pid]
    os.kill(victim.pid, signal.SIGKILL)
    assert len(students(out)) < 25
    grader.join(120)
    assert [row.result["score"] for row in rows] == [n % 4 for n in range(30)]
    assert Counter(students(out)) == Counter(row.entry.student for row in rows)
    assert marked > 0
    assert dask.marked_by()[victim.pid] <= marked + 1
    assert len(dask.marked_by()) == 3


def test_a_result_that_dies_with_its_worker_is_made_again(tmp_path, dask):
    from distributed import Client

    first, _ = dask.workers(2, **{fakes.DELAY: "1"})
    source = fakes.hand_in(tmp_path / "in", **{f"s{n}": {"q1": n % 4} for n in range(4)})
    paths = sorted(source.iterdir())
    tasks = [
        {"problem_set": fakes.TOY, "student": path.stem, "notebook": path.read_bytes(), "seed": 1}
        for path in paths
    ]
    marking = journal.fingerprint(fakes.TOY)
    results = cluster.run(tasks, fakes.grade, dask.address, fakes.TOY, marking, "trusted")
    found = dict([next(results)])
    while sum(dask.marked_by().values()) < 4:
        time.sleep(0.05)
    lost = dask.marked_by()[first.pid]
    assert lost > 0
    first.kill()  # nobody fetches results while this test holds the generator
    with Client(dask.address) as client:
        while len(client.scheduler_info()["workers"]) > 1:
            time.sleep(0.05)
    time.sleep(0.2)  # the grader has heard of it, and the other worker is not yet done
    found |= dict(results)
    assert [found[n]["score"] for n in range(4)] == [0, 1, 2, 3]
    assert sum(dask.marked_by().values()) > 4


@pytest.mark.needs("bubblewrap")
def test_real_notebooks_get_the_marks_that_they_get_here(tmp_path, dask):
    source = tmp_path / "in"
    source.mkdir()
    for student, code in (("right", "x - x.mean(axis=0)"), ("wrong", "x - x.mean()"), ("torn", "")):
        cell = nbformat.v4.new_code_cell(f"def centre(x):\n    return {code}")
        (source / f"{student}.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))
    dask.workers()
    options = fakes.options(source, tmp_path / "out", scheduler=dask.address, isolation="bubblewrap")
    there = course.grade(options)
    here = course.grade(fakes.options(source, tmp_path / "here", isolation="bubblewrap"))
    marks = [
        [(row.entry.student, row.result["score"], row.result["status"]) for row in rows]
        for rows in (there, here)
    ]
    assert marks[0] == marks[1] != []
    assert {row.entry.student: row.result["questions"]["q1"]["score"] for row in there} == {
        "right": 3,
        "torn": 0,
        "wrong": 1,
    }


@pytest.mark.needs("bubblewrap")
def test_a_worker_without_bubblewrap_gets_nothing(tmp_path, dask, capsys):
    (bare,) = dask.workers(PATH="/nowhere")
    source = fakes.hand_in(tmp_path / "in", **{f"s{n}": {"q1": n} for n in range(6)})
    options = fakes.options(source, tmp_path / "out", scheduler=dask.address, isolation="bubblewrap")
    with pytest.raises(ClusterError, match=r"no worker can grade:\nbubblewrap is missing"):
        course.grade(options, fakes.grade)
    (good,) = dask.workers()
    rows = course.grade(options, fakes.grade)
    assert [row.result["score"] for row in rows] == list(range(6))
    assert dask.marked_by() == {good.pid: 6}
    assert "grades nothing: bubblewrap is missing" in capsys.readouterr().err
    # One that joins later is not known to be bare: its refusal becomes a row, and is tried again.
    assert bare.poll() is None


def test_a_worker_with_another_version_gets_nothing(tmp_path, dask, monkeypatch):
    dask.workers()
    source = fakes.hand_in(tmp_path / "in", a={})
    monkeypatch.setattr(journal, "fingerprint", lambda name, language: "of this machine")
    options = fakes.options(source, tmp_path / "out", scheduler=dask.address)
    with pytest.raises(ClusterError, match=r"another version of tests\.grading\.toy"):
        course.grade(options, fakes.grade)


def test_a_worker_that_joins_with_another_version_says_so_in_the_row(monkeypatch):
    task = {"problem_set": fakes.TOY, "student": "a", "notebook": b"{}", "seed": 1}
    assert cluster.grade_there(fakes.grade, journal.fingerprint(fakes.TOY), task)["status"] == "ok"
    result = cluster.grade_there(fakes.grade, "another", task)
    assert (result["status"], result["score"]) == ("grader_error", None)


def test_a_lost_scheduler_is_said_and_the_run_goes_on_later(tmp_path, dask):
    dask.workers()
    source = fakes.hand_in(tmp_path / "in", **{f"s{n:03}": {"q1": n % 4} for n in range(30)})
    out = tmp_path / "out"
    journal_, scheduler = out / "journal.jsonl", dask.processes[0]
    threading.Thread(target=lambda: (fakes.wait_for(journal_, 4), scheduler.kill())).start()
    with pytest.raises(ClusterError, match="run the same command again"):
        course.grade(fakes.options(source, out, scheduler=dask.address), fakes.grade)
    before = students(out)
    rows = course.grade(fakes.options(source, out), fakes.grade)
    assert [row.result["score"] for row in rows] == [n % 4 for n in range(30)]
    assert students(out)[: len(before)] == before
    assert len(set(students(out))) == len(students(out)) == 30


def test_an_address_without_a_scheduler_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", "1s")
    source = fakes.hand_in(tmp_path / "in", a={})
    options = fakes.options(source, tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ClusterError, match="no Dask scheduler answers at tcp://127"):
        course.grade(options, fakes.grade)
