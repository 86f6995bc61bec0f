"""The environment is made in sight: while pip works, a line every few seconds says how far it is."""

import os
import sys
import time

import pytest

from tools import environment

FETCHES = """\
Collecting numpy==1.26.4 (from -r toy.lock (line 2))
  Downloading numpy-1.26.4.whl (18 MB)
Ignoring colorama: markers 'sys_platform == "win32"' don't match your environment
Requirement already satisfied: tqdm in here (from -r toy.lock (line 4))
Collecting unasked (from tqdm)
"""
INSTALLS = "Installing collected packages: unasked, tqdm, numpy\n"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A repository with a lock of four pins, and an environment whose Python a test writes."""
    pins = ("numpy==1.26.4", "colorama==0.4 ; sys_platform == 'win32'", "tqdm==4.66", "scipy==1.12")
    (tmp_path / "toy.lock").write_text("\n".join(["# a remark: x==1", *pins]))
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "INTERVAL", 0.2)
    return tmp_path


def pip(text):
    """Let a Python script stand in for the environment's Python that runs pip."""
    python = environment.venv_python()
    python.parent.mkdir(parents=True)
    python.write_text(f"#!{sys.executable}\nimport sys, time\nfrom pathlib import Path\n{text}")
    python.chmod(0o755)


def packages():
    """Return the folder of the environment's packages."""
    version = "python{}.{}".format(*sys.version_info[:2])
    return environment.VENV / "lib" / version / "site-packages"


def test_while_pip_fetches_the_pins_are_counted(made, capsys):
    pip(f"print({FETCHES!r}, flush=True); time.sleep(2)")
    environment.install("toy.lock")
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert lines[-1].endswith(" s: 3 of 4 fetched, now unasked")


def test_before_pip_has_said_anything_there_is_a_line_too(made):
    assert environment.stage("", "toy.lock", 0) == "0 of 4 fetched, now ..."


def test_while_pip_installs_what_is_installed_since_is_counted(made):
    for name in ("numpy", "tqdm", "old"):
        (packages() / f"{name}-1.dist-info").mkdir(parents=True)
    began = time.time() - 60
    os.utime(packages() / "old-1.dist-info", (0, 0))
    assert environment.stage(FETCHES + INSTALLS, "toy.lock", began) == "2 of 3 installed"


def test_pip_gets_the_lock_and_is_quiet_when_quick(made, monkeypatch, capfd):
    monkeypatch.setattr(environment, "INTERVAL", 60)
    pip("print('Collecting numpy'); Path('told').write_text(' '.join(sys.argv[1:]))")
    environment.install("toy.lock", "--no-deps")
    assert capfd.readouterr() == ("", "")
    assert (made / "told").read_text().endswith("install --progress-bar off --no-deps -r toy.lock")


def test_what_pip_complains_of_is_shown_when_it_fails(made, capfd):
    pip("print('ERROR: no such package', file=sys.stderr); sys.exit(1)")
    with pytest.raises(SystemExit, match="the command above failed"):
        environment.install("toy.lock")
    assert "ERROR: no such package" in capfd.readouterr().err


def test_a_python_that_is_too_new_is_named(made, monkeypatch):
    monkeypatch.setattr(environment, "NEWEST_TRIED", (3, 10))
    pip("sys.exit(1)")
    with pytest.raises(SystemExit, match=r"failed\. Descent needs Python 3\.11, 3\.12 or 3\.13; "):
        environment.install("toy.lock")
