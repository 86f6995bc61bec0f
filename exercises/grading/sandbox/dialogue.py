"""Talk with a program that nobody trusts: it may say too much, too little, or not listen."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from exercises.grading.sandbox.stillness import stirs

__all__ = ["Ending", "converse"]

LONGEST_LINE = 4_000_000
MOST_BYTES = 128_000_000
MOST_LINES = 50_000
MOST_UNSAID = 32_000_000  # bytes that it was told and does not read
MOST_HEARING = 10.0  # CPU seconds that understanding it may cost
CHUNK = 1 << 18
LOOK_AROUND = 0.5  # seconds between two looks at the clock and the memory


@dataclass(frozen=True)
class Ending:
    """How a program ended: its exit status (None: it was stopped), why it was stopped, and its complaint.

    ``still`` counts the seconds in which none of its processes wanted to run.
    """

    status: int | None
    stopped: str | None
    complaint: str = ""
    still: float = 0.0


def converse(
    process: subprocess.Popen,
    opening: bytes,
    hear: Callable[[bytes], bytes],
    wall_seconds: float,
    idle_seconds: float,
    greedy: Callable[[], bool],
) -> Ending:
    """Write ``opening``, hand each line that comes to ``hear`` and write what it returns, to the end.

    The program is stopped, ``"timeout"`` or ``"killed"``, when it takes longer than ``wall_seconds``, is
    still for more than ``idle_seconds`` of them, is ``greedy`` when that is asked, or says more than anyone
    could mean or understand. Lines that are too long are left out.
    """
    with _Pipes(process, opening, hear) as pipes:
        looked = start = time.monotonic()
        still, told = 0.0, 0
        while pipes.open:
            pipes.move(LOOK_AROUND)
            now = time.monotonic()
            if now - start > wall_seconds or still > idle_seconds:
                return Ending(None, "timeout", still=still)
            if pipes.excessive:
                return Ending(None, "killed", still=still)
            if now > looked + LOOK_AROUND:
                if process.poll() is not None:
                    pipes.move(0)
                    break
                if greedy():
                    return Ending(None, "killed", still=still)
                if pipes.told == told and not stirs(process.pid):
                    still += now - looked
                looked, told = now, pipes.told
        return _ending(process, start + wall_seconds, still)


def _ending(process: subprocess.Popen, deadline: float, still: float) -> Ending:
    try:
        status = process.wait(max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Ending(None, "timeout", still=still)
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    complaint = (process.stderr.read() or b"")[:CHUNK]
    return Ending(status, None, complaint.decode("utf-8", "replace").strip(), still)


class _Pipes:
    """The two pipes of a process; neither is ever waited for alone."""

    def __init__(self, process: subprocess.Popen, opening: bytes, hear: Callable[[bytes], bytes]):
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin, self.stdout = process.stdin.fileno(), process.stdout.fileno()
        self.hear, self.unsaid, self.unheard = hear, bytearray(), bytearray()
        self.bytes = self.lines = self.told = 0
        self.hearing = 0.0
        self.open, self.deaf, self.full, self.skipping = True, False, False, False
        self.selector = selectors.DefaultSelector()
        for descriptor in (self.stdin, self.stdout):
            os.set_blocking(descriptor, False)
        self.selector.register(self.stdout, selectors.EVENT_READ)
        self._say(opening)

    def __enter__(self) -> _Pipes:
        return self

    def __exit__(self, *_: object) -> None:
        self.selector.close()

    @property
    def excessive(self) -> bool:
        """Whether more was said than anyone could mean, or it does not listen."""
        return (
            self.bytes > MOST_BYTES
            or self.lines > MOST_LINES
            or len(self.unsaid) > MOST_UNSAID
            or self.hearing > MOST_HEARING
        )

    def move(self, seconds: float) -> None:
        """Read and write what can be read and written, waiting no longer than ``seconds`` for either."""
        for key, _ in self.selector.select(seconds):
            if key.fd == self.stdout:
                self._read()
            else:
                self._write()

    def _say(self, text: bytes) -> None:
        if text and not self.deaf:
            self.unsaid += text
            if not self.full:
                self._write()

    def _write(self) -> None:
        try:
            written = os.write(self.stdin, self.unsaid[:CHUNK])
            del self.unsaid[:written]
            self.told += written
        except BlockingIOError:
            pass
        except OSError:
            self.deaf = True
            self.unsaid.clear()
        if self.full and not self.unsaid:
            self.selector.unregister(self.stdin)
        elif self.unsaid and not self.full:
            self.selector.register(self.stdin, selectors.EVENT_WRITE)
        self.full = bool(self.unsaid)

    def _read(self) -> None:
        chunk = os.read(self.stdout, CHUNK)
        self.open = bool(chunk)
        self.bytes += len(chunk)
        first, *rest = chunk.split(b"\n")
        self.unheard += first
        for following in rest:
            self._hear()
            self.unheard += following
        if len(self.unheard) > LONGEST_LINE:
            self.unheard.clear()
            self.skipping = True

    def _hear(self) -> None:
        if self.unheard and not self.skipping:
            self.lines += 1
            start = time.thread_time()
            self._say(self.hear(bytes(self.unheard)))
            self.hearing += time.thread_time() - start
        self.unheard.clear()
        self.skipping = False
