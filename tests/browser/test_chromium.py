"""A machine without a browser is told how to get one, and fails where the tests must not be left out."""

from types import SimpleNamespace

import pytest

from tests.browser import chromium, conftest

NOWHERE = SimpleNamespace(chromium=SimpleNamespace(executable_path="/nowhere/chrome"))


@pytest.fixture
def bare(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "MAC", tmp_path / "none")
    monkeypatch.delenv("CHROMIUM", raising=False)
    return tmp_path


def test_the_browser_that_is_named_comes_first(bare, monkeypatch):
    program = bare / "chromium"
    program.touch(0o755)
    assert chromium.find(NOWHERE) == str(program)
    mine = bare / "mine"
    mine.touch(0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert chromium.find(NOWHERE) == str(mine)


def test_a_name_that_is_no_program_is_refused(bare, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(FileNotFoundError, match="no-such-browser"):
        chromium.find(NOWHERE)


def test_playwright_s_own_browser_is_the_last_resort(bare):
    own = bare / "downloaded"
    own.touch(0o755)
    assert chromium.find(SimpleNamespace(chromium=SimpleNamespace(executable_path=str(own)))) == str(own)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_without_a_browser_ci_fails_and_others_are_told_how_to_get_one(bare, monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="apt-get install chromium"):
        conftest.started(NOWHERE)
