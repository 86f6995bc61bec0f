"""Start Python so that it can do no harm: in bubblewrap, in a container that is thrown away, or in trust."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from exercises.grading.sandbox import seccomp
from exercises.grading.sandbox.container import CONTAINERS, home, lacking, walls

__all__ = ["KINDS", "Launch", "Limits", "NoSandbox", "launch", "packages"]

KINDS = ("bubblewrap", "container", "disposable", "trusted")
ROOT = Path(__file__).parents[3]
PACKAGES = ("numpy", "matplotlib")
SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/urandom")  # not /dev/zero: mapped, it is shared memory
ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # sets are in the same order in a regrade
}
# Each box that runs at one time is a user of its own: the kernel counts processes by user.
FIRST_UID, UIDS = 60_100, 5_000


class NoSandbox(RuntimeError):
    """This machine cannot run a box of this kind; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What a box may use. Times are in seconds, sizes in bytes.

    ``cell_seconds`` is the CPU time of one cell, ``cells_seconds`` that of all; a question brings its own.
    ``address_space`` and ``open_files`` are for each process, ``memory`` for all, and ``processes`` counts
    those beyond one a cell. ``file_size`` is for one file, ``disk`` for all (but in trust). ``answers`` is
    the length of the answers to one question. As the machine may be busy, a cell or a question may take three
    times its CPU time by the clock on the wall, and everything together ``wall_seconds``: by default three
    times all CPU times and a minute. What is slower still idles, and all cells and questions together may
    idle for ``patience``.
    """

    cell_seconds: float = 10.0
    cells_seconds: float = 30.0
    address_space: int = 1 << 30
    memory: int = 3 << 30
    processes: int = 32
    open_files: int = 64
    file_size: int = 16 << 20
    disk: int = 32 << 20
    answers: int = 1_000_000
    patience: float = 10.0
    wall_seconds: float | None = None


@dataclass(frozen=True)
class Launch:
    """How to start the box: the command, the files that it inherits, its user and folder if it has any."""

    command: list[str]
    files: tuple[int, ...] = ()
    uid: int | None = None
    home: Path | None = None


@contextmanager
def launch(kind: str, kit: Path, limits: Limits, cpu_seconds: int, cells: int) -> Iterator[Launch]:
    """Give the command that starts the runner of ``kit`` for a notebook with so many ``cells``.

    ``cpu_seconds`` is the most that any process in the box may use.

    Raises
    ------
    NoSandbox
        If a box of this kind cannot be had here.
    """
    if kind not in KINDS:
        raise ValueError(f"isolation is {kind!r}; expected one of {KINDS}")
    if not hasattr(os, "fork"):
        raise NoSandbox(
            "notebooks cannot be graded on Windows itself: use WSL 2, a Linux machine or a container"
        )
    if kind == "bubblewrap":
        _need_bubblewrap()
    root = os.geteuid() == 0
    if kind in CONTAINERS and (advice := lacking(kind)):
        raise NoSandbox(advice)
    uid = FIRST_UID + threading.get_native_id() % UIDS if root and kind != "trusted" else None
    path = _path("/box" if kind == "bubblewrap" else str(kit))
    settings: dict[str, Any] = {
        "path": path,
        "limits": {
            "uid": uid,
            "cpu_seconds": cpu_seconds,
            "address_space": limits.address_space if sys.platform == "linux" else None,
            "processes": limits.processes + cells if kind != "trusted" else None,
            "file_size": limits.file_size,
            "open_files": limits.open_files,
        },
    }
    python = [str(_interpreter()), "-P", "-s", "-S", "-B"]
    start = f"import sys; sys.path.insert(0, {path[0]!r}); import runner; runner.main()"
    command = [*python, "-c", start]
    if kind == "bubblewrap":
        with _filter_file() as descriptor:
            outer = _bubblewrap(kit, limits, root, descriptor)
            files = (descriptor,) if descriptor else ()
            yield Launch([*outer, *command, json.dumps(settings | {"walls": None})], files, uid)
    elif kind in CONTAINERS:
        assert uid is not None
        with home(uid) as own:
            built = walls(kind, [*_shown(), kit], packages(), _hidden(), own)
            yield Launch([*command, json.dumps(settings | {"walls": built})], uid=uid, home=own)
    else:
        yield Launch([*command, json.dumps(settings | {"walls": None})])


def _need_bubblewrap() -> None:
    if sys.platform != "linux":
        raise NoSandbox(
            "untrusted notebooks are graded on Linux only: bubblewrap, which keeps them in their box, needs"
            " its kernel. Use a Linux machine, a virtual machine or a container; notebooks that you would run"
            " yourself without a thought can be graded in trust"
        )
    if shutil.which("bwrap") is None:
        raise NoSandbox(
            "bubblewrap is missing, which keeps untrusted notebooks in their box:"
            " apt-get install bubblewrap (dnf and pacman know it by the same name). In a container, where"
            " you are root and bubblewrap does not work, --isolation container does without it"
        )


def _interpreter() -> Path:
    # The interpreter behind a virtual environment: it finds its library without the environment's files.
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    return base.resolve() if base.exists() else Path(sys.executable).resolve()


def _path(kit: str) -> list[str]:
    library = sysconfig.get_path("stdlib")
    return [kit, library, f"{library}/lib-dynload", *dict.fromkeys(str(each.parent) for each in packages())]


@lru_cache(maxsize=1)
def packages() -> tuple[Path, ...]:
    """Return the files and folders of `PACKAGES` and of all that they need."""
    wanted, seen = list(PACKAGES), set[str]()
    found: dict[Path, None] = {}
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # needed on other systems only
        for file in distribution.files or ():
            if ".." not in file.parts and not file.parts[0].endswith((".dist-info", "__pycache__", ".pth")):
                found[Path(str(distribution.locate_file(file.parts[0]))).resolve()] = None
        needs = [each for each in distribution.requires or () if "extra ==" not in each]
        wanted += [re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in needs]
    return tuple(each for each in found if each.exists())


@contextmanager
def _filter_file() -> Iterator[int | None]:
    program = seccomp.program()
    if program is None:
        yield None
        return
    descriptor = os.memfd_create("seccomp")
    try:
        os.write(descriptor, program)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _bubblewrap(kit: Path, limits: Limits, root: bool, descriptor: int | None) -> list[str]:
    rights = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [
        *(
            shutil.which("bwrap") or "bwrap",
            "--unshare-net",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--hostname",
            "box",
        ),
        *(rights if root else ["--unshare-user"]),
        *("--new-session", "--die-with-parent"),
        *("--size", str(limits.disk), "--perms", "1777", "--tmpfs", "/tmp"),  # the packages may lie below it
        *_mounts(),
        *("--ro-bind", str(kit), "/box"),
        *("--remount-ro", "/", "--chdir", "/tmp"),
        *(("--seccomp", str(descriptor)) if descriptor else ()),
        "--",
    ]


@lru_cache(maxsize=1)
def _mounts() -> tuple[str, ...]:
    """Return bubblewrap's arguments that show the box Python, its packages, and nothing else."""
    arguments: list[str] = []
    for path in _shown():
        arguments += [*_folders(path), "--ro-bind", str(path), str(path)]
    for path in _hidden():
        arguments += ["--perms", "0755", "--tmpfs", str(path)]
    for path in packages():
        arguments += [*_folders(path), "--ro-bind", str(path), str(path)]
    for device in DEVICES:
        arguments += [*_folders(Path(device)), "--dev-bind", device, device]
    for path in _hidden():  # of any size, and its owner is the notebook's user where that is not root's
        arguments += ["--remount-ro", str(path)]
    return tuple(arguments)


def _hidden() -> list[Path]:
    # What lies below what is shown, and holds packages that a notebook is not to use.
    library = Path(sysconfig.get_path("stdlib"))
    found = (library / "site-packages", Path("/usr/lib/python3/dist-packages"), library / "dist-packages")
    return [path for path in found if path.is_dir()]


def _shown() -> list[Path]:
    # Python and the libraries of the system; its packages are shown by themselves.
    library = Path(sysconfig.get_path("stdlib"))
    shown = [_interpreter(), *map(Path, SYSTEM), *(Path(sys.base_prefix, each) for each in ("lib", "lib64"))]
    shown = [each for each in dict.fromkeys([*shown, library]) if each.exists()]
    return [each for each in shown if not any(other in each.parents for other in shown)]


def _folders(path: Path) -> list[str]:
    # bubblewrap makes missing folders for its own user only.
    return [word for each in reversed(path.parents[:-1]) for word in ("--perms", "0755", "--dir", str(each))]
