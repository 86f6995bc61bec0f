"""What a path did, in words."""

from __future__ import annotations

import math

import numpy as np

from d2l_utils.descent import Trace
from d2l_utils.live.svg import framed, leaves
from d2l_utils.theory import LIMITS, stability_limit

__all__ = ["CHAOS", "parts", "verdict"]

TOLERANCE = 1e-3
SEEN = 0.01  # of the picture's width: three pixels, which an eye can see
CHAOS = "these settings are chaotic: the last digits of the start decide"


def verdict(trace: Trace) -> str:
    """Say in words what a path did: how far it came, or that it diverges, and why where that is known."""
    limit, formula = _stability_limit(trace)
    if trace.optimizer.lr > limit:
        return f"diverges: η = {trace.optimizer.lr:.4g} is above {formula} = {limit:.4g}"
    if leaves(trace):
        return "leaves the picture for good"
    if trace.divides is not None:
        return f"ends here: step {trace.divides} divides by zero"
    text = f"after {len(trace.values) - 1} steps the loss is {trace.values[-1]:.3g}"
    if not trace.objective.minima:
        return text
    steps = trace.steps_to(TOLERANCE)
    if steps is None:
        return f"{text}; it has not stayed within {TOLERANCE:g} of the minimum yet"
    return f"{text}; within {TOLERANCE:g} of the minimum from step {steps} on"


def parts(trace: Trace, other: Trace) -> bool:
    """Tell whether two paths, from a start and from the float next to it, part in sight of a reader."""
    across, up = framed(trace.objective.window)
    with np.errstate(invalid="ignore"):
        apart = abs(trace.points - other.points).max(axis=1) > SEEN * (across[1] - across[0])
        seen = [
            (across[0] <= x) & (x <= across[1]) & (up[0] <= y) & (y <= up[1])
            for x, y in (trace.points.T, other.points.T)
        ]
    return bool((apart & (seen[0] | seen[1])).any())


def _stability_limit(trace: Trace) -> tuple[float, str]:
    curvatures = trace.objective.eigenvalues
    if curvatures is None or min(curvatures) < 0 or type(trace.optimizer) not in LIMITS:
        return math.inf, ""
    return stability_limit(trace.optimizer, max(curvatures)), LIMITS[type(trace.optimizer)].formula
