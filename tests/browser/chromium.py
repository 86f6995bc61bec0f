"""Find a Chromium and start it with no network but this machine."""

import os
import shutil
from pathlib import Path

PATIENCE = 180_000  # milliseconds; on a busy machine a browser starts slowly
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
HOW = (
    "These tests need Chromium or Chrome, and none was found. Install one (Debian: apt-get install chromium; "
    "any system: .venv/bin/playwright install chromium), or name one: CHROMIUM=/path/to/chrome make test"
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page that asks another site fails, as it would without a network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find(playwright):
    """Return the path of the browser to use, or None.

    The environment variable ``CHROMIUM`` comes first, then the system's browser, then Playwright's own.
    """
    if named := os.environ.get("CHROMIUM"):
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"CHROMIUM names {named!r}, which is not a program")
        return found
    installed = filter(None, map(shutil.which, NAMES))
    downloaded = (path for path in (MAC, Path(playwright.chromium.executable_path)) if path.exists())
    return next(installed, None) or next(map(str, downloaded), None)


def launch(playwright):
    """Start the browser, or return None where there is none."""
    path = find(playwright)
    return path and playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=PATIENCE)
