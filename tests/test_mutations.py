"""The parity check rejects each wrong rule of a table: the text of a right rule, changed a little."""

import inspect
import sys
from types import ModuleType

import numpy as np
import pytest

from d2l_utils import rules
from d2l_utils._engine import clock, decayed_rule
from d2l_utils._engine.printed import rules_text
from d2l_utils.frameworks import like_mxnet
from d2l_utils.optimizers import adam, adamw, base, weight_decay
from d2l_utils.practice import lessons
from d2l_utils.practice.chapters import BUGS
from d2l_utils.practice.slips import find
from tests.parity import case as parity_case
from tests.parity import fixture
from tests.parity.case import formula_path, layers, our_path
from tests.parity.presets import PRESETS
from tests.parity.problem import RTOL, SCALES, difference
from tests.rules import CASES, CLASS_MUTATIONS, MUTATIONS, RULES

RULES_TEXT = rules_text(whole=True)
# what stands in timed, what is put there instead
CLOCK_MUTATIONS = [
    ("eps / (1 - beta2**t) ** 0.5", "eps / (1 - beta2**t)"),
    ("eps / (1 - beta2**t) ** 0.5", "eps * (1 - beta2**t) ** 0.5"),
    ('float("inf")', "t"),
    ("(t,) + settings", "(t + 1,) + settings"),
]


# what stands in DecayedRule, what is put there instead
DECAY_MUTATIONS = [
    ("if self.decoupled:", "if not self.decoupled:"),
    ("if self.decoupled:", "if True:"),
    ("rest[_place_of_lr(self.inner)]", "rest[0]"),
]


APPLIED_BY = {"adam": {"adam", "adamw"}, "l2": {"coupled"}, "shrink": {"decoupled"}}


def applies(case, rule):
    """Return whether a case's optimizer applies a rule; ``None`` stands for any."""
    *around, optimizer = layers(case.optimizer())
    names = {optimizer.rule.__name__}
    for each in around:
        if isinstance(each, weight_decay.WeightDecay):
            names.add("decoupled" if each.decoupled else "coupled")
    return rule is None or not names.isdisjoint(APPLIED_BY.get(rule, {rule}))


def rejected(rule=None, **mutated):
    """Return whether any comparison that has to do with ``rule`` fails with mutated rules or optimizers."""
    with np.errstate(all="ignore"):
        for case in (*CASES, *PRESETS):
            if not applies(case, rule):
                continue
            for scale in SCALES:
                path = our_path(case, scale, **mutated)
                if case.call:
                    expected = fixture.steps(case, scale)
                    apart, tolerance = difference(path, expected, case.shape), case.call.tolerance
                else:
                    apart, tolerance = difference(path, formula_path(case, scale), case.shape), RTOL
                if not apart <= tolerance:
                    return True
    return False


def load(name, source):
    """Return a module made from source text."""
    module = ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def test_the_right_rules_are_not_rejected():
    assert not rejected(rules=load("rules", RULES_TEXT))


def test_every_rule_is_mutated():
    assert {rule for rule, _, _ in MUTATIONS} == RULES.keys()


@pytest.mark.parametrize(("rule", "right", "wrong"), MUTATIONS)
def test_a_wrong_rule_is_rejected(rule, right, wrong, monkeypatch):
    text = inspect.getsource(getattr(rules, rule))
    assert text.count(right) == 1
    source = RULES_TEXT.replace(text, text.replace(right, wrong))
    assert source != RULES_TEXT
    mutated = load("mutated", source)
    monkeypatch.setattr(decayed_rule, "rules", mutated)
    assert rejected(rule, rules=mutated)


# No optimizer can call what is in a lesson's rule, nor the one that changes the first line of its rule.
CALLED = [name for name, bug in BUGS.items() if not hasattr(lessons, bug.rule) and name != "adagrad-mean"]


def test_most_published_bugs_are_in_rules_that_an_optimizer_calls():
    assert len(BUGS) - len(CALLED) <= 3


@pytest.mark.parametrize("name", CALLED)
def test_a_published_bug_is_rejected(name, monkeypatch):
    bug = BUGS[name]
    text = inspect.getsource(getattr(rules, bug.rule))
    mutated = load("mutated", RULES_TEXT.replace(text, find(bug.rule, bug.slip).apply(text)))
    monkeypatch.setattr(decayed_rule, "rules", mutated)
    assert rejected(bug.rule, rules=mutated)


@pytest.mark.parametrize(("right", "wrong"), CLASS_MUTATIONS)
def test_a_wrong_class_is_rejected(right, wrong, monkeypatch):
    further = inspect.getsource(adamw).replace("from __future__ import annotations\n", "")
    source = inspect.getsource(adam) + further.replace("from d2l_utils.optimizers.adam import Adam\n", "")
    assert source.count(right) == 1
    home_of_ours = "d2l_utils.mutated"
    monkeypatch.setitem(sys.modules, home_of_ours, ModuleType(home_of_ours))  # a dataclass looks for names
    mutated = load(home_of_ours, source.replace(right, wrong))
    for home in (parity_case.d2l_utils, like_mxnet.ours):
        monkeypatch.setattr(home, "Adam", mutated.Adam)
        monkeypatch.setattr(home, "AdamW", mutated.AdamW)
    assert rejected()


@pytest.mark.parametrize(("right", "wrong"), CLOCK_MUTATIONS)
def test_a_wrong_clock_is_rejected(right, wrong, monkeypatch):
    source = inspect.getsource(clock)
    assert source.count(right) == 1
    monkeypatch.setattr(base, "timed", load("mutated", source.replace(right, wrong)).timed)
    assert rejected()


@pytest.mark.parametrize(("right", "wrong"), DECAY_MUTATIONS)
def test_a_wrong_weight_decay_is_rejected(right, wrong, monkeypatch):
    source = inspect.getsource(decayed_rule)
    assert source.count(right) == 1
    monkeypatch.setitem(sys.modules, "mutated", ModuleType("mutated"))  # where a dataclass looks for names
    mutated = load("mutated", source.replace(right, wrong))
    monkeypatch.setattr(weight_decay, "DecayedRule", mutated.DecayedRule)
    assert rejected()
