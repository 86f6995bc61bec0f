"""Mark in a process of its own: whatever an answer does to NumPy or to an oracle, the grader lives on.

A process marks one notebook after another, and remembers the problem sets that it has met. It has limits, see
`serving`; when it dies, the next question gets a new one.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Pipe
from typing import Any

from d2l_utils import words
from exercises.grading.answers import Outcome
from exercises.grading.marking.reports import Sources

__all__ = ["Broken", "Lost", "Marker"]

JUDGING = 5.0  # CPU seconds for the answers to one question
PATIENCE = 300.0  # seconds in which a process that is neither dead nor over its limits answers
ERRORS = {"RuntimeError": RuntimeError, "ValueError": ValueError}
START = "import sys; sys.path[:] = {}; from exercises.grading.marking import serving; serving.serve({})"


class Lost(Exception):
    """The answers were too much for the process that marks; the message is for the instructor."""


class Broken(Exception):
    """The problem set fails whatever is answered; the message is its traceback."""


class Marker:
    """Marks one notebook of ``problem_set`` on the cases of ``seed``, as long as its ``with`` lasts.

    The answers to one question may take ``cpu_seconds``.

    Examples
    --------
    >>> from exercises.grading.answers import Failure
    >>> from exercises.grading.marking.prepared import prepared
    >>> missing = [Failure("missing") for case in prepared("ps1", "q1", seed=1).cases]
    >>> with Marker("ps1", seed=1) as marker:
    ...     marker.judge("q1", missing, {})["score"]
    0.0
    """

    def __init__(self, problem_set: str, seed: int, cpu_seconds: float = JUDGING):
        self._notebook = problem_set, seed, words.language(), cpu_seconds
        self._process: _Process | None = None
        self._asked = self._forgotten = False

    def __enter__(self) -> Marker:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if self._process is not None and error is None:
            _idle.append(self._process)
        elif self._process is not None:
            self._process.end()
        self._process = None

    def ask(self, question: str, arguments: tuple, study: int) -> Any:
        """Hand a question from the box to an oracle; return its answer, or raise its error.

        Raises
        ------
        RuntimeError, ValueError, TypeError
            As the oracle does; TypeError stands for every other exception.
        Lost
            If a process has died of what an oracle was asked.
        """
        if self._forgotten:
            raise Lost("the oracle is gone")
        self._asked = True
        raised, answer = self._call("ask", question, arguments, study)
        if raised is not None:
            raise ERRORS.get(raised, TypeError)(answer)
        return answer

    def judge(
        self,
        question: str,
        outcomes: Sequence[Outcome],
        sources: Sources,
        told: Sequence[Outcome] | None = None,
    ) -> dict[str, Any]:
        """Return the question's part of a result, in the words of the answers ``told`` to its examples.

        Raises
        ------
        Lost, Broken
            If there is none, by the answers' fault or by the problem set's.
        """
        message = "judge", question, outcomes, sources, told
        try:
            return self._call(*message, self._forgotten)
        except _Died as death:
            if death.status == -signal.SIGXCPU:
                raise
        # The kernel may have ended it for want of memory that others took.
        return self._call(*message, self._forgotten)

    def _call(self, *message: Any) -> Any:
        try:
            if self._process is None:
                self._process = _ready(self._notebook)
            kind, reply = self._process.call(*message)
        except _Died:
            self._process, self._forgotten = None, self._asked
            raise
        if kind == "answer":
            return reply
        raise {"lost": Lost, "broken": Broken}[kind](reply)


class _Died(Lost):
    """The process is dead."""

    def __init__(self, status: int):
        super().__init__(f"the process that marks has ended with the status {status}")
        self.status = status


class _Process:
    """One process that marks, and the line to it."""

    def __init__(self) -> None:
        self.line, there = Pipe()
        pipe = there.fileno()
        with there:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", START.format(sys.path, pipe)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=[pipe],
                start_new_session=True,
            )

    def call(self, *message: Any) -> Any:
        """Send a message and return the reply; raise `_Died` if there is none."""
        try:
            self.line.send(message)
            if self.line.poll(PATIENCE):
                return self.line.recv()
        except (EOFError, OSError):
            pass
        raise _Died(self.end())

    def end(self) -> int:
        """End the process, if it has not done so itself; return its exit status."""
        self.line.close()
        try:
            return self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


_idle: list[_Process] = []


def _ready(notebook: tuple) -> _Process:
    while True:
        try:
            process = _idle.pop()
        except IndexError:
            break
        with contextlib.suppress(_Died):  # while it was idle
            process.call("begin", *notebook)
            return process
    process = _Process()
    process.call("begin", *notebook)
    return process


@atexit.register
def _end_all() -> None:
    while _idle:
        _idle.pop().end()
