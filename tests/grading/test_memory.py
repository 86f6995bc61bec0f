"""Whatever a notebook takes memory with is counted, or refused; and so is what it takes of the disk."""

import os
import subprocess
import sys

import pytest

from exercises.grading import sandbox
from exercises.grading.sandbox import cgroup, container, isolation, memory, scratch
from tests.grading import box
from tests.grading.hostile import function

LIMITS = sandbox.Limits(memory=100 << 20)
IMPORTS = "import ctypes, itertools, mmap, os, socket, threading, time\n"
HOARDS = {
    "shared out to twenty forks": """
        for _ in range(20):
            if os.fork() == 0:
                hoard = b'x' * (10 << 20)
                time.sleep(60)
        time.sleep(60)
    """,
    "behind a first thread that has ended": """
        def hold():
            hoard = b'x' * (150 << 20)
            time.sleep(60)
        if os.fork() == 0:
            threading.Thread(target=hold).start()
            ctypes.CDLL(None).pthread_exit(None)
        time.sleep(60)
    """,
    "in sockets that nobody reads": """
        for _ in range(10):
            if os.fork() == 0:
                pairs = [socket.socketpair() for _ in range(25)]
                for each in itertools.chain(*pairs):
                    each.setblocking(False)
                    each.send(b'x' * 200_000)
                time.sleep(60)
        time.sleep(60)
    """,
    "in files without content": """
        for number in itertools.count():
            os.mknod(f'{number}')
    """,
}
SHARED = """
    for _ in range(20):
        shared = mmap.mmap(-1, 10 << 20)
        if os.fork() == 0:
            shared.write(b'x' * (10 << 20))
            time.sleep(60)
    time.sleep(60)
"""


def hoard(body, **options):
    """Run a hoard; return how the box ended."""
    request = box.ask("double", 21, cpu_seconds=20.0)
    return box.run(IMPORTS + function(body), requests=request, limits=LIMITS, **options)


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("name", HOARDS)
def test_a_hoard_is_stopped_at_the_limit(name):
    outcome = hoard(HOARDS[name])
    assert outcome.stopped == "killed"
    assert outcome.seconds < 20


@pytest.mark.needs("bubblewrap")
def test_shared_maps_are_refused_and_counted_where_no_filter_is(monkeypatch):
    refused = hoard(SHARED).questions["q1"][0]
    assert (refused.kind, refused.type) == ("raised", "PermissionError")
    monkeypatch.setattr(isolation.seccomp, "program", lambda: None)
    assert hoard(SHARED).stopped == "killed"


def test_a_folder_is_counted_no_further_than_it_may_grow(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"x" * 100_000)
    assert 100_000 <= memory.stored(tmp_path, None, 1 << 30) < 200_000
    for number in range(200):
        (tmp_path / str(number)).touch()
    assert memory.stored(tmp_path, None, 1 << 30) >= 100_000 + 200 * memory.FILE
    assert memory.stored(tmp_path, None, 1000) > 1000


def test_a_folder_too_deep_for_a_path_is_too_much(tmp_path):
    box.deepen(tmp_path, 25, 200 * "d")
    assert memory.stored(tmp_path, None, 1 << 30) > 1 << 30
    scratch.remove(tmp_path)
    assert not tmp_path.exists()


def test_a_file_without_a_name_is_counted(tmp_path):
    with (tmp_path / "gone").open("wb") as file:
        file.write(b"x" * 1_000_000)
        file.flush()
        (tmp_path / "gone").unlink()
        assert memory.stored(tmp_path, os.geteuid(), 1 << 30) >= 1_000_000


def test_the_disk_of_a_box_has_an_end(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    assert memory.Watch(os.getpid(), 1 << 40, 50_000, home=tmp_path).exceeded()
    assert not memory.Watch(os.getpid(), 1 << 40, 500_000, home=tmp_path).exceeded()


def test_what_ended_holds_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert memory.held(process.pid) == 0


def test_a_container_needs_the_right_to_look(monkeypatch):
    monkeypatch.setattr(container.os, "geteuid", lambda: 0)
    monkeypatch.setattr(container.memory, "may_look", lambda: False)
    with pytest.raises(sandbox.NoSandbox, match="--cap-add SYS_PTRACE"):
        sandbox.check_isolation("container")


@pytest.fixture
def hierarchy(tmp_path, monkeypatch):
    """A folder that looks like a hierarchy of control groups."""
    monkeypatch.setattr(cgroup, "HIERARCHY", tmp_path)
    monkeypatch.setattr(cgroup, "PATIENCE", 0.0)  # these folders hold files, so they cannot be removed
    monkeypatch.setattr(cgroup, "_parent", cgroup._parent.__wrapped__)
    monkeypatch.setattr(cgroup.os, "geteuid", lambda: 0)
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "cgroup.procs").touch()
    return tmp_path


def test_a_box_is_in_a_group_of_its_own_with_limits(hierarchy):
    with cgroup.group(1 << 20, 40) as folder:
        assert folder.parent == hierarchy
        found = {path.name: path.read_text() for path in folder.iterdir()}
        assert found == {
            "memory.max": str(1 << 20),
            "memory.oom.group": "1",
            "memory.swap.max": "0",
            "pids.max": "40",
        }
        command = cgroup.entering(folder, [sys.executable, "-c", "import os; print(os.getpid())"])
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert (folder / "cgroup.procs").read_text() == done.stdout
    assert (folder / "cgroup.kill").read_text() == "1"


def test_without_controllers_there_is_no_group(hierarchy):
    (hierarchy / "cgroup.subtree_control").write_text("cpu\n")
    with cgroup.group(1 << 20, 40) as folder:
        assert folder is None
    assert cgroup.entering(None, ["true"]) == ["true"]


def test_groups_of_graders_that_are_gone_are_removed(hierarchy):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    left, used = hierarchy / f"descent-{process.pid}-0", hierarchy / f"descent-{os.getpid()}-0"
    left.mkdir()
    used.mkdir()
    assert cgroup._parent() == hierarchy
    assert (left.exists(), used.exists()) == (False, True)
