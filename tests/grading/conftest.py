"""Whoever starts bubblewrap says so: where it is missing, a test that does not would fail, and only there."""

import shutil

import pytest

from exercises.grading.sandbox import isolation

PROGRAM = shutil.which("bwrap")


@pytest.fixture(autouse=True)
def says_that_it_needs_bubblewrap(request, monkeypatch):
    """Fail a test without the mark in which this process starts the real bubblewrap."""
    command = isolation._bubblewrap

    def marked(*arguments):
        words = command(*arguments)
        assert words[0] != PROGRAM, "mark what starts bubblewrap with @pytest.mark.needs('bubblewrap')"
        return words

    if request.node.get_closest_marker("needs") is None:
        monkeypatch.setattr(isolation, "_bubblewrap", marked)
