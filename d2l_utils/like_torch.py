"""Moved to :mod:`d2l_utils.frameworks.like_torch`."""

from d2l_utils._engine.moved import moved

moved(__name__, "d2l_utils.frameworks.like_torch")
