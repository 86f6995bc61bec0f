"""Build the site in ``_build/html``: warnings are errors, and so is a cell that fails.

Run as ``python tools/build.py``. Pages and outputs that are still good are taken from the last build.
"""

import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
REPORTS = SITE / "reports"
DOCTREES = ROOT / "_build" / ".doctrees"
EXERCISES = (sys.executable, "-m", "exercises.build")  # makes the sources of the problem sets' pages
COMMAND = (
    Path(sysconfig.get_path("scripts")) / "jupyter-book",
    "build",
    ".",
    "-W",
    "-n",
    "--keep-going",
    "-q",
)


def failed_cells() -> list[Path]:
    """Return the reports that myst-nb wrote about cells that failed in this build."""
    return sorted(REPORTS.rglob("*.err.log"))


def main() -> int:
    """Build, explain a failure, and return the exit status."""
    print("Building the book; chapters that changed are executed ...", flush=True)
    started = time.monotonic()
    shutil.rmtree(REPORTS, ignore_errors=True)
    if subprocess.run(EXERCISES, cwd=ROOT).returncode:
        return 1
    run = subprocess.run(COMMAND, cwd=ROOT, stdout=subprocess.DEVNULL)
    reports = failed_cells()
    if run.returncode or reports:
        # Sphinx would take the pages with warnings for good ones next time.
        shutil.rmtree(DOCTREES, ignore_errors=True)
        for report in reports:
            print(f"{report.relative_to(ROOT)}:\n{report.read_text()}")
        print("The book was not built; see the warnings above.")
        return 1
    print(f"Built in {time.monotonic() - started:.0f} s. Open {SITE / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
