"""Compare every optimizer with four live frameworks, with their recorded steps, and with printed formulas.

``python -m tests.parity`` prints a table of the largest relative differences. It ends with 1 if one is too
large or a framework is missing; ``--record`` first writes the frameworks' steps and signatures down.
"""

import argparse
import sys

from d2l_utils.frameworks.rosetta import FRAMEWORKS
from tests.parity import fixture, signatures
from tests.parity.case import formula_path, our_path
from tests.parity.frameworks import installed
from tests.parity.presets import PRESETS
from tests.parity.problem import RTOL, SCALES, difference, recorded
from tests.rules import CASES


def called(framework):
    """Return the cases that a framework has a call for, with both scales of the gradients."""
    cases = (case for case in (*CASES, *PRESETS) if case.call and case.call.framework == framework)
    return [(case, scale) for case in cases for scale in SCALES]


def rows(framework):
    """Yield ``(key, compared, difference, tolerance)`` for every comparison with a framework."""
    stored = fixture.read(framework)
    for case, scale in called(framework):
        name, live = fixture.key(case, scale), case.call.path(scale)
        there = name in stored
        apart = difference(live, stored[name]) if there else float("inf")
        yield name, f"{framework}, recorded – live", apart, case.call.tolerance
        yield name, f"ours – {framework}", difference(our_path(case, scale), live), case.call.tolerance


def formula_rows():
    """Yield the same for every comparison with a formula."""
    for case in CASES:
        for scale in SCALES:
            if case.formula:
                apart = difference(our_path(case, scale), formula_path(case, scale))
                yield fixture.key(case, scale), "ours – formula", apart, RTOL


def record(framework, version):
    """Write a framework's steps to its fixture."""
    paths = {fixture.key(*each): recorded(each[0].call.path(each[1])) for each in called(framework)}
    fixture.write(framework, version, paths)


def main(arguments=None):
    """Print the table; return 1 if a difference exceeds its tolerance or a framework is missing, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description="Parity with the frameworks.")
    parser.add_argument("--record", action="store_true", help="write the frameworks' steps to the fixtures")
    options = parser.parse_args(arguments)
    tables, passed, failed = [formula_rows()], 0, 0
    for framework, (title, _, _) in FRAMEWORKS.items():
        try:
            version = installed(framework)
        except ImportError as error:
            failed += 1
            print(f"FAILED {title} is missing: {error}")
            continue
        if options.record:
            record(framework, version)
        tables.append(rows(framework))
    if options.record and not failed:
        signatures.record()
    for table in tables:
        for name, compared, apart, tolerance in table:
            good = apart <= tolerance
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'FAILED':7}{name:40}{compared:26}{apart:8.1e} of {tolerance:.0e}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
