"""Ask the race's question about Adam and NAdam once more, on trials and seeds that nobody has seen.

``python -m tools.race_again LOGS`` keeps each run as a line in the folder LOGS, a file a workload, as
``tools/race.py`` does, and writes ``race_again.json``: four entries, the race's own targets, five draws
beyond the race's, trials alone. About four minutes of one core.
"""

from typing import Any

from d2l_utils.racing import Log, Plan, load_race, race
from tools.race import FILE, run

ENTRIES = (("Adam", "long"), ("Adam", "halved"), ("NAdam", "ahead"), ("NAdam", "long"))
PLAN = Plan()
FRESH = range(PLAN.draws, 2 * PLAN.draws)  # draws


def asked(name: str, log: Log) -> dict[str, Any]:
    """Return the trials of each entry on a workload, a list over the draws."""
    goal = load_race()["workloads"][name]["targets"]["target"]
    found: dict[str, Any] = {space: {} for _, space in ENTRIES}
    for method, space in ENTRIES:
        found[space][method] = [
            race(name, method, space, PLAN, goal, log, draw=draw, again=False) for draw in FRESH
        ]
    return found


if __name__ == "__main__":
    run(str(__doc__), asked, FILE.with_name("race_again.json"), draws=list(FRESH))
