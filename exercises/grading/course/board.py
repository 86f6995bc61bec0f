"""The board of a contest: who came how far, under names that give nobody away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from exercises.grading.texts import worded

__all__ = ["alias", "markdown", "sign_flip"]

ADJECTIVES = (
    "amber brave calm dapper eager fabled gentle hardy idle jolly keen lively mellow noble opal proud"
)
ANIMALS = (
    "badger crane dolphin egret falcon gecko heron ibis jackal kestrel lynx marten newt otter puffin raven"
)


def alias(student: str, secret: str) -> str:
    """Return the name of ``student`` on the board; who does not know the secret cannot tell whose it is.

    ``secret`` is that of `journal.stored_secret`: a number of few digits would be found by trying them all.

    >>> alias("s001", "17")
    'hardy-marten-10e'
    """
    digest = hashlib.sha256(f"{secret}/{student}".encode()).hexdigest()
    first, second = int(digest[0], 16), int(digest[1], 16)
    return f"{ADJECTIVES.split()[first]}-{ANIMALS.split()[second]}-{digest[2:5]}"


def markdown(results: Iterable[Mapping[str, Any]], secret: str, names: bool = False) -> str:
    """Return the board as a Markdown table for each contest of the set, the best first.

    Equal measures share a place. Where a contest has several studies, the table tells how many, a band, and
    whether a difference might be chance. With ``names`` the students' identifiers stand in it: for the
    instructor.
    """
    contests: dict[str, list[tuple[float, str, Mapping[str, Any]]]] = {}
    for result in results:
        for name, answer in result["questions"].items():
            if answer["kind"] == "contest" and answer["measure"] is not None:
                who = result["student"] if names else alias(result["student"], secret)
                contests.setdefault(name, []).append((-answer["measure"], who, answer))
    return "\n".join(
        _table(name, sorted(entries, key=lambda each: each[:2])) for name, entries in contests.items()
    )


def _table(name: str, entries: list[tuple[float, str, Mapping[str, Any]]]) -> str:
    count = max(len(_studies(answer)) for _, _, answer in entries)
    several = count > 1
    columns = (
        ("median", "band", "trials", "asked_each", "above", "leader") if several else ("measure", "asked")
    )
    lines = [f"## {name}: {entries[0][2]['title']}", ""]
    if several:
        lines += [worded("board_studies", count=count, sure=f"{100 - 100 / 2 ** (count - 1):.1f}"), ""]
    heads = " | ".join(worded(f"column_{column}") for column in ("place", "who", *columns))
    lines += [f"| {heads} |", "| ---: | --- |" + " ---: |" * len(columns)]
    for number, (loss, who, answer) in enumerate(entries):
        place = 1 + sum(other < loss for other, _, _ in entries)
        safe = who.replace("|", "\\|").replace("\n", " ")
        cells = [f"{answer['measure']:.4f}"]
        if several:
            studies = _studies(answer)
            above, leader = (entries[other][2] if number else None for other in (number - 1, 0))
            cells += [
                _band(studies),
                str(answer.get("trials", 1)),
                str(round(answer["asked"] / len(studies))),
            ]
            cells += [_p(studies, above), _p(studies, leader)]
        else:
            cells.append(str(answer["asked"]))
        lines.append(f"| {place} | {safe} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _studies(answer: Mapping[str, Any]) -> list[float | None]:
    return answer.get("studies") or [answer["measure"]]


def _band(studies: list[float | None]) -> str:
    known = [score for score in studies if score is not None]
    least = "–∞" if len(known) < len(studies) else f"{min(known):.4f}"
    return f"{least} … {max(known):.4f}"


def _p(studies: list[float | None], other: Mapping[str, Any] | None) -> str:
    """Return the p-value of the difference to another entry; a dash where there is none to tell."""
    theirs = [] if other is None else _studies(other)
    if len(theirs) != len(studies):
        return "–"
    pairs = [(a, b) for a, b in zip(studies, theirs, strict=True) if a is not None and b is not None]
    if len(pairs) < len(studies):
        return "–"
    return f"{sign_flip([b - a for a, b in pairs]):.3f}"


def sign_flip(differences: Sequence[float]) -> float:
    """Return the two-sided p-value of the mean of paired differences, by all choices of their signs.

    It is the share of the choices whose sum is as far from 0 as the one that was seen, up to rounding. So it
    is never below 2 / 2ⁿ.

    >>> sign_flip([1.0, 2.0, 3.0])
    0.25
    """
    sums = np.zeros(1)
    for difference in differences:
        sums = np.concatenate([sums + difference, sums - difference])
    seen = abs(sums[0])  # no sign is changed in the first
    return float(np.mean(np.abs(sums) >= seen - 1e-12 * np.abs(differences).sum()))
