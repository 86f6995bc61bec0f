"""The browser is driven by what the environment holds."""

import os
import subprocess
import sys

from tools import parts


def test_playwright_runs_on_a_node_that_asks_for_no_library_of_its_own():
    node = os.environ["PLAYWRIGHT_NODEJS_PATH"]
    assert node == str(parts.NODE)
    assert subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout[0] == "v"
    if sys.platform == "linux":
        asked = subprocess.run(["ldd", node], capture_output=True, text=True, check=True).stdout
        assert "libc" in asked
        assert "libatomic" not in asked
