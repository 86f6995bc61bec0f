"""Say what came of a call in words of the protocol, without a word of the student's."""

import builtins
import importlib
import os
import re
import types

EXCEPTIONS = {
    each: each.__name__
    for each in vars(builtins).values()
    if isinstance(each, type) and issubclass(each, BaseException)
}
CELL = re.compile(r"<cell (\d+)>$")
TYPES = {
    types.GeneratorType: "generator",
    types.CoroutineType: "coroutine",
    types.FunctionType: "function",
    types.ModuleType: "module",
    type: "class",
    complex: "complex number",
    bytes: "bytes",
    range: "range",
    zip: "zip",
    map: "map",
}


def describe(error):
    """Return the built-in type of an exception, and the last cell and line on its way.

    Its message and the name of a student's own class stay here: they could hold what the box was asked.
    """
    try:
        parents = type.__dict__["__mro__"].__get__(type(error))
        described = {"type": next(EXCEPTIONS[each] for each in parents if each in EXCEPTIONS)}
        if isinstance(error, SyntaxError):
            return described | {"line": error.lineno if isinstance(error.lineno, int) else None}
        step = error.__traceback__
        while step is not None:
            if place := CELL.match(step.tb_frame.f_code.co_filename):
                described |= {"cell": int(place[1]), "line": step.tb_lineno}
            step = step.tb_next
        return described
    except BaseException:
        return {"type": "Exception"}


class Reply:
    """What the box says to one question. Each case comes when the one before has been answered."""

    def __init__(self, wire, values, request, longest):
        self.wire, self.values, self.request, self.left = wire, values, request, longest
        self.longest = longest
        self.process, self.place = os.getpid(), {"question": request["question"]}

    def missing(self, kind):
        """Tell that the target is not there, or is a value where a function should be."""
        self.wire.send(**self.place, missing=kind)

    def cases(self, target):
        """Answer the cases, one by one."""
        reply = self.wire.ask(**self.place, begin=True)
        while "case" in reply:
            reply = self._case(reply["case"], target, reply["arguments"])

    def _case(self, number, target, encoded):
        """Answer one case; return what is said to that."""
        try:
            answer = self._answer(target, encoded)
        except BaseException as error:
            answer = {"error": describe(error)}
        if os.getpid() != self.process:  # a fork of the student's, which is not to answer too
            os._exit(0)
        ticket = self.wire.ticket()
        place = self.place | {"case": number, "ticket": ticket}
        try:
            line = self.wire.line(place | answer)
            self.values.check(line)
        except self.values.TooLarge:
            line = self.wire.line(place | {"too_long": True})
        except BaseException:  # it pretends to be what JSON can hold, or is an integer of millions of digits
            line = self.wire.line(place | {"unreadable": ""})
        self.left -= len(line)
        self.wire.write(line if self.left >= 0 else self.wire.line(place | {"too_long": True}))
        return self.wire.reply(ticket)

    def _answer(self, target, encoded):
        kind, arguments = self.request["kind"], self._arguments(encoded)
        if kind == "value":
            return self._encoded(target)
        if kind == "contest":
            return self._encoded(target(self._ask, *arguments))
        answer = self._encoded(target(*arguments))
        if self.request["observe_arguments"]:
            answer["arguments"] = [self._encoded(each).get("answer") for each in arguments]
        return answer

    def _arguments(self, encoded):
        given = importlib.import_module("given") if encoded and self.request["given"] else None
        return [self.values.decode(each, given) for each in encoded]

    def _encoded(self, value):
        try:
            return {"answer": self.values.encode(value)}
        except self.values.Unreadable:
            return {"unreadable": TYPES.get(type(value), "")}

    def _ask(self, *arguments):
        """Ask the oracle outside, and return its answer or raise its error."""
        asked, ticket = [self.values.encode(each) for each in arguments], self.wire.ticket()
        line = self.wire.line(self.place | {"ask": asked, "ticket": ticket})
        self.values.check(line)
        if len(line) > self.longest:
            raise ValueError(f"more than {self.longest:,} bytes cannot be asked at once")
        self.wire.write(line)
        reply = self.wire.reply(ticket)
        if "raised" in reply:
            raise {"RuntimeError": RuntimeError, "ValueError": ValueError}.get(reply["raised"], TypeError)(
                reply["text"]
            )
        return self.values.decode(reply["answer"])
