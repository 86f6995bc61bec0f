"""What an honest student is capable of: it costs the question that it is made in, and no other."""

from tests.grading.hostile import (
    AFTER,
    BEFORE,
    DOUBLE,
    HONEST,
    KILLED,
    MISSING,
    TIMEOUT,
    TOO_LONG,
    UNREADABLE,
    Hostile,
    Lost,
    function,
    raised,
)

MISTAKES = {
    "right": Hostile(),
    "wrong": Hostile(double=function("return x + 20"), q1=41),
    "deletes the tests": Hostile(double=HONEST),
    "keeps the tests": Hostile(after="grader.check('q1')\ngrader.check_all()\ngrader.export(pdf=False)"),
    "loops without end": Hostile(double=function("while True: pass"), q1=TIMEOUT),
    "loops without end in a cell": Hostile(before="while True: pass", cells={BEFORE: TIMEOUT}),
    "loops in C": Hostile(double=function("return sum(range(10**12))"), q1=TIMEOUT),
    "searches without end": Hostile(
        double=function("import re\nreturn re.match('(a+)+$', 'a' * 60 + 'b')"), q1=TIMEOUT
    ),
    "loops when it is decorated": Hostile(
        double="def forever(f):\n    while True: pass\n@forever\n" + HONEST,
        q1=MISSING,
        cells={DOUBLE: TIMEOUT},
    ),
    "loops in a default": Hostile(
        double="def forever():\n    while True: pass\ndef double(x, y=forever()):\n    return 2 * x",
        q1=MISSING,
        cells={DOUBLE: TIMEOUT},
    ),
    "catches what should stop it": Hostile(
        double=function("""
            while True:
                try:
                    while True: pass
                except BaseException:
                    pass
        """),
        q1=TIMEOUT,
    ),
    "has a syntax error": Hostile(
        double="def double(x:\n    return", q1=MISSING, cells={DOUBLE: raised("SyntaxError")}
    ),
    "raises in a cell": Hostile(after="np.ones(3) @ np.ones(4)", cells={AFTER: raised("ValueError")}),
    "recurses without end": Hostile(double=function("return double(x)"), q1=raised("RecursionError")),
    "reads standard input": Hostile(double=function("return input()"), q1=raised("EOFError")),
    "reads standard input in a cell": Hostile(before="n = input('n?')", cells={BEFORE: raised("EOFError")}),
    "takes 3 GB": Hostile(double=function("return np.ones(3 * 10**9 // 8)"), q1=raised("MemoryError")),
    "takes 3 GB in a cell": Hostile(before="x = bytearray(3 * 10**9)", cells={BEFORE: raised("MemoryError")}),
    "takes all memory in pieces": Hostile(
        double=function("pieces = []\nwhile True: pieces.append(bytearray(10**6))"), q1=raised("MemoryError")
    ),
    "prints 80 MB": Hostile(double=function("for _ in range(80): print('x' * 10**6)\nreturn 2 * x")),
    "exits": Hostile(double=function("exit()"), q1=raised("SystemExit")),
    "exits in a cell": Hostile(before="import sys\nsys.exit(0)", cells={BEFORE: raised("SystemExit")}),
    "interrupts": Hostile(double=function("raise KeyboardInterrupt"), q1=raised("KeyboardInterrupt")),
    "crashes in C": Hostile(double=function("import ctypes\nctypes.string_at(0)"), q1=KILLED),
    "crashes in C in a cell": Hostile(before="import ctypes\nctypes.string_at(0)", cells={BEFORE: KILLED}),
    "overflows the stack": Hostile(
        double=function("""
            import sys
            sys.setrecursionlimit(10**9)
            one, other = [], []
            for _ in range(10**6):
                one, other = [one], [other]
            return one == other
        """),
        q1=KILLED,
    ),
    "leaves a thread running": Hostile(
        before="""
            import threading
            def spin():
                while True: pass
            threading.Thread(target=spin).start()
        """
    ),
    "sets an alarm for later": Hostile(
        before="import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.05)",
        double=function("import time\ntime.sleep(0.2)\nreturn 2 * x"),
    ),
    "shadows names of Python": Hostile(before="print = range = list = str = len = type = isinstance = 3"),
    "changes the seed": Hostile(before="import random\nrandom.seed(3)\nnp.random.seed(3)"),
    "awaits in a cell": Hostile(before="import asyncio\nawait asyncio.sleep(0)"),
    "uses magic": Hostile(
        before="%%time\n%matplotlib inline\nfiles = !ls\n?np\nnp.ones?\n!pip install x\n \nassert files == []"
    ),
    "is written in another language": Hostile(before="%%bash\nrm -rf / && :(){ :|:& };:"),
    "answers a generator": Hostile(double=function("yield 42"), q1=Lost("unreadable", "generator")),
    "answers a coroutine": Hostile(
        double="async def double(x):\n    return 42", q1=Lost("unreadable", "coroutine")
    ),
    "answers NaN and infinity": Hostile(
        double=function("return [np.nan, -np.inf]"), q1=[float("nan"), float("-inf")]
    ),
    "answers itself": Hostile(double=function("a = []\na.append(a)\nreturn a"), q1=UNREADABLE),
    "answers objects": Hostile(double=function("return np.array([object(), None])"), q1=UNREADABLE),
    "answers too much": Hostile(double=function("return np.zeros(10**6)"), q1=TOO_LONG),
    "answers a long text": Hostile(double=function("return 'x' * 2 * 10**6"), q1=TOO_LONG),
    "computes a huge integer": Hostile(double=function("return 7 ** 10**8"), q1=TIMEOUT),
    "answers a huge integer": Hostile(double=function("return 10 ** 10**5"), q1=UNREADABLE),
    "answers more than a float holds": Hostile(double=function("return 10**400"), q1=10**400),
}
