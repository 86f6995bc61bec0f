"""A saved state says what its slots mean, and goes into no optimizer in which they mean something else."""

import json
import pickle

import numpy as np
import pytest

from d2l_utils import Adam, Momentum, RMSProp
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.optimizers.whole import MatrixMethod
from tests.helpers import gradients, run
from tests.rules import OPTIMIZERS
from tests.rules.weight_decay import decaying

# those among which a state may go; any other goes into an optimizer of its own row only
ALIKE = [
    {"SGD", "SGD, weight decay"},
    {"Momentum", "Nesterov", "Momentum, decoupled decay"},
    {"Momentum, lr outside", "Nesterov, lr outside"},
    {"AdaGrad", "AdaGrad of Keras"},
    {
        "Adam", "Adam, ε̂", "Adam, uncorrected", "AdamW", "RAdam", "RAdam, ε̂", "RAdam, threshold included",
    },
    {"AdaMax", "AdaMax of PyTorch"},
    {"Yogi", "Yogi, uncorrected"},
    {"Lion", "Lion, λ 0.01"},
]  # fmt: skip


def fits(first, second):
    return first == second or any({first, second} <= each for each in ALIKE)


@pytest.mark.parametrize("first", OPTIMIZERS)
def test_a_state_goes_where_its_slots_mean_the_same_and_nowhere_else(first):
    optimizer = OPTIMIZERS[first]()
    run(optimizer, np.ones(2), gradients(2))
    for second, make in OPTIMIZERS.items():
        other = make()
        w = run(other, np.ones(2), gradients(2, seed=1))
        before = str(other.state_dict())
        if fits(first, second):
            other.load_state_dict(optimizer.state_dict())
            assert str(other.state_dict()["state"]) == str(optimizer.state_dict()["state"])
            assert np.isfinite(run(other, w, gradients(2))).all()
        else:
            with pytest.raises(ValueError, match="the saved state "):
                other.load_state_dict(optimizer.state_dict())
            assert str(other.state_dict()) == before


UNCORRECTED = like_optax.amsgrad(0.1, bias_correction_mu=False, bias_correction_nu=False)
PRESETS = [
    (like_keras.SGD(0.1, momentum=0.9), like_torch.SGD(lr=0.1, momentum=0.9)),
    (like_mxnet.SGD(momentum=0.9), like_optax.sgd(0.1, momentum=0.9)),
    (like_optax.amsgrad(0.1), like_torch.Adam(amsgrad=True)),
    (like_optax.amsgrad(0.1), UNCORRECTED),
    (like_torch.RMSprop(momentum=0.9, centered=True), like_keras.RMSprop(momentum=0.9, centered=True)),
    (decaying(RMSProp), like_torch.Adagrad(weight_decay=0.1)),
]


@pytest.mark.parametrize(("first", "second"), PRESETS)
def test_frameworks_whose_slots_mean_another_thing_do_not_exchange_them(first, second):
    for one, other in ((first, second), (second, first)):
        run(one, np.ones(2), gradients(2))
        with pytest.raises(ValueError, match=r"the saved state is of \w.* mean something else in \w"):
            other.load_state_dict(one.state_dict())


def test_the_largest_s_is_the_same_where_none_is_corrected():
    run(UNCORRECTED, np.ones(2), gradients(2))
    for other in (like_torch.Adam(amsgrad=True), like_keras.Adam(amsgrad=True)):
        other.load_state_dict(UNCORRECTED.state_dict())
        assert other.t == UNCORRECTED.t


def test_the_sentence_names_both_forms():
    saved = Momentum(lr_in_velocity=False).state_dict()
    assert saved["method"] == "Momentum(lr_in_velocity=False)"
    with pytest.raises(
        ValueError, match=r"of Momentum\(lr_in_velocity=False\), and \['v'\] .* in Momentum: lo"
    ):
        Momentum().load_state_dict(saved)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_state_of_an_earlier_release_is_taken_if_its_slots_fit(name):
    first, second, w = OPTIMIZERS[name](), OPTIMIZERS[name](), np.ones(2)
    run(first, w, gradients(2))
    saved = pickle.loads(pickle.dumps(dict(first.state_dict())))
    del saved["method"]
    second.load_state_dict(saved)
    assert str(second.state_dict()) == str(first.state_dict())
    assert isinstance(json.dumps(first.state_dict()["method"]), str)


def test_classes_of_your_own_keep_their_states_apart():
    class First(MatrixMethod):
        slots = {"m": 0.0}

    class Second(MatrixMethod):
        def __init__(self):
            super().__init__(lr=0.1)
            self.slots = {"m": 0.0}

    class Third(Adam):
        pass

    w, m = np.ones((1, 1)), {"w": {"m": np.ones((1, 1))}}
    assert (First(lr=0.1).state_dict()["method"], Second().state_dict()["method"]) == ("First", "Second")
    with pytest.raises(ValueError, match=r"of First, and .* in Second: load it"):
        Second().load_state_dict({"t": 1, "method": "First", "state": m})
    third = Third()
    third.load_state_dict(Adam().state_dict())
    third.update(w, w)


def saved_by(**changed):
    """Return a state of Momentum after one update, with entries changed."""
    optimizer = Momentum()
    optimizer.update(np.ones(2), np.ones(2))
    return {**optimizer.state_dict(), **changed}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"lr": 0.5}, r"nothing of lr; settings are attributes of the optimizer: set them there"),
        ({"param_groups": [], "epoch": 3}, "nothing of epoch, param_groups; settings are attr"),
        ({"t": 1.0}, "the updates made as 't', a whole number; got 1.0"),
        ({"t": True}, "the updates made as 't', a whole number; got True"),
        ({"t": -1}, "t must be at least 0; got -1"),
        (
            {"state": {"w": {"v": None}}},
            "the saved state 'v' of 'w' must be an array of numbers; got dtype obj",
        ),
        (
            {"state": {"w": {"v": "x"}}},
            "the saved state 'v' of 'w' must be an array of numbers; got dtype <U1",
        ),
        (
            {"state": {"w": {"v": np.ma.array([1.0, 2.0], mask=[False, True])}}},
            "the saved state 'v' of 'w' must be an array of numbers; got a masked array",
        ),
        ({"state": {"w": {"v": np.zeros(2), 1: 0.0}}}, r"has \['1', 'v'\]; Momentum keeps \['v'\]"),
        ({"state": None}, r"holds 't' and 'state', as state_dict\(\) returns; got"),
    ],
)
def test_what_a_saved_state_should_not_hold_is_told_and_nothing_changes(changed, message):
    optimizer = Momentum()
    optimizer.update(np.ones(2), np.ones(2))
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(saved_by(**changed))
    assert repr(optimizer.state_dict()) == repr(before)
    optimizer.load_state_dict(saved_by(t=np.int64(3)))  # as np.savez stores it
    assert optimizer.t == 3
