"""Hostile notebooks in the real box: what each loses, that others lose nothing, and that nothing gets out."""

import json
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from exercises.grading import sandbox
from exercises.grading.answers import Answer, Failure
from exercises.grading.sandbox import isolation
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.transcript import Transcript
from tests.grading import box
from tests.grading.hostile import HONEST, KILLED, REQUESTS, TIMEOUT, Lost, escapes, function, raised
from tests.grading.hostile.mistakes import MISTAKES
from tests.grading.hostile.tricks import FORGE, TRICKS

pytestmark = pytest.mark.needs("bubblewrap")
SUBMISSIONS = MISTAKES | TRICKS


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_submission_loses_what_it_should_and_no_more(name):
    submission = SUBMISSIONS[name]
    seconds = submission.cpu_seconds
    limits = sandbox.Limits(cell_seconds=seconds, address_space=box.LIMITS.address_space)
    requests = [request | {"cpu_seconds": seconds} for request in REQUESTS]
    outcome = box.run(*submission.sources, requests=requests, limits=limits)
    cells = {index: box.plain(failure) for index, failure in outcome.cells.items()}
    assert cells == submission.cells
    expected = (submission.q1, submission.q2, submission.q3)
    for question, answer in zip(("q1", "q2", "q3"), expected, strict=True):
        np.testing.assert_equal(box.first(outcome, question), answer, question)
    assert outcome.seconds < 30


def test_no_escape_succeeds():
    assert box.attempted("bubblewrap") == []


def elsewhere(user, *arguments):
    """Run the tests' box as another user, or as root where everybody may read Python; return how it ended."""
    if os.geteuid() != 0:
        pytest.skip("only root can become others, or start a box of the kind 'container'")
    command = box.elsewhere(user, *arguments)
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("user", "arguments", "shared"),
    [
        (65534, ["bubblewrap"], set()),
        (None, ["container"], set()),
        (None, ["disposable"], set()),
        (None, ["disposable", box.WITHOUT_LANDLOCK], escapes.SHARED),
    ],
)
def test_the_box_holds_for_others_too(user, arguments, shared):
    done = elsewhere(user, *arguments)
    if arguments == ["container"] and "take a kernel with Landlock" in done.stderr:
        pytest.skip(
            "this kernel has no Landlock, or it is forbidden here: the box of this kind refuses to start"
        )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["user"] == (user or 0)
    assert report["left"] == report["hoarded"] == []
    assert report["ordinary"] == [1.0, 1.0, True]
    assert set(report["succeeded"]) <= shared
    assert [name for name in report["files"] if not name.startswith("kit-")] == []


@pytest.mark.parametrize("kind", ["container", "disposable"])
def test_a_container_must_hide_the_references(kind):
    done = elsewhere(None, kind, box.WITHOUT_LANDLOCK, str(box.ROOT))
    assert f"The notebook's user could read {box.ROOT}: take the right away" in done.stderr


def test_a_container_in_which_others_are_graded_names_what_stays_open():
    done = elsewhere(None, "container", box.WITHOUT_LANDLOCK)
    for door in ("read which commands run (/proc)", "leave a file in /tmp for the next", "Landlock"):
        assert door in done.stderr


@pytest.mark.parametrize(
    "keep", ["pass", "os.closerange(0, 64)"], ids=["holds the pipes", "closes everything"]
)
def test_a_daemon_does_not_outlive_the_box(keep):
    assert box.left_by_daemon("bubblewrap", keep) == []


@pytest.mark.parametrize(
    "line",
    ["b'x' * 10**6", "b'{}'", """b'{"question": "q1", "case": 0, "answer": 1}'"""],
    ids=["junk", "lines", "answers"],
)
def test_a_flood_stops_the_box(line):
    flood = f"{FORGE}\nmany = ({line} + b'\\n') * (10**6 // len({line}))\nwhile True: forge(many)"
    outcome = box.run(flood, limits=sandbox.Limits(cell_seconds=20.0), requests=box.ask("double", 21))
    assert outcome.stopped == "killed"


