"""Optax' schedules that are told by boundaries, and by what each multiplies the value with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.frameworks.calls import Positive, told
from d2l_utils.schedules import PiecewiseConstant, Schedule
from d2l_utils.schedules.cycles import Interpolated

__all__ = [
    "cosine_onecycle_schedule",
    "linear_onecycle_schedule",
    "piecewise_constant_schedule",
    "piecewise_interpolate_schedule",
]


@told
def piecewise_constant_schedule(
    init_value: float, boundaries_and_scales: Mapping[int, float] | None = None
) -> Schedule:
    """Make a rate that each boundary multiplies by its scale, as soon as so many updates are made.

    Examples
    --------
    >>> schedule = piecewise_constant_schedule(1.0, {100: 0.5, 200: 0.5})
    >>> schedule(99), schedule(100), schedule(200)
    (1.0, 0.5, 0.25)
    """
    boundaries, values = _products(init_value, boundaries_and_scales)
    return PiecewiseConstant(tuple(values), tuple(math.ceil(each) for each in boundaries))


@told
def piecewise_interpolate_schedule(
    interpolate_type: str, init_value: float, boundaries_and_scales: Mapping[int, float] | None = None
) -> Schedule:
    """Make a way through the points at which each boundary multiplies the rate by its scale.

    Examples
    --------
    >>> schedule = piecewise_interpolate_schedule("linear", 1.0, {4: 0.5, 8: 0.5})
    >>> schedule(2), schedule(4), schedule(6)
    (0.75, 0.5, 0.375)
    """
    checks.choice("interpolate_type", interpolate_type, ("linear", "cosine"))
    boundaries, values = _products(init_value, boundaries_and_scales)
    points = dict(zip((0, *boundaries), values, strict=True))
    return Interpolated(tuple(points.items()), interpolate_type)


@told
def linear_onecycle_schedule(
    transition_steps: Positive,
    peak_value: float,
    pct_start: float = 0.3,
    pct_final: float = 0.85,
    div_factor: Positive = 25.0,
    final_div_factor: Positive = 1e4,
) -> Schedule:
    """Make three lines: up to ``peak_value``, down again, and down to almost nothing.

    Examples
    --------
    >>> schedule = linear_onecycle_schedule(100, 1.0)
    >>> [round(schedule(t), 6) for t in (0, 30, 85, 100)]
    [0.04, 1.0, 0.04, 4e-06]
    """
    scales: dict[Any, float] = {
        int(pct_start * transition_steps): div_factor,
        int(pct_final * transition_steps): 1.0 / div_factor,
        transition_steps: 1.0 / final_div_factor,
    }
    return piecewise_interpolate_schedule("linear", peak_value / div_factor, scales)


@told
def cosine_onecycle_schedule(
    transition_steps: Positive,
    peak_value: float,
    pct_start: float = 0.3,
    div_factor: Positive = 25.0,
    final_div_factor: Positive = 1e4,
) -> Schedule:
    """Make half a cosine up to ``peak_value``, and one down to almost nothing.

    PyTorch's one cycle of so many steps is one update ahead: its last update has the lowest rate already.

    Examples
    --------
    >>> schedule = cosine_onecycle_schedule(100, 1.0)
    >>> [round(schedule(t), 6) for t in (0, 30, 65, 100)]
    [0.04, 1.0, 0.500002, 4e-06]
    """
    scales = {
        int(pct_start * transition_steps): div_factor,
        int(transition_steps): 1.0 / (div_factor * final_div_factor),
    }
    return piecewise_interpolate_schedule("cosine", peak_value / div_factor, scales)


def _products(init_value: float, scales: Mapping[int, float] | None) -> tuple[list[float], list[float]]:
    """Return the sorted boundaries, and the values before and after them."""
    boundaries: list[float] = []
    values = [init_value]
    checked = (
        (checks.number("boundaries", boundary, 0.0), checks.number(f"the scale at {boundary}", scale, 0.0))
        for boundary, scale in (scales or {}).items()
    )
    for boundary, scale in sorted(checked):
        boundaries.append(boundary)
        values.append(values[-1] * scale)
    return boundaries, values
