"""What is still to be done of the checklist "Add an optimizer", in sentences that name the file to change."""

import importlib
import inspect
import pkgutil

import d2l_utils
from d2l_utils import optimizers
from d2l_utils.frameworks.rosetta import FRAMEWORKS, ROSETTA
from d2l_utils.optimizers.settings import declared
from tests import rules
from tests.parity import fixture
from tests.parity.case import layers
from tests.parity.presets import PRESETS
from tests.parity.problem import SCALES

PACKAGE = "d2l_utils/optimizers/__init__.py"
CONVENTIONS = "d2l_utils/frameworks/rosetta.py"
AROUND = {"l2", "shrink"}  # the rules of WeightDecay, which goes around another


def methods():
    """Return the classes that take a learning rate of their own, by the file of d2l_utils/optimizers."""
    return {
        value: module.name
        for module in pkgutil.iter_modules(optimizers.__path__)
        for value in vars(importlib.import_module(f"{optimizers.__name__}.{module.name}")).values()
        if inspect.isclass(value)
        and issubclass(value, optimizers.Optimizer)
        and value.__module__ == f"{optimizers.__name__}.{module.name}"
        and "lr" in inspect.signature(value).parameters
    }


def of_classes(listed=optimizers.METHODS, made=rules.MADE, cases=(*rules.CASES, *PRESETS)):
    """Say what the classes lack: their place in the lists, an optimizer to try, steps to compare with."""
    tried = {type(each) for make in made.values() for each in layers(make())}
    compared = {type(layers(case.optimizer())[-1]) for case in cases}
    for method, stem in methods().items():
        name, file = method.__name__, f"tests/rules/{stem}.py"
        if method not in listed:
            yield f"METHODS in {PACKAGE} does not list {name} of d2l_utils/optimizers/{stem}.py"
        if name not in optimizers.__all__:
            yield f"__all__ in {PACKAGE} does not name {name}"
        if name not in d2l_utils.__all__:
            yield f"__all__ in d2l_utils/__init__.py does not name {name}"
        if method not in tried:
            yield f"OPTIMIZERS in {file} makes no {name}, so the tests of every optimizer leave it out"
        if method not in compared:
            yield (
                f"{name} is compared with nothing: add a Case with a printed formula to CASES in {file}, or "
                f"how the frameworks call it to ROSETTA in {CONVENTIONS}"
            )
    for case in rules.CASES:
        if not (case.torch or case.formula):
            yield f"the Case {case.name!r} in tests/rules/{rules.home(case)}.py needs torch or formula"


def of_rules(by_hand=rules.BY_HAND, mutations=rules.MUTATIONS, cases=(*rules.CASES, *PRESETS)):
    """Say what the rules lack: a class, a step by hand, a wrong form that the cases reject."""
    computed, mutated = ({row[0] for row in rows} for rows in (by_hand, mutations))
    made = [make() for make in rules.MADE.values()] + [case.optimizer() for case in cases]
    applied = {layers(each)[-1].rule.__name__ for each in made} | AROUND
    for rule in rules.RULES:
        file = f"tests/rules/{rules.HOMES.get(rule, rule)}.py"
        if rule not in computed:
            yield f"BY_HAND in {file} has no step of the rule {rule}"
        if rule not in mutated:
            yield f"MUTATIONS in {file} has no wrong form of the rule {rule}"
        if rule not in applied:
            yield (
                f"nothing in {file} applies the rule {rule}: wrap it in a class in "
                f"d2l_utils/optimizers/{rules.HOMES.get(rule, rule)}.py, and name it there"
            )
    for table, rows in (("BY_HAND", computed), ("MUTATIONS", mutated)):
        for rule in sorted(rows - rules.RULES.keys()):
            yield f"{table} in tests/rules has rows of {rule!r}, which no file of d2l_utils/rules defines"


def of_tables(files=rules.FILES):
    """Say which rows of the joined tables have one name."""
    homes = {}
    for stem, file in files.items():
        names = [(table, name) for table in ("OPTIMIZERS", "WHOLE") for name in getattr(file, table, ())]
        for row in names + [("CASES", case.name) for case in getattr(file, "CASES", ())]:
            if row in homes:
                yield f"{row[0]} has two rows {row[1]!r}: in tests/rules/{homes[row]}.py and {stem}.py"
            homes[row] = stem


def of_frameworks(rosetta=ROSETTA, cases=(*rules.CASES, *PRESETS)):
    """Say which calls of frameworks are not filled in, not offered, or not recorded."""
    for method, row in rosetta.items():
        for framework in FRAMEWORKS.keys() - row.keys():
            yield f"ROSETTA in {CONVENTIONS} does not say how {framework} calls {method}, or why it cannot"
    for case in cases:
        for scale in SCALES if case.call else ():
            try:
                fixture.steps(case, scale)
            except LookupError as error:
                yield str(error)


def of_trials(listed=optimizers.METHODS):
    """Say which settings of one name have two trials."""
    first = {}
    for method in listed:
        for name in declared(method):
            trial = getattr(method, name).trial
            before, kept = first.setdefault(name, (method, trial))
            if getattr(method, name).in_rule and trial != kept:
                yield (
                    f"{method.__name__} tries {name} at {trial}, {before.__name__} at {kept}: give both "
                    f"one trial in d2l_utils/optimizers/{methods()[method]}.py"
                )


def forgotten():
    """Return all of these sentences."""
    return [
        *of_rules(), *of_classes(), *of_tables(), *of_frameworks(), *of_trials(),
    ]  # fmt: skip
