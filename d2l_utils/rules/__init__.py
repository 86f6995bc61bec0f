"""The update rules of this book, each written once.

A rule takes a parameter ``p``, its gradient ``g``, the rule's state (``v``, ``s``, ``m`` ...) and its
hyper-parameters, and returns the new parameter and state. It is plain arithmetic without an import and
without an ``if``, so that the same lines serve everywhere (a comparison counts as 1 or 0):

- Python floats go in and new floats come out;
- NumPy arrays of one shape are changed in place and come back;
- a hyper-parameter may be an array of shape ``(n,)`` that runs n settings at once, if ``p``, ``g`` and
  the state have n as their last axis;
- MicroPython runs them in the reader's browser.

``t`` is the number of the step, from 1. ``eps`` stands outside a root and ``eps_root`` inside it, because
papers and frameworks disagree about where it belongs. The classes of :mod:`d2l_utils.optimizers` keep the
state, check what they are given and know the defaults.

What a rule may do: ``+ - * / **``, ``abs``, ``>`` and ``<=`` between an array and another or a number, call
another rule, and call `sign`. A function whose first argument is not ``p`` is no rule, but helps one.

Each family is a file. It imports nothing, the other families included: to a browser they go as one text.
"""

from d2l_utils.rules.adaptive import *  # noqa: F403  a rule has one place, its family's file
from d2l_utils.rules.decay import *  # noqa: F403
from d2l_utils.rules.first_order import *  # noqa: F403
from d2l_utils.rules.moments import *  # noqa: F403
from d2l_utils.rules.signs import *  # noqa: F403

__all__ = sorted(name for name, rule in globals().items() if callable(rule))
