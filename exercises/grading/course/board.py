"""The board of a contest: who came how far, under names that give nobody away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from exercises.grading.texts import worded

__all__ = ["alias", "markdown"]

ADJECTIVES = (
    "amber brave calm dapper eager fabled gentle hardy idle jolly keen lively mellow noble opal proud"
)
ANIMALS = (
    "badger crane dolphin egret falcon gecko heron ibis jackal kestrel lynx marten newt otter puffin raven"
)


def alias(student: str, seed: int) -> str:
    """Return the name of ``student`` on the board; who does not know the seed cannot tell whose it is.

    >>> alias("s001", 17)
    'hardy-marten-10e'
    """
    digest = hashlib.sha256(f"{seed}/{student}".encode()).hexdigest()
    first, second = int(digest[0], 16), int(digest[1], 16)
    return f"{ADJECTIVES.split()[first]}-{ANIMALS.split()[second]}-{digest[2:5]}"


def markdown(results: Iterable[Mapping[str, Any]], seed: int, names: bool = False) -> str:
    """Return the board as a Markdown table for each contest of the set, the best first.

    Equal measures share a place. With ``names`` the students' identifiers stand in it: for the instructor.
    """
    contests: dict[str, list[tuple[float, str, Mapping[str, Any]]]] = {}
    for result in results:
        for name, answer in result["questions"].items():
            if answer["kind"] == "contest" and answer["measure"] is not None:
                who = result["student"] if names else alias(result["student"], seed)
                contests.setdefault(name, []).append((-answer["measure"], who, answer))
    return "\n".join(
        _table(name, sorted(entries, key=lambda each: each[:2])) for name, entries in contests.items()
    )


def _table(name: str, entries: list[tuple[float, str, Mapping[str, Any]]]) -> str:
    lines = [f"## {name}: {entries[0][2]['title']}", ""]
    columns = " | ".join(worded(f"column_{name}") for name in ("place", "who", "measure", "asked"))
    lines += [f"| {columns} |", "| ---: | --- | ---: | ---: |"]
    for loss, who, answer in entries:
        place = 1 + sum(other < loss for other, _, _ in entries)
        safe = who.replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {place} | {safe} | {answer['measure']:.4f} | {answer['asked']} |")
    return "\n".join(lines) + "\n"
