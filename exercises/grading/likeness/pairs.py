"""Which two of a class are more alike than honest answers of this class are.

A fingerprint that many have says little: there may be one right way. It weighs ``log2((n + 1) / k)²`` where k
of n have it, as in the inner product of two texts whose words are weighted by their rarity, and nothing where
more than half have it. Two are as alike as what they share weighs. What is normal is taken from the class
itself: from how alike everybody is to whoever is most like him, by Tukey's outer fence, the upper quartile
plus three times the distance of the quartiles (J. W. Tukey, *Exploratory Data Analysis*, 1977, section 2D).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from math import log2

import numpy as np

__all__ = ["Likeness", "Pair", "compare"]

LEAST = 6  # fingerprints that only two have: less stands out nowhere
MOST_PAIRS = 40


@dataclass(frozen=True)
class Pair:
    """Two of a class, what they share weighs, and which share of each one's own that is."""

    first: str
    second: str
    weight: float
    shares: tuple[float, float]
    shared: frozenset[int]


@dataclass(frozen=True)
class Likeness:
    """What `compare` found: who stands out, the most alike pair that does not, and what is normal.

    ``quartiles`` are of the weight that everybody shares with whoever is most like him: least, lower
    quartile, median, upper quartile, most. Whoever shares more than ``fence`` stands out.
    """

    standing_out: list[Pair]
    normal: Pair | None
    quartiles: tuple[float, ...]
    fence: float
    weights: Mapping[int, float]


def compare(prints: Mapping[str, Set[int]]) -> Likeness:
    """Compare everybody's fingerprints with everybody's.

    Examples
    --------
    >>> round(compare({"ada": {1, 2}, "bob": {2, 3}}).normal.weight, 3)
    0.342
    """
    names = sorted(prints)
    owners: dict[int, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for each in prints[name]:
            owners[each].append(number)
    many = max(2, len(names) / 2)
    weights = {
        each: log2((len(names) + 1) / len(found)) ** 2 if len(found) <= many else 0.0
        for each, found in owners.items()
    }
    shared = np.zeros((len(names), len(names)))
    for each, found in owners.items():
        if len(found) > 1 and weights[each]:
            shared[np.ix_(found, found)] += weights[each]
    np.fill_diagonal(shared, 0)
    nearest = shared.max(axis=1, initial=0.0) if names else np.zeros(1)
    quartiles = np.quantile(nearest, (0, 0.25, 0.5, 0.75, 1))
    least = LEAST * log2((len(names) + 1) / 2) ** 2
    fence = max(least, float(quartiles[3] + 3 * (quartiles[3] - quartiles[1])))

    def pair(i: int, j: int) -> Pair:
        both = frozenset(each for each in prints[names[i]] & prints[names[j]] if weights[each])
        whole = [sum(weights[each] for each in prints[names[k]]) for k in (i, j)]
        shares = tuple(float(shared[i, j]) / each if each else 0.0 for each in whole)
        return Pair(names[i], names[j], float(shared[i, j]), (shares[0], shares[1]), both)

    rows, columns = np.triu_indices(len(names), 1)
    weight = shared[rows, columns]
    order = np.lexsort((columns, rows, -weight))
    above = [k for k in order[:MOST_PAIRS] if weight[k] > fence]
    below = next((k for k in order if 0 < weight[k] <= fence), None)
    return Likeness(
        [pair(rows[k], columns[k]) for k in above],
        None if below is None else pair(rows[below], columns[below]),
        tuple(map(float, quartiles)),
        fence,
        weights,
    )
