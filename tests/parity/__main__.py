"""Compare every optimizer with live PyTorch, with its recorded steps, with MXNet and with the formulas.

``python -m tests.parity`` prints a table of the largest relative differences and ends with 1 if one is too
large; ``--record`` first writes PyTorch's steps to the fixture.
"""

import argparse
import sys

from d2l_utils.frameworks import has_mxnet
from tests.parity import fixture
from tests.parity.cases import CASES, formula_path, our_path
from tests.parity.frameworks import MXNET, mxnet_path, torch_path
from tests.parity.problem import RTOL, SCALES, difference


def rows(recorded, with_mxnet):
    """Yield ``(key, compared, difference, tolerance)`` for every comparison."""
    for case in CASES:
        for scale in SCALES:
            name, ours = fixture.key(case, scale), our_path(case, scale)
            if case.torch:
                live = torch_path(case, scale)
                stored = recorded.get(name)
                apart = float("inf") if stored is None else difference(stored, live)
                yield name, "torch, recorded – live", apart, RTOL
                yield name, "ours – torch", difference(ours, live), RTOL
            if case.mxnet and with_mxnet:
                yield name, "ours – mxnet", difference(ours, mxnet_path(case, scale)), MXNET[case.mxnet[0]][1]
            if case.formula:
                yield name, "ours – formula", difference(ours, formula_path(case, scale)), RTOL


def record():
    """Write PyTorch's steps to the fixture."""
    import torch

    cases = [(case, scale) for case in CASES if case.torch for scale in SCALES]
    fixture.write(torch.__version__.split("+")[0], {fixture.key(*c): torch_path(*c) for c in cases})


def main(arguments=None):
    """Print the table; return 1 if a difference exceeds its tolerance, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description="Parity with the frameworks.")
    parser.add_argument("--record", action="store_true", help="write PyTorch's steps to the fixture first")
    if parser.parse_args(arguments).record:
        record()
    passed = failed = 0
    for name, compared, apart, tolerance in rows(fixture.read(), has_mxnet()):
        good = apart <= tolerance
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok' if good else 'FAILED':7}{name:36}{compared:24}{apart:8.1e} of {tolerance:.0e}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
