"""Run a notebook that nobody trusts, and bring back its answers to questions and nothing else."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exercises.grading.answers import Answer
from exercises.grading.sandbox.cgroup import entering, group
from exercises.grading.sandbox.dialogue import Ending, converse
from exercises.grading.sandbox.isolation import (
    ENVIRONMENT,
    KINDS,
    Launch,
    Limits,
    NoSandbox,
    launch,
)
from exercises.grading.sandbox.kit import kit
from exercises.grading.sandbox.memory import Watch
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.transcript import Outcome, Transcript

__all__ = ["KINDS", "Limits", "NoSandbox", "Outcome", "check_isolation", "run"]

DONE = 86  # the exit status of a runner that did all it had to
OURS = 8  # processes in a box that are not the notebook's, and some to spare
BUSY = 3.0  # how much slower than alone a busy machine may be
IDLE = 10.0  # seconds that a box may be still beyond the patience that it has itself

AS_ROOT = "in a container, give it the right to make namespaces, or grade with the kind 'container'"
AS_USER = (
    "let ordinary users make namespaces (on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0),"
    " or grade as root"
)


def run(
    cells: Sequence[Cell],
    requests: Sequence[Mapping[str, Any]],
    *,
    later: Sequence[Mapping[str, Any]] = (),
    modules: Sequence[str] = (),
    given: str | None = None,
    isolation: str = "bubblewrap",
    seed: int = 0,
    oracle: Callable[[str, tuple, int], Any] | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """Run ``cells`` in a box of their own and return what they answer to ``requests``.

    The box is told one case at a time, and nothing about those to come. A question is answered as of the
    cell that checks it, ``grader.check("q1")``, if what it needs is changed later (see `box.kept.States`).

    It may be called from several threads at once, and writes no file but the `kit`.

    Parameters
    ----------
    cells
        The code cells; those with the tag ``figure`` are not run.
    requests
        For each question ``{"question": "q1", "kind": "call", "target": "step", "cases": [[...], ...],
        "cpu_seconds": 4.0, "observe_arguments": False}``; a case is a list of arguments in the form of
        `values.encode`. The kind ``"value"`` reads a name; ``"contest"`` calls the target with a callable
        that asks ``oracle``, then the arguments. A question is answered as of the check of that name; the
        key ``checked`` names another.
    later
        More requests. Once it is the turn of these, nothing is heard about the cells and the ``requests``
        any more, nor which state answers: it could come from a program that has seen them.
    modules, given
        What of d2l_utils a notebook may import, and the text of the module ``given``.
    isolation
        ``"bubblewrap"`` keeps a hostile notebook in. ``"container"``, for root where no namespaces can be
        made, runs it as another user, to whom Landlock closes the files of the machine. ``"disposable"`` is
        the same in a container that is thrown away after this one notebook: there Landlock may be missing,
        but the user must not be able to read this repository. ``"trusted"`` keeps nothing from it.
    seed
        Seeds ``random``, ``numpy.random`` and the generators that the notebook does not seed. The notebook
        can read it: nothing that must stay outside may follow from it.
    oracle
        ``oracle(question, arguments, case)``; the arguments are the notebook's and may be anything. The case
        is the first without an answer, and the box has no say in it. A RuntimeError
        or ValueError is raised in the box with the same text, another exception as a TypeError without.
    limits
        What the box may use; by default ``Limits()``.

    Raises
    ------
    NoSandbox
        If this machine cannot run a box of this kind.

    Examples
    --------
    >>> request = {"question": "q1", "kind": "call", "target": "double", "cases": [[3]]}
    >>> run([Cell(1, "def double(x): return 2 * x")], [request]).questions
    {'q1': (Answer(value=6, arguments=None),)}
    """
    limits = limits or Limits()
    both = [_complete(request, given is not None, limits) for request in (*requests, *later)]
    longest = max([limits.cell_seconds, *(request["cpu_seconds"] for request in both)])
    total = limits.cells_seconds + sum(request["cpu_seconds"] for request in both)
    wall_seconds = limits.wall_seconds or BUSY * total + 60
    idle_seconds = limits.patience + IDLE + sum(request["idle_seconds"] for request in both)
    transcript = Transcript(cells, both, oracle, limits.answers, hidden=len(later))
    start = time.monotonic()
    with launch(isolation, kit(tuple(modules), given), limits, math.ceil(longest) + 1, len(cells)) as how:
        opening = json.dumps(_job(cells, seed, limits)).encode() + b"\n"
        ending = _talk(how, opening, transcript, wall_seconds, idle_seconds, limits)
    if not transcript.ready:
        raise NoSandbox(_advice(isolation, ending, transcript.exposed))
    stopped = ending.stopped or (None if ending.status == DONE else "killed")
    return transcript.outcome(stopped, time.monotonic() - start, ending.still)


def check_isolation(isolation: str = "bubblewrap") -> None:
    """Try a box of this kind on this machine.

    Raises
    ------
    NoSandbox
        If it does not work; the message says what to do.
    """
    request = {"question": "q1", "kind": "call", "target": "double", "cases": [[3]]}
    outcome = run([Cell(1, "def double(x):\n    return 2 * x")], [request], isolation=isolation)
    if outcome.questions["q1"] != (Answer(6),):
        raise NoSandbox(f"a box of the kind {isolation!r} starts here, but does not answer: {outcome}")


def _complete(request: Mapping[str, Any], given: bool, limits: Limits) -> dict[str, Any]:
    complete: dict[str, Any] = {"cases": [[]], "cpu_seconds": 4.0, "observe_arguments": False, "given": given}
    complete |= {"patience": limits.patience, "checked": request["question"], **request}
    complete["wall_seconds"] = BUSY * complete["cpu_seconds"] + complete.pop("patience")
    # A contest waits for its oracle, too.
    complete["idle_seconds"] = complete["cpu_seconds"] if complete.get("kind") == "contest" else 0.0
    return complete


def _job(cells: Sequence[Cell], seed: int, limits: Limits) -> dict[str, Any]:
    return {
        "cells": [[cell.index, cell.source, list(cell.tags)] for cell in cells],
        "seed": seed,
        "cell_seconds": limits.cell_seconds,
        "cells_seconds": limits.cells_seconds,
        "cell_wall_seconds": BUSY * limits.cell_seconds + limits.patience,
        "patience": limits.patience,
        "longest_answer": limits.answers,
    }


def _talk(
    how: Launch,
    opening: bytes,
    transcript: Transcript,
    wall_seconds: float,
    idle_seconds: float,
    limits: Limits,
) -> Ending:
    contained = how.home is not None
    own = {"HOME": str(how.home), "TMPDIR": str(how.home)} if contained else {}
    with (
        group(limits.memory, limits.processes + len(transcript.code) + OURS) as place,
        subprocess.Popen(
            entering(place, how.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=how.home or "/",
            env=ENVIRONMENT | own,
            pass_fds=how.files,
            start_new_session=True,
        ) as process,
    ):
        watch = Watch(process.pid, limits.memory, limits.disk, how.uid if contained else None, how.home)
        try:
            return converse(process, opening, transcript.hear, wall_seconds, idle_seconds, watch.exceeded)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            if contained and how.uid is not None:
                _end_all_of(how.uid)


def _end_all_of(uid: int) -> None:
    # Without a namespace of its own, what the notebook started would outlive the box.
    source = f"import os; os.setgroups([]); os.setresgid({uid},{uid},{uid}); os.setresuid({uid},{uid},{uid})"
    subprocess.run([sys.executable, "-IS", "-c", f"{source}; os.kill(-1, 9)"], check=False)


def _advice(isolation: str, ending: Ending, exposed: str | None) -> str:
    if exposed is not None:
        return f"a box of the kind {isolation!r} does not hold here. The notebook's user could {exposed}"
    what = f"the box of the kind {isolation!r} does not start"
    said = ending.complaint or ending.stopped or f"exit status {ending.status}"
    if isolation == "bubblewrap" and "bwrap:" in said:
        return f"{what} ({said}): {AS_ROOT if os.geteuid() == 0 else AS_USER}"
    return f"{what}: {said}"
