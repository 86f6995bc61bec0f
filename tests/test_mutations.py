"""The parity check rejects each wrong rule of a table: the text of a right rule, changed a little."""

import inspect
import sys
from types import ModuleType

import numpy as np
import pytest

from d2l_utils import rules
from d2l_utils._engine import clock, decayed_rule
from d2l_utils._engine.printed import rules_text
from d2l_utils.frameworks import like_mxnet, rosetta
from d2l_utils.optimizers import adam, adamw, base, weight_decay
from d2l_utils.practice.chapters import BUGS
from d2l_utils.practice.slips import find
from tests.helpers import RULES
from tests.parity import cases, fixture
from tests.parity.cases import CASES, formula_path, layers, our_path
from tests.parity.presets import PRESETS
from tests.parity.problem import RTOL, SCALES, difference

RECORDED = {framework: fixture.read(framework) for framework in rosetta.FRAMEWORKS}

# rule, what stands there, what is put there instead
MUTATIONS = [
    ("sgd", "p -= lr * g", "p += lr * g"),
    ("sgd", "lr * g", "lr * abs(g)"),
    ("momentum", "v *= momentum", "v *= 1 - momentum"),
    ("momentum", "v -= lr * g", "v -= (1 - momentum) * lr * g"),
    ("momentum", "v -= lr * g\n    p += v", "v -= g\n    p += lr * v"),
    ("momentum", "p += v", "p += momentum * v"),
    ("momentum_lr_outside", "v += g\n    p -= lr * v", "v += lr * g\n    p -= v"),
    ("momentum_lr_outside", "p -= lr * v", "p += lr * v"),
    ("nesterov", "p += momentum * v - lr * g", "p += v"),
    ("nesterov", "momentum * v - lr * g", "momentum * v + lr * g"),
    ("nesterov", "momentum * v - lr * g", "momentum * momentum * v - lr * g"),
    ("nesterov_lr_outside", "g + momentum * v", "v"),
    ("nesterov_lr_outside", "v += g\n    p -= lr * (g +", "v += lr * g\n    p -= (lr * g +"),
    ("adagrad", "s += g * g", "s += abs(g)"),
    ("adagrad", "s += g * g", "s *= 0\n    s += g * g"),
    ("adagrad_once_started", "s += g * g", "s += abs(g)"),
    ("adagrad_once_started", "(s > 0) /", "(1 - (s > 0)) /"),
    ("adagrad_once_started", "+ (1 - (s > 0))", "+ (s > 0)"),
    ("adagrad", "(s + eps_root) ** 0.5 + eps", "(s + eps + eps_root) ** 0.5"),
    ("adagrad", "(s + eps_root) ** 0.5", "s ** 0.5"),
    ("adagrad", "** 0.5", "** 0.25"),
    ("rmsprop", *find("rmsprop", "inflate").edits[0]),
    ("rmsprop", "s *= rho", "s *= 1 - rho"),
    ("rmsprop", "(1 - rho) * g * g", "g * g"),
    ("rmsprop", "(1 - rho) * g * g", "(1 - rho) * g"),
    ("rmsprop", "(s + eps_root) ** 0.5 + eps", "(s + eps_root + eps) ** 0.5"),
    ("rmsprop", "(s + eps_root) ** 0.5 + eps", "s ** 0.5 + eps_root + eps"),
    ("rmsprop_momentum", "v -= lr * g", "v -= (1 - momentum) * lr * g"),
    ("rmsprop_momentum", "v *= momentum\n    v -= lr *", "v *= momentum\n    v -="),
    ("rmsprop_momentum", "(s + eps_root) ** 0.5 + eps", "s ** 0.5 + eps_root + eps"),
    ("rmsprop_momentum_lr_outside", "v += g", "v += lr * g"),
    ("rmsprop_momentum_lr_outside", "p -= lr * v", "p -= v"),
    ("rmsprop_momentum_lr_outside", "(1 - rho) * g * g", "g * g"),
    ("rmsprop_centered", "s - m * m", "s"),
    ("rmsprop_centered", "s - m * m", "s + m * m"),
    ("rmsprop_centered", "m += (1 - rho) * g", "m += g"),
    ("rmsprop_centered", "v *= momentum", "v *= 0"),
    ("rmsprop_centered_lr_outside", "s - m * m", "s - m"),
    ("rmsprop_centered_lr_outside", "m *= rho", "m *= momentum"),
    ("rmsprop_centered_lr_outside", "(s - m * m + eps_root) ** 0.5 + eps", "(s - m * m + eps) ** 0.5"),
    ("adadelta", "(u + eps) ** 0.5", "u ** 0.5"),
    ("adadelta", "(s + eps) ** 0.5", "(s ** 0.5 + eps)"),
    ("adadelta", "u += (1 - rho) * step * step", "u += (1 - rho) * lr * step * lr * step"),
    ("adadelta", "    u *= rho\n", ""),
    ("adadelta", "p -= lr * step", "p -= step"),
    ("adam", "m += (1 - beta1) * g", "m += g"),
    ("adam", "m *= beta1\n    m += (1 - beta1)", "m *= beta2\n    m += (1 - beta2)"),
    ("adam", "s *= beta2\n    s += (1 - beta2)", "s *= beta1\n    s += (1 - beta1)"),
    ("adam", "m / (1 - beta1**t)", "m"),
    ("adam", "s / (1 - beta2**t)", "s"),
    ("adam", "s / (1 - beta2**t)", "s / (1 - beta1**t)"),
    ("adam", "beta1**t", "beta1**(t + 1)"),
    ("adam", "(s_hat + eps_root) ** 0.5 + eps", "(s_hat + eps_root + eps) ** 0.5"),
    ("adam", "(s_hat + eps_root) ** 0.5", "s_hat ** 0.5"),
    ("adam", "lr * m_hat", "lr * g"),
    ("amsgrad", "s_max *= kept\n    s_max += s * (1 - kept)", "s_max *= 0\n    s_max += s"),
    ("amsgrad", "kept = s_max > s", "kept = s > s_max"),
    ("amsgrad", "s_hat = s_max / (1 - beta2**t)", "s_hat = s_max"),
    ("amsgrad", "s_hat = s_max", "s_hat = s"),
    ("amsgrad_corrected", "kept = s_max > s_hat", "kept = s_hat > s_max"),
    ("amsgrad_corrected", "s_hat = s / (1 - beta2**t)", "s_hat = s"),
    ("amsgrad_corrected", "(s_max + eps_root)", "s_max"),
    ("nadam", "mu_next * m", "mu * m"),
    ("nadam", "(1 - mu) * g", "(1 - beta1) * g"),
    ("nadam", "    mu_product *= mu\n", ""),
    ("nadam", "(1 - mu_product * mu_next)", "(1 - mu_product)"),
    ("nadam", "(t + 1) * momentum_decay", "t * momentum_decay"),
    ("nadam", "0.96 ** (t * momentum_decay)", "0.96 ** t"),
    ("nadam", "s / (1 - beta2**t)", "s"),
    ("nadam", "mu = beta1 * (1 - 0.5 *", "mu = beta1 * (1 -"),
    ("adamw", "p *= 1 - lr * weight_decay", "p *= 1 - weight_decay"),
    ("adamw", "p *= 1 - lr * weight_decay", "p *= 1 + lr * weight_decay"),
    ("adamw", "p *= 1 - lr * weight_decay", "g = g + weight_decay * p"),
    ("l2", "g + weight_decay * p", "g - weight_decay * p"),
    ("l2", "g + weight_decay * p", "g"),
    ("shrink", "1 - lr * weight_decay", "1 - weight_decay"),
    ("shrink", "1 - lr * weight_decay", "1 + lr * weight_decay"),
]  # fmt: skip

