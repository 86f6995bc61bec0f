"""What belongs together stays so: an optimizer and what is around it, its update, a path's settings."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, WeightDecay, bowl, descend
from d2l_utils.frameworks import like_torch
from d2l_utils.optimizers.around import ScaledGradient


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_a_scheduler_of_the_optimizer_inside_still_moves_it_in_a_copy(copied):
    inside = SGD(lr=0.5)
    around = ScaledGradient(WeightDecay(inside, 0.1), -1.0)
    around, scheduler = copied((around, like_torch.lr_scheduler.StepLR(inside, 1, gamma=0.5)))
    scheduler.step()
    assert around.lr == 0.25
    assert inside.lr == 0.5


def test_a_shallow_copy_has_settings_of_its_own():
    around = ScaledGradient(WeightDecay(Momentum(lr=0.5), 0.1), 2.0)
    other = copy.copy(around)
    other.lr, other.momentum, other.weight_decay, other.scale = 0.25, 0.5, 0.0, 1.0
    assert (around.lr, around.momentum, around.weight_decay, around.scale) == (0.5, 0.9, 0.1, 2.0)
    assert (
        repr(other)
        == "ScaledGradient(WeightDecay(Momentum(lr=0.25, momentum=0.5), weight_decay=0.0), scale=1.0)"
    )


@pytest.mark.parametrize(("name", "value"), [("clock", "inf"), ("slots", {"m": 1.0, "s": 0.0})])
def test_what_the_optimizer_inside_declares_is_not_set_around_it(name, value):
    around = WeightDecay(Adam(lr=0.1), 0.1)
    with pytest.raises(AttributeError, match=f"{name} of this WeightDecay is that of the optimizer inside"):
        setattr(around, name, value)
    inside = Adam(lr=0.1)
    setattr(inside, name, value)
    apart, together = np.ones(1), np.ones(1)
    WeightDecay(inside, 0.0).update(together, np.ones(1))
    inside.update(apart, np.ones(1))
    assert together == apart


class Clipped(SGD):
    """What its update does besides, nothing else does."""

    def update(self, params, grads, **settings):
        super().update(params, np.clip(grads, -1, 1), **settings)


@pytest.mark.parametrize(
    ("by", "use"),
    [
        ("WeightDecay", lambda optimizer: WeightDecay(optimizer, 0.1)),
        ("ScaledGradient", lambda optimizer: ScaledGradient(optimizer, -1.0)),
        ("descend", lambda optimizer: descend(optimizer, bowl)),
    ],
)
def test_an_update_of_the_readers_is_not_passed_over(by, use):
    patched = SGD(lr=0.1)
    patched.update = lambda params, grads: None
    for optimizer, kind in ((Clipped(lr=0.1), "Clipped"), (patched, "SGD")):
        with pytest.raises(
            TypeError, match=f"{by} applies the rule of {kind} and would pass over its own up"
        ):
            use(optimizer)
    use(SGD(lr=0.1))


@pytest.mark.parametrize("printed", [{}, {"suppress": True}, {"precision": 2}, {"floatmode": "fixed"}])
def test_a_sweep_is_printed_as_it_is_meant(printed):
    rates, decays = np.array([0.12345678901234567, 1e-12, 3.0]), np.array([[1 / 3]])
    with np.printoptions(**printed):
        text = repr(WeightDecay(SGD(rates), decays))
    read = eval(text, {"WeightDecay": WeightDecay, "SGD": SGD, "array": np.array})
    assert read.lr.tolist() == rates.tolist()
    assert read.weight_decay.tolist() == decays.tolist()


class Handing(Adam):
    """Hands on what it is given."""

    def __init__(self, lr=0.1, **further):
        super().__init__(lr, **further)


class Warming(SGD):
    """Takes what it does not keep as an attribute."""

    def __init__(self, lr=0.1, *, warm=5):
        super().__init__(lr * warm)


def test_a_class_of_the_readers_tells_its_switches():
    told = repr(Handing(eps=0.5, amsgrad=True, bias_correction=False))
    assert told.endswith("eps=0.5, eps_root=0.0, bias_correction=False, amsgrad=True)")
    assert repr(eval(told, {"Handing": Handing})) == told
    assert repr(Handing(0.5)) == "Handing(lr=0.5, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0.0)"
    assert repr(Warming(warm=2)) == "Warming(lr=0.2)"


def test_a_path_tells_the_settings_that_it_was_walked_with():
    optimizer, paths = WeightDecay(SGD(lr=0.1), 0.5), []
    for optimizer.lr in (0.25, 0.5):
        paths.append(descend(optimizer, bowl, num_steps=1))
    assert [path.optimizer.lr for path in paths] == [0.25, 0.5]
