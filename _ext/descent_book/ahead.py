"""Execute the chapters that changed side by side, before their pages are read one after the other.

myst-nb executes a notebook when its page is read and takes what jupyter-cache holds already. So this module
fills the cache: as many notebooks as there are processors run ahead. Each has its own process, for ZeroMQ
aborts where two event loops end in threads. A page waits for its own notebook. One that fails is not kept;
myst-nb executes it again and reports what went wrong.
"""

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from sphinx.application import Sphinx
from traitlets.config import Config

from descent_book import reading


def executed(notebook: Any, folder: str, timeout: int, allow_errors: bool) -> ExecutionResult:
    """Return a notebook with its outputs and its time.

    Raises
    ------
    RuntimeError
        If it does not run to its end.
    """
    with TemporaryDirectory() as sockets:
        # A kernel's free TCP ports may be taken by another that begins at the same time; files are its own.
        files = {"transport": "ipc", "ip": str(Path(sockets, "kernel"))} if os.name == "posix" else {}
        config = Config({"KernelManager": files})
        result = single_nb_execution(notebook, folder, timeout, allow_errors, config=config)
    if result.err:
        raise RuntimeError(result.exc_string)
    return result


class Ahead:
    """The notebooks that are being executed."""

    def __init__(self) -> None:
        self.running: dict[str, Future[ExecutionResult]] = {}

    def begin(self, app: Sphinx, env: Any, names: list[str]) -> None:
        """Begin to execute what the cache lacks of the pages that will be read, in their order."""
        self.cache = get_cache(env.mystnb_config.execution_cache_path)
        pool = ProcessPoolExecutor(max(2, os.cpu_count() or 1), multiprocessing.get_context("spawn"))
        for name in names:
            path = Path(env.doc2path(name))
            if path.suffix == ".ipynb" and not self.knows(notebook := reading.read(path.read_text("utf-8"))):
                config = env.mystnb_config
                limits = config.execution_timeout, config.execution_allow_errors
                self.running[name] = pool.submit(executed, notebook, str(path.parent), *limits)
        pool.shutdown(wait=False)

    def knows(self, notebook: Any) -> bool:
        """Tell whether the cache holds the outputs of this notebook."""
        try:
            self.cache.match_cache_notebook(notebook)
        except KeyError:
            return False
        return True

    def wait(self, app: Sphinx, name: str, source: list[str]) -> None:
        """Wait for the notebook of the page that is read next, and keep it if it ran to its end."""
        if name not in self.running:
            return
        execution = self.running.pop(name)
        if not execution.exception():
            result = execution.result()
            bundle = CacheBundleIn(result.nb, app.env.doc2path(name), data={"execution_seconds": result.time})
            self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        """Begin no further notebook when the build ends early."""
        for execution in self.running.values():
            execution.cancel()


def setup(app: Sphinx) -> None:
    """Connect to the reading of pages."""
    ahead = Ahead()
    app.connect("env-before-read-docs", ahead.begin)
    app.connect("source-read", ahead.wait)
    app.connect("build-finished", ahead.finish)
