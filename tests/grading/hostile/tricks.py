"""What somebody might do to be marked too well, or to harm the grader: at best it is a wrong answer."""

from tests.grading.hostile import (
    BEFORE,
    KILLED,
    NOT_CALLABLE,
    TIMEOUT,
    TOO_LONG,
    UNREADABLE,
    Hostile,
    function,
    raised,
)

# Writes a line to every pipe that it finds, between lines of its own.
FORGE = """
import os
def forge(line):
    line = b'\\n' + line + b'\\n'
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, line)
        except OSError:
            pass
"""

TRICKS = {
    "os._exit(0)": Hostile(double=function("import os\nos._exit(0)"), q1=KILLED),
    "os._exit(0) in a cell": Hostile(before="import os\nos._exit(0)", cells={BEFORE: KILLED}),
    "says that all is done": Hostile(after="import os\nos._exit(86)", q1=KILLED, q2=KILLED, q3=KILLED),
    "kills itself": Hostile(double=function("import os\nos.kill(os.getpid(), 9)"), q1=KILLED),
    "kills its parent": Hostile(
        double=function("import os\nos.kill(os.getppid(), 9)\nwhile True: pass"),
        q1=KILLED,
        q2=KILLED,
        q3=KILLED,
    ),
    "kills everything": Hostile(
        double=function("import os\nos.kill(-1, 9)\nwhile True: pass"), q1=KILLED, q2=KILLED, q3=KILLED
    ),
    "forks without end": Hostile(
        double=function("import os\nwhile True: os.fork()"), q1=raised("BlockingIOError")
    ),
    "forks without end in a cell": Hostile(
        before="import os\nwhile True: os.fork()", cells={BEFORE: raised("BlockingIOError")}
    ),
    "answers in a fork too": Hostile(double=function("import os\nreturn 2 * x if os.fork() else 7")),
    "answers in a fork of a cell": Hostile(
        double="""
            import os
            pid = os.fork()
            if pid: os.waitpid(pid, 0)
            def double(x):
                return 2 * x if pid else 7
        """
    ),
    "ignores the signals": Hostile(
        double=function("""
            import signal
            for each in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(each, signal.SIG_IGN)
            while True: pass
        """),
        q1=TIMEOUT,
    ),
    "raises its limits": Hostile(
        before="""
            import resource
            for each in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
                resource.setrlimit(each, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        """,
        cells={BEFORE: raised("ValueError")},
    ),
    "raises its soft limit": Hostile(
        double=function("""
            import resource
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
            while True: pass
        """),
        q1=TIMEOUT,
    ),
    "fills the disk": Hostile(
        double=function("""
            try:
                for number in range(100): open(f'/tmp/{number}', 'wb').write(b'x' * 10**7)
            except OSError:
                return number
        """),
        q1=3,
    ),
    "writes a large file": Hostile(
        double=function("open('/tmp/x', 'wb').write(b'x' * 2 * 10**7)"), q1=raised("OSError")
    ),
    "opens many files": Hostile(
        double=function("return [open('/dev/null') for _ in range(1000)]"), q1=raised("OSError")
    ),
    "prints 80 MB past Python": Hostile(
        before="import os\nfor _ in range(80): os.write(1, b'x' * 10**6) + os.write(2, b'x' * 10**6)"
    ),
    "tells what it was asked by an exception": Hostile(
        double=function("raise type(f'Secret{x}', (KeyError,), {'__str__': lambda self: str(x)})(x)"),
        q1=raised("KeyError"),
    ),
    "tells it by an exception that lies": Hostile(
        double=function("""
            class Meta(type):
                __name__ = f'Secret{x}'
                __mro__ = ()
                __eq__ = lambda self, other: True
                __hash__ = lambda self: 0
            class Liar(Exception, metaclass=Meta):
                __class__ = ValueError
                __traceback__ = property(lambda self: self)
            raise Liar(x)
        """),
        q1=raised("Exception"),
    ),
    "tells it by the file name of its code": Hostile(
        double=function("exec(compile('1/0', f'<cell {x}>', 'exec'))"), q1=raised("ZeroDivisionError")
    ),
    "answers a float that equals all": Hostile(
        double=function("""
            class Liar(float):
                __repr__ = lambda self: '1}{'
                __eq__ = lambda self, other: True
            return Liar(2 * x)
        """),
        q1=42.0,
    ),
    "answers an integer that equals all": Hostile(
        double=function("""
            class Liar(int):
                __eq__ = lambda self, other: True
                __hash__ = None
            return Liar(7)
        """),
        q1=7,
    ),
    "answers a dict that raises": Hostile(
        double=function("""
            class Liar(dict):
                def items(self): raise SystemExit
            return Liar(a=1)
        """),
        q1=raised("SystemExit"),
    ),
    "answers an array that lies": Hostile(
        double=function("""
            class Liar(np.ndarray):
                tolist = lambda self: '"}'
                __eq__ = lambda self, other: True
            return np.zeros(2).view(Liar)
        """),
        q1=UNREADABLE,
    ),
    "answers what pretends to be a float": Hostile(
        double=function("""
            class Liar:
                __class__ = float
                __array__ = lambda self, *_: np.array(42)
                __eq__ = lambda self, other: True
            return Liar()
        """),
        q1=UNREADABLE,
    ),
    "answers a million deep": Hostile(
        double=function("a = []\nfor _ in range(10**6): a = [a]\nreturn a"), q1=UNREADABLE
    ),
    "answers no characters": Hostile(double=function(r"return '\ud800\x00\x1b[2J'"), q1="\ud800\x00\x1b[2J"),
    "has a target that is no function": Hostile(double="double = 42", q1=NOT_CALLABLE),
    "breaks Python": Hostile(
        before="import builtins\nbuiltins.isinstance = builtins.callable = lambda *_: True",
        cells={BEFORE: KILLED},
    ),
    "breaks numpy": Hostile(before="np.allclose = np.array_equal = lambda *_, **__: True"),
    "breaks json": Hostile(
        before="""
            import json
            json.dumps = lambda *_, **__: '{"question": "q2", "case": 0, "answer": 7}'
        """,
    ),
    "poisons the modules": Hostile(
        before="import sys\nfor each in ('values', 'reply', 'wire', 'given'): sys.modules[each] = None"
    ),
    "replaces the checker": Hostile(
        before="class grader:\n    check = lambda *_: 'passed'", double=function("return 7"), q1=7
    ),
    "writes a file of results": Hostile(
        before="""
            import os
            for name in ('results.json', '/tmp/results.json', '.otter_log'):
                open(name, 'w').write('{"score": 10, "q1": 10}')
            os.symlink('/tmp/results.json', '/tmp/link')
            os.mkfifo('/tmp/pipe')
        """,
        double=function("return 7"),
        q1=7,
    ),
    "forges another answer of its own": Hostile(
        double=FORGE
        + function("""
            forge(b'{"question": "q2", "case": 0, "answer": 7}')
            return 2 * x
        """),
    ),
    "forges the end of its own question": Hostile(
        double=FORGE
        + function("""
            forge(b'{"turn": true, "question": "q1", "ticket": "x"}')
            forge(b'{"turn": true, "question": "q2", "ticket": "x"}')
            forge(b'{"question": "q2", "case": 0, "answer": 7, "ticket": "x"}')
            return 2 * x
        """),
        q1=KILLED,
        q2=KILLED,
    ),
    "forges marks": Hostile(
        double=FORGE
        + function("""
            forge(b'{"question": "q1", "score": 10, "points": 10, "status": "ok"}')
            forge(b'{"score": 10}')
            return 7
        """),
        q1=7,
    ),
    "forges too long an answer": Hostile(
        double=FORGE
        + function("""
            forge(b'{"question": "q1", "case": 0, "answer": "' + b'x' * 2 * 10**6 + b'"}')
            return 2 * x
        """),
        q1=TOO_LONG,
    ),
    "writes nonsense to the grader": Hostile(
        before=FORGE
        + """
for line in (
    b'[' * 10**6, b'{"a":' * 10**5, b'9' * 10**5, b'\\xff\\xfe\\x00', b'null', b'[]', b'"ready"', b'NaN',
    b'{"question": 3}', b'{"question": "q9", "case": 0, "answer": 1}', b'{"question": "q1", "case": -1}',
    b'{"question": "q1", "case": 1e400}', b'{"question": ["q1"]}', b'{"question": "q1", "case": 7}',
    b'{"cell": 1000000000000}', b'{"cell": -1}', b'{"cell": "x"}', b'{"ask": [], "question": "q1"}',
    b'{"exposed": "/etc"}', b'{"ready": false}', b'x' * 10**7,
):
    forge(line)
"""
    ),
    "forges what raised": Hostile(
        double=FORGE
        + function("""
            error = b'{"type": "Secret21", "cell": 99, "line": 10000000000}'
            forge(b'{"question": "q1", "case": 0, "error": ' + error + b'}')
            return 2 * x
        """),
        q1=raised("Exception"),
    ),
    "forges an answer before it is asked": Hostile(
        before=FORGE + """forge(b'{"question": "q1", "case": 0, "answer": 7}')""",
    ),
    "imports the rules": Hostile(
        before="from d2l_utils.rules import adam", cells={BEFORE: raised("ModuleNotFoundError")}
    ),
    "imports the rules by name": Hostile(
        before="from d2l_utils import rules", cells={BEFORE: raised("ImportError")}
    ),
    "imports an optimizer": Hostile(
        before="from d2l_utils import Adam", cells={BEFORE: raised("ImportError")}
    ),
    "imports the references": Hostile(
        before="import exercises.ps1.cases", cells={BEFORE: raised("ModuleNotFoundError")}
    ),
    "imports another library's optimizers": Hostile(
        before="import torch", cells={BEFORE: raised("ModuleNotFoundError")}
    ),
}
