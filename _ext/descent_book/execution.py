"""A key for the execution cache, so that a changed ``d2l_utils`` never leaves a stale output in the book.

jupyter-cache compares the code cells of a notebook and nothing else. The cache's folder therefore carries a
hash of what else decides the outputs; because the folder's name is part of the configuration, a new name also
makes Sphinx read every page again.
"""

import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from d2l_utils.frameworks import lacking
from descent_book.hashing import digest, files


def cache_key(root: Path) -> str:
    """Return a hash of the lock, of ``d2l_utils``, of the Python version and of the frameworks not here."""
    paths = [root / "requirements.lock", *files(root / "d2l_utils")]
    return digest(root, paths, "{}.{}".format(*sys.version_info[:2]), *lacking())


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
