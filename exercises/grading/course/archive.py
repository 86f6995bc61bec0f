"""The files of a hand-in: of a folder, or of a zip that is read where it lies and never unpacked.

Nothing in a zip is trusted. No entry is written to disk, so that a path can lead nowhere, and no entry gives
more than `LARGEST` bytes, so that a bomb stays small.
"""

from __future__ import annotations

import lzma
import os
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

__all__ = ["LARGEST", "File", "Refused", "files", "written"]

LARGEST = 5_000_000
MOST_FILES = 1_000_000
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError),
    *(RuntimeError, OSError, EOFError, ValueError),
)
ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
IGNORED = {"__MACOSX", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}


class Refused(ValueError):
    """A file or an archive that is not read; the message says why, in words for the instructor."""


@dataclass(frozen=True)
class File:
    """One file: its path inside the hand-in (with ``/``), when it was changed, and how to read it.

    No two files have the same path, and a path can be written as text. ``problem`` says in words why it must
    not be read, and is empty for a good one. ``modified`` is in local time where its source has no time zone.
    """

    path: str
    modified: datetime | None
    problem: str
    fetch: Callable[[], bytes]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    def read(self) -> bytes:
        """Return the content, at most `LARGEST` bytes; raise `Refused` if there is a reason not to."""
        if self.problem:
            raise Refused(self.problem)
        content = self.fetch()
        if len(content) > LARGEST:
            raise Refused(f"{self.name} has more than {LARGEST // 1_000_000} MB")
        return content


def files(source: Path) -> list[File]:
    """Return the files of ``source``, a folder or a zip, in the order of their paths.

    Hidden files and what operating systems leave behind are left out.

    Raises
    ------
    Refused
        If ``source`` is neither, or is a zip that cannot be read.
    """
    if source.is_dir():
        found = list(_of_folder(source))
    elif source.is_file() and zipfile.is_zipfile(source):
        found = list(_of_zip(source))
    elif source.exists():
        raise Refused(f"{source} is neither a folder nor a zip")
    else:
        raise Refused(f"there is no {source}")
    return _apart(sorted((file for file in found if not _ignored(file.path)), key=lambda file: file.path))


def _apart(found: list[File]) -> list[File]:
    """Return the files, those with the path of another under a path of their own and not to be read."""
    taken = Counter(file.path for file in found)
    apart, seen = [], Counter[str]()
    for file in found:
        if taken[file.path] > 1:
            seen[file.path] += 1
            problem = file.problem or f"{taken[file.path]} files are called {file.path}"
            file = replace(file, path=f"{file.path}#{seen[file.path]}", problem=problem)
        apart.append(file)
    return apart


def written(path: str) -> str:
    """Return a path as text that any table and any terminal holds.

    Bytes that are not UTF-8, line ends, other control characters and marks that turn the direction of writing
    are escaped.

    >>> written("caf\\udce9\\r.ipynb")
    'caf\\\\udce9\\\\r.ipynb'
    """
    return "".join(repr(each)[1:-1] if ODD.match(each) else each for each in path)


def _ignored(path: str) -> bool:
    return any(part in IGNORED or (part[:1] == "." and part.strip(".")) for part in path.split("/"))


def _of_folder(folder: Path) -> Iterator[File]:
    for parent, folders, names in os.walk(folder):
        # os.walk follows no link to a folder, but counts it among the folders.
        for name in [*names, *(each for each in folders if Path(parent, each).is_symlink())]:
            path = Path(parent, name)
            status = path.lstat()
            problem = ""
            if stat.S_ISLNK(status.st_mode):
                problem = f"{name} is a symbolic link"
            elif not stat.S_ISREG(status.st_mode):
                problem = f"{name} is not a regular file"
            modified = datetime.fromtimestamp(status.st_mtime).astimezone()
            yield File(written(path.relative_to(folder).as_posix()), modified, problem, _file_reader(path))


def _file_reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        # The file may have been changed for a link or a pipe since it was listed.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise Refused(f"{path.name} is not a regular file")
                return stream.read(LARGEST + 1)
        except OSError as error:
            raise Refused(f"{path.name} cannot be read: {error.strerror}") from error

    return read


def _of_zip(path: Path) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise Refused(f"{path} is not a zip that can be read: {error}") from error
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise Refused(f"{path} has {len(entries)} files; at most {MOST_FILES} were expected")
    for entry in entries:
        if not entry.filename.endswith(("/", "\\")):
            path_ = PurePosixPath(entry.filename.replace("\\", "/"))
            yield File(written(str(path_)), _time(entry), _problem(entry, path_), _zip_reader(archive, entry))


def _time(entry: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*entry.date_time).astimezone()
    except (ValueError, OSError, OverflowError):
        return None


def _problem(entry: zipfile.ZipInfo, path: PurePosixPath) -> str:
    mode = entry.external_attr >> 16
    if not path.name:
        return "an entry of the zip has no name"
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return f"{entry.filename} leads out of the zip"
    if stat.S_ISLNK(mode):
        return f"{path.name} is a symbolic link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return f"{path.name} is not a regular file"
    if entry.flag_bits & 1:
        return f"{path.name} is encrypted"
    return ""


def _zip_reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(entry) as stream:
                return stream.read(LARGEST + 1)
        except UNREADABLE as error:
            raise Refused(f"{entry.filename} cannot be read from the zip: {error}") from error

    return read
