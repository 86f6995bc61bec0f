"""The parity check rejects each wrong rule of a table: the text of a right rule, changed a little."""

import inspect
from types import ModuleType

import numpy as np
import pytest

from d2l_utils import adam, rules
from tests.parity import cases, fixture
from tests.parity.cases import CASES, formula_path, our_path
from tests.parity.problem import RTOL, SCALES, difference

RECORDED = fixture.read()

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
    ("adagrad", "h += g * g", "h += abs(g)"),
    ("adagrad", "h += g * g", "h *= 0\n    h += g * g"),
    ("adagrad", "(h + eps_root) ** 0.5 + eps", "(h + eps + eps_root) ** 0.5"),
    ("adagrad", "(h + eps_root) ** 0.5", "h ** 0.5"),
    ("adagrad", "** 0.5", "** 0.25"),
    ("rmsprop", "v *= rho", "v *= 1 + rho"),
    ("rmsprop", "v *= rho", "v *= 1 - rho"),
    ("rmsprop", "(1 - rho) * g * g", "g * g"),
    ("rmsprop", "(1 - rho) * g * g", "(1 - rho) * g"),
    ("rmsprop", "(v + eps_root) ** 0.5 + eps", "(v + eps_root + eps) ** 0.5"),
    ("rmsprop", "(v + eps_root) ** 0.5 + eps", "v ** 0.5 + eps_root + eps"),
    ("adadelta", "(u + eps) ** 0.5", "u ** 0.5"),
    ("adadelta", "(v + eps) ** 0.5", "(v ** 0.5 + eps)"),
    ("adadelta", "u += (1 - rho) * step * step", "u += (1 - rho) * lr * step * lr * step"),
    ("adadelta", "    u *= rho\n", ""),
    ("adadelta", "p -= lr * step", "p -= step"),
    ("adam", "m += (1 - beta1) * g", "m += g"),
    ("adam", "m *= beta1\n    m += (1 - beta1)", "m *= beta2\n    m += (1 - beta2)"),
    ("adam", "v *= beta2\n    v += (1 - beta2)", "v *= beta1\n    v += (1 - beta1)"),
    ("adam", "m / (1 - beta1**t)", "m"),
    ("adam", "v / (1 - beta2**t)", "v"),
    ("adam", "v / (1 - beta2**t)", "v / (1 - beta1**t)"),
    ("adam", "beta1**t", "beta1**(t + 1)"),
    ("adam", "(v_hat + eps_root) ** 0.5 + eps", "(v_hat + eps_root + eps) ** 0.5"),
    ("adam", "(v_hat + eps_root) ** 0.5", "v_hat ** 0.5"),
    ("adam", "lr * m_hat", "lr * g"),
    ("amsgrad", "v_max += v + abs(v_max - v)\n    v_max /= 2", "v_max *= 0\n    v_max += v"),
    ("amsgrad", "v + abs(v_max - v)", "v - abs(v_max - v)"),
    ("amsgrad", "v_hat = v_max / (1 - beta2**t)", "v_hat = v_max"),
    ("amsgrad", "v_hat = v_max", "v_hat = v"),
    ("adamw", "p *= 1 - lr * weight_decay", "p *= 1 - weight_decay"),
    ("adamw", "p *= 1 - lr * weight_decay", "p *= 1 + lr * weight_decay"),
    ("adamw", "p *= 1 - lr * weight_decay", "g = g + weight_decay * p"),
]  # fmt: skip

# what stands in the class Adam, what is put there instead
CLASS_MUTATIONS = [
    ("eps / (1 - beta2**t) ** 0.5", "eps / (1 - beta2**t)"),
    ("eps / (1 - beta2**t) ** 0.5", "eps * (1 - beta2**t) ** 0.5"),
    ("self.eps_hat and self.bias_correction", "self.eps_hat"),
    ("self.eps_hat and self.bias_correction", "False"),
    ("t if self.bias_correction else math.inf", "t"),
    ("if amsgrad:", "if False:"),
    ("(weight_decay) / alpha", "(weight_decay)"),
    ("alpha * multiplier(t)", "multiplier(t)"),
]


def rejected(**mutated):
    """Return whether any comparison of the parity table fails with these mutated rules or optimizers."""
    with np.errstate(all="ignore"):
        for case in CASES:
            for scale in SCALES:
                key = fixture.key(case, scale)
                expected = RECORDED[key] if case.torch else formula_path(case, scale)
                if not difference(our_path(case, scale, **mutated), expected) <= RTOL:
                    return True
    return False


def load(name, source):
    """Return a module made from source text."""
    module = ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def test_the_right_rules_are_not_rejected():
    assert not rejected(rules=load("rules", inspect.getsource(rules)))


@pytest.mark.parametrize(("rule", "right", "wrong"), MUTATIONS)
def test_a_wrong_rule_is_rejected(rule, right, wrong):
    text = inspect.getsource(getattr(rules, rule))
    assert text.count(right) == 1
    source = inspect.getsource(rules).replace(text, text.replace(right, wrong))
    assert source != inspect.getsource(rules)
    assert rejected(rules=load("mutated", source))


@pytest.mark.parametrize(("right", "wrong"), CLASS_MUTATIONS)
def test_a_wrong_class_is_rejected(right, wrong, monkeypatch):
    source = inspect.getsource(adam)
    assert source.count(right) == 1
    mutated = load("mutated", source.replace(right, wrong))
    monkeypatch.setattr(cases.d2l_utils, "Adam", mutated.Adam)
    monkeypatch.setattr(cases.d2l_utils, "AdamW", mutated.AdamW)
    assert rejected()
