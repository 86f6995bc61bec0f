"""A lock holds pins and nothing of the machine that made it, and what is committed keeps to that."""

from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).parents[1]
PRINTED = "--option somewhere\n\n# a remark\nnumpy==1.26.4 ; python_full_version < '3.12'\nkeras==3.15.1\n"


def test_only_pins_arrive_in_a_lock(tmp_path):
    compiler = tmp_path / "uv"
    compiler.write_text(f"#!/bin/sh\ncat <<'END'\n{PRINTED}END\n")
    compiler.chmod(0o755)
    assert lock.compile_lock(str(compiler)) == PRINTED.splitlines(keepends=True)[-2:]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-parity.lock"])
def test_what_is_committed_is_a_remark_and_pins(name):
    remark, *pins = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert remark.startswith("# ")
    assert len(pins) > 3
    assert all(line[0].isalpha() and "==" in line and "://" not in line for line in pins)
