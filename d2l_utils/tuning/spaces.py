"""Search spaces: where each setting may lie, and how likely each value is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2l_utils._engine import checks

__all__ = ["Choice", "LogUniform", "Space", "Uniform", "grid", "sample"]


@dataclass(frozen=True)
class Uniform:
    """A number of which every value between two ends is equally likely, as for a share of dropout.

    Parameters
    ----------
    low, high : float
        The ends, finite, ``low`` below ``high``.

    Examples
    --------
    >>> Uniform(0.0, 0.5).at(0.5)
    0.25
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        low, high = (checks.number(name, getattr(self, name)) for name in ("low", "high"))
        if not low < high:
            raise ValueError(f"low must be below high; got low={low:g} and high={high:g}")
        if math.isinf(high - low):
            raise ValueError(f"high − low must be finite; got low={low:g} and high={high:g}")

    def at(self, share: float) -> float:
        """Return the value at a share of the way from the low end (0) to the high end (1)."""
        return self.low + _on_the_way(share) * (self.high - self.low)

    def share(self, value: float) -> float:
        """Return how far along the way a value lies: 0 at the low end, 1 at the high end."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class LogUniform:
    """A number of which every order of magnitude is equally likely, as for a learning rate.

    Parameters
    ----------
    low, high : float
        The ends, finite and above 0, ``low`` below ``high``.

    Examples
    --------
    >>> round(LogUniform(1e-4, 1e-2).at(0.5), 9)
    0.001
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        low, high = (checks.positive(name, getattr(self, name)) for name in ("low", "high"))
        if not low < high:
            raise ValueError(f"low must be below high; got low={low:g} and high={high:g}")
        if math.isinf(high / low):
            raise ValueError(f"high / low must be finite; got low={low:g} and high={high:g}")

    def at(self, share: float) -> float:
        """Return the value at a share of the orders of magnitude from the low end (0) to the high (1)."""
        return self.low * (self.high / self.low) ** _on_the_way(share)

    def share(self, value: float) -> float:
        """Return how far along the way a value lies: 0 at the low end, 1 at the high end."""
        return math.log(checks.positive("value", value) / self.low) / math.log(self.high / self.low)


@dataclass(frozen=True)
class Choice:
    """One of some values, each equally likely.

    Parameters
    ----------
    values : iterable
        What there is to choose from, at least one.

    Examples
    --------
    >>> Choice([16, 32, 64]).at(0.5)
    32
    """

    values: tuple[Any, ...]

    def __init__(self, values: Iterable[Any]) -> None:
        object.__setattr__(self, "values", tuple(checks.sequence("values", "choices", values)))
        if not self.values:
            raise ValueError("values must hold at least one; got none")

    def at(self, share: float) -> Any:
        """Return the value whose equal part of the way from 0 to 1 holds the share."""
        return self.values[min(int(_on_the_way(share) * len(self.values)), len(self.values) - 1)]

    def share(self, value: Any) -> float:
        """Return the middle of a value's part of the way from 0 to 1."""
        if value not in self.values:
            raise ValueError(f"value must be one of {', '.join(map(repr, self.values))}; got {value!r}")
        return (self.values.index(value) + 0.5) / len(self.values)


Space = Mapping[str, Uniform | LogUniform | Choice]


def _on_the_way(share: float) -> float:
    """Return a share of a way, or raise a ValueError if it leads beyond an end."""
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1; got {share!r}")
    return share


def checked(space: Any) -> Space:
    """Return a space, or raise a TypeError before anything is drawn."""
    if not isinstance(space, Mapping):
        raise TypeError(f"space must be a dict, such as {{'lr': LogUniform(1e-4, 1.0)}}; got {space!r}")
    for name, each in space.items():
        if not isinstance(each, Uniform | LogUniform | Choice):
            raise TypeError(f"space[{name!r}] must be a Uniform, LogUniform or Choice; got {each!r}")
    return space


def sample(space: Space, rng: np.random.Generator) -> dict[str, Any]:
    """Draw one setting for each name of a space, in its order.

    Parameters
    ----------
    space : mapping of str to Uniform, LogUniform or Choice
        Where each setting may lie.
    rng : numpy.random.Generator
        Draws one number for each name.

    Returns
    -------
    dict of str to value

    Examples
    --------
    >>> import numpy as np
    >>> space = {"lr": LogUniform(1e-4, 1e-1), "batch_size": Choice([16, 32])}
    >>> sample(space, np.random.default_rng(0))["batch_size"]
    16
    """
    checks.generator(rng)
    return {name: each.at(rng.random()) for name, each in checked(space).items()}


def grid(space: Space, points: int) -> list[dict[str, Any]]:
    """Return every combination of equally spaced values, the ends included; the last name changes fastest.

    Parameters
    ----------
    space : mapping of str to Uniform, LogUniform or Choice
        A ``Choice`` gives all its values, however many.
    points : int
        Values of each of the others, at least 2.

    Examples
    --------
    >>> [round(each["lr"], 9) for each in grid({"lr": LogUniform(0.01, 1.0)}, 3)]
    [0.01, 0.1, 1.0]
    """
    points = checks.whole_number("points", points, low=2)
    ways = (
        each.values if isinstance(each, Choice) else [each.at(i / (points - 1)) for i in range(points)]
        for each in checked(space).values()
    )
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*ways)]
