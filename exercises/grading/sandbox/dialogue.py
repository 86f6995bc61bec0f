"""Talk with a program that nobody trusts: it may say too much, too little, or not listen."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ending", "converse"]

LONGEST_LINE = 4_000_000
MOST_BYTES = 128_000_000
MOST_LINES = 50_000
MOST_UNSAID = 32_000_000  # bytes that it was told and does not read
CHUNK = 1 << 18
LOOK_AROUND = 0.5  # seconds between two looks at the clock and the memory


@dataclass(frozen=True)
class Ending:
    """How a program ended: its exit status (None: it was stopped), why it was stopped, and its complaint."""

    status: int | None
    stopped: str | None
    complaint: str


def converse(
    process: subprocess.Popen,
    opening: bytes,
    hear: Callable[[bytes], bytes],
    wall_seconds: float,
    memory: int,
) -> Ending:
    """Write ``opening``, hand each line that comes to ``hear`` and write what it returns, to the end.

    The program is stopped, ``"timeout"`` or ``"killed"``, when it takes longer than ``wall_seconds``, needs
    more than ``memory`` bytes with all its children, or says more than anyone could mean. Lines that are too
    long are left out.
    """
    with _Pipes(process, opening, hear) as pipes:
        deadline, look_again = time.monotonic() + wall_seconds, time.monotonic() + LOOK_AROUND
        while pipes.open:
            pipes.move(LOOK_AROUND)
            now = time.monotonic()
            if now > deadline:
                return Ending(None, "timeout", "")
            if pipes.bytes > MOST_BYTES or pipes.lines > MOST_LINES or len(pipes.unsaid) > MOST_UNSAID:
                return Ending(None, "killed", "")
            if now > look_again:
                look_again = now + LOOK_AROUND
                if process.poll() is not None:
                    pipes.move(0)
                    break
                if resident(process.pid) > memory:
                    return Ending(None, "killed", "")
        return _ending(process, deadline)


def _ending(process: subprocess.Popen, deadline: float) -> Ending:
    try:
        status = process.wait(max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Ending(None, "timeout", "")
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    complaint = (process.stderr.read() or b"")[:CHUNK]
    return Ending(status, None, complaint.decode("utf-8", "replace").strip())


class _Pipes:
    """The two pipes of a process; neither is ever waited for alone."""

    def __init__(self, process: subprocess.Popen, opening: bytes, hear: Callable[[bytes], bytes]):
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin, self.stdout = process.stdin.fileno(), process.stdout.fileno()
        self.hear, self.unsaid, self.unheard = hear, bytearray(), bytearray()
        self.bytes = self.lines = 0
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
            del self.unsaid[: os.write(self.stdin, self.unsaid[:CHUNK])]
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
            self._say(self.hear(bytes(self.unheard)))
        self.unheard.clear()
        self.skipping = False


def resident(pid: int) -> int:
    """Return the bytes of memory that a process and all its children hold, shared pages counted once.

    It is 0 where the system does not tell.
    """
    total = 0
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        total += sum(
            1024 * int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss_Anon:")
        )
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                total += resident(int(child))
    except (OSError, ValueError):
        pass  # it ended while we looked
    return total
