"""The process that marks; see `apart`, which starts it and gets its replies."""

from __future__ import annotations

import contextlib
import math
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from d2l_utils import words
from exercises.grading.marking.examples import explained
from exercises.grading.marking.judge import ContestTrial, FunctionTrial
from exercises.grading.marking.prepared import examples as prepared_examples
from exercises.grading.marking.prepared import prepared

__all__ = ["serve"]

ASKING = 30.0  # CPU seconds for all that a notebook asks
MEMORY = 1 << 30  # bytes beyond what the problem set itself takes
LONGEST_TRACEBACK = 5_000


def serve(descriptor: int) -> None:
    """Answer what comes through a pipe until nobody is there any more."""
    with Connection(descriptor) as line, contextlib.suppress(EOFError, OSError):
        notebook = None
        while True:
            name, *message = line.recv()
            if name == "begin":
                notebook = _Notebook(*message)
                line.send(None)
            else:
                assert notebook is not None
                line.send(getattr(notebook, name)(*message))


class _Notebook:
    """One notebook, with oracles of its own."""

    def __init__(self, problem_set: str, seed: int, language: str, cpu_seconds: float):
        if language != words.language():
            words.use(language)
        self.problem_set, self.seed, self.cpu_seconds = problem_set, seed, cpu_seconds
        self.contests: dict[str, ContestTrial] = {}

    def ask(self, question: str, arguments: tuple, study: int) -> Any:
        """Return the name of an exception or None, and its text or the oracle's answer."""
        if question not in self.contests:
            self.contests[question] = self._trial(question)
            _limit(ASKING)
        try:
            return "answer", (None, self.contests[question].ask(study, *arguments))
        except (RuntimeError, ValueError) as error:
            kind = RuntimeError if isinstance(error, RuntimeError) else ValueError
            return "answer", (kind.__name__, str(error))
        except Exception:
            return "answer", ("TypeError", "this cannot be asked")

    def judge(self, question: str, outcomes: Any, sources: Any, told: Any, forgotten: bool) -> Any:
        """Return the question's part of a result, or why there is none."""
        _limit(math.inf)
        try:
            asked, examples = self._trial(question), prepared_examples(self.problem_set, question)
            for each in (asked, examples):
                if isinstance(each, FunctionTrial):
                    each.prepare()
        except Exception:
            return "broken", _traceback()
        if forgotten and isinstance(asked, ContestTrial):
            return "lost", "the process that knew what the oracle was asked has died of it"
        _limit(self.cpu_seconds)
        try:
            judged = asked.judge(outcomes, sources)
            if examples is not None and told is not None:
                judged = explained(judged, examples, told, sources)
            return "answer", judged
        except Exception:
            return "lost", _traceback()

    def _trial(self, name: str) -> Any:
        return self.contests.get(name) or prepared(self.problem_set, name, self.seed)


def _limit(cpu_seconds: float) -> None:
    """Let this process use so much more, and then end it; its memory has a limit once it is prepared."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + cpu_seconds) if cpu_seconds < math.inf else hard
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = pages * resource.getpagesize() + MEMORY if cpu_seconds < math.inf else hard
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _traceback() -> str:
    return traceback.format_exc()[-LONGEST_TRACEBACK:]
