"""Measure every chapter's live figure in the system's browser: `make bench-live`.

Prints what a reader feels, with the limit that each number has to keep: from a key on a slider to the drawn
path of 200 steps, from the first touch to the first path, and what is loaded beyond the page.
"""

import sys
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.measure import MEDIAN, P95, READY, SIZE, answer_times, compressed_size, ready_time
from tests.browser.server import PAGES, serving

FIRST_TIMES = 5  # how often a page is opened anew for its first touch


def judged(value: float, limit: float) -> str:
    """Return a number with a mark: does it keep its limit?"""
    return f"{value:9.1f} {'✓' if value <= limit else '✗'}"


def main() -> int:
    """Print one line a chapter; return 1 if a limit is broken."""
    with sync_playwright() as playwright, serving() as server:
        browser = chromium.launch(playwright)
        if browser is None:
            sys.exit(chromium.HOW)
        print(f"{browser.browser_type.name} {browser.version}; milliseconds, and kB compressed\n")
        print(f"{'':32}{'median':>11}{'95 %':>11}{'ready':>11}{'size':>11}")
        print(f"{'at most':32}{MEDIAN:9.1f}  {P95:9.1f}  {READY:9.1f}  {SIZE / 1000:9.1f}")
        lines = []
        for name in (name for name in PAGES if name.startswith("chapters/")):
            firsts = [ready_time(browser, server, name) for _ in range(FIRST_TIMES)]
            times = answer_times(browser, server, name)
            line = (
                judged(float(np.median(times)), MEDIAN),
                judged(float(np.percentile(times, 95)), P95),
                judged(float(np.median([ready for ready, _ in firsts])), READY),
                judged(compressed_size(firsts[0][1]) / 1000, SIZE / 1000),
            )
            print(f"{Path(name).stem:32}{''.join(line)}", flush=True)
            lines.append(line)
        browser.close()
    return int(any("✗" in each for line in lines for each in line))


if __name__ == "__main__":
    sys.exit(main())
