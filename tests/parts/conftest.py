"""Shared by the tests of missing parts of the system."""

import pytest

from tests.parts.machine import be, load
from tools import parts


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine that has nothing on its PATH; the current folder is all of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(parts, "MAC", tmp_path / "none")
    monkeypatch.setattr(parts, "playwrights_own", lambda: tmp_path / "downloaded")
    monkeypatch.setattr(parts, "find_spec", lambda name: object())
    monkeypatch.setattr(parts, "OPENMP", str(tmp_path / "libgomp1"))
    monkeypatch.setattr(parts.ctypes, "CDLL", load)
    for name in ("CHROMIUM", "CI", "DEBIAN_FRONTEND", parts.NEVER):
        monkeypatch.delenv(name, raising=False)
    be(monkeypatch, 0)
    return tmp_path
