"""Run every regime, print the ratios, and write the results, the figures and the status page.

``python -m benchmarks`` starts this with one thread everywhere; ``--without-peers`` leaves the frameworks
out. Only a whole run writes anything.
"""

import argparse
import os
import sys
from functools import partial

import numpy as np

from benchmarks import report, step, sweep, toy, training
from benchmarks.timing import outcome

EXPONENTS = range(3, 8)  # of ten: parameters in a step


def regimes(with_peers=True):
    """Return, for each regime, how to make it and its number of rounds."""
    return {
        "r1": (partial(toy.regime, with_peers=with_peers), 31),
        "r2a": (partial(training.linear_regime, with_peers=with_peers), 31),
        "r2b": (partial(training.network_regime, with_peers=with_peers), 11),
        **{
            f"r3n1e{exponent}": (partial(step.regime, 10**exponent, with_peers), 31 if exponent < 7 else 9)
            for exponent in EXPONENTS
        },
        "r4": (partial(sweep.regime, with_peers=with_peers), 7),
    }


def on_one_core():
    """Keep this process, with all its threads, on the last core that it may use, where that can be said."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main():
    """Run; return 1 if a goal is missed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--without-peers", action="store_true", help="leave the frameworks out")
    parser.add_argument("only", nargs="*", help=f"some of {', '.join(regimes())}")
    given = parser.parse_args()
    chosen = regimes(not given.without_peers)
    if unknown := set(given.only) - set(chosen):
        parser.error(f"there is no regime {', '.join(sorted(unknown))}; choose from {', '.join(chosen)}")
    on_one_core()
    rng, outcomes = np.random.default_rng(0), []
    for make, rounds in [chosen[key] for key in given.only or chosen]:
        outcomes.append(outcome(make(), rounds, rng))
        print(report.table(outcomes[-1]), flush=True)
    results = {"machine": report.machine(), "regimes": outcomes}
    if not (given.only or given.without_peers):
        report.write(results)
    return int(not all(goal["met"] for each in outcomes for goal in each["goals"]))


if __name__ == "__main__":
    sys.exit(main())
