"""A contestant in a process of its own: Keras has one backend in a process, and two are compared."""

import multiprocessing
import os
import time
from collections.abc import Callable
from typing import Any


class Elsewhere:
    """A function that a new process makes and runs, on the same core.

    Parameters
    ----------
    make : callable
        Of a module; ``make(*args)`` returns the function in the other process.
    *args
        Arguments of ``make``.
    **environment : str
        What the other process finds in its environment besides.
    """

    seconds = 0.0  # of the processor, that all calls together have taken in their processes

    def __init__(self, make: Callable[..., Callable[..., Any]], *args: Any, **environment: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        before = dict(os.environ)
        os.environ.update(environment)
        try:
            context.Process(target=_serve, args=(theirs, make, args), daemon=True).start()
        finally:
            os.environ.clear()
            os.environ.update(before)
        theirs.close()

    def __call__(self, *args: Any) -> Any:
        """Call the function there; an end of the process is an EOFError."""
        self.connection.send(args)
        seconds, result = self.connection.recv()
        Elsewhere.seconds += seconds
        return result


def processor_time() -> float:
    """Return the seconds of the processor that this process and the functions elsewhere have had."""
    return time.process_time() + Elsewhere.seconds


def _serve(connection: Any, make: Callable[..., Callable[..., Any]], args: tuple[Any, ...]) -> None:
    function = make(*args)
    while True:
        try:
            given = connection.recv()
        except EOFError:
            return
        begin = time.process_time()
        result = function(*given)
        connection.send((time.process_time() - begin, result))
