"""How much memory and disk a box takes: what its processes hold, and its files, named or not."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

__all__ = ["Watch", "held", "may_look"]

# Of /proc/…/smaps_rollup: each page counts once, shared out among those who have it.
COUNTED = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")
FILE, SOCKET = 1024, 1 << 19  # bytes that the kernel needs for an empty file, and may need for a full socket
TMP = "/tmp"
MOST_FILES = 10_000  # below one folder
SEE_OTHERS = 19  # the capability CAP_SYS_PTRACE


@dataclass(frozen=True)
class Watch:
    """What a box may hold, ``memory`` and ``disk`` in bytes, and who it is.

    That is a process with its descendants; without a namespace also all processes of its user ``uid``, whose
    files are in ``home``.
    """

    pid: int
    memory: int
    disk: int
    uid: int | None = None
    home: Path | None = None

    def exceeded(self) -> bool:
        """Say whether it holds more than it may."""
        if held(self.pid, self.uid) > self.memory:
            return True
        return self.home is not None and stored(self.home, self.uid, self.disk) > self.disk


def may_look() -> bool:
    """Say whether this process may see the memory of other users' processes."""
    _, _, rights = _read("/proc/self/status").partition("\nCapEff:")
    return bool(rights) and bool(int(rights.split()[0], 16) >> SEE_OTHERS & 1)


def held(pid: int, uid: int | None = None) -> int:
    """Return the bytes that a process, its descendants and all processes of the user ``uid`` hold.

    Files in a ``/tmp`` of their own count too, and sockets as if they were full. It is 0 where the system
    does not tell.
    """
    processes = set(_family(pid))
    if uid is not None:
        processes |= set(_processes_of(uid))
    return sum(map(_mapped, processes)) + SOCKET * len(_sockets(processes)) + _files(processes)


def stored(folder: Path, uid: int | None, enough: int) -> int:
    """Return the bytes of the files below a folder, and of those without a name that a user has open.

    Each file and folder costs what the kernel needs for it. It stops counting when it has ``enough``, or at
    more files than anybody has a use for, which are as good as that.
    """
    total, folders, found = 0, [folder], 0
    for pid in _processes_of(uid) if uid is not None else ():
        total += sum(map(_nameless, (f"/proc/{pid}/fd/{each}" for each in _listed(f"/proc/{pid}/fd"))))
    while folders and total <= enough:
        try:
            entries = list(islice(folders.pop().iterdir(), MOST_FILES))
            found += len(entries)
            for entry in entries:
                state = entry.lstat()
                total += FILE + 512 * state.st_blocks
                if stat.S_ISDIR(state.st_mode):
                    folders.append(entry)
        except FileNotFoundError:
            continue  # it has just gone
        except OSError:
            return enough + 1  # deeper than a path can say
        if found >= MOST_FILES:
            return enough + 1
    return total


def _nameless(path: str) -> int:
    with contextlib.suppress(OSError):
        state = os.stat(path)
        if stat.S_ISREG(state.st_mode) and not state.st_nlink:
            return 512 * state.st_blocks
    return 0


def _family(pid: int) -> Iterator[int]:
    waiting = [pid]
    while waiting:
        yield (member := waiting.pop())
        for task in _listed(f"/proc/{member}/task"):
            waiting += map(int, _read(f"/proc/{member}/task/{task}/children").split())


def _processes_of(uid: int) -> Iterator[int]:
    # Whose folder in /proc it is does not say: a process that changed its user leaves it to root.
    for name in _listed("/proc"):
        if name.isdecimal() and f"\nUid:\t{uid}\t" in _read(f"/proc/{name}/status"):
            yield int(name)


def _mapped(pid: int) -> int:
    # A process whose first thread has ended tells only through the others.
    for task in _listed(f"/proc/{pid}/task"):
        if lines := _read(f"/proc/{pid}/task/{task}/smaps_rollup").splitlines():
            return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(COUNTED))
    return 0


def _sockets(processes: Iterable[int]) -> set[str]:
    found = set()
    for pid in processes:
        for each in _listed(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found.add(os.readlink(f"/proc/{pid}/fd/{each}"))
    return {each for each in found if each.startswith("socket:")}


def _files(processes: Iterable[int]) -> int:
    with contextlib.suppress(OSError):
        ours = os.stat(TMP).st_dev
        for pid in processes:
            with contextlib.suppress(OSError):  # it has ended
                if os.stat(f"/proc/{pid}/root{TMP}").st_dev != ours:
                    space = os.statvfs(f"/proc/{pid}/root{TMP}")
                    blocks = (space.f_blocks - space.f_bfree) * space.f_frsize
                    return blocks + FILE * (space.f_files - space.f_ffree)
    return 0


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii", "replace")
    except OSError:
        return ""
