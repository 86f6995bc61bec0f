"""Nothing is forgotten of an optimizer; what is forgotten is told in a sentence with the file to change."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from d2l_utils import Adam, NAdam, rules
from d2l_utils.frameworks.rosetta import ROSETTA
from d2l_utils.optimizers import METHODS
from d2l_utils.optimizers.settings import fraction
from tests import forgotten
from tests.parity.presets import PRESETS
from tests.rules import BY_HAND, CASES, MADE, MUTATIONS


def test_nothing_is_forgotten():
    assert forgotten.forgotten() == []


def without(rows, name):
    return [row for row in rows if row[0] != name]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"by_hand": without(BY_HAND, "adam")},
            "BY_HAND in tests/rules/adam.py has no step of the rule adam",
        ),
        (
            {"mutations": without(MUTATIONS, "l2")},
            "MUTATIONS in tests/rules/weight_decay.py has no wrong form of the rule l2",
        ),
        (
            {"cases": [case for case in PRESETS if "optax" not in repr(case.call)]},
            "nothing in tests/rules/adagrad.py applies the rule adagrad_once_started: "
            "wrap it in a class in d2l_utils/optimizers/adagrad.py, and name it there",
        ),
        (
            {"by_hand": [*BY_HAND, ("tiger", (), 0.0)]},
            "BY_HAND in tests/rules has rows of 'tiger', which no file of d2l_utils/rules defines",
        ),
    ],
)
def test_what_a_rule_lacks(given, told):
    assert list(forgotten.of_rules(**given)) == [told]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"listed": METHODS[1:]},
            "METHODS in d2l_utils/optimizers/__init__.py does not list SGD of d2l_utils/optimizers/sgd.py",
        ),
        (
            {"made": {name: make for name, make in MADE.items() if name != "NAdam"}},
            "OPTIMIZERS in tests/rules/nadam.py makes no NAdam, so the tests of every optimizer leave it out",
        ),
        (
            {"cases": [*CASES, *(case for case in PRESETS if "NAdam" not in repr(case.optimizer()))]},
            "NAdam is compared with nothing: add a Case with a printed formula to CASES in "
            "tests/rules/nadam.py, or how the frameworks call it to ROSETTA in "
            "d2l_utils/frameworks/rosetta.py",
        ),
    ],
)
def test_what_a_class_lacks(given, told):
    assert list(forgotten.of_classes(**given)) == [told]


@pytest.mark.parametrize(
    ("module", "file"),
    [("d2l_utils", "d2l_utils/__init__.py"), ("optimizers", "d2l_utils/optimizers/__init__.py")],
)
def test_a_class_that_is_not_exported(module, file, monkeypatch):
    home = getattr(forgotten, module)
    monkeypatch.setattr(home, "__all__", [name for name in home.__all__ if name != "Adam"])
    assert list(forgotten.of_classes()) == [f"__all__ in {file} does not name Adam"]


def test_a_case_that_compares_with_nothing(monkeypatch):
    alone = replace(next(case for case in CASES if case.name == "SGD"), torch=None)
    monkeypatch.setattr(forgotten.rules, "CASES", [alone])
    told = "the Case 'SGD' in tests/rules/sgd.py needs torch or formula"
    assert list(forgotten.of_classes()) == [told]


def test_rows_of_one_name():
    files = {"adam": SimpleNamespace(OPTIMIZERS={"Adam": Adam}, CASES=CASES[:1]), "tiger": None}
    files["tiger"] = SimpleNamespace(OPTIMIZERS={"Adam": Adam}, CASES=CASES[:1])
    assert list(forgotten.of_tables(files)) == [
        "OPTIMIZERS has two rows 'Adam': in tests/rules/adam.py and tiger.py",
        f"CASES has two rows {CASES[0].name!r}: in tests/rules/adam.py and tiger.py",
    ]


def test_a_framework_of_which_the_conventions_say_nothing():
    row = {name: call for name, call in ROSETTA["SGD"].items() if name != "keras"}
    assert list(forgotten.of_frameworks(rosetta=ROSETTA | {"SGD": row})) == [
        "ROSETTA in d2l_utils/frameworks/rosetta.py does not say how keras calls SGD, or why it cannot"
    ]


def test_steps_that_are_not_recorded():
    case = replace(PRESETS[0], name="SGD, uphill")
    told = list(forgotten.of_frameworks(cases=[case]))
    assert len(told) == 2
    assert all(each.endswith("run `python -m tests.parity --record sgd`") for each in told)


def test_two_trials(monkeypatch):
    monkeypatch.setattr(NAdam, "beta1", fraction("β₁", trial=0.25))
    assert list(forgotten.of_trials()) == [
        "NAdam tries beta1 at 0.25, Adam at 0.7: give both one trial in d2l_utils/optimizers/nadam.py"
    ]


def test_a_rule_that_no_file_defines():
    with pytest.raises(AttributeError, match=r"no rule 'tiger'; .* d2l_utils/rules/tiger\.py"):
        _ = rules.tiger
