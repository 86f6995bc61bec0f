"""Give up rights, set limits, and run what may hang or crash in a process of its own."""

import contextlib
import errno
import math
import os
import resource
import signal
import time
from typing import NamedTuple

from patience import Patience

DONE = 86  # how a process of ours ends that did all it had to; a student's os._exit(0) is not that
ATTEMPTS = 100  # times a twentieth of a second that a fork waits while the box is full of processes
patience = Patience()


def confine(uid, cpu_seconds, address_space, processes, file_size, open_files):
    """Lower the limits of this process for good, and become the user ``uid``; None leaves one as it is."""
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_AS: address_space,
        resource.RLIMIT_NPROC: processes,
    }
    for limit, value in limits.items():
        if value is not None:
            resource.setrlimit(limit, (value, value))
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


class Stopped(NamedTuple):
    """How a process ended that was not `finish`ed: the reason, the clock that ran out, its CPU seconds."""

    reason: str
    clock: str
    seconds: float


class Child(NamedTuple):
    """A fork that goes on, and the pipe through which it tells."""

    pid: int
    hears: int


def apart(cpu_seconds, wall_seconds, idle_seconds=0.0):
    """Fork. Return None in the child; in the parent, after the child's end, `DONE` or how it was `Stopped`.

    The child is done when it calls `finish`, and only then. It is ended when it idles ``idle_seconds`` longer
    than the `patience` of the notebook lasts. If it calls `stop_clock`, the parent gets it as a `Child`.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    hears, tells = pipe()
    pid = fork()
    if pid == 0:
        _close(hears)
        _close(patience.tells)
        os.setpgid(0, 0)
        _start_clocks(cpu_seconds, wall_seconds)
        patience.begin(tells)
        return None
    _close(tells)
    status, usage, late = patience.wait(pid, hears, wall_seconds, idle_seconds)
    if status is None:
        return Child(pid, hears)
    _close(hears)
    return verdict(pid, status, usage, cpu_seconds, late)


def verdict(pid, status, usage, cpu_seconds=math.inf, late=False):
    """Return `DONE` or how a child was `Stopped`, and end what it has left running in its group."""
    _end_group(pid)
    code = os.waitstatus_to_exitcode(status)
    if code == DONE:
        return DONE
    seconds = usage.ru_utime + usage.ru_stime
    if late or code == -signal.SIGALRM:
        return Stopped("timeout", "wall", seconds)
    if code == -signal.SIGXCPU or (code == -signal.SIGKILL and seconds >= cpu_seconds - 0.2):
        return Stopped("timeout", "cpu", seconds)
    return Stopped("killed", "", seconds)


def finish():
    """End this process as one that did all it had to: no handler of the student's is run."""
    os._exit(DONE)


def stop_clock():
    """Forget the clocks of `apart`: what follows in this process is not the student's."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    patience.over()


def _start_clocks(cpu_seconds, wall_seconds):
    # A student's handler can ignore the soft limit; nothing survives the hard one, which `confine` set.
    # Both count from the fork.
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(math.ceil(cpu_seconds), hard), hard))
    for each in (signal.SIGXCPU, signal.SIGALRM):
        signal.signal(each, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def pipe():
    """Return the ends of a pipe into which no notebook can write until it hangs; None if there is none."""
    try:
        hears, tells = os.pipe()
    except OSError:  # the notebook has opened all the files that it may
        return None, None
    os.set_blocking(tells, False)
    return hears, tells


def _close(descriptor):
    with contextlib.suppress(OSError, TypeError):
        os.close(descriptor)


def fork():
    """Fork; wait for a place if the box is full of processes."""
    for _ in range(ATTEMPTS):
        try:
            return os.fork()
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            time.sleep(0.05)
    raise BlockingIOError("the box is full of processes")


def _end_group(pid):
    # Its own children, unless they went to the trouble of leaving the group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
