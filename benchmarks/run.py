"""Run every regime, print the ratios, and write the results, the figures and the status page.

``python -m benchmarks`` starts this with one thread everywhere; ``--without-peers`` leaves the frameworks out
and writes nothing.
"""

import argparse
import os
import sys

import numpy as np

from benchmarks import report, step, sweep, toy, training
from benchmarks.timing import outcome

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)


def regimes(with_peers=True):
    """Yield how to make each regime, and its number of rounds."""
    yield lambda: toy.regime(with_peers=with_peers), 11
    yield lambda: training.linear_regime(with_peers=with_peers), 11
    yield lambda: training.network_regime(with_peers=with_peers), 11
    for n in SIZES:
        yield lambda n=n: step.regime(n, with_peers=with_peers), 21 if n < 1_000_000 else 7
    yield lambda: sweep.regime(with_peers=with_peers), 7


def on_one_core():
    """Keep this process, with all its threads, on the last core that it may use, where that can be said."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main():
    """Run; return 1 if a goal is missed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--without-peers", action="store_true", help="leave the frameworks out")
    with_peers = not parser.parse_args().without_peers
    on_one_core()
    rng, outcomes = np.random.default_rng(0), []
    for make, rounds in regimes(with_peers):
        outcomes.append(outcome(make(), rounds, rng))
        print(report.table(outcomes[-1]), flush=True)
    results = {"machine": report.machine(), "regimes": outcomes}
    if with_peers:
        report.write(results)
    return int(not all(goal["met"] for each in outcomes for goal in each["goals"]))


if __name__ == "__main__":
    sys.exit(main())
