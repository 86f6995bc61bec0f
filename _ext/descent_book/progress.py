"""Say which page a build is at, when that page takes time: a chapter that is executed may take a minute.

A page that is ready at once, as all are that did not change, is not mentioned. A line is begun when its page
has taken `PATIENCE` and ended with the seconds that it took, so that a log file shows it as a terminal does.
"""

import sys
import threading
import time
from typing import Any, TextIO

from sphinx.application import Sphinx

PATIENCE = 1.0  # seconds


class Progress:
    """Speaks of one step at a time.

    Parameters
    ----------
    stream : file
        Where to; the build hides Sphinx's own output and shows its errors.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.timer: threading.Timer | None = None
        self.lock = threading.Lock()  # the timer has a thread of its own
        self.total = self.number = 0

    def begin(self, step: str) -> None:
        """Begin a step, which ends the one before."""
        self.end()
        self.started = time.monotonic()
        self.spoken = False
        self.timer = threading.Timer(PATIENCE, self._speak, [step])
        self.timer.daemon = True  # a build that fails does not wait
        self.timer.start()

    def end(self) -> None:
        """End the step, if there is one."""
        with self.lock:
            if self.timer is None:
                return
            self.timer.cancel()
            self.timer = None
            if self.spoken:
                self.stream.write(f" {time.monotonic() - self.started:.0f} s\n")
                self.stream.flush()

    def _speak(self, step: str) -> None:
        with self.lock:
            if self.timer is threading.current_thread():
                self.spoken = True
                self.stream.write(f"  {step} ...")
                self.stream.flush()

    def count(self, app: Sphinx, env: Any, names: list[str]) -> None:
        """Note how many pages will be read."""
        self.total, self.number = len(names), 0

    def read(self, app: Sphinx, name: str, source: list[str]) -> None:
        """Begin to read a page, which executes its cells."""
        self.number += 1
        self.begin(f"{self.number} of {self.total}: {name}")

    def write(self, app: Sphinx, env: Any) -> list[str]:
        """Begin to write the pages."""
        self.begin("writing the pages")
        return []

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        """End."""
        self.end()


def setup(app: Sphinx) -> None:
    """Connect to what happens to a page."""
    progress = Progress(sys.stderr)
    app.connect("env-before-read-docs", progress.count)
    app.connect("source-read", progress.read)
    app.connect("env-updated", progress.write)
    app.connect("build-finished", progress.finish)
