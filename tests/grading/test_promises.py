"""Every promise of the instructor's page names the tests that show it."""

import re
from pathlib import Path

PAGE = Path("exercises/instructors.md").read_text(encoding="utf-8")
PROMISES = PAGE.split("## What the sandbox promises", 1)[1].split("It does not promise:", 1)[0]
FOLDER = Path("tests/grading")


def test_every_promise_names_tests_that_are_there():
    rows = [line.strip("| ").split(" | ") for line in PROMISES.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 14
    for promise, shown in rows:
        names = re.findall(r"`(\w+)`", shown)
        assert names, promise
        assert [name for name in names if not (FOLDER / f"test_{name}.py").is_file()] == []
