"""Start the browser with no network but this machine."""

from tools.parts import find_chromium

PATIENCE = 180_000  # milliseconds; on a busy machine a browser starts slowly
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


def launch(playwright):
    """Start the browser that is here."""
    options = {"executable_path": find_chromium(), "args": list(ARGUMENTS), "timeout": PATIENCE}
    return playwright.chromium.launch(**options)
