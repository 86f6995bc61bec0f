"""Old paths of modules, which go on working for one release."""

from __future__ import annotations

import importlib
import sys
import warnings

__all__ = ["moved"]


def moved(old: str, new: str) -> None:
    """Let the module ``new`` stand in the place of ``old``, which is being imported, and warn of it."""
    warnings.warn(f"{old} has moved; import {new}", DeprecationWarning, stacklevel=3)
    sys.modules[old] = importlib.import_module(new)
