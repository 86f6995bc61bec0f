"""Grade on this machine: a thread for each core, each waiting for one box."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any

__all__ = ["cores", "run"]

Grade = Callable[[dict[str, Any]], dict[str, Any]]


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(tasks: Iterable[dict[str, Any]], grade: Grade, jobs: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number of the task, result) as the results come, ``jobs`` at a time (0: one for each core).

    Tasks are taken from the iterable when there is room for them, so that a large course fits the memory, and
    while some run, more may come.
    """
    jobs = jobs or cores()
    numbered = enumerate(tasks)
    with ThreadPoolExecutor(jobs) as pool:
        running: dict[Future[dict[str, Any]], int] = {}
        try:
            while True:
                for number, task in islice(numbered, 2 * jobs - len(running)):
                    running[pool.submit(grade, task)] = number
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            # Whoever stops early waits for the boxes that run, not for those that do not yet.
            for future in running:
                future.cancel()
