"""Wait for a process that may never end: nothing that it masks, ignores or stops keeps it.

All that a notebook runs apart shares one patience: seconds in which it idles, that is, gets on with less than
a third of a processor. So whoever sleeps in every question waits once, and a busy machine wrongs nobody.
"""

import contextlib
import os
import select
import signal
import time

BUSY = 3.0  # how much slower than alone a busy machine may be
GRACE = 0.5  # seconds that each may idle though the patience is used up
TICK = 0.1  # seconds between two looks at a process


class Patience:
    """What is left of it, in the process that waits and in the one that is waited for."""

    def __init__(self):
        self.left, self.tells, self.start = 0.0, None, None

    def begin(self, descriptor):
        """Start the clock of this process, which will tell through a pipe when `over` stops it."""
        self.tells, self.start = descriptor, time.monotonic()

    def over(self):
        """Stop the clock of this process: what follows is not the student's."""
        if self.start is None:
            return
        self._spend(time.monotonic() - self.start - BUSY * time.process_time())
        self.tell()
        self.start = None

    def tell(self):
        """Let the process that waits for this one know."""
        with contextlib.suppress(OSError, TypeError):
            os.write(self.tells, b".")

    def wait(self, pid, descriptor, wall_seconds, idle_seconds):
        """Return the status and the usage of the process ``pid``, and whether it was ended for its waiting.

        It may idle ``idle_seconds`` beyond the patience of all. Once it has said through the pipe that it is
        `over`, it may take as long as it likes, and the status is None; so it may if there is no pipe.
        """
        if descriptor is None:
            return *end(pid), False
        start, still, news, tick = time.monotonic(), 0.0, [descriptor], TICK
        while True:
            if has_ended(pid) and not told(news):
                self._spend(still - idle_seconds)
                return *end(pid), False
            elapsed = time.monotonic() - start
            still = elapsed - BUSY * _used(pid, elapsed)
            late = elapsed > wall_seconds or still > self.left + GRACE + idle_seconds
            if select.select(news, (), (), 0 if late else tick)[0]:
                if os.read(descriptor, 1):
                    return None, None, False
                news, tick = [], 0.0005  # it is about to end, or closed what is not its own
            if late:
                self._spend(still - idle_seconds)
                os.kill(pid, signal.SIGKILL)
                return *end(pid), True
            tick = min(2 * tick, TICK)

    def _spend(self, seconds):
        self.left -= min(max(seconds, 0.0), max(self.left, 0.0))


_ends = {}


def has_ended(pid):
    """Whether a child has come to its end. What it told before may still be in its pipe."""
    if pid not in _ends:
        ended, *how = os.wait4(pid, os.WNOHANG)
        if ended:
            _ends[pid] = how
    return pid in _ends


def end(pid):
    """Wait for the end of a child, and return its status and its usage."""
    return _ends.pop(pid) if pid in _ends else os.wait4(pid, 0)[1:]


def told(pipes):
    """Whether there is something to be read in a pipe."""
    return bool(select.select(pipes, (), (), 0)[0])


def _used(pid, otherwise):
    """Return the processor time of a process, all its threads, so far."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # as clock_getcpuclockid(3) counts clocks on Linux
    except OSError:
        return otherwise
