"""Measure how fast a course is graded: ``python -m benchmarks.grading``.

Hands in many copies of a few notebooks (the solution, the untouched notebook, one with an error), each a
little different so that none is known already, grades them in real boxes, and prints the rate and the
processor time of a submission. ``--loops`` mixes endless loops in, each of which costs its CPU limit. With
``--write`` the numbers go into the instructor's page.
"""

import argparse
import contextlib
import ctypes
import os
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import nbformat

from exercises.build import solution_notebook, student_notebook
from exercises.grading import sandbox
from exercises.grading.course import local
from exercises.grading.course import run as course
from exercises.grading.course.results import counts

PAGE = Path(__file__).parents[1] / "exercises" / "instructors.md"
BEGIN, END = "% measured: begin\n", "% measured: end\n"
# Of 100 hand-ins, so many are the solution, untouched, or raise an error in a cell.
MIXTURE = {"solution": 70, "untouched": 20, "error": 10}
EXTRA = {"error": "1 / 0", "loop": "while True:\n    pass"}


def hand_in(folder: Path, problem_set: str, number: int, loops: int = 0) -> None:
    """Write ``number`` notebooks, ``loops`` of them endless, the others in the proportions of `MIXTURE`."""
    books = {
        "solution": nbformat.read(solution_notebook(problem_set), as_version=4),
        "untouched": nbformat.read(student_notebook(problem_set), as_version=4),
    }
    kinds = [kind for kind, share in MIXTURE.items() for _ in range(share)]
    for index in range(number):
        kind = "loop" if index < loops else kinds[index * 37 % 100]
        book = nbformat.from_dict(books.get(kind, books["solution"]))
        cells = [nbformat.v4.new_code_cell(f"# student {index}\n{EXTRA.get(kind, '')}")]
        nbformat.write(
            nbformat.from_dict({**book, "cells": book.cells + cells}), folder / f"s{index:05}.ipynb"
        )


def adopt_orphans() -> None:
    """Become the parent of what the boxes leave behind, so that its processor time is counted here."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def processor_time() -> float:
    """Return the CPU seconds of this process and of all its descendants so far."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0):
            pass
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


def measure(
    problem_set: str, number: int, jobs: int, loops: int = 0, scheduler: str = ""
) -> dict[str, float]:
    """Grade ``number`` notebooks; return the seconds, the rate and the CPU seconds of one."""
    with tempfile.TemporaryDirectory() as scratch:
        submissions = Path(scratch) / "submissions"
        submissions.mkdir()
        hand_in(submissions, problem_set, number, loops)
        options = course.Options(
            problem_set, submissions, Path(scratch) / "out", seed=1, jobs=jobs, scheduler=scheduler
        )
        start, used = time.perf_counter(), processor_time()
        rows = course.grade(options)
        seconds, cpu = time.perf_counter() - start, processor_time() - used
    print(f"{number} notebooks of {problem_set}: {counts(rows)}")
    return {"seconds": seconds, "rate": number / seconds, "cpu": cpu / number}


def sentence(problem_set: str, number: int, jobs: int, found: dict[str, float]) -> str:
    """Return what the instructor's page says."""
    hours, minutes = 10_000 * found["cpu"] / 3600, 10_000 / found["rate"] / 60
    names = {"solution": "right", "untouched": "untouched", "error": "with an error in a cell"}
    mixture = ", ".join(f"{share} % {names[kind]}" for kind, share in MIXTURE.items())
    return (
        f"On {jobs} cores it graded {number} notebooks of problem set {problem_set.removeprefix('ps')} at "
        f"**{found['rate']:.1f} a second**, and one took {found['cpu']:.2f} seconds of processor time "
        f"({mixture}). At this rate 10,000 submissions cost **{hours:.1f} hours of one core**, and are done "
        f"in {minutes:.0f} minutes on that machine. A cell that never ends costs "
        f"{sandbox.Limits().cell_seconds:g} seconds of processor time more. Measured on "
        f"{date.today():%d %B %Y} with `python -m benchmarks.grading`.\n"
    )


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("problem_set", nargs="?", default="ps1", metavar="SET")
    parser.add_argument("--number", type=int, default=500, help="how many notebooks (500)")
    parser.add_argument("--jobs", type=int, default=local.cores(), help="boxes at a time (one for each core)")
    parser.add_argument("--loops", type=int, default=0, help="how many of them never end (0)")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="measure a Dask cluster instead")
    parser.add_argument("--write", action="store_true", help=f"put the numbers into {PAGE.name}")
    options = parser.parse_args()
    adopt_orphans()
    found = measure(options.problem_set, options.number, options.jobs, options.loops, options.scheduler)
    print(f"{found['seconds']:.1f} s, {found['rate']:.1f} a second, {found['cpu']:.3f} CPU s each")
    print(f"load of the machine before and after: {os.getloadavg()[0]:.1f}")
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        words = sentence(options.problem_set, options.number, options.jobs, found)
        PAGE.write_text(f"{before}{BEGIN}{words}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
