"""Tests whose part of the system is missing: left out in so many words, or a failure where CI is set."""

import os
import subprocess
import sys

import pytest

from tests.parts.machine import NO_BUBBLEWRAP, NO_CHROMIUM, NO_OPENMP, ROOT, be, program
from tools import parts
from tools.parts import Trouble

FAREWELL = "Left out: 3 tests of the grader's sandbox: bubblewrap is not installed."


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("manager", "user", "command"),
    [
        ("apt-get", 1000, "sudo apt-get install bubblewrap chromium"),
        ("apt-get", 0, "apt-get install bubblewrap chromium"),
        ("dnf", 1000, "sudo dnf install bubblewrap chromium"),
        ("pacman", 1000, "sudo pacman -S bubblewrap chromium"),
    ],
)
def test_the_last_lines_say_how_many_why_and_the_one_command(monkeypatch, manager, user, command):
    be(monkeypatch, user)
    program(manager)
    assert parts.farewell([NO_CHROMIUM, NO_BUBBLEWRAP, NO_BUBBLEWRAP, NO_BUBBLEWRAP]) == [
        FAREWELL,
        "Left out: 1 test of the pages in a browser: chromium is not installed.",
        f"To run them too: {command}",
    ]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("manager", "package"), [("apt-get", "libgomp1"), ("dnf", "libgomp"), ("pacman", "gcc-libs")]
)
def test_a_library_has_the_name_that_the_manager_gives_it(manager, package):
    program(manager)
    assert parts.farewell([NO_OPENMP]) == [
        "Left out: 1 test of what trains with MXNet: libgomp1 is not installed.",
        f"To run them too: {parts.MANAGERS[manager]} {package}",
    ]


@pytest.mark.usefixtures("bare")
def test_without_a_package_manager_each_part_has_its_way():
    assert parts.farewell([NO_BUBBLEWRAP, NO_CHROMIUM])[2:] == [
        "To run them too: use Linux, on a virtual machine if need be: bubblewrap is for its kernel",
        "To run them too: install Chrome, or run .venv/bin/playwright install chromium",
    ]


@pytest.mark.usefixtures("bare")
def test_what_is_here_and_does_not_work_is_not_to_be_installed():
    program("apt-get")
    broken = Trouble("bubblewrap", "bubblewrap is here but does not work (no)", "ask root")
    assert parts.farewell([broken, NO_CHROMIUM])[2:] == [
        "To run them too: apt-get install chromium",
        "To run them too: ask root",
    ]


def test_nothing_left_out_is_nothing_said():
    assert parts.farewell([]) == []


SUITE = """
import pytest

@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("number", range(5))
def test_boxes(number): assert number != BAD

@pytest.mark.needs("chromium")
def test_a_page(): pass

def test_of_nothing(): pass
"""


def suite(folder, *arguments, bad=-1, **environment):
    """Run a small suite of its own in a folder whose PATH is bare; return the status and the lines."""
    (folder / "test_toy.py").write_text(SUITE.replace("BAD", str(bad)))
    program("apt-get")
    plugins = ("-p", "xdist", "-p", "tests.leaving_out", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *plugins, "-c", os.devnull, "--rootdir=.", "-q"]
    settings = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        [*command, *arguments, "test_toy.py"],
        env={**os.environ, **settings, **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_the_tests_that_need_what_is_missing_are_left_out_and_counted(bare, workers):
    status, lines, said = suite(bare, *workers)
    assert status == 0, said
    assert lines[-4].startswith("1 passed, 6 skipped")
    assert lines[-3:-1] == [
        "Left out: 5 tests of the grader's sandbox: bubblewrap is not installed.",
        "Left out: 1 test of the pages in a browser: chromium is not installed.",
    ]
    assert lines[-1].endswith("apt-get install bubblewrap chromium")


def test_what_works_is_run(bare):
    program("bwrap")
    program("chromium")
    status, lines, _ = suite(bare, bad=3)
    assert status == 1
    assert lines[-1].startswith("1 failed, 6 passed")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_with_ci_a_missing_part_is_a_failure(bare, workers):
    status, lines, _ = suite(bare, *workers, CI="true")
    assert status == 1
    assert lines[-1].startswith("1 passed, 6 errors")
    assert "bubblewrap is not installed. " in "".join(lines)
