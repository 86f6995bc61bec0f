"""A class of the reader's that declares what its rule does not take is told, before anything changes."""

import numpy as np
import pytest

from d2l_utils import SGD, Momentum, Optimizer, WeightDecay, bowl, descend, rules
from d2l_utils.optimizers import MatrixMethod


def late(p, g, lr, t):
    p -= lr * g / t
    return p


def turned(p, g, b, a, lr):
    p -= lr * g * b
    return p, b, a


CLASSES = [
    (
        {"clock": "t", "rule": staticmethod(late)},
        {},
        r"p, g, t, lr, in this order.*; late takes \(p, g, lr",
    ),
    ({"slots": {"a": 0.0, "b": 1.0}, "rule": staticmethod(turned)}, {}, "p, g, a, b, lr, in this order"),
    (
        {"slots": {"v": 0.0}, "rule": staticmethod(rules.momentum), "momentum": Momentum.momentum},
        {"momentum": 0.9},
        r"p, g, v, momentum, lr, in this order, for this Mine; momentum takes \(p, g, v, lr, momentum\)",
    ),
    ({"rule": staticmethod(rules.adam)}, {}, "p, g, lr, for this Mine; adam takes"),
]


@pytest.mark.parametrize(("declared", "settings", "message"), CLASSES)
def test_a_rule_in_another_order_than_the_class_is_refused(declared, settings, message):
    kind = type("Mine", (Optimizer,), {"__module__": __name__, **declared})
    for make in (lambda: kind(**settings, lr=0.1), lambda: WeightDecay(kind(**settings, lr=0.1), 0.1)):
        w, optimizer = np.ones(2), make()
        with pytest.raises(TypeError, match=rf"^rule must be a function of {message}"):
            optimizer.update(w, np.ones(2))
        with pytest.raises(TypeError, match=message):
            descend(optimizer, bowl, num_steps=1)
        assert (w.tolist(), optimizer.t) == ([1, 1], 0)


def test_other_names_in_the_same_places_and_no_names_will_do():
    for rule in (lambda w, slope, rate: rules.sgd(w, slope, rate), lambda *given: rules.sgd(*given)):
        kind = type("Mine", (Optimizer,), {"__module__": __name__, "rule": staticmethod(rule)})
        w = np.ones(2)
        kind(lr=0.5).update(w, np.ones(2))
        assert w.tolist() == [0.5, 0.5]


DECLARED = [
    ({"kind": "matrix"}, TypeError, "kind says what a class is made from.* MatrixMethod .*; got 'matrix'"),
    ({"clock": "step"}, ValueError, "clock must be one of '', 't', 'inf', 'eps_hat'; got 'step'"),
    ({"slots": ["v"]}, TypeError, r"slots must be a dict of names and where each starts.*; got \['v'\]"),
]


@pytest.mark.parametrize(("declared", "error", "message"), DECLARED)
def test_what_a_class_cannot_declare_is_refused_when_it_is_made(declared, error, message):
    with pytest.raises(error, match=f"^{message}"):
        type("Mine", (SGD,), {"__module__": __name__, **declared})
    for name, value in declared.items():
        optimizer = SGD()
        with pytest.raises((error, AttributeError), match=rf"^({message}|kind is fixed; declare it)"):
            setattr(optimizer, name, value)
    assert type("Mine", (MatrixMethod,), {"__module__": __name__, "kind": "matrix"}).kind == "matrix"


@pytest.mark.parametrize("start", ["x", lambda p: p])
def test_a_slot_of_single_elements_starts_from_a_number(start):
    kind = type("Mine", (Momentum,), {"__module__": __name__, "slots": {"v": start}})
    with pytest.raises(TypeError, match=r"^slots\['v'\] must start from a number or an array; got "):
        kind().update(np.ones(2), np.ones(2))
