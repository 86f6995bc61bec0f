"""The parts of the system: found, tried, and installed where one may."""

import sys
from pathlib import Path

import pytest

from tests.parts.machine import APT, NO_BUBBLEWRAP, NO_CHROMIUM, NO_OPENMP, ROOT, be, here, log, program
from tools import check, parts


def test_apt_txt_lists_the_parts():
    assert (ROOT / "apt.txt").read_text().split() == [part.name for part in parts.PARTS]


# --- found and tried


@pytest.mark.needs("bubblewrap")
@pytest.mark.needs("chromium")
@pytest.mark.needs("libgomp1")
def test_the_real_parts_work():
    assert here() == ["bubblewrap", "chromium", "libgomp1"]


@pytest.mark.usefixtures("bare")
def test_what_is_not_on_the_path_is_not_installed():
    assert [part.trouble() for part in parts.PARTS] == [NO_BUBBLEWRAP, NO_CHROMIUM, NO_OPENMP]


@pytest.mark.usefixtures("bare")
def test_where_mxnet_cannot_be_had_its_library_is_not_missed(monkeypatch):
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    assert here() == ["libgomp1"]


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
    assert here() == ["bubblewrap", "chromium", "libgomp1"]
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Installing bubblewrap and chromium and libgomp1 with apt-get")
    assert "NO_APT=1 make test" in line
    update, *installs = log()
    assert update == "noninteractive update"
    assert [each.split()[-1] for each in installs] == ["bubblewrap", "chromium", "libgomp1"]
    assert all(each.startswith("noninteractive install --yes ") for each in installs)
    parts.provide()
    assert len(log()) == 4
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("bare")
def test_only_what_is_missing_is_installed(capsys):
    program("apt-get", APT)
    program("google-chrome")
    program("libgomp1")
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
    assert here() == ["chromium", "libgomp1"]


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
            "bubblewrap is not installed; chromium is not installed; libgomp1 is not installed",
            "sudo apt-get install bubblewrap chromium libgomp1",
        ]


def test_make_test_installs_first(checked, monkeypatch):
    monkeypatch.setenv("CI", "true")
    program("apt-get", APT)
    assert check.main() == 3
    assert here() == ["bubblewrap", "chromium", "libgomp1"]
