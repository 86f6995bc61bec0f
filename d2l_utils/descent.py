"""Follow an optimizer over a toy objective, one setting or a whole grid of settings at once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from d2l_utils._engine import checks
from d2l_utils._engine.blocks import Kernel, room_for
from d2l_utils._engine.names import named
from d2l_utils._engine.programs import array_program, float_walk, is_ours
from d2l_utils._engine.whole import applied_to_vector, listed, started
from d2l_utils.objectives import Objective
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.needs import check_called, check_handed
from d2l_utils.optimizers.split import Split
from d2l_utils.walk import Noise, walk_whole

__all__ = ["Trace", "descend"]

Arguments = Iterable[tuple[Any, ...]]
PLURAL = {"matrix": "matrices", "array": "arrays"}  # what no point of a toy objective is


@dataclass(frozen=True)
class Trace:
    """The path of an optimizer.

    Attributes
    ----------
    points : ndarray, shape (num_steps + 1, d) or (num_steps + 1, d, n)
        The start and the point after each step; the last axis is the sweep. NaN from where it overflows.
    values : ndarray, shape (num_steps + 1,) or (num_steps + 1, n)
        The objective at each point, without noise.
    objective : Objective
        What was descended.
    optimizer : Optimizer
        A copy of the one that was descended with: the settings that were used.
    divides : int or None
        The step at which the rule divides by zero, where the path ends; None if it never does, or swept.
    """

    points: np.ndarray
    values: np.ndarray
    objective: Objective
    optimizer: Optimizer
    divides: int | None = None

    def steps_to(self, tolerance: float) -> Any:
        """Return the first step from which on all values stay within ``tolerance`` of the known minimum.

        Returns
        -------
        int or None
            None if the path does not get there; an array with −1 in its place where settings were swept.

        Raises
        ------
        ValueError
            If the objective has no known minimum.
        """
        if not self.objective.minima:
            raise ValueError(f"{self.objective!r} has no minimum")
        lowest = self.objective.value(*self.objective.minima[0])
        with np.errstate(invalid="ignore"):
            outside = ~(self.values - lowest <= checks.number("tolerance", tolerance, low=0.0))
        last = len(outside) - 1 - np.argmax(outside[::-1], axis=0)
        first = np.where(outside.any(axis=0), last + 1, 0)
        first = np.where(first == len(outside), -1, first)
        if first.ndim:
            return first
        return None if first < 0 else int(first)


@named
def descend(
    optimizer: Optimizer,
    objective: Objective,
    start: Sequence[float] | None = None,
    num_steps: int = 30,
    *,
    noise: float = 0.0,
    seed: int = 0,
) -> Trace:
    """Take ``num_steps`` steps of an optimizer over a toy objective.

    Parameters
    ----------
    optimizer : Optimizer
        Its settings are used; its own state is neither read nor changed. A schedule is asked once for each
        step. If a hyper-parameter is an array of n settings, all n paths are walked at once.
    objective : Objective
        One of :mod:`d2l_utils.objectives`, or your own.
    start : sequence of float, optional
        One number a coordinate; the objective's own start by default.
    num_steps : int
        How many steps, 0 or more.
    noise : float
        Standard deviation σ of the noise that is added to each partial derivative.
    seed : int
        Of the noise, which is the same in every Python: see `walk.Noise`.

    Returns
    -------
    Trace

    Raises
    ------
    TypeError, ValueError
        If something is not a number, ``start`` does not have the objective's number of coordinates, or the
        optimizer's rule takes whole matrices.

    Examples
    --------
    >>> from d2l_utils import SGD, bowl, descend
    >>> trace = descend(SGD(lr=0.95), bowl, start=(-7.0, 2.0), num_steps=30)
    >>> trace.points.shape, [round(float(x), 6) for x in trace.points[-1]]
    ((31, 2), [-0.350393, 0.084782])
    """
    if isinstance(optimizer, Split):
        raise TypeError("a toy objective has no parameters to split: descend with split.first or split.rest")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one of d2l_utils, made, such as SGD(lr=0.1); got {optimizer!r}")
    if lacking := [name for name in ("value", "gradient", "start") if not hasattr(objective, name)]:
        raise TypeError(
            f"objective must be one of d2l_utils, such as bowl, or have a value, a gradient and a start; "
            f"{objective!r} has no {lacking[0]}"
        )
    if not np.iterable(start := objective.start if start is None else start):
        raise TypeError(f"start must be a sequence of numbers, one a coordinate; got {start!r}")
    start = [checks.number("start", x) for x in start]
    if len(start) != len(objective.start):
        raise ValueError(f"{objective!r} takes {len(objective.start)} coordinates; start has {len(start)}")
    num_steps = checks.whole_number("num_steps", num_steps)
    noise = checks.number("noise", noise, low=0.0)
    seed = checks.whole_number("seed", seed)
    if whole := PLURAL.get(optimizer.kind):
        raise TypeError(f"a toy objective has coordinates, and the rule of {optimizer!r} takes whole {whole}")
    check_called(optimizer, "descend")
    check_handed(optimizer, optimizer.rule)
    # One that counts its calls is not asked for a path without a step, one that cannot go back not at all.
    aside = not num_steps or getattr(optimizer.lr, "remembers", False)
    asked = copy.deepcopy(optimizer) if aside else optimizer
    first = asked.arguments(1 + optimizer._begun)
    shape = optimizer.swept_shape(first)
    if optimizer.kind == "vector":
        optimizer._check_sweep({}, shape)
    further = range(2 + optimizer._begun, num_steps + 1 + optimizer._begun)
    arguments = chain([first][:num_steps], _alike(asked, further, shape))
    with np.errstate(all="ignore"):
        walk = _swept_walk if shape else _float_walk
        if optimizer.kind == "vector":
            walk = _page_walk if is_ours(optimizer.rule) else _vector_walk
        points = np.full((num_steps + 1, len(start), *shape), np.nan)
        divides = walk(points, optimizer, arguments, _Ground(objective, noise, seed), start)
        values = _values(objective, points)
    return Trace(points, values, objective, copy.copy(optimizer), divides)


def _alike(optimizer: Optimizer, steps: range, shape: tuple[int, ...]) -> Arguments:
    """Return what the rule takes on these steps, or raise a ValueError at the first of another shape."""
    if not callable(optimizer.lr):
        return map(optimizer.arguments, steps)
    return (_of_shape(optimizer, optimizer.arguments(t), t, shape) for t in steps)


def _of_shape(optimizer: Optimizer, settings: tuple[Any, ...], t: int, shape: tuple[int, ...]) -> Any:
    if (found := optimizer.swept_shape(settings)) != shape:
        raise ValueError(
            f"a schedule must answer with as many numbers each time; got settings of shape {shape} on the "
            f"first step and {found} on step {t}"
        )
    return settings


class _Ground(NamedTuple):
    """What is walked on: an objective, and the noise that hides its slope."""

    objective: Objective
    noise: float
    seed: int

    def gradient(self) -> Callable[..., Sequence[Any]]:
        """Return the gradient as a path meets it, with noise that begins with the seed."""
        gradient, noise = self.objective.gradient, self.noise
        if not noise:
            return gradient
        draws = Noise(self.seed)

        def noisy(*point: Any) -> list[Any]:
            return [partial + noise * draws.normal() for partial in gradient(*point)]

        return noisy

    def loss(self, params: Mapping[str, np.ndarray]) -> tuple[Any, dict[str, np.ndarray]]:
        """Return the value and the slope at a point, without noise."""
        x = params["x"].tolist()
        return self.objective.value(*x), {"x": np.array(self.objective.gradient(*x), float)}


def _float_walk(
    points: np.ndarray, optimizer: Optimizer, arguments: Arguments, ground: _Ground, start: list[float]
) -> int | None:
    """Fill ``points`` until float arithmetic gives up: it raises where arrays give inf or NaN.

    Returns the step that divides by zero, if one does.
    """
    walk = float_walk(optimizer.rule, len(start), len(optimizer.slots))
    rows = [(x, *optimizer.slots.values()) for x in start]
    visited, divides = list(start), None
    try:
        walk(rows, arguments, ground.gradient(), visited.extend)
    except OverflowError:
        pass
    except ZeroDivisionError:
        divides = len(visited) // len(start)
    points.flat[: len(visited)] = visited
    return divides


def _swept_walk(
    points: np.ndarray, optimizer: Optimizer, arguments: Arguments, ground: _Ground, start: list[float]
) -> None:
    """Fill ``points`` for all settings at once; all coordinates are one array and take one call."""
    p = np.empty(points.shape[1:])
    p[:] = np.reshape(start, (-1,) + (1,) * (p.ndim - 1))
    g, slots = np.empty_like(p), tuple(np.full(p.shape, value, float) for value in optimizer.slots.values())
    program = array_program(optimizer.rule, len(slots))
    kernel = Kernel(program, p, slots, room_for(program, p.size, p.dtype), swept=True)
    gradient = ground.gradient()
    points[0] = p
    for t, settings in enumerate(arguments, start=1):
        for i, partial in enumerate(gradient(*p)):
            g[i] = partial
        kernel(g, settings)
        points[t] = p


def _page_walk(
    points: np.ndarray, optimizer: Optimizer, arguments: Arguments, ground: _Ground, start: list[float]
) -> int | None:
    """Fill ``points`` with the path of one of this book's rules that take the whole point, as a page does."""
    state, draws = listed(optimizer.slots, len(start)), Noise(ground.seed)
    walk = walk_whole(optimizer.rule, state, arguments, ground.objective, start, ground.noise, draws)
    t = 0
    try:
        for t, point in enumerate(walk):
            points[t] = point
    except OverflowError:
        pass
    except ZeroDivisionError:
        return t + 1
    return None


def _vector_walk(
    points: np.ndarray, optimizer: Optimizer, arguments: Arguments, ground: _Ground, start: list[float]
) -> int | None:
    """Fill ``points`` with the path of a rule that takes the whole point, and the loss at any other."""
    params, gradient = {"x": np.array(start)}, ground.gradient()
    apply = applied_to_vector(optimizer.rule, params, tuple(started(optimizer.slots, params["x"]).values()))
    points[0] = start
    for t, settings in enumerate(arguments, start=1):
        try:
            g = np.array(gradient(*params["x"].tolist()), float)
            apply({"x": g}, (*settings, ground.loss))
        except OverflowError:
            break
        except ZeroDivisionError:
            return t
        points[t] = params["x"]
    return None


def _values(objective: Objective, points: np.ndarray) -> np.ndarray:
    """Return the objective at each point, as arrays, where overflow gives inf instead of an error."""
    coordinates = [points[:, i] for i in range(points.shape[1])]
    values = objective.value(*coordinates)
    if np.shape(values) == coordinates[0].shape and not np.may_share_memory(values, points):
        return values
    return np.broadcast_to(values, coordinates[0].shape) + 0.0