def test_a_box_that_does_not_listen_is_stopped():
    deaf = function("""
        import os
        line = b'\\n{"question": "q1", "ask": [], "ticket": ""}\\n'
        for descriptor in range(3, 64):
            try:
                while True: os.write(descriptor, line)
            except OSError:
                pass
    """)
    request = box.ask("double", kind="contest", cpu_seconds=20.0)
    outcome = box.run(deaf, requests=request, oracle=lambda *_: np.zeros(10_000))
    assert outcome.stopped == "killed"


def test_processes_that_share_out_the_memory_are_stopped():
    hoard = function("""
        import os, time
        for _ in range(5):
            if os.fork() == 0:
                hoard = b'x' * (100 << 20)
                time.sleep(60)
        time.sleep(60)
    """)
    limits = sandbox.Limits(memory=300 << 20)
    outcome = box.run(hoard, requests=box.ask("double", 21, cpu_seconds=10.0), limits=limits)
    assert outcome.stopped == "killed"
    assert box.first(outcome) == KILLED
    assert outcome.seconds < 20


@pytest.mark.parametrize("ignored", ["", "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"])
def test_a_sleeper_loses_its_question_only(ignored):
    sleeper = ignored + function("import time\ntime.sleep(600)")
    limits = sandbox.Limits(patience=0.0, wall_seconds=30.0)
    outcome = box.run(sleeper, "def triple(x): return 3 * x", requests=REQUESTS[:2], limits=limits)
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [Lost("timeout", "wall"), 6]


def test_a_sleeping_cell_is_skipped():
    outcome = box.run(
        "import time\ntime.sleep(600)",
        HONEST,
        requests=REQUESTS[:1],
        limits=sandbox.Limits(cell_seconds=1.0, patience=0.0),
    )
    assert box.plain(outcome.cells[1]) == Lost("timeout", "wall")
    assert box.first(outcome) == 42


def test_the_box_as_a_whole_has_an_end():
    outcome = box.run(
        "import time\ntime.sleep(600)", requests=REQUESTS, limits=sandbox.Limits(wall_seconds=2.0)
    )
    assert outcome.stopped == "timeout"
    assert box.first(outcome) == Lost("timeout", "wall")


def test_many_endless_cells_cost_no_more_than_all_cells_may():
    limits = sandbox.Limits(cell_seconds=1.0, cells_seconds=2.0)
    sources = ["while True: pass"] * 3 + [HONEST, "sum(range(10**12))", "len('quick')"]
    outcome = box.run(*sources, requests=REQUESTS[:1], limits=limits)
    assert box.first(outcome) == 42
    assert [box.plain(outcome.cells[index]) for index in (1, 2, 3, 5, 6)] == [TIMEOUT] * 5
    assert outcome.seconds < 20


