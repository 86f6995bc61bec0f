"""Run a notebook's cells and answer questions; the only program that runs inside the box.

Every cell that could hang runs in a fork of the process before it, which waits: should the cell never end, or
end the process, its parent goes on with the next cell as if this one had not been there. Each question is
answered in a fork of the last state. What comes out is a line of JSON for each answer, and neither texts nor
messages of the student's.
"""

import json
import os
import secrets
import sys
import time
from types import ModuleType

import lazy
import magics
from processes import DONE, Stopped, apart, confine, finish, patience, stop_clock
from reply import Reply, describe
from wire import Wire

LONGEST_PARSED_UNGUARDED = 20_000  # characters; a parser may crash at a huge text


def main():
    """Confine this process as told by the argument, then do the job that comes through the pipe."""
    settings = json.loads(sys.argv[1])
    sys.path[:] = settings["path"]
    wire = Wire()
    confine(**settings["limits"])
    if settings["walls"]:
        import walls

        if doors := walls.build(**settings["walls"]):
            wire.send(exposed=doors)
            finish()
    runner = Runner(wire.receive(), wire)
    wire.let_go()
    wire.send(ready=True)  # what goes wrong from here on is the notebook's doing
    runner.run()
    finish()


class Runner:
    """One notebook in one namespace, and the questions that it is asked."""

    def __init__(self, job, wire):
        lazy.install()
        import values

        self.job, self.wire, self.values = job, wire, values
        self.spent = 0.0  # CPU seconds of the cells so far
        patience.left = job["patience"]
        self.module = ModuleType("__main__")
        self.module.__dict__.update(display=_nothing, get_ipython=_get_ipython, exit=sys.exit, quit=sys.exit)
        sys.modules["__main__"] = self.module

    def run(self):
        """Run every cell, then answer every question."""
        self._seed()
        for index, source, tags in self.job["cells"]:
            if "figure" not in tags:
                self._run_cell(index, source)
        for request in self.job["requests"]:
            self._seed()
            stopped = apart(request["cpu_seconds"], request["wall_seconds"], request["idle_seconds"])
            if stopped is None:
                self._answer(request)
                finish()
            if stopped != DONE:
                self.wire.send(question=request["question"], stopped=stopped.reason, clock=stopped.clock)

    def _run_cell(self, index, source):
        tree = None
        try:
            if len(source) <= LONGEST_PARSED_UNGUARDED:
                tree = magics.parse(source)
        except BaseException as error:
            self.wire.send(cell=index, error=describe(error))
            return
        if tree is None or not magics.is_tame(tree):
            stopped = self._checkpoint()
            if stopped is not None:
                self.spent += stopped.seconds
                self.wire.send(cell=index, stopped=stopped.reason, clock=stopped.clock)
                if tree is not None and stopped.reason == "timeout":
                    self._execute(index, source, magics.tame(tree))
                return
        self._execute(index, source, tree)

    def _checkpoint(self):
        """Return None in a fork that is to run a cell; in the process before it, how that was `Stopped`."""
        left = self.job["cells_seconds"] - self.spent
        if left <= 0:
            return Stopped("timeout", "cpu", 0.0)
        stopped = apart(min(self.job["cell_seconds"], left), self.job["cell_wall_seconds"])
        if stopped == DONE:  # the cell, and all that follows
            finish()
        return stopped

    def _execute(self, index, source, tree):
        process, start = os.getpid(), time.process_time()
        try:
            code = compile(tree or magics.parse(source), f"<cell {index}>", "exec", magics.FLAGS, True)
            _remember(source, f"<cell {index}>")
            _execute(code, self.module.__dict__)
        except BaseException as error:
            if os.getpid() == process:
                self.wire.send(cell=index, error=describe(error))
        if os.getpid() != process:  # a fork of the student's, which is not to answer too
            os._exit(0)
        stop_clock()
        self.spent += time.process_time() - start

    def _answer(self, request):
        reply = Reply(self.wire, self.values, request, self.job["longest_answer"])
        target = self.module.__dict__.get(request["target"], _nothing)
        if target is _nothing or (request["kind"] != "value" and not callable(target)):
            reply.missing()
            return
        for number, case in enumerate(request["cases"]):
            reply.case(number, target, case)

    def _seed(self):
        seed = self.job["seed"]
        secrets.random.seed(seed)
        secrets.source.seed(seed)
        generators = sys.modules.get("numpy.random")
        if generators is not None:
            generators.seed(seed % 2**32)


def _execute(code, namespace):
    if code.co_flags & 0x80:  # a cell that awaits, as it may in Jupyter
        import asyncio

        asyncio.run(eval(code, namespace))
    else:
        exec(code, namespace)


def _remember(source, name):
    """Let `inspect.getsource` find a cell, as it does in Jupyter."""
    import linecache

    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


def _get_ipython():
    import IPython

    return IPython.get_ipython()


def _nothing(*_args, **_kwargs):
    """Do nothing."""
