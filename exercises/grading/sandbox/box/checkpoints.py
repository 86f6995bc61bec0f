"""Who takes over when a cell never ends, or ends its process: the process before it, which has waited.

Once another such cell has passed, it is needed no more and leaves, unless it is `Kept` to answer questions as
of then. So a notebook of many cells is a few processes at a time. In a chain of all of them, the kernel would
copy at each fork what every link has left behind.
"""

import contextlib
import ctypes
import os
import select

from kept import heard
from patience import end, has_ended, told
from processes import DONE, finish, fork, pipe, verdict

RETIRED = 87  # how a process ends that is needed no more
TICK = 0.1  # seconds between two looks at a process
ADOPT_ORPHANS = 36  # of prctl(2): PR_SET_CHILD_SUBREAPER


class Overseer:
    """The first process of the box: it waits for whichever does all there is to do."""

    def __init__(self):
        self.tells = None

    def stay_behind(self):
        """Fork, and return in the child; where orphans find no parent here, return without a fork.

        It is soon done as long as this process is small.
        """
        if not _adopt_orphans():
            return
        hears, self.tells = pipe()
        pid = fork()
        if pid == 0:
            os.close(hears)
            return
        os.close(self.tells)
        os.set_blocking(hears, False)
        while True:
            ended, status = os.wait()
            code = os.waitstatus_to_exitcode(status)
            if code == DONE:
                finish()
            pid = _last_number(hears) or pid
            if ended == pid and code != RETIRED:
                os._exit(1)

    def retire(self, successor):
        """End this process, as its child ``successor`` goes on alone; do nothing if nobody would adopt it."""
        if self.tells is not None:
            with contextlib.suppress(OSError):  # the notebook has filled the pipe
                os.write(self.tells, f"{successor} ".encode())
            os._exit(RETIRED)


def stand_by(child, overseer, asks=None, serve=None):
    """Wait until ``child``, which goes on, has come to its end; return how it was `Stopped`.

    Most do not come back: the child is done, and so is this process, or it has passed a checkpoint of its
    own. Requests from the pipe ``asks`` are handed to ``serve`` all the time.
    """
    news, tick, needed = [child.hears, asks] if asks else [child.hears], TICK, True
    while True:
        ready = select.select(news, (), (), tick if child.pid else None)[0]
        if child.hears in ready and os.read(child.hears, 1):
            needed = overseer.tells is None
            if asks is None and not has_ended(child.pid):
                overseer.retire(child.pid)
            continue
        if child.hears in ready:
            news.remove(child.hears)
            tick = 0.0005  # it is about to end, or closed what is not its own
        if asks in ready:
            request = heard(asks)
            if request is None:  # nobody will ask any more; what became of the child is still to be seen
                news.remove(asks)
                asks = None
            else:
                serve(request)
        ended = child.pid and has_ended(child.pid)
        if asks is None and not ended and not (child.pid and needed):
            os._exit(RETIRED)
        # What it has told may still be unread: one that has retired is no loss.
        if ended and not (needed and child.hears in news and told([child.hears])):
            stopped = verdict(child.pid, *end(child.pid))
            if stopped == DONE:
                finish()
            if needed:
                os.close(child.hears)
                return stopped
            if asks is None:
                os._exit(RETIRED)
            child = child._replace(pid=0)
        tick = min(2 * tick, TICK)


def _adopt_orphans():
    with contextlib.suppress(AttributeError, OSError):
        return ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0) == 0
    return False


def _last_number(descriptor):
    with contextlib.suppress(BlockingIOError, IndexError, ValueError):
        return int(os.read(descriptor, 1 << 16).split()[-1])
    return None
