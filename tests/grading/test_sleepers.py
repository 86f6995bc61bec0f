"""Notebooks that wait for nothing: each loses what it sleeps in, once, and not the time of the others."""

import os
import signal
import subprocess
import sys
import time

import pytest

from exercises.grading import sandbox
from exercises.grading.sandbox.stillness import stirs
from tests.grading import box
from tests.grading.hostile import HONEST, Lost, function
from tests.grading.hostile.tricks import FORGE

ASLEEP = Lost("timeout", "wall")
MASK = "import os, signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))\n"
STOP = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n"
# What should not be believed: that its cell or question is over.
OVER = "import os\nfor each in range(3, 64):\n    try: os.write(each, b'.')\n    except OSError: pass\n"
SLEEP = "import time\ntime.sleep(600)"
SLEEPERS = {
    "masks the signals": MASK + SLEEP,
    "stops itself": STOP,
    "closes the pipes": MASK + "os.closerange(0, 64)\n" + SLEEP,
    "sleeps in a thread": MASK
    + "import threading\nt = threading.Thread(target=time.sleep, args=(600,))\nt.start()\nt.join()",
    "waits for a child that sleeps": MASK + "if os.fork() == 0: time.sleep(600)\nos.wait()",
}
LIMITS = sandbox.Limits(patience=0.3, wall_seconds=60.0)


@pytest.mark.needs("bubblewrap")
def test_sleepers_lose_their_questions_and_wait_once():
    names = {f"f{number}": body for number, body in enumerate(SLEEPERS.values())}
    cells = [f"def {name}():\n    " + body.replace("\n", "\n    ") for name, body in names.items()]
    requests = [box.ask(name)[0] | {"question": name} for name in names]
    honest = box.ask("double", 21)[0] | {"question": "honest"}
    patient = sandbox.Limits(patience=2.0, wall_seconds=60.0)
    outcome = box.run(HONEST, *cells, requests=[*requests, honest], limits=patient)
    assert {name: box.first(outcome, name) for name in names} == dict.fromkeys(names, ASLEEP)
    assert box.first(outcome, "honest") == 42
    assert outcome.stopped is None
    assert outcome.seconds < 12
    assert outcome.still > 0


@pytest.mark.needs("bubblewrap")
def test_sleeping_cells_are_skipped_and_wait_once():
    outcome = box.run(*SLEEPERS.values(), HONEST, requests=box.ask("double", 21), limits=LIMITS)
    cells = {index: box.plain(failure) for index, failure in outcome.cells.items()}
    assert cells == dict.fromkeys(range(1, len(SLEEPERS) + 1), ASLEEP)
    assert box.first(outcome) == 42
    assert outcome.seconds < 10


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(
    "trick",
    [
        "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\n" + STOP,
        "import os, signal\nos.kill(-1, signal.SIGSTOP)\n" + STOP,
    ],
)
def test_who_stops_the_runner_keeps_what_was_answered(trick, monkeypatch):
    monkeypatch.setattr(sandbox, "IDLE", 0.5)
    cell = "def stop(x):\n    " + trick.replace("\n", "\n    ")
    requests = [box.ask("double", 21)[0], box.ask("stop", 1)[0] | {"question": "q2"}]
    outcome = box.run(HONEST, cell, requests=requests, limits=LIMITS)
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [42, ASLEEP]
    assert outcome.stopped == "timeout"
    assert outcome.seconds < 12


@pytest.mark.needs("bubblewrap")
def test_who_says_that_it_is_over_is_not_waited_for_longer_than_the_box_may_be_still(monkeypatch):
    monkeypatch.setattr(sandbox, "IDLE", 0.5)
    chatter = f"{FORGE}\nwhile True:\n    forge(b'null')\n    time.sleep(0.2)"
    outcome = box.run(MASK + OVER + chatter, requests=box.ask("double", 21), limits=LIMITS)
    assert outcome.stopped == "timeout"
    assert outcome.seconds < 12


@pytest.mark.needs("bubblewrap")
def test_work_is_not_sleep():
    works = function("""
        import time
        start = time.process_time()
        while time.process_time() < start + 1.0: pass
        return 2 * x
    """)
    outcome = box.run(works, requests=box.ask("double", 21, cpu_seconds=3.0))
    assert box.first(outcome) == 42
    assert outcome.still < 1.0


@pytest.mark.parametrize(
    ("source", "signal_", "expected"),
    [
        ("while True: pass", None, True),
        ("import threading\ndef f():\n    while True: pass\nthreading.Thread(target=f).start()", None, True),
        ("import os\nif os.fork() == 0:\n    while True: pass\nos.wait()", None, True),
        ("import time\ntime.sleep(60)", None, False),
        ("while True: pass", signal.SIGSTOP, False),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_sleeper_is_told_from_one_that_wants_to_run(source, signal_, expected):
    with subprocess.Popen([sys.executable, "-ISc", source], start_new_session=True) as process:
        try:
            time.sleep(0.3)
            if signal_ is not None:
                process.send_signal(signal_)
                time.sleep(0.1)
            assert stirs(process.pid) is expected
        finally:
            os.killpg(process.pid, signal.SIGKILL)
