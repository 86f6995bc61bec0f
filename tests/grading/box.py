"""What the tests of the box share. Run as a program, it attempts every escape and prints which succeed."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from exercises.grading import sandbox
from exercises.grading.answers import Answer, Failure
from exercises.grading.sandbox import container, isolation
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.scratch import scratch
from tests.grading.hostile import REQUESTS, Lost, escapes, function

ROOT = Path(__file__).parents[2]
WITHOUT_LANDLOCK = "--without-landlock"
# What root may do in a container that Docker starts, and what the grader asks for.
DOCKER = (
    *("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service"),
    *("net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"),
)
RIGHTS = ",".join(["-all", *(f"+{right}" for right in (*DOCKER, "sys_ptrace"))])
LIMITS = sandbox.Limits(cell_seconds=1.0, address_space=1 << 29)


def run(*sources, requests=REQUESTS, limits=LIMITS, **options):
    """Run cells in a box."""
    cells = [Cell(index, text) for index, text in enumerate(sources, 1)]
    return sandbox.run(cells, requests, limits=limits, **options)


def ask(target, *arguments, kind="call", **options):
    """Return a request of one case for a question q1."""
    request = {
        "question": "q1",
        "kind": kind,
        "target": target,
        "cases": [list(arguments)],
        "cpu_seconds": 1.0,
    }
    return [request | options]


def first(outcome, question="q1"):
    """Return the first answer, or how it is `Lost`."""
    return plain(outcome.questions[question][0])


def plain(result: Answer | Failure):
    """Return what was answered, or how it is `Lost`."""
    return result.value if isinstance(result, Answer) else Lost(result.kind, result.type)


@contextmanager
def host():
    """Prepare what an escape would like to reach; anybody on this machine may."""
    with (
        tempfile.TemporaryDirectory() as name,
        socket.socket() as port,
        socket.socket(socket.AF_UNIX) as local,
    ):
        folder = Path(name)
        folder.chmod(0o777)
        for file in ("file", "submission.ipynb"):
            (folder / file).write_text("secret")
        (folder / "results").mkdir()
        (folder / "results").chmod(0o777)
        port.bind(("127.0.0.1", 0))
        port.listen()
        local.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        local.listen()
        with socket.socket(socket.AF_UNIX) as abstract:
            abstract.bind(f"\0{folder}")
            abstract.listen()
            yield {
                "file": str(folder / "file"),
                "submission": str(folder / "submission.ipynb"),
                "results": str(folder / "results"),
                "port": port.getsockname()[1],
                "socket": str(folder / "socket"),
                "abstract": f"\0{folder}",
                "repository": str(ROOT),
                "python": sys.executable,
            }


def attempted(isolation_kind: str, names=tuple(escapes.ESCAPES)) -> list[str]:
    """Return the names of the escapes that succeed in a box of this kind."""
    with host() as prepared:
        cell = escapes.source(prepared, names)
        return first(run(cell, requests=ask("attempts", cpu_seconds=5.0), isolation=isolation_kind))


def runners() -> set[str]:
    """Return the processes that are runners, or forks of one, of the user that a box of ours would have."""
    own = isolation.FIRST_UID + threading.get_native_id() % isolation.UIDS
    user = own if os.geteuid() == 0 else os.geteuid()
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            known = f"\nUid:\t{user}\t" in (path.parent / "status").read_text()
            if known and b"import runner" in path.read_bytes():
                found.add(path.parent.name)
        except OSError:
            continue
    return found


def left_by_daemon(isolation_kind: str, keep: str = "pass", seconds: float = 10.0) -> list[str]:
    """Return which processes outlive a box whose notebook starts a daemon, which runs ``keep`` first."""
    daemon = function(f"""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                {keep}
                time.sleep(600)
            os._exit(0)
        return 2 * x
    """)
    before, start = runners(), time.monotonic()
    outcome = run(daemon, requests=ask("double", 21), isolation=isolation_kind)
    assert first(outcome) == 42
    assert outcome.seconds < 20
    while (left := runners() - before) and time.monotonic() < start + seconds:
        time.sleep(0.1)
    return sorted(left)


def deepen(folder, depth, name="d"):
    """Make so many folders in a folder, each in the one before."""
    place = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=place)
        below = os.open(name, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)


ORDINARY = """
import os, tempfile
import numpy as np
np.save('a.npy', np.linalg.eigvalsh(np.eye(2)))
with tempfile.NamedTemporaryFile('w') as file:
    file.write('x')
x = [*np.load('a.npy').tolist(), os.getcwd() == os.environ['HOME']]
"""
HOARDS = {
    "memory of a daemon": """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                hoard = b'x' * (150 << 20)
                time.sleep(60)
            os._exit(0)
        time.sleep(60)
    """,
    "files": """
        for number in range(100):
            open(f'{number}', 'wb').write(b'x' * (1 << 20))
        time.sleep(60)
    """,
    "files without a name": """
        kept = [open('x', 'wb') for _ in range(30) if os.path.exists('x') and os.unlink('x') or True]
        for file in kept:
            file.write(b'x' * (1 << 20))
            file.flush()
        time.sleep(60)
    """,
}


def hoarded(isolation_kind: str) -> list[str]:
    """Return which hoards are not stopped in a box of this kind."""
    limits = sandbox.Limits(memory=100 << 20, disk=8 << 20)
    sources = {name: "import os, time\n" + function(body) for name, body in HOARDS.items()}
    asked = ask("double", 21, cpu_seconds=5.0)
    return [
        name
        for name, source in sources.items()
        if run(source, requests=asked, isolation=isolation_kind, limits=limits).stopped != "killed"
    ]


def elsewhere(user: int | None, *arguments: str) -> list[str]:
    """Return the command that runs this file as ``user``, who is shown Python and this repository.

    None is root, with the rights that root has in a container.
    """
    needed = {Path(sys.base_prefix), Path(sys.prefix), ROOT}
    command = ["bwrap", "--dev-bind", "/", "/"]
    for path in needed:
        parents = list(reversed(path.parents))
        closed = [number for number, each in enumerate(parents) if each.stat().st_mode & 0o5 != 0o5]
        if closed:
            command += ["--perms", "0755", "--tmpfs", str(parents[closed[0]])]
            for folder in parents[closed[0] + 1 :]:
                command += ["--perms", "0755", "--dir", str(folder)]
            command += ["--ro-bind", str(path), str(path)]
    command += ["--chdir", str(ROOT), "--"]
    if user is None:
        command += ["setpriv", f"--bounding-set={RIGHTS}"]
    else:
        command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return [*command, sys.executable, "-m", "tests.grading.box", *arguments]


if __name__ == "__main__":
    kind, secret = sys.argv[1], [each for each in sys.argv[2:] if each != WITHOUT_LANDLOCK]
    original = container.walls

    def without_landlock(*arguments):
        return original(*arguments) | {"files": None}

    with mock.patch.object(container, "_secret", return_value=secret), contextlib.ExitStack() as stack:
        if WITHOUT_LANDLOCK in sys.argv:
            stack.enter_context(mock.patch.object(isolation, "walls", without_landlock))
        sandbox.check_isolation(kind)
        report = {"user": os.getuid(), "left": left_by_daemon(kind), "succeeded": attempted(kind)}
        report["ordinary"] = first(run(ORDINARY, requests=ask("x", kind="value"), isolation=kind))
        report["hoarded"] = hoarded(kind) if kind == "container" else []
        print(json.dumps(report | {"files": [each.name for each in scratch().iterdir()]}))
