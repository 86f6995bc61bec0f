"""Run a notebook's cells and answer questions; the only program that runs inside the box.

Every cell that could hang runs in a fork of the process before it, which waits: should the cell never end, or
end the process, its parent goes on with the next cell as if this one had not been there (`checkpoints`). Then
the grader says what is asked, question by question and case by case, and each question is answered in a fork
of a state of the notebook (`kept`). What comes out is a line of JSON for each answer, and neither texts nor
messages of the student's.
"""

import json
import os
import secrets
import sys
import time
from types import ModuleType

import checkpoints
import lazy
import magics
import reading
from kept import States, tell
from patience import end
from processes import (
    DONE,
    Child,
    Stopped,
    apart,
    confine,
    finish,
    patience,
    stop_clock,
    verdict,
)
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
    overseer = checkpoints.Overseer()
    overseer.stay_behind()
    runner = Runner(wire.receive(), wire, overseer)
    wire.let_go()
    wire.send(ready=True)  # what goes wrong from here on is the notebook's doing
    runner.run()
    finish()


class Runner:
    """One notebook in one namespace, and the questions that it is asked."""

    def __init__(self, job, wire, overseer):
        lazy.install()
        import values

        self.job, self.wire, self.values, self.overseer = job, wire, values, overseer
        self.spent = 0.0  # CPU seconds of the cells so far
        patience.left = job["patience"]
        self.states = States(any("grader.check(" in source for _, source, _ in job["cells"]))
        self.module = ModuleType("__main__")
        self.module.__dict__.update(display=_nothing, get_ipython=_get_ipython, exit=sys.exit, quit=sys.exit)
        sys.modules["__main__"] = self.module

    def run(self):
        """Run every cell, then answer every question."""
        self._seed()
        for index, source, tags in self.job["cells"]:
            if "figure" not in tags:
                self._run_cell(index, source)
        request = self.wire.ask(turn=True)
        while "over" not in request:
            request = self.wire.ask(turn=True, question=request["question"], **self._ask(request))

    def _run_cell(self, index, source):
        tree = None
        try:
            if len(source) <= LONGEST_PARSED_UNGUARDED:
                tree = magics.parse(source)
        except BaseException as error:
            self.wire.send(cell=index, error=describe(error))
            return
        cell = reading.read(index, tree) if tree else None
        if cell is None or not magics.is_tame(tree) or self.states.would_change(cell):
            stopped = self._checkpoint(index)
            if stopped is not None:
                self.spent += stopped.seconds
                self.wire.send(cell=index, stopped=stopped.reason, clock=stopped.clock)
                if tree is not None and stopped.reason == "timeout":
                    self._execute(index, source, magics.tame(tree))
                return
        self._execute(index, source, tree)
        if cell is not None:
            self.states.note(cell)

    def _checkpoint(self, index):
        """Return None in a fork that is to run a cell; in the process before it, how that was `Stopped`."""
        left = self.job["cells_seconds"] - self.spent
        if left <= 0:
            return Stopped("timeout", "cpu", 0.0)
        kept = self.states.keep(index)
        child = apart(min(self.job["cell_seconds"], left), self.job["cell_wall_seconds"])
        if child is None:
            self.states.go_on(kept)
            return None
        if isinstance(child, Child):
            patience.tell()
            child = checkpoints.stand_by(child, self.overseer, *self._as_kept(kept))
        if child == DONE:  # the cell, and all that follows
            finish()
        if kept is not None:
            kept.drop()
        return child

    def _as_kept(self, kept):
        if kept is None:
            return ()
        asks, tells = kept.stay()

        def serve(request):
            patience.left = request["patience"]
            tell(tells, self._stopped(request) | {"patience": patience.left})

        return asks, serve

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

    def _ask(self, request):
        """Let one of the states answer a question; return which it was, and how that ended."""
        states, told = self.states.of(request["checked"], request["target"])
        state = states[request["again"]]
        if state is None:
            ended = self._stopped(request)
        else:
            ended = state.ask(request | {"patience": patience.left}) or {"stopped": "killed"}
            patience.left = ended.pop("patience", patience.left)
        return told | ended | {"state": "final" if state is None else "own", "others": len(states) - 1}

    def _stopped(self, request):
        """Answer a question in a fork; return how that was stopped, if it was."""
        self._seed()
        stopped = apart(request["cpu_seconds"], request["wall_seconds"], request["idle_seconds"])
        if stopped is None:
            self._answer(request)
            finish()
        if isinstance(stopped, Child):  # which only says that it is over
            stopped = verdict(stopped.pid, *end(stopped.pid))
        return {} if stopped == DONE else {"stopped": stopped.reason, "clock": stopped.clock}

    def _answer(self, request):
        reply = Reply(self.wire, self.values, request, self.job["longest_answer"])
        target = self.module.__dict__.get(request["target"], _nothing)
        if target is _nothing or (request["kind"] != "value" and not callable(target)):
            reply.missing("" if target is _nothing else "value")
            return
        reply.cases(target)

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
