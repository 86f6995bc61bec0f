"""Measure every chapter's live figure in the system's browser: `make bench-live`.

Prints what a reader feels, with the limit that each number has to keep: from a key on a slider to the drawn
path of 200 steps, from a move of a dragged start to four of them, from the first touch to the first path, and
what is loaded beyond the page. Other work on the machine makes the times longer, so the load is printed too.
"""

import os
import sys
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.measure import (
    MEDIAN,
    P95,
    RACE,
    READY,
    SIZE,
    answer_times,
    compressed_size,
    drag_times,
    ready_time,
)
from tests.browser.server import LIVE, Server, serving
from tools import parts

MIDDLE = f"{'median':>11}{'95 %':>11}"
FIRST_TIMES = 5  # how often a page is opened anew for its first touch


def judged(value: float, limit: float) -> str:
    """Return a number with a mark: does it keep its limit?"""
    return f"{value:9.1f} {'✓' if value <= limit else '✗'}"


def summary(times: np.ndarray, median: float) -> str:
    """Return the median and the 95th percentile of some times, judged."""
    return judged(float(np.median(times)), median) + judged(float(np.percentile(times, 95)), P95)


def measured(browser: Browser, server: Server, name: str) -> str:
    """Measure the first figure of a page and return its line of the table."""
    firsts = [ready_time(browser, server, name) for _ in range(FIRST_TIMES)]
    return "".join(
        (
            summary(answer_times(browser, server, name), MEDIAN),
            summary(drag_times(browser, server, name), RACE),
            judged(float(np.median([ready for ready, _ in firsts])), READY),
            judged(compressed_size(firsts[0][1]) / 1000, SIZE / 1000),
        )
    )


def main() -> int:
    """Print one line a page; return 1 if a limit is broken."""
    if trouble := parts.trouble("chromium"):
        sys.exit(f"{trouble.why}. {'; '.join(parts.ways([trouble]))}")
    with sync_playwright() as playwright, serving() as server:
        browser = chromium.launch(playwright)
        print(f"{browser.browser_type.name} {browser.version}; milliseconds, and kB compressed\n")
        print(f"{'':32}{'slider':^22}{'drag, 4 racers':^22}")
        print(f"{'':32}{2 * MIDDLE}{'ready':>11}{'size':>11}")
        limits = (MEDIAN, P95, RACE, P95, READY, SIZE / 1000)
        print(f"{'at most':32}" + "".join(f"{limit:9.1f}  " for limit in limits))
        lines = []
        for name in LIVE:
            lines.append(measured(browser, server, name))
            print(f"{Path(name).stem:32}{lines[-1]}", flush=True)
        browser.close()
    print(f"\nload of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return int("✗" in "".join(lines))


if __name__ == "__main__":
    sys.exit(main())
