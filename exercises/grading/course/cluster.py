"""Grade on a Dask cluster: the same job, on as many machines as there are.

A worker that dies takes no mark with it: the scheduler gives its notebooks to another, and only this process
writes the journal, so nothing is lost and nothing is marked twice. What a worker runs is checked, not
trusted: one without a sandbox, or with another version of the problem set, gets nothing to do.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Any

from d2l_utils.words import SOURCE, language
from exercises.grading import job, sandbox
from exercises.grading.course import journal

__all__ = ["ClusterError", "run"]

Grade = Callable[[dict[str, Any]], dict[str, Any]]
PATIENCE = "60s"
AGAIN = "run the same command again to go on"


class ClusterError(RuntimeError):
    """The cluster cannot be used, or was lost; the message says what to do."""


@cache
def _marking(problem_set: str, spoken: str) -> str:
    """Return the fingerprint of what this worker has loaded, which does not change with the files."""
    return journal.fingerprint(problem_set, spoken)


def inspect(problem_set: str, marking: str, isolation: str, spoken: str) -> str:
    """Say in words why this worker must not grade, or return an empty text."""
    if _marking(problem_set, spoken) != marking:
        return f"has another version of {problem_set} or of the grader"
    try:
        sandbox.check_isolation(isolation)
    except sandbox.NoSandbox as refusal:
        return str(refusal)
    return ""


def grade_there(grade: Grade, marking: str, task: dict[str, Any]) -> dict[str, Any]:
    """Grade on a worker, which may have joined after all were inspected."""
    if _marking(task["problem_set"], task.get("language", SOURCE)) != marking:
        message = "a worker has another version of the problem set or of the grader"
        return job.blank(task, "grader_error", message)
    return grade(task)


def run(
    tasks: Iterable[dict[str, Any]],
    grade: Grade,
    address: str,
    problem_set: str,
    marking: str,
    isolation: str,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number of the task, result) as results come from the workers of the scheduler at ``address``.

    ``marking`` is the `journal.fingerprint` of ``problem_set`` here. While tasks run, more may come.

    Raises
    ------
    ClusterError
        If no scheduler answers, no worker may grade, or the scheduler goes away in the middle.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        try:
            only = _fit_workers(client, problem_set, marking, isolation)
            yield from _through(client, tasks, partial(grade_there, grade, marking), only)
        except OSError as error:
            raise ClusterError(f"the scheduler at {address} is gone; {AGAIN}") from error


def _through(
    client: Any, tasks: Iterable[dict[str, Any]], grade: Grade, only: list[str] | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Keep the workers busy, with a few tasks in reserve; raise OSError if the scheduler is lost."""
    from distributed import as_completed

    name, numbered = uuid.uuid4().hex, enumerate(tasks)
    running: dict[Any, tuple[int, dict[str, Any]]] = {}
    done = as_completed(raise_errors=False)

    def fill() -> None:
        room = 2 * sum(client.nthreads().values()) + 2
        for number, task in islice(numbered, max(0, room - len(running))):
            future = client.submit(grade, task, key=f"grade-{name}-{number}", workers=only, pure=False)
            running[future] = number, task
            done.add(future)

    fill()
    for future in done:
        number, task = running.pop(future)
        status = future.status
        if status == "finished":
            yield number, future.result()
        elif status == "error":
            yield number, job.blank(task, "grader_error", f"the cluster failed: {future.exception()!r:.200}")
        elif status == "cancelled":
            raise ConnectionAbortedError(status)
        else:  # its worker died before the result was fetched; another does the task anew
            running[future] = number, task
            done.add(future)
            continue
        future.release()
        fill()


def _fit_workers(client: Any, problem_set: str, marking: str, isolation: str) -> list[str] | None:
    """Return the workers that may grade, or None if all may, those that join later included."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise ClusterError(f"no worker has joined the scheduler within {PATIENCE}") from error
    answers = client.run(inspect, problem_set, marking, isolation, language(), on_error="return")
    refusals = {worker: str(answer) for worker, answer in answers.items() if answer}
    for worker, refusal in refusals.items():
        print(f"{worker} grades nothing: {refusal}", file=sys.stderr)
    if len(refusals) == len(answers):
        raise ClusterError("no worker can grade:\n" + "\n".join(sorted(set(refusals.values()))))
    return [worker for worker in answers if worker not in refusals] if refusals else None
