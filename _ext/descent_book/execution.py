"""A key for the execution cache, so that a changed ``d2l_utils`` never leaves a stale output in the book.

jupyter-cache compares the code cells of a notebook and nothing else. The cache's folder therefore carries a
hash of what else decides the outputs; because the folder's name is part of the configuration, a new name also
makes Sphinx read every page again.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config


def inputs(root: Path) -> Iterator[Path]:
    """Yield the files, other than the notebooks, on which executed outputs depend."""
    yield root / "requirements.lock"
    for path in sorted((root / "d2l_utils").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def cache_key(root: Path) -> str:
    """Return a short hash of the names and contents of :func:`inputs`, and of the Python version."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in inputs(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def set_cache_path(app: Sphinx, config: Config) -> None:
    """Point myst-nb to the cache of this key and remove the caches of other keys."""
    caches = Path(app.srcdir) / "_build" / "execution"
    current = caches / cache_key(Path(app.srcdir))
    for other in caches.glob("*"):
        if other != current:
            shutil.rmtree(other)
    config.nb_execution_cache_path = str(current)


def setup(app: Sphinx) -> None:
    """Connect to the moment when the configuration is known."""
    app.connect("config-inited", set_cache_path)
