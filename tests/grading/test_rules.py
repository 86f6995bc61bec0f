"""Which of several submissions counts, and what lateness costs."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exercises.grading.course import submissions
from exercises.grading.course.submissions import Rules
from tests.grading.handed_in import NOTEBOOK, fill, graded


def timed(folder: Path, **hours: float) -> Path:
    """Write notebooks changed so many hours after the deadline."""
    for name, late in hours.items():
        fill(folder, f"s001/{name}.ipynb", content=NOTEBOOK + name.encode())
        moment = DEADLINE.timestamp() + 3600 * late
        os.utime(folder / f"s001/{name}.ipynb", (moment, moment))
    return folder


DEADLINE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "path", "days"),
    [
        (Rules(DEADLINE), "s001/c.ipynb", 2),
        (Rules(DEADLINE, "zero"), "s001/b.ipynb", 0),
        (Rules(DEADLINE, "10%"), "s001/b.ipynb", 0),
        (Rules(DEADLINE, duplicates="first"), "s001/a.ipynb", 0),
        (Rules(DEADLINE, duplicates="best"), "s001/a.ipynb s001/b.ipynb s001/c.ipynb", 0),
        (Rules(), "s001/c.ipynb", 0),
    ],
)
def test_which_of_several_counts_is_a_stated_rule(tmp_path, rules, path, days):
    found = submissions.collect(timed(tmp_path, a=-5, c=25, b=-1), "ps4", rules=rules)
    assert graded(found) == {"s001": path}
    assert found.entries[0].candidates[0].days == days
    assert "3 notebooks" in found.entries[0].note


@pytest.mark.parametrize(("hours", "days"), [(-0.01, 0), (0, 0), (0.01, 1), (24, 1), (24.01, 2)])
def test_a_started_day_counts_as_a_whole(tmp_path, hours, days):
    (entry,) = submissions.collect(timed(tmp_path, a=hours), "ps4", rules=Rules(DEADLINE)).entries
    assert entry.candidates[0].days == days


@pytest.mark.parametrize(
    ("late", "days", "cost"),
    [("accept", 3, 0), ("zero", 1, 1), ("zero", 0, 0), ("10%", 2, 0.2), ("12.5%", 1, 0.125)],
)
def test_what_lateness_costs(late, days, cost):
    assert Rules(DEADLINE, late).cost(days) == pytest.approx(cost)


@pytest.mark.parametrize("wrong", [{"late": "never"}, {"late": "10"}, {"duplicates": "all"}])
def test_an_unknown_rule_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Rules(**wrong)
