"""When a hand-in is late, and what that costs."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["DUPLICATES", "Rules", "moment"]

DUPLICATES = ("latest", "first", "best")


def moment(text: str) -> datetime:
    """Return the time that ``text`` names in ISO 8601; without a time zone it is this machine's.

    A date alone is refused: it would be the first minute of the day, and whoever writes it means the last.

    Examples
    --------
    >>> moment("2026-03-01T23:59+01:00").isoformat()
    '2026-03-01T23:59:00+01:00'
    """
    try:
        when = datetime.fromisoformat(text.strip())
        if not re.search(r"\d[T ]\d", text):
            raise ValueError("it has no hour")
        return when if when.tzinfo else when.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(
            f"{text!r} is not a time; 2026-03-01T23:59 or 2026-03-01T23:59+01:00 was expected"
        ) from error


@dataclass(frozen=True)
class Rules:
    """What is done with late and with several hand-ins of one student.

    ``deadline`` has a time zone. ``late`` is "accept" (it is noted), "zero" (it counts 0) or the per cent of
    the set's points that each started day costs, as "10%". ``duplicates`` is "latest", "first" or "best";
    where a late hand-in costs something, one in time comes before a late one.
    """

    deadline: datetime | None = None
    late: str = "accept"
    duplicates: str = "latest"

    def __post_init__(self) -> None:
        if self.late not in ("accept", "zero") and not re.fullmatch(r"\d{1,3}(\.\d+)?%", self.late):
            raise ValueError(
                f"the late rule is {self.late!r}; accept, zero or a per cent as 10% was expected"
            )
        if self.duplicates not in DUPLICATES:
            raise ValueError(
                f"duplicates is {self.duplicates!r}; one of {', '.join(DUPLICATES)} was expected"
            )

    def days(self, submitted: datetime | None, flagged: bool | None = None) -> int:
        """Return how many days late it is, a started one as a whole; 1 where only a flag tells."""
        if self.deadline and submitted:
            return max(0, math.ceil((submitted - self.deadline) / timedelta(days=1)))
        return int(bool(flagged))

    def cost(self, days: int) -> float:
        """Return the share of the set's points that ``days`` cost; 1 or more leaves none."""
        if not days or self.late == "accept":
            return 0.0
        return 1.0 if self.late == "zero" else days * float(self.late[:-1]) / 100
