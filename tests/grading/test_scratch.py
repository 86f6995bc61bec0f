"""What boxes need on the disk is gone with the grader, also with one that was killed."""

import os
import subprocess
import sys
import time
from pathlib import Path

from exercises.grading.sandbox import scratch
from tests.grading import box

MAKES = "from exercises.grading.sandbox.scratch import scratch; print(scratch(), flush=True); input()"


def start(folder):
    """Start a process that makes its folder in ``folder``, and wait until it has."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAKES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=box.ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    return process, Path(process.stdout.readline().strip())


def age(*folders):
    """Let folders seem to be made two minutes ago."""
    for folder in folders:
        os.utime(folder, (time.time() - 120,) * 2, follow_symlinks=False)


def test_what_a_killed_grader_left_is_swept_and_nothing_else(tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    (tmp_path / f"{scratch.PREFIX}link").symlink_to(others)
    (tmp_path / f"{scratch.PREFIX}file").touch()
    young = tmp_path / f"{scratch.PREFIX}young"
    young.mkdir()
    killed, left = start(tmp_path)
    box.deepen(left, 1200)  # more than Python's own functions can remove
    killed.kill()
    killed.communicate()
    living, used = start(tmp_path)
    age(left, used, tmp_path / f"{scratch.PREFIX}link", tmp_path / f"{scratch.PREFIX}file")
    third, own = start(tmp_path)
    assert not left.exists()
    assert all(path.exists() for path in (used, own, young, others))
    assert (tmp_path / f"{scratch.PREFIX}link").is_symlink()
    assert (tmp_path / f"{scratch.PREFIX}file").exists()
    for process, folder in ((living, used), (third, own)):
        process.communicate("\n")
        assert not folder.exists()
