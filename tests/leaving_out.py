"""The plugin of pytest that leaves out the tests whose part of the system is missing, and counts them.

A test marked ``needs("bubblewrap")`` or ``needs("chromium")`` runs where `tools.parts` finds no trouble.
Elsewhere it is left out, or fails where ``CI`` is set, and the last lines of the run say how many were left
out, why, and what brings them.
"""

import pytest

from tools import parts

KEY = "left out"


def pytest_configure(config):
    """Declare the mark; the process that reports counts."""
    config.addinivalue_line("markers", "needs(part): runs where this part of tools/parts.py works")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Counted())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Leave the test out, or fail it, if something that it needs is missing."""
    for mark in item.iter_markers("needs"):
        if trouble := parts.trouble(*mark.args):
            if parts.required():
                pytest.fail(f"{trouble.why}. {'; '.join(parts.ways([trouble]))}", pytrace=False)
            # What pytest-xdist carries from its workers: plain tuples.
            item.user_properties.append((KEY, tuple(trouble)))
            pytest.skip(trouble.why)


class Counted:
    """Collects the troubles from the reports and speaks last."""

    def __init__(self):
        self.troubles = []

    def pytest_runtest_logreport(self, report):
        """Collect; each phase of a test reports its properties anew."""
        if report.when == "setup":
            self.troubles += [
                parts.Trouble(*trouble) for key, trouble in report.user_properties if key == KEY
            ]

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config):
        """Write after pytest's own summary."""
        for line in parts.farewell(self.troubles):
            config.get_terminal_writer().line(line)
