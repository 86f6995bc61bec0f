"""Tell a program that sleeps from one that waits for a busy machine."""

from __future__ import annotations

from pathlib import Path

__all__ = ["stirs"]


def stirs(pid: int) -> bool:
    """Return whether a thread of a process or of its children runs, waits for a processor, or for a disk.

    It is True where the system does not tell.

    Examples
    --------
    >>> import os
    >>> stirs(os.getpid())
    True
    """
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            state = (task / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
            children = (task / "children").read_text("ascii").split()
            if state in "RD" or any(map(stirs, map(int, children))):
                return True
    except (OSError, IndexError):
        return True
    return False
