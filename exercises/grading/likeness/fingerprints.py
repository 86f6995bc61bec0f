"""Fingerprints of token sequences by winnowing.

Of the hashes of all runs of `RUN` tokens, the smallest in each `WINDOW` neighbours is kept. So any run of
``RUN + WINDOW - 1`` tokens that two texts share gives both a fingerprint, wherever it stands, and nothing
shorter than `RUN` gives one: S. Schleimer, D. S. Wilkerson and A. Aiken, "Winnowing: local algorithms for
document fingerprinting", SIGMOD 2003, https://doi.org/10.1145/872757.872770.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from exercises.grading.likeness.tokens import Token

__all__ = ["RUN", "fingerprints", "hashes"]

RUN, WINDOW = 10, 6

Hashed = tuple[int, tuple[Token, ...]]


def hashes(cells: Iterable[Sequence[Token]]) -> set[int]:
    """Return the hashes of all runs of tokens in these cells."""
    return {number for cell in cells for number, _ in _runs(cell)}


def fingerprints(
    cells: Iterable[Sequence[Token]], given: Collection[int] = ()
) -> dict[int, list[tuple[Token, ...]]]:
    """Return the fingerprints of these cells, and the runs that each of them stands for.

    A run whose hash is in ``given``, which everybody was handed, counts as not there.
    """
    found: dict[int, list[tuple[Token, ...]]] = defaultdict(list)
    for cell in cells:
        own = [each for each in _runs(cell) if each[0] not in given]
        for number, run in dict.fromkeys(_winnowed(own)):
            found[number].append(run)
    return dict(found)


def _runs(cell: Sequence[Token]) -> list[Hashed]:
    return [(_hash(run), run) for run in zip(*(cell[place:] for place in range(RUN)), strict=False)]


def _hash(run: Iterable[Token]) -> int:
    text = "\n".join(each.kind for each in run).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def _winnowed(runs: Sequence[Hashed]) -> list[Hashed]:
    """Return the rightmost smallest of each window."""
    windows = max(len(runs) - WINDOW + 1, min(len(runs), 1))
    found = []
    for first in range(windows):
        places = range(first, min(first + WINDOW, len(runs)))
        found.append(runs[min(places, key=lambda place: (runs[place][0], -place))])
    return found