def test_boxes_side_by_side_do_not_share_their_processes():
    bomb = function("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    forks = function("import os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\nreturn 2 * x")
    with ThreadPoolExecutor(3) as pool:
        bombs = [
            pool.submit(box.run, bomb, requests=box.ask("double", 21, cpu_seconds=2.0)) for _ in range(2)
        ]
        time.sleep(1.0)
        honest = pool.submit(box.run, forks, requests=box.ask("double", 21, cpu_seconds=8.0))
        assert box.first(honest.result()) == 42
        assert [box.first(each.result()).kind for each in bombs] == ["timeout", "timeout"]


def test_each_thread_is_a_user_of_its_own():
    if os.geteuid() != 0:
        pytest.skip("an ordinary user's boxes are told apart by their namespaces")
    source = "import os\ndef double(x): return os.getresuid() + os.getresgid() + tuple(os.getgroups())"
    barrier = threading.Barrier(2)

    def user(_):
        barrier.wait()
        return box.first(box.run(source, requests=box.ask("double", 21)))

    groups = os.getgroups()
    os.setgroups([4])  # of which nothing should be left in the box
    try:
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(user, range(2))
    finally:
        os.setgroups(groups)
    assert first != second
    assert len(set(first)) == len(set(second)) == 1
    assert first[0] >= isolation.FIRST_UID
    assert len(first) == 6


def test_the_box_starts_with_the_notebook_and_its_limits():
    """What crosses the wall inwards before anything runs, byte by byte."""
    heard = []
    original = sandbox.converse

    def listen(process, opening, *rest):
        heard.append(json.loads(opening))
        return original(process, opening, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "converse", listen)
        box.run(HONEST, requests=box.ask("double", 21))
    assert heard[0]["cells"] == [[1, HONEST, []]]
    assert set(heard[0]) == {
        *("cells", "seed", "cell_seconds", "cells_seconds", "cell_wall_seconds", "patience", "longest_answer")
    }


@pytest.fixture
def heard(monkeypatch):
    """The lines that come out of boxes, before anything is left out of them."""
    lines = []
    original = Transcript.hear
    monkeypatch.setattr(Transcript, "hear", lambda self, line: lines.append(line) or original(self, line))
    return lines


def test_a_number_of_a_cell_or_case_is_a_number():
    requests = [{"question": "q1", "kind": "call", "cases": [[1], [2]]}]
    box = Transcript([Cell(1, "")], requests, None, 1000)
    box.hear(b'{"cell": true, "error": {"type": "KeyError"}}')
    box.hear(b'{"question": "q1", "begin": true, "ticket": "0"}')
    box.hear(b'{"question": "q1", "case": false, "answer": 7, "ticket": "1"}')
    box.hear(b'{"turn": true, "question": "q1", "others": true, "changed": [true], "ticket": "2"}')
    outcome = box.outcome(None, 0.0)
    assert (outcome.cells, outcome.changes) == ({}, {})
    assert outcome.questions["q1"] == (Failure("killed"), Failure("killed"))


def test_a_case_is_told_when_the_one_before_is_answered():
    requests = [{"question": name, "kind": "call", "cases": [[1], [2]]} for name in ("q1", "q2")]
    box = Transcript([Cell(1, "")], requests, None, 1000)

    def told(**message):
        return json.loads(box.hear(json.dumps(message | {"ticket": "t"}).encode()))

    first, second = ({"ticket": "t", "case": case, "arguments": [case + 1]} for case in (0, 1))
    assert told(question="q2", begin=True) == {"ticket": "t", "over": True}
    assert told(question="q1", case=0, answer=7) == first  # it was not asked yet
    assert told(question="q1", case=1, answer=7) == first
    assert told(question="q1", case=0, answer=8) == second
    assert told(question="q1", case=0, answer=9) == second
    assert told(question="q1", case=1, answer=8) == {"ticket": "t", "over": True}
    assert told(turn=True)["question"] == "q1"
    assert told(turn=True, question="q1")["question"] == "q2"
    assert box.outcome(None, 0.0).questions["q1"] == (Answer(8), Answer(8))


def test_no_message_of_the_students_leaves_the_box(heard):
    words = function("raise KeyError('a secret of ' + str(x))")
    outcome = box.run(words, "raise ValueError('a secret')", requests=box.ask("double", 21))
    assert box.first(outcome) == raised("KeyError")
    for name in ("tells what it was asked by an exception", "tells it by an exception that lies"):
        box.run(*TRICKS[name].sources)
    assert len(heard) >= 9
    assert not [line for line in heard if b"secret" in line.lower()]


def test_too_long_an_answer_does_not_leave_the_box(heard):
    box.run(*MISTAKES["answers too much"].sources)
    assert max(map(len, heard)) < 1000


def test_each_wall_of_the_box_holds_alone(monkeypatch):
    """Without the filter of system calls, the namespaces still keep the notebook from the machine."""
    monkeypatch.setattr(isolation.seccomp, "program", lambda: None)
    inside = {
        "open a port",  # of a network with nothing in it
        "make a namespace",
        "change the root",  # of that namespace
        "make a file in memory",
        "make shared memory",
        "share memory without a name",
        "watch what happens in a folder",
        "trace its parent",
        "read its parent's memory",
    }
    assert set(box.attempted("bubblewrap")) <= inside


def test_what_a_question_leaves_running_does_not_disturb_the_next():
    beats = function("""
        import os, time
        if os.fork() == 0:
            while True:
                open('/tmp/beat', 'w').write(str(time.time()))
                time.sleep(0.02)
        while time.sleep(0.3) or not os.path.exists('/tmp/beat'): pass
        return 2 * x
    """)
    rests = "def triple(x):\n    times = set()\n    for _ in range(10):\n        time.sleep(0.05)\n"
    rests += "        times.add(os.stat('/tmp/beat').st_mtime_ns)\n    return len(times)"
    outcome = box.run("import os, time", beats, rests, requests=REQUESTS[:2])
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [42, 1]
