"""The process that marks; see `apart`, which starts it and gets its replies."""

from __future__ import annotations

import contextlib
import math
import sys
import time
import traceback
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from d2l_utils import words
from exercises.grading.marking.judge import ContestTrial, FunctionTrial, trial
from exercises.grading.question import Contest, Function, load, load_given

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

    def judge(self, question: str, outcomes: Any, sources: Any, forgotten: bool) -> Any:
        """Return the question's part of a result, or why there is none."""
        _limit(math.inf)
        try:
            asked = self._trial(question)
            if isinstance(asked, FunctionTrial):
                asked.prepare()
        except Exception:
            return "broken", _traceback()
        if forgotten and isinstance(asked, ContestTrial):
            return "lost", "the process that knew what the oracle was asked has died of it"
        _limit(self.cpu_seconds)
        try:
            return "answer", asked.judge(outcomes, sources)
        except Exception:
            return "lost", _traceback()

    def _trial(self, name: str) -> Any:
        question = load(self.problem_set).question(name)
        if isinstance(question, Function):
            return _prepared(self.problem_set, name, self.seed)
        if isinstance(question, Contest) and name in self.contests:
            return self.contests[name]
        return trial(question, self.seed)


@lru_cache(maxsize=100)
def _prepared(problem_set: str, question: str, seed: int) -> Any:
    # A course shares its seed: what reference and slips answer is worked out once.
    return trial(load(problem_set).question(question), seed, load_given(problem_set))


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
