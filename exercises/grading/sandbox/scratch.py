"""One folder a process for what boxes need on the disk, gone when the process ends, however it ends."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nothing but trusted notebooks could run
    fcntl = None  # type: ignore[assignment]

__all__ = ["remove", "scratch"]

PREFIX = "descent-box-"
JUST_MADE = 60.0  # seconds in which a folder may wait for its lock


@cache
def scratch() -> Path:
    """Return this process's own folder, which others may enter and not list.

    The first call also removes the folders of graders that were killed: those of this user that no process
    has locked.
    """
    parent = Path(tempfile.gettempdir())
    if fcntl is not None:
        _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    if fcntl is not None:
        lock = os.open(folder, os.O_RDONLY)  # until this process ends: then the kernel lets go of it
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder.chmod(0o711)
    atexit.register(remove, folder)
    return folder


def remove(folder: Path) -> None:
    """Remove a folder and all in it, however deep a notebook made it."""
    if os.name == "posix":
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False, stderr=subprocess.DEVNULL)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # it is another's, is locked, or has just gone
            state = folder.lstat()
            ours = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()
            if ours and time.time() - state.st_mtime > JUST_MADE:
                _remove_unlocked(folder)


def _remove_unlocked(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove(folder)
    finally:
        os.close(handle)
