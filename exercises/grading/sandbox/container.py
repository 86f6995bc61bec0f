"""A box where no namespaces can be made: another user, whom Landlock keeps from the machine's files.

In a container that is thrown away after one notebook, as Gradescope's, a kernel without Landlock will do.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from exercises.grading.sandbox import memory, seccomp
from exercises.grading.sandbox.scratch import remove, scratch

__all__ = ["CONTAINERS", "home", "lacking", "walls"]

CONTAINERS = ("container", "disposable")
ROOT = Path(__file__).parents[3]


def lacking(kind: str) -> str | None:
    """Say what this process lacks to start such a box, and what to do; None if nothing."""
    if os.geteuid() != 0:
        return f"isolation={kind!r} needs root, so that the notebook can run as another user"
    if seccomp.program() is None:
        return (
            f"isolation={kind!r} needs a filter of system calls, which is written for Linux on x86-64 and"
            f" ARM64; this is {sys.platform} on {platform.machine()}"
        )
    if kind == "container" and not memory.may_look():
        return (
            "isolation='container' needs the right to see how much memory a notebook takes: start the"
            " container with --cap-add SYS_PTRACE (in Kubernetes: securityContext.capabilities.add)"
        )
    return None


@contextmanager
def home(uid: int) -> Iterator[Path]:
    """Make a folder that belongs to one box, and remove it with all that the notebook left in it."""
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=scratch()))
    try:
        os.chown(folder, uid, uid)
        yield folder
    finally:
        remove(folder)


def walls(
    kind: str, shown: Sequence[Path], packages: Sequence[Path], hidden: Sequence[Path], own: Path
) -> dict[str, Any]:
    """Return what the runner builds its walls of.

    A notebook may read what is ``shown`` but for what is ``hidden`` below it, and the ``packages``, which may
    be there. Its ``own`` folder it may change.
    """
    closed = {path.resolve() for path in hidden}
    parts = {path: list(_open_parts(path, closed)) for path in dict.fromkeys(map(Path.resolve, shown))}
    readable = [part for found in parts.values() for part in found]
    listed = [path for path, found in parts.items() if found != [path]]
    return {
        "calls": b64encode(seccomp.program() or b"").decode(),
        "files": {
            "readable": list(dict.fromkeys(map(str, [*readable, *packages, "/dev/urandom"]))),
            "listed": list(dict.fromkeys(map(str, [*listed, *(path.parent for path in packages)]))),
            "writable": [str(own), "/dev/null"],
        },
        "secret": _secret(),
        "shared": kind == "container",
    }


def _open_parts(path: Path, closed: Set[Path]) -> Iterator[Path]:
    """Yield the largest parts of a path that hold nothing closed."""
    if not any(path == each or path in each.parents for each in closed):
        yield path
    elif path not in closed:
        for child in sorted(path.iterdir()):
            yield from _open_parts(child.resolve(), closed)


def _secret() -> list[str]:
    # The references, the rules they are made of, and, in Gradescope's container, the seed.
    found = [ROOT / "exercises", ROOT / "d2l_utils", Path(__file__), ROOT / "config.json"]
    return [str(each) for each in found if each.exists()]
