"""One hash for many files."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def files(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in order, without what Python compiled."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def digest(root: Path, paths: Iterable[Path], *more: str) -> str:
    """Return a short hash of the names of ``paths`` below ``root``, their contents, and of ``more``."""
    result = hashlib.sha256(repr(more).encode())
    for path in paths:
        result.update(f"{path.relative_to(root).as_posix()}\0".encode())
        result.update(hashlib.sha256(path.read_bytes()).digest())
    return result.hexdigest()[:16]
