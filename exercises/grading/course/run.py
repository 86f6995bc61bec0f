"""Grade what a course handed in: read it, run what is not marked yet, publish."""

from __future__ import annotations

import contextlib
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from d2l_utils.words import language
from exercises.grading import job, question, sandbox
from exercises.grading.course import cluster, decision_table, journal, local, results, roster, submissions
from exercises.grading.course.archive import Refused
from exercises.grading.course.journal import Journal, Key
from exercises.grading.course.results import Manifest, Row
from exercises.grading.course.submissions import Collected, Rules

__all__ = ["Options", "grade"]

Grade = Callable[[dict[str, Any]], dict[str, Any]]
Todo = tuple[Key, str]  # a notebook that has no mark, and its path


@dataclass(frozen=True)
class Options:
    """What `grade` is asked for.

    ``jobs`` 0 is one for each core; ``scheduler`` is the address of a Dask scheduler, if it is to run there;
    ``isolation`` is "bubblewrap", "container" or "trusted"; ``formats`` are some of `lms.FORMATS`.
    """

    problem_set: str
    source: Path
    out: Path
    roster: Path | None = None
    layout: str = "auto"
    rules: Rules = field(default_factory=Rules)
    seed: int | None = None
    jobs: int = 0
    scheduler: str = ""
    isolation: str = "bubblewrap"
    formats: tuple[str, ...] = ()
    column: str = ""


def grade(options: Options, grade: Grade = job.grade) -> list[Row]:
    """Grade ``options.source``, write everything to ``options.out`` and return a row for each student.

    What the journal has is not run again. A notebook that ran out of wall time, which depends on what else
    the machine does, and one that the grader failed at, are tried once more, beside the others.

    Raises
    ------
    Refused, RosterError, DecisionError, Busy, NoSandbox, ClusterError, KeyError
        If nothing could be graded. What single notebooks meet is in their rows instead.
    """
    source, out = options.source.resolve(), options.out.resolve()
    if out == source or source in out.parents:
        raise Refused(f"the results would be among what is graded: {options.out} lies in {options.source}")
    problem_set = question.load(options.problem_set)
    if not options.scheduler:
        sandbox.check_isolation(options.isolation)
    people = roster.read(options.roster) if options.roster else None
    with journal.locked(out):
        known = decision_table.read(out, {each.name: each.points for each in problem_set.questions})
        collected = submissions.collect(
            source, options.problem_set, people, options.rules, options.layout, known
        )
        manifest = Manifest.of(
            options.problem_set,
            problem_set,
            seed=journal.stored_seed(out, options.problem_set, options.seed),
            marking=journal.fingerprint(options.problem_set, language()),
            rules=options.rules,
            entries=collected.entries,
            unmatched=collected.unmatched,
            source=str(source),
        )
        manifest.save(out)
        _mark(options, collected, manifest, Journal(out), grade)
        return results.publish(out, options.formats, options.column)


def _mark(options: Options, collected: Collected, manifest: Manifest, known: Journal, grade: Grade) -> None:
    """Put a mark into the journal for every candidate that has none."""
    wanted = {
        manifest.key(entry, each): each.path
        for entry in collected.entries
        for each in entry.candidates
        if not each.problem
    }
    queue = deque((key, path) for key, path in wanted.items() if key not in known)
    tried: set[Key] = set()
    with tqdm(total=len(queue), unit="notebook", desc=options.problem_set, disable=None) as bar:
        for (key, path), result in _run(options, collected, queue, grade):
            failed = result["status"] == "grader_error" or result.get("timing") == "wall"
            if failed and key not in tried:
                tried.add(key)
                queue.append((key, path))
            else:
                known.append(key, result)
                bar.update()


def _run(
    options: Options, collected: Collected, queue: deque[Todo], grade: Grade
) -> Iterator[tuple[Todo, dict[str, Any]]]:
    """Empty the queue, which may be added to meanwhile; yield what was in it and its result, as they come."""
    run: Callable[[Iterable[dict[str, Any]], Grade], Iterator[tuple[int, dict[str, Any]]]]
    while queue:
        if options.scheduler:
            run = partial(
                cluster.run,
                address=options.scheduler,
                problem_set=options.problem_set,
                marking=queue[0][0].marking,
                isolation=options.isolation,
            )
        else:
            run = partial(local.run, jobs=options.jobs)
        tasks = _Tasks(options, collected, queue)
        with contextlib.closing(run(tasks, grade)) as results_:  # type: ignore[type-var]
            for number, result in results_:
                yield tasks.sent[number], result
        yield from tasks.changed


class _Tasks:
    """The tasks of a queue; after the last one more may come."""

    def __init__(self, options: Options, collected: Collected, queue: deque[Todo]):
        self.options, self.collected, self.queue = options, collected, queue
        self.sent: list[Todo] = []
        self.changed: list[tuple[Todo, dict[str, Any]]] = []

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        while self.queue:
            key, path = self.queue.popleft()
            task = _task(self.options, key)
            try:
                task["notebook"] = _content(self.collected, key, path)
            except Refused as refusal:
                self.changed.append(((key, path), job.blank(task, "grader_error", str(refusal))))
            else:
                self.sent.append((key, path))
                return task
        raise StopIteration


def _task(options: Options, key: Key) -> dict[str, Any]:
    return {
        "problem_set": options.problem_set,
        "student": key.student,
        "notebook": b"",
        "seed": key.seed,
        "isolation": options.isolation,
        "late": False,
        "language": language(),
    }


def _content(collected: Collected, key: Key, path: str) -> bytes:
    content = collected.files[path].read()
    if hashlib.sha256(content).hexdigest() != key.digest:
        raise Refused(f"{path} was changed while it was being graded; run the same command again")
    return content
