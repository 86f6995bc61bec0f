"""Compare every optimizer with four live frameworks, with their recorded steps, and with printed formulas.

TensorFlow, which is not locked, is represented by its recorded steps: two live frameworks must repeat them.
``python -m tests.parity`` prints a table of the largest relative differences. It ends with 1 if one is too
large or a framework is missing. ``--record`` first writes the frameworks' steps and signatures down;
``--record adam`` does so for one rule, leaves the others' as they are, and compares that rule alone.
"""

import argparse
import sys

from d2l_utils.frameworks.rosetta import FRAMEWORKS
from tests.parity import fixture, signatures, tensorflow
from tests.parity.case import formula_path, our_path
from tests.parity.frameworks import installed
from tests.parity.presets import PRESETS
from tests.parity.problem import RTOL, SCALES, difference, recorded
from tests.rules import CASES, home


def called(framework, names=None):
    """Return the cases that a framework has a call for, with both scales of the gradients.

    ``names`` are the files of :mod:`tests.rules` whose cases are asked for, all by default.
    """
    cases = (case for case in (*CASES, *PRESETS) if case.call and case.call.framework == framework)
    return [(case, scale) for case in cases if names is None or home(case) in names for scale in SCALES]


def rows(framework, names=None):
    """Yield ``(key, compared, difference, tolerance)`` for every comparison with a framework."""
    for case, scale in called(framework, names):
        name, live = fixture.key(case, scale), case.call.path(scale)
        stored = fixture.read(home(case)).get(framework, {})
        apart = difference(live, stored[name], case.shape) if name in stored else float("inf")
        yield name, f"{framework}, recorded – live", apart, case.call.tolerance
        ours = difference(our_path(case, scale), live, case.shape)
        yield name, f"ours – {framework}", ours, case.call.tolerance


def formula_rows(names=None):
    """Yield the same for every comparison with a formula."""
    for case in CASES:
        for scale in SCALES:
            if case.formula and (names is None or home(case) in names):
                apart = difference(our_path(case, scale), formula_path(case, scale), case.shape)
                yield fixture.key(case, scale), "ours – formula", apart, RTOL


def recordable():
    """Return the names of the rules that some framework has a call for."""
    return sorted({home(case) for framework in FRAMEWORKS for case, _ in called(framework)})


def record(names, versions):
    """Write the steps of the frameworks in ``{framework: version}`` to the fixtures of these rules."""
    for name in names:
        taken = {}
        for framework, version in versions.items():
            cases = called(framework, [name])
            paths = {fixture.key(*each): recorded(each[0].call.path(each[1])) for each in cases}
            taken[framework] = version, paths
        fixture.write(name, taken)


def main(arguments=None):
    """Print the table; return 1 if a difference exceeds its tolerance or a framework is missing, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description="Parity with the frameworks.")
    parser.add_argument(
        "--record",
        nargs="*",
        metavar="NAME",
        help="write the frameworks' steps to the fixtures: of these rules, of all by default",
    )
    names = parser.parse_args(arguments).record
    known = recordable()
    for name in names or ():
        if name not in known:
            parser.error(f"no framework has a call of {name!r} to record; expected some of {known}")
    passed, failed, versions = 0, 0, {}
    for framework, (title, _, _) in FRAMEWORKS.items():
        try:
            versions[framework] = installed(framework)
        except ImportError as error:
            failed += 1
            print(f"FAILED {title} is missing: {error}")
    if names is not None:
        record(names or known, versions)
        if not failed:
            called_by = {
                (framework, case.call.name)
                for framework in FRAMEWORKS
                for case, _ in called(framework, names)
            }
            signatures.record(called_by if names else None)
    asked = names or None
    tables = [formula_rows(asked), *(rows(framework, asked) for framework in versions)]
    if not asked:
        tables += [tensorflow.rows(framework) for framework in versions]
    for table in tables:
        for name, compared, apart, tolerance in table:
            good = apart <= tolerance
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'FAILED':7}{name:40}{compared:26}{apart:8.1e} of {tolerance:.0e}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
