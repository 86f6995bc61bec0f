"""What a rule needs of its optimizer stays fixed, belongs to one optimizer, and fits the rule."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp, WeightDecay, rules
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch


@pytest.mark.parametrize("make", [Momentum, Adam, RMSProp, lambda: Adam(amsgrad=True), lambda: AdaGrad(0.1)])
@pytest.mark.parametrize(
    "copied", [lambda o: o, copy.copy, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))]
)
def test_slots_belong_to_the_class_and_cannot_be_changed(make, copied):
    optimizer = copied(make())
    with pytest.raises(TypeError, match="does not support item assignment"):
        optimizer.slots["x"] = 1
    assert optimizer.slots == make().slots


@pytest.mark.parametrize(("name", "value"), [("clock", "t"), ("slots", {"m": 0.0})])
def test_what_the_state_was_made_for_is_fixed_from_then_on(name, value):
    optimizer, w = Momentum(), np.ones(2)
    optimizer.update(w, w.copy())
    with pytest.raises(
        AttributeError, match=f"^{name} is fixed once Momentum has a state; declare it in a class"
    ):
        setattr(optimizer, name, value)


def test_a_sweep_of_the_initial_state_alone_works():
    optimizer, w = AdaGrad(0.5, initial_accumulator=[0.0, 3.0]), np.ones(2)
    optimizer.update(w, np.ones(2))
    assert np.allclose(w, [0.5, 0.75])
    with pytest.raises(ValueError, match=r"shape \(2,\) sweep the last axis"):
        AdaGrad(initial_accumulator=[0.1, 0.2]).update(np.ones(3), np.ones(3))


@pytest.mark.parametrize(
    "make",
    [
        lambda: like_torch.Adam(lr=0.1, weight_decay=0.1),
        lambda: like_torch.Adam(lr=0.1, weight_decay=0.1, maximize=True),
        lambda: like_mxnet.Adam(learning_rate=0.1, rescale_grad=0.5),
        lambda: WeightDecay(SGD(0.1), 0.1),
    ],
)
def test_a_copy_has_its_own_settings_whatever_is_put_around(make):
    optimizer = make()
    other = copy.copy(optimizer)
    other.lr = 0.5
    assert (optimizer.lr, other.lr) == (0.1, 0.5)


UNFIT = [
    (
        lambda: SGD(0.1),
        rules.adam,
        r"rule must be a function of p, g, lr, for this SGD; adam takes \(p, g, m, s",
    ),
    (Adam, rules.adamw, r"rule must be a function of p, g, m, s, t, lr, .*, for this Adam; adamw takes"),
    (RMSProp, rules.adagrad, "rule must be a function of p, g, s, lr, rho, eps, eps_root, for this RMSProp"),
    (SGD, 3, "rule must be a function of p, g, lr; got 3"),
]


@pytest.mark.parametrize(("make", "rule", "message"), UNFIT)
def test_a_rule_that_does_not_fit_is_refused_when_it_is_set(make, rule, message):
    optimizer = make()
    before = optimizer.rule
    with pytest.raises(TypeError, match=message):
        optimizer.rule = rule
    assert optimizer.rule is before


def test_a_rule_that_fits_is_taken_and_one_around_another_says_where_to_set_it():
    optimizer, w = SGD(0.5), np.ones(1)
    optimizer.rule = lambda *given: rules.sgd(*given)
    optimizer.update(w, np.ones(1))
    assert w[0] == 0.5
    with pytest.raises(AttributeError, match=r"set it there, optimizer\.optimizer\.rule = "):
        like_keras.SGD(0.1, weight_decay=0.1).rule = rules.sgd


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (SGD, "lr"),
        (SGD, "t"),
        (lambda: WeightDecay(SGD(), 0.1), "lr"),
        (Adam, "amsgrad"),
        (Momentum, "momentum"),
    ],
)
def test_a_setting_cannot_be_deleted(make, name):
    optimizer = make()
    with pytest.raises(AttributeError, match=f"^{name} can be set and not deleted"):
        delattr(optimizer, name)


def test_a_class_of_one_s_own_may_delete_what_it_keeps():
    class Mine(SGD):
        pass

    optimizer = Mine()
    optimizer.seen = 1
    del optimizer.seen
    assert not hasattr(optimizer, "seen")


class Still:
    """A rule, and what it needs, to be mixed into a class."""

    slots = {"v": 0.0, "s": 0.0, "m": 0.0, "x": 7.0}

    @staticmethod
    def rule(p, *given):
        p += given[4]  # x, after the gradient and three more slots
        return p, *given[1:5]


OWN = [(Momentum, "lr_in_velocity"), (Nesterov, "lr_in_velocity"), (RMSProp, "centered"), (Adam, "amsgrad")]


@pytest.mark.parametrize(("base", "switch"), OWN)
def test_a_class_s_own_rule_is_applied_and_a_switch_that_would_replace_it_is_refused(base, switch):
    mine = type("Mine", (Still, base), {"__module__": __name__, "clock": ""})
    w, optimizer = np.ones(2), mine()
    optimizer.update(w, np.zeros(2))
    assert w.tolist() == [8.0, 8.0]
    assert (optimizer.clock, list(optimizer.slots)) == ("", list(Still.slots))
    with pytest.raises(
        TypeError, match=r"^Still has a rule of its own, and a switch would take \w+ in its p"
    ):
        mine(**{switch: switch != "lr_in_velocity"})


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: like_optax.adagrad(0.1), "adagrad_once_started"),
        (
            lambda: set_later(like_torch.SGD(momentum=0.9), momentum=0),
            "momentum_lr_outside with its velocity",
        ),
        (lambda: set_later(SGD(), rule=lambda p, g, lr: p), "<lambda>"),
    ],
)
def test_another_rule_than_the_class_s_is_told(make, rule):
    for optimizer in (make(), copy.deepcopy(make())):
        assert f", rule={rule}" in repr(optimizer)
    assert f", rule={rule}" in repr(WeightDecay(make(), 0.1))
    rested = set_later(set_later(like_torch.SGD(momentum=0.9), momentum=0), momentum=0.9)
    for usual in (
        rested,
        Adam(amsgrad=True),
        copy.copy(RMSProp(centered=True)),
        like_keras.SGD(momentum=0.9),
    ):
        assert "rule=" not in repr(usual)


def set_later(optimizer, **settings):
    for name, value in settings.items():
        setattr(optimizer, name, value)
    return optimizer
