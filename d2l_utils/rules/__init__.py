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

Each family is a file, and is found here. It imports nothing, the other families included: to a browser they
go as one text.

Not all rules treat each element by itself. Those of the families in ``WHOLE`` see a whole array, which only
NumPy has; they may say ``@``, ``.T``, ``.sum()`` and ``for`` too, are handed what else they need of linear
algebra, and go to no browser. Those of the families in ``VECTOR`` see all parameters as one vector and ask
the loss at other points. They say ``@``, ``for``, ``while`` and ``if``, and nothing of a vector's own such as
``.sum()``, so that the browser runs them on lists.
"""

from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules
from typing import Any as _Any

WHOLE = ("matrix",)
VECTOR = ("second_order",)

_found = {
    name: rule
    for family in _iter_modules(__path__)
    for name, rule in vars(_import_module(f"{__name__}.{family.name}")).items()
    if name[0] != "_"
}
globals().update(_found)

__all__ = sorted(_found)
_family = {name: rule.__module__.rpartition(".")[2] for name, rule in _found.items()}
on_page = [name for name in __all__ if _family[name] not in WHOLE]
elementwise = [name for name in on_page if _family[name] not in VECTOR]


def __getattr__(name: str) -> _Any:
    raise AttributeError(
        f"d2l_utils.rules has no rule {name!r}; one would stand in d2l_utils/rules/{name}.py, or in the "
        f"file of its family; there are {', '.join(__all__)}"
    )
