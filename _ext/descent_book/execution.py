"""A key for the execution cache, so that a changed ``d2l_utils`` never leaves a stale output in the book.

jupyter-cache compares the code cells of a notebook and nothing else. The cache's folder therefore carries a
hash of what else decides the outputs; because the folder's name is part of the configuration, a new name also
makes Sphinx read every page again.

Kernels of a build have a profile of their own: they draw figures as SVG, and nobody's settings count.
"""

import os
import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from d2l_utils.frameworks import lacking
from d2l_utils.words import SOURCE
from descent_book.hashing import digest, files
from descent_book.language import catalogues

PRACTICE = "d2l_utils/practice/data"  # decides about no output that a page keeps: see `practice`
PROFILE = Path(__file__).resolve().parent.parent / "profile"


def cache_key(root: Path, language: str = SOURCE) -> str:
    """Return a hash of what decides the outputs besides a notebook's own cells, in this language."""
    package = [path for path in files(root / "d2l_utils") if root / PRACTICE not in path.parents]
    paths = [root / "requirements.lock", *package]
    profile = digest(PROFILE, files(PROFILE))
    paths += catalogues(root, language)
    return digest(root, paths, "{}.{}".format(*sys.version_info[:2]), profile, *lacking())


def set_cache_path(app: Sphinx, config: Config) -> None:
    """Point myst-nb to the cache of this key and remove the caches of other keys."""
    own = "" if config.language == SOURCE else f"-{config.language}"
    caches = Path(app.srcdir) / "_build" / f"execution{own}"
    current = caches / cache_key(Path(app.srcdir), config.language)
    for other in caches.glob("*"):
        if other != current:
            shutil.rmtree(other)
    config.nb_execution_cache_path = str(current)


def set_profile(app: Sphinx, config: Config) -> None:
    """Let the kernels of this build start from the files of `PROFILE`."""
    folder = Path(app.srcdir) / "_build" / "ipython"
    shutil.copytree(PROFILE, folder / "profile_default", dirs_exist_ok=True)
    os.environ["IPYTHONDIR"] = str(folder)
    os.environ["OMP_NUM_THREADS"] = "1"  # several kernels work at once, and a chapter's matrices are small


def setup(app: Sphinx) -> None:
    """Connect to the moment when the configuration is known."""
    app.connect("config-inited", set_cache_path)
    app.connect("config-inited", set_profile)
