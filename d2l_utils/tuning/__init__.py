"""Search for good settings: spaces to draw from, and the searches that spend a budget in them."""

from d2l_utils.tuning.spaces import Choice, LogUniform, Space, Uniform, grid, sample

__all__ = ["Choice", "LogUniform", "Space", "Uniform", "grid", "sample"]