# what stands in the class Adam, what is put there instead
CLASS_MUTATIONS = [
    ('"eps_hat" if self.eps_hat else "t"', '"eps_hat"'),
    ('"eps_hat" if self.eps_hat else "t"', '"t"'),
    ('if self.bias_correction else "inf"', 'if True else "inf"'),
    ("if amsgrad:", "if False:"),
    ("if correct_first else", "if False else"),
    ("(weight_decay) / alpha", "(weight_decay)"),
    ("self.alpha * self.multiplier(t)", "self.multiplier(t)"),
]


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
                    expected = RECORDED[case.call.framework][fixture.key(case, scale)]
                    apart, tolerance = difference(path, expected), case.call.tolerance
                else:
                    apart, tolerance = difference(path, formula_path(case, scale)), RTOL
                if not apart <= tolerance:
                    return True
    return False


def load(name, source):
    """Return a module made from source text."""
    module = ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def test_the_right_rules_are_not_rejected():
    assert not rejected(rules=load("rules", rules_text()))


def test_every_rule_is_mutated():
    assert {rule for rule, _, _ in MUTATIONS} == RULES.keys()


@pytest.mark.parametrize(("rule", "right", "wrong"), MUTATIONS)
def test_a_wrong_rule_is_rejected(rule, right, wrong, monkeypatch):
    text = inspect.getsource(getattr(rules, rule))
    assert text.count(right) == 1
    source = rules_text().replace(text, text.replace(right, wrong))
    assert source != rules_text()
    mutated = load("mutated", source)
    monkeypatch.setattr(decayed_rule, "rules", mutated)
    assert rejected(rule, rules=mutated)


# One is in a lesson's rule, one changes the first line of its rule: no optimizer can call them.
@pytest.mark.parametrize("name", [name for name in BUGS if name not in ("minibatch-twice", "adagrad-mean")])
def test_a_published_bug_is_rejected(name, monkeypatch):
    bug = BUGS[name]
    text = inspect.getsource(getattr(rules, bug.rule))
    mutated = load("mutated", rules_text().replace(text, find(bug.rule, bug.slip).apply(text)))
    monkeypatch.setattr(decayed_rule, "rules", mutated)
    assert rejected(bug.rule, rules=mutated)


@pytest.mark.parametrize(("right", "wrong"), CLASS_MUTATIONS)
def test_a_wrong_class_is_rejected(right, wrong, monkeypatch):
    further = inspect.getsource(adamw).replace("from __future__ import annotations\n", "")
    source = inspect.getsource(adam) + further.replace("from d2l_utils.optimizers.adam import Adam\n", "")
    assert source.count(right) == 1
    monkeypatch.setitem(sys.modules, "mutated", ModuleType("mutated"))  # where a dataclass looks for names
    mutated = load("mutated", source.replace(right, wrong))
    for home in (cases.d2l_utils, like_mxnet.ours):
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
