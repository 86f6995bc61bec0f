"""A control group for each box, where this process may make one: the kernel then counts its memory exactly.

Only version 2 is used. The group is made beside that of this process, which a service manager that delegates
(``systemd-run --user``, a unit with ``Delegate=``) lets it do, or, for root, at the root of the hierarchy.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ["entering", "group"]

HIERARCHY = Path("/sys/fs/cgroup")
NUMBERS = itertools.count()
NEEDED = {"memory", "pids"}
PATIENCE = 2.0  # seconds that the kernel has to end all processes of a group


@contextlib.contextmanager
def group(memory: int, processes: int) -> Iterator[Path | None]:
    """Give the folder of a group that holds so many bytes and processes; None where none can be made.

    At more than ``memory`` bytes the kernel ends all that is in it. It ends with the block, and so does what
    is still in it.
    """
    folder = _made(memory, processes)
    try:
        yield folder
    finally:
        if folder is not None:
            _end(folder)


def entering(folder: Path | None, command: list[str]) -> list[str]:
    """Return the command that moves itself into a group, if there is one, and becomes ``command``."""
    if folder is None:
        return command
    return ["/bin/sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(folder), *command]


def _made(memory: int, processes: int) -> Path | None:
    parent = _parent()
    if parent is None:
        return None
    folder = parent / f"descent-{os.getpid()}-{next(NUMBERS)}"
    try:
        folder.mkdir()
    except OSError:
        return None
    limits = {"memory.max": memory, "memory.oom.group": 1, "pids.max": processes}
    try:
        for name, limit in limits.items():
            (folder / name).write_text(str(limit))
        with contextlib.suppress(FileNotFoundError):  # a kernel without swap
            (folder / "memory.swap.max").write_text("0")
    except OSError:
        _end(folder)
        return None
    return folder


@cache
def _parent() -> Path | None:
    """Return the group in which groups with the controllers can be made and this process may be moved."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/cgroup").read_text("utf-8").splitlines()
        own = HIERARCHY / next(line[3:] for line in lines if line.startswith("0::")).lstrip("/")
        candidates = [own.parent] if own != HIERARCHY else []
        candidates += [HIERARCHY] if os.geteuid() == 0 else []
        for folder in candidates:
            with contextlib.suppress(OSError):
                _sweep(folder)
                offered = set((folder / "cgroup.subtree_control").read_text("ascii").split())
                if offered >= NEEDED and os.access(folder / "cgroup.procs", os.W_OK):
                    return folder
    return None


def _sweep(parent: Path) -> None:
    # What graders left that were killed.
    for folder in parent.glob("descent-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _end(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(OSError):
        (folder / "cgroup.kill").write_text("1")
    while folder.exists() and time.monotonic() < deadline:
        with contextlib.suppress(OSError):  # the last process is still on its way out
            folder.rmdir()
            return
        time.sleep(0.005)
