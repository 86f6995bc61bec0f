"""Run every check of ``make test`` in order and stop at the first that fails.

What the tests need of the system comes before them, and what they left out closes the run. The site is built
before the tests, because some of them look at it.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools import parts

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
# Cells of one notebook share a kernel, so a file stays with one worker, and files begin in the order of
# conftest.py.
PYTEST = (
    *("-m", "pytest", "--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder", "--doctest-modules"),
    *("--nbval", "--nbval-sanitize-with=tests/nbval_sanitize.cfg"),
    *("--ignore=exercises/grading/sandbox/box", "--ignore-glob=d2l_utils/like_*"),
    *("d2l_utils", "exercises/grading", "tests", "chapters", "reference"),
)
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Style", (str(SCRIPTS / "ruff"), "check", "--quiet", ".")),
    ("Format", (str(SCRIPTS / "ruff"), "format", "--quiet", "--check", ".")),
    ("Types", (sys.executable, "-m", "mypy")),
    ("Book", (sys.executable, "tools/build.py")),
    ("Tests, doctests and the notebooks' stored outputs", (sys.executable, *PYTEST)),
)


def main() -> int:
    """Run the checks; return the status of the first that fails."""
    parts.provide()
    troubles = [trouble for part in parts.PARTS if (trouble := part.trouble())]
    if troubles and parts.required():
        print("; ".join(each.why for each in troubles), *parts.ways(troubles), sep="\n")
        return 1
    os.environ["OMP_NUM_THREADS"] = "1"  # pytest's workers and their kernels share the processors
    for title, command in CHECKS:
        print(f"== {title}", flush=True)
        status = subprocess.run(command, cwd=ROOT).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
