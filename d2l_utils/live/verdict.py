"""What a path did, in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from d2l_utils.descent import Trace
from d2l_utils.live.constants import SEEN, TOLERANCE, worded
from d2l_utils.live.svg import framed, leaves
from d2l_utils.theory import LIMITS, stability_limit

__all__ = ["outcome", "paths_part", "verdict"]


def outcome(trace: Trace) -> tuple[str, dict[str, Any]]:
    """Return what a path did, as the key of a sentence and what is filled in: see `verdict`."""
    limit, formula = _stability_limit(trace)
    if trace.optimizer.lr > limit:
        return "diverges", {"lr": trace.optimizer.lr, "formula": formula, "limit": limit}
    if leaves(trace):
        return "leaves", {}
    if trace.divides is not None:
        return "divides", {"step": trace.divides}
    after = {"count": len(trace.values) - 1, "loss": trace.values[-1] + 0.0}  # 0 has no sign
    if not trace.objective.minima:
        return "after", after
    steps = trace.steps_to(TOLERANCE)
    more = after | {"near": TOLERANCE}
    return ("not_near", more) if steps is None else ("near", more | {"step": steps})


def verdict(trace: Trace) -> str:
    """Say in words what a path did: how far it came, or that it diverges, and why where that is known."""
    key, values = outcome(trace)
    return worded(key, **values)


def paths_part(trace: Trace, other: Trace) -> bool:
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
