"""The parts of the system: found, tried, installed where one may, and else left out in so many words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check, parts
from tools.parts import Trouble

ROOT = Path(__file__).parents[1]
NO_BUBBLEWRAP = Trouble("bubblewrap", "bubblewrap is not installed", None)
NO_CHROMIUM = Trouble("chromium", "chromium is not installed", None)
# Installs a program that works under the name that is asked for last; writes down what it was told.
APT = """
echo "$DEBIAN_FRONTEND $*" >> apt.log
for name; do :; done
case " $BROKEN " in *" $name "*) echo "Reading lists"; echo "E: Unable to locate $name" >&2; exit 100; esac
[ "$1" = install ] || exit 0
[ "$name" = bubblewrap ] && name=bwrap
printf '#!/bin/sh\\n' > "$name"
/bin/chmod +x "$name"
"""


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine that has nothing on its PATH; the current folder is all of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(parts, "MAC", tmp_path / "none")
    monkeypatch.setattr(parts, "playwrights_own", lambda: tmp_path / "downloaded")
    for name in ("CHROMIUM", "CI", "DEBIAN_FRONTEND", parts.NEVER):
        monkeypatch.delenv(name, raising=False)
    be(monkeypatch, 0)
    return tmp_path


def be(monkeypatch, user):
    """Be root (0) or somebody else."""
    monkeypatch.setattr(os, "geteuid", lambda: user)


def program(name, text=""):
    """Put a shell script on the PATH."""
    Path(name).write_text(f"#!/bin/sh\n{text}\n")
    Path(name).chmod(0o755)


def here():
    """Return the names of the parts that work."""
    return [part.name for part in parts.PARTS if part.trouble() is None]


def log():
    """Return what apt-get was told."""
    return Path("apt.log").read_text().splitlines() if Path("apt.log").exists() else []


def test_apt_txt_lists_the_parts():
    assert (ROOT / "apt.txt").read_text().split() == [part.name for part in parts.PARTS]


# --- found and tried


@pytest.mark.needs("bubblewrap")
@pytest.mark.needs("chromium")
def test_the_real_parts_work():
    assert here() == ["bubblewrap", "chromium"]


@pytest.mark.usefixtures("bare")
def test_what_is_not_on_the_path_is_not_installed():
    assert [part.trouble() for part in parts.PARTS] == [NO_BUBBLEWRAP, NO_CHROMIUM]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("user", "cure"), [(0, "give this container the right"), (1000, "let ordinary users make namespaces")]
)
def test_bubblewrap_that_may_not_make_namespaces_is_told_apart(monkeypatch, user, cure):
    be(monkeypatch, user)
    program("bwrap", "echo Starting; echo 'bwrap: Creating new namespace failed' >&2; exit 1")
    trouble = parts.PARTS[0].trouble()
    assert trouble.why == "bubblewrap is here but does not work (bwrap: Creating new namespace failed)"
    assert cure in trouble.cure


@pytest.mark.usefixtures("bare")
def test_each_user_tries_what_the_box_needs(monkeypatch):
    program("bwrap", 'echo "$*" > tried')
    assert parts.PARTS[0].trouble() is None
    assert {"--unshare-net", "--unshare-pid", "--cap-drop"} <= set(Path("tried").read_text().split())
    assert "--unshare-user" not in Path("tried").read_text()
    be(monkeypatch, 1000)
    assert parts.PARTS[0].trouble() is None
    assert "--unshare-user" in Path("tried").read_text()


@pytest.mark.usefixtures("bare")
def test_a_browser_that_does_not_start_is_in_trouble(monkeypatch):
    program("chromium-browser", "echo 'this command requires the chromium snap to be installed'; exit 1")
    trouble = parts.PARTS[1].trouble()
    assert "does not work (this command requires the chromium snap to be installed)" in trouble.why
    assert "CHROMIUM=/path/to/chrome" in trouble.cure
    monkeypatch.setattr(parts, "PATIENCE", 0.1)
    program("chromium-browser", "exec /bin/sleep 60")
    assert "timed out after 0.1 seconds" in parts.PARTS[1].trouble().why


def test_the_browser_that_is_named_comes_first_and_playwright_s_own_last(bare, monkeypatch):
    program("downloaded")
    assert parts.find_chromium() == str(bare / "downloaded")
    program("chromium")
    assert parts.find_chromium() == str(bare / "chromium")
    program("mine")
    monkeypatch.setenv("CHROMIUM", str(bare / "mine"))
    assert parts.find_chromium() == str(bare / "mine")


@pytest.mark.usefixtures("bare")
def test_a_name_that_is_no_program_is_refused(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(FileNotFoundError, match="no-such-browser"):
        parts.find_chromium()


def test_playwright_is_asked_where_its_browser_would_be():
    assert "chrom" in str(parts.playwrights_own())


# --- installed


@pytest.mark.usefixtures("bare")
def test_root_installs_what_is_missing_says_so_in_a_line_and_does_it_once(capsys):
    program("apt-get", APT)
    parts.provide()
    assert here() == ["bubblewrap", "chromium"]
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Installing bubblewrap and chromium with apt-get")
    assert "NO_APT=1 make test" in line
    update, *installs = log()
    assert update == "noninteractive update"
    assert [each.split()[-1] for each in installs] == ["bubblewrap", "chromium"]
    assert all(each.startswith("noninteractive install --yes ") for each in installs)
    parts.provide()
    assert len(log()) == 3
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("bare")
def test_only_what_is_missing_is_installed(capsys):
    program("apt-get", APT)
    program("google-chrome")
    parts.provide()
    assert "Installing bubblewrap with apt-get" in capsys.readouterr().out
    assert [each.split()[-1] for each in log()] == ["update", "bubblewrap"]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("why", ["an ordinary user", "no apt-get", "NO_APT"])
def test_where_it_may_not_nothing_happens(monkeypatch, capsys, why):
    if why != "no apt-get":
        program("apt-get", APT)
    if why == "an ordinary user":
        be(monkeypatch, 1000)
    if why == "NO_APT":
        monkeypatch.setenv("NO_APT", "1")
    parts.provide()
    assert log() == []
    assert capsys.readouterr().out == ""
    assert here() == []


@pytest.mark.usefixtures("bare")
def test_what_apt_cannot_install_is_said_and_keeps_nothing_else_out(monkeypatch, capsys):
    program("apt-get", APT)
    monkeypatch.setenv("BROKEN", "update bubblewrap")
    parts.provide()
    assert capsys.readouterr().out.splitlines()[1:] == [
        "apt-get could not install bubblewrap: E: Unable to locate bubblewrap"
    ]
    assert here() == ["chromium"]


# --- left out

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


# --- make test


@pytest.fixture
def checked(bare, monkeypatch):
    """The checks of make test, replaced by one that notes that it ran and fails."""
    monkeypatch.setattr(check, "ROOT", bare)
    monkeypatch.setattr(check, "CHECKS", [("Toy", (sys.executable, "-c", "open('ran', 'w'); exit(3)"))])
    return bare


@pytest.mark.parametrize(("ci", "status"), [("", 3), ("true", 1)])
def test_with_ci_nothing_is_checked_before_all_parts_are_here(checked, monkeypatch, capsys, ci, status):
    monkeypatch.setenv("CI", ci)
    be(monkeypatch, 1000)
    program("apt-get", APT)
    assert check.main() == status
    assert (checked / "ran").exists() is (ci == "")
    if ci:
        assert capsys.readouterr().out.splitlines() == [
            "bubblewrap is not installed; chromium is not installed",
            "sudo apt-get install bubblewrap chromium",
        ]


def test_make_test_installs_first(checked, monkeypatch):
    monkeypatch.setenv("CI", "true")
    program("apt-get", APT)
    assert check.main() == 3
    assert here() == ["bubblewrap", "chromium"]
