"""What is checked of each rule: a file for each of `d2l_utils/optimizers`, joined to the tables of the tests.

A file holds those of these tables that it has rows for:

``BY_HAND``
    ``(rule, arguments, what it returns)``: steps computed by hand, each rule at least once.
``OPTIMIZERS``
    ``name -> a function that makes the optimizer``; ``make(lr=...)`` and other keywords override.
``WHOLE``
    The same for those whose rule takes whole arrays.
``CASES``
    Each a `tests.parity.case.Case`: whose steps the optimizer takes. A formula that a paper prints is a
    function beside it, written apart from `d2l_utils`. It takes the parameters, the gradient, the step
    t = 1, 2, ..., the rate, a dict that is empty at first and holds its state, and its settings; it returns
    the new parameters, and changes no array in place. That of a case that ``asks`` takes the loss as well.
``MUTATIONS``
    ``(rule, what stands there, what is put there instead)``: wrong rules, which the cases reject.
``CLASS_MUTATIONS``
    ``(what stands in the class, what is put there instead)``: wrong classes.
"""

import inspect
from importlib import import_module
from pkgutil import iter_modules

from d2l_utils import rules
from tests.parity.case import layers

# name -> rule; a function of the module that does not begin with a parameter only helps one
RULES = {
    name: rule
    for name, rule in vars(rules).items()
    if inspect.isfunction(rule) and next(iter(inspect.signature(rule).parameters)) == "p"
}
FILES = {name: import_module(f"{__name__}.{name}") for _, name, _ in iter_modules(__path__)}


def joined(table):
    """Return the rows of a table, file after file; those of a dict as pairs."""
    rows = []
    for file in FILES.values():
        found = getattr(file, table, ())
        rows += found.items() if isinstance(found, dict) else found
    return rows


BY_HAND, MUTATIONS, CLASS_MUTATIONS = map(joined, ("BY_HAND", "MUTATIONS", "CLASS_MUTATIONS"))
CASES = tuple(joined("CASES"))
OPTIMIZERS, WHOLE = dict(joined("OPTIMIZERS")), dict(joined("WHOLE"))
MADE = OPTIMIZERS | WHOLE
HOMES = {row[0]: name for name, file in FILES.items() for row in getattr(file, "BY_HAND", ())}


def home(case):
    """Return the name of the file that a case's rule has here, or is to have."""
    rule = layers(case.optimizer())[-1].rule.__name__
    return HOMES.get(rule, rule)
