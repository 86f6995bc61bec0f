"""What is known of a run so far, kept so that a run killed half way goes on where it was.

A folder of results holds ``seed.json`` (which problem set, the seed of its cases, and a secret for the
names on a contest's board), ``journal.jsonl`` (one line a mark, only ever appended to) and ``lock``. A
mark is known by the student, the notebook's digest, the seed and the digest of everything that decides
about marks: when one of them changes, the notebook is marked anew, and else never twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from d2l_utils.words import SOURCE

try:
    import fcntl
except ImportError:  # Windows: two graders on one folder are not kept apart
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "Busy",
    "Journal",
    "Key",
    "append",
    "fingerprint",
    "locked",
    "new_seed",
    "stored_secret",
    "stored_seed",
    "write",
]

ROOT = Path(__file__).parents[3]
# What reads, runs, stores, publishes and shows decides about no mark.
NO_MARKS = ("__main__.py", "commands", "course", "desk", "likeness", "pages")


class Busy(RuntimeError):
    """Another grader works in the folder, or the folder belongs to another problem set."""


class Key(NamedTuple):
    """What a mark belongs to."""

    student: str
    digest: str
    seed: int
    marking: str


def fingerprint(problem_set: str, language: str = SOURCE) -> str:
    """Return the digest of the files that decide about the marks of ``problem_set``, said in ``language``.

    >>> len(fingerprint("ps1"))
    64
    """
    folder = ROOT / "exercises" / problem_set
    if "." in problem_set:
        folder = ROOT / Path(*problem_set.split("."))
    files = [*folder.glob("*.py"), *ROOT.glob("d2l_utils/**/*.py")]
    grader = ROOT / "exercises" / "grading"
    files += [file for file in grader.rglob("*.py") if file.relative_to(grader).parts[0] not in NO_MARKS]
    digest = hashlib.sha256()
    if language != SOURCE:
        digest.update(f"{language}\n".encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep any other grader out of ``folder``, which is made, until the block or the process ends.

    It holds marks, names and the seed of the cases: no other user of this machine can look into it.

    Raises
    ------
    Busy
        If another grader is in it; the message names its process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    close(folder)
    with (folder / "lock").open("a+") as stream:
        if fcntl is not None:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                stream.seek(0)
                process = stream.read().strip() or "unknown"
                raise Busy(f"another grader (process {process}) is at work in {folder}") from error
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield


def close(folder: Path) -> None:
    """Take a folder of results away from users who are neither its owner nor in its group.

    A folder that holds other things than results, such as a home, is left as it is.
    """
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o007 and ((folder / "lock").exists() or not any(folder.iterdir())):
        folder.chmod(mode & ~0o007)


def write(path: Path, text: str, durable: bool = True, private: bool = False) -> None:
    """Write ``text`` to ``path`` as a whole or not at all.

    ``durable`` waits until it is on the disk; what is ``private`` nobody else on this machine may read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o600 if private else 0o660 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def append(path: Path, entry: dict[str, Any]) -> None:
    """Add a line to a file that is only ever added to; it is on the disk when this returns."""
    line = json.dumps(entry, allow_nan=False) + "\n"
    with path.open("ab+") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":  # a crash tore the last one
                line = "\n" + line
        stream.write(line.encode())
        stream.flush()
        os.fsync(stream.fileno())


def new_seed() -> int:
    """Return a seed that nobody finds by trying."""
    return secrets.randbits(128)


def stored_seed(folder: Path, problem_set: str, seed: int | None = None) -> int:
    """Return the seed of the results in ``folder``: ``seed`` if given, else the stored one, else a new one.

    Raises
    ------
    Busy
        If the folder holds the results of another problem set.
    """
    stored = _stored(folder)
    if stored and stored["problem_set"] != problem_set:
        raise Busy(
            f"{folder} holds results of {stored['problem_set']}; take another folder for {problem_set}"
        )
    if seed is None:
        seed = stored.get("seed", new_seed())
    _store(folder, stored, {"problem_set": problem_set, "seed": seed})
    return seed


def stored_secret(folder: Path) -> str:
    """Return the secret of the results in ``folder``, which no page tells; a new one at first."""
    stored = _stored(folder)
    secret = stored.get("secret") or secrets.token_hex(16)
    _store(folder, stored, {"secret": secret})
    return secret


def _stored(folder: Path) -> dict[str, Any]:
    path = folder / "seed.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _store(folder: Path, stored: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    if (changed := {**stored, **new}) != stored:
        write(folder / "seed.json", json.dumps(changed) + "\n")


class Journal:
    """The marks in ``folder`` so far; a line that a crash tore is dropped, and its notebook marked again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.jsonl"
        self._marks: dict[Key, dict[str, Any]] = {}
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        with self.path.open("rb") as stream:
            for line in stream:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    mark = json.loads(line)
                    self._marks[Key(*(mark["key"][name] for name in Key._fields))] = mark["result"]

    def get(self, key: Key) -> dict[str, Any] | None:
        """Return the result that is known by ``key``, an error of the grader's too."""
        return self._marks.get(key)

    def __contains__(self, key: Key) -> bool:
        """Say whether there is a mark; an error of the grader's is none, and is tried again."""
        return key in self._marks and self._marks[key]["status"] != "grader_error"

    def append(self, key: Key, result: dict[str, Any]) -> None:
        """Store one result; it is on the disk when this returns.

        Raises
        ------
        ValueError
            If there is a mark already.
        """
        if key in self:
            raise ValueError(f"{key.student} is marked already")
        append(self.path, {"key": key._asdict(), "result": result})
        self._marks[key] = result
